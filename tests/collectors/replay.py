"""A session that plays objects without a network, and remembers what it was asked."""

from collections.abc import Mapping, Sequence

from collectors.agent import Object
from collectors.snmp.base import Missing, Rows, SnmpError, SnmpTimeoutError, Value


class Replay:
    """`failing` are OIDs below which every request is met with silence, or with the error given."""

    def __init__(
        self, objects: Mapping[str, Value], failing: Sequence[str] = (), error: SnmpError | None = None
    ) -> None:
        self.objects = dict(objects)
        self.failing = tuple(failing)
        self.error = error or SnmpTimeoutError("no answer from 192.0.2.1")
        self.gets: list[tuple[str, ...]] = []
        self.walks: list[str] = []
        self.rtt_s: float | None = 0.01

    async def get(self, oids: Sequence[str]) -> list[Value]:
        self.gets.append(tuple(oids))
        self._fail(oids)
        return [self.objects.get(oid, Missing.NO_SUCH_INSTANCE) for oid in oids]

    async def walk(self, column: str, limit: int = 10_000) -> Rows:
        return (await self.walk_many((column,), limit))[0]

    async def walk_many(self, columns: Sequence[str], limit: int = 10_000) -> list[Rows]:
        self.walks += columns
        self._fail(columns)
        return [self._rows(column, limit) for column in columns]

    @property
    def asked(self) -> set[str]:
        return {oid for oids in self.gets for oid in oids} | set(self.walks)

    def _fail(self, oids: Sequence[str]) -> None:
        if any(under(oid, prefix) for oid in oids for prefix in self.failing):
            raise self.error

    def _rows(self, column: str, limit: int) -> Rows:
        found = sorted((oid for oid in self.objects if under(oid, column)), key=lambda oid: [*map(int, oid.split("."))])
        return {oid.removeprefix(f"{column}."): self.objects[oid] for oid in found[:limit]}


def under(oid: str, prefix: str) -> bool:
    return f"{oid}.".startswith(f"{prefix}.")


def constants(objects: Mapping[str, Object]) -> dict[str, Value]:
    return {oid: said.value for oid, said in objects.items() if not callable(said.value)}
