"""What one device was asked and what it answered, for somebody who looks into it; never who its clients are.

Tables that are walked are told by their number of rows alone, because their rows may be clients. Hardware addresses are
left out of values and indexes. Secrets are no part of what is asked or answered.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from collectors import oids
from collectors.decoders import text
from collectors.profile import Profile
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.snmp.base import Missing, Rows, Session, SnmpError, Value
from collectors.target import Target

MOST = 300  # answers kept of one poll
LONGEST = 120  # characters of one value
HARDWARE = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}(?![0-9A-Fa-f])|\b[0-9a-fA-F]{12}\b")
HIDDEN = "[…]"
ADDRESS_ARCS = 6  # of a hardware address in an index
STANDARD = {
    oids.SYS_DESCR: "sysDescr",
    oids.SYS_OBJECT_ID: "sysObjectID",
    oids.SYS_UP_TIME: "sysUpTime",
    oids.SYS_NAME: "sysName",
    oids.HR_SYSTEM_UPTIME: "hrSystemUptime",
    oids.SNMP_ENGINE_ID: "snmpEngineID",
    oids.SNMP_ENGINE_BOOTS: "snmpEngineBoots",
    oids.SNMP_ENGINE_TIME: "snmpEngineTime",
    oids.IF_NUMBER: "ifNumber",
    oids.IF_TABLE_LAST_CHANGE: "ifTableLastChange",
    oids.IF_DESCR: "ifDescr",
    oids.IF_TYPE: "ifType",
    oids.IF_OPER_STATUS: "ifOperStatus",
    oids.IF_IN_OCTETS: "ifInOctets",
    oids.IF_OUT_OCTETS: "ifOutOctets",
    oids.IF_IN_ERRORS: "ifInErrors",
    oids.IF_OUT_ERRORS: "ifOutErrors",
    oids.IF_NAME: "ifName",
    oids.IF_HC_IN_OCTETS: "ifHCInOctets",
    oids.IF_HC_OUT_OCTETS: "ifHCOutOctets",
    oids.IF_COUNTER_DISCONTINUITY_TIME: "ifCounterDiscontinuityTime",
    oids.IF_HIGH_SPEED: "ifHighSpeed",
}


class Answer(NamedTuple):
    """`name` is the object's in its MIB, empty where no profile names it."""

    name: str
    oid: str
    value: str


class Overheard:
    """A session that notes what passes through it."""

    def __init__(self, session: Session, names: Mapping[str, str], answers: list[Answer]) -> None:
        self.session, self.names, self.answers = session, names, answers
        self.rtt_s = session.rtt_s

    async def get(self, oids: Sequence[str]) -> list[Value]:
        try:
            values = await self.session.get(oids)
        except SnmpError as error:
            self.note(oids[0], str(error))
            raise
        self.rtt_s = self.session.rtt_s
        for oid, value in zip(oids, values, strict=True):
            self.note(oid, shown(value))
        return values

    async def walk(self, column: str, limit: int = 10_000) -> Rows:
        try:
            rows = await self.session.walk(column, limit)
        except SnmpError as error:
            self.note(column, str(error))
            raise
        self.note(column, f"{len(rows)} rows")
        return rows

    async def walk_many(self, columns: Sequence[str], limit: int = 10_000) -> list[Rows]:
        tables = await self.session.walk_many(columns, limit)
        for column, rows in zip(columns, tables, strict=True):
            self.note(column, f"{len(rows)} rows")
        return tables

    def note(self, oid: str, value: str) -> None:
        if len(self.answers) < MOST:
            self.answers.append(Answer(*named(oid, self.names), value[:LONGEST]))


class Listening:
    """Rounds in which each device is spoken with while `answers` are noted, by the target's key."""

    def __init__(self, rounds: Rounds) -> None:
        self.rounds = rounds
        self.names = names_of(rounds.profiles)
        self.answers: dict[int, list[Answer]] = {}

    async def run(
        self, targets: Sequence[Target], *, spread_s: float, deadline_s: float, sink: Callable[[PollResult], None]
    ) -> None:
        await self.rounds.run(targets, spread_s=spread_s, deadline_s=deadline_s, sink=sink, hear=self.hear)

    def hear(self, target: Target, session: Session) -> Session:
        return Overheard(session, self.names, self.answers.setdefault(target.key, []))


def names_of(profiles: Mapping[str, Profile]) -> dict[str, str]:
    """The names of objects by OID, as far as the profiles tell them apart."""
    names: dict[str, str] = {}
    for profile in profiles.values():
        for source in profile.sources:
            told = source.mib.partition(" by ")[0].split(", ")
            names.update(zip((source.oid, *source.others), told, strict=False))
        for facts in profile.facts.values():
            names.update({fact.scalar or fact.column: fact.mib for fact in facts if fact.scalar or fact.column})
    return names | STANDARD


def named(oid: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The object's name with its index, and the OID; neither with a hardware address in the index."""
    if oid in names:
        return names[oid].removesuffix(".0"), oid
    arcs = oid.split(".")
    for length in range(len(arcs) - 1, 0, -1):
        base = ".".join(arcs[:length])
        if base in names:
            index = arcs[length:]
            told = HIDDEN if is_address(index) else ".".join(index)
            return f"{names[base]}.{told}", f"{base}.{told}"
    return "", ".".join(arcs[:-ADDRESS_ARCS]) + f".{HIDDEN}" if is_address(arcs[-ADDRESS_ARCS:]) else oid


def is_address(arcs: Sequence[str]) -> bool:
    """Whether a hardware address may stand in it: six octets, one of them beyond small numbers."""
    last = arcs[-ADDRESS_ARCS:]
    return len(last) == ADDRESS_ARCS and all(int(arc) < 256 for arc in last) and any(int(arc) > 99 for arc in last)


def shown(value: Value) -> str:
    """As people read it; what is not text in hexadecimal digits."""
    if isinstance(value, Missing):
        return value.value
    if (
        isinstance(value, bytes)
        and len(value) == ADDRESS_ARCS
        and not (value.isascii() and value.decode("ascii").isprintable())
    ):
        return HIDDEN
    said = text(value)
    if isinstance(value, bytes) and "\ufffd" in said:  # not text at all
        said = value[: LONGEST // 3].hex(" ")
    return HARDWARE.sub(HIDDEN, said)
