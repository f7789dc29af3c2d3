"""A city on a clock of its own: its polls are made up, and what they lead to is recorded and watched as in service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from sqlalchemy import Engine, insert, select

from collectors.result import AgentClock, PollResult
from hotspot import clock
from hotspot.alerts.watch import watch
from hotspot.poller import AGAIN_S, ROOM_S, next_turn, slot_of
from hotspot.recorder import Poll, Recorder
from hotspot.store.base import reading, writing
from hotspot.store.collector_status import Status, report
from hotspot.store.lease import Fence, take
from hotspot.store.models import (
    AccessPoint,
    Account,
    Area,
    City,
    Dependency,
    Incident,
    OutboxMessage,
    Point,
    Provider,
    Site,
    Upstream,
)

START = 1_800_000_000
INTERVAL_S = 60
SPREAD_S = 54  # of the cycle over which devices are asked first
MISSES = 3
DISTRICTS, AREAS, PROVIDERS = 5, 25, 4
Answers = Callable[[int, int], bool | None]
"""Whether the access point of that id answers at that instant; None where nobody can ask."""


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody was told, and of how many members that incident is by now."""

    at: int
    event: str
    kind: str
    shared: str
    members: int


@dataclass
class VirtualCity:
    """`aps` access points, one or more a point; those of a fibre stand together. One person hears of everything."""

    engine: Engine
    aps: int = 1000
    a_point: int = 1
    a_fibre: int = 40
    look_s: int = 5  # between two looks of the collector
    now: int = START
    answers: Answers = lambda _, __: True
    trusted: bool = True
    missed_at: dict[int, int] = field(default_factory=dict)  # the first poll that was missed since it last answered

    def __post_init__(self) -> None:
        with writing(self.engine) as session:
            session.execute(insert(City).values(id=1, code="36.74", name="Kota"))
            session.execute(insert(Provider), [{"id": i, "city_id": 1, "name": f"P{i}"} for i in range(1, 5)])
            session.execute(insert(Account).values(name="Sari", role="network_admin", created_at=START))
            session.execute(insert(Area), list(areas()))
            numbers = range(1, self.aps // self.a_point + 1)
            session.execute(insert(Site), [site(number, len(numbers)) for number in numbers])
            session.execute(insert(Point), [point(number) for number in numbers])
            rows = [
                {"id": i, "city_id": 1, "point_id": 1 + (i - 1) // self.a_point, "name": f"ap{i}", "address": f"a{i}"}
                for i in range(1, self.aps + 1)
            ]
            session.execute(insert(AccessPoint), rows)
            session.execute(insert(Upstream), [self.fibre(number) for number in range(self.fibres)])
            hangs = [{"ap_id": i, "upstream_id": self.fibre_of(i), "since": START, "by": ""} for i in self.ids]
            session.execute(insert(Dependency), hangs)
            fence = take(session, "collector", "virtual", START, 10**6)
        assert fence is not None
        self.fence: Fence = fence
        self.recorder = Recorder(self.engine, 1, misses=MISSES)
        self.status = Status(INTERVAL_S, "virtual", START)
        self.last_slot = dict.fromkeys(self.ids, 0)
        self.silent = dict.fromkeys(self.ids, 0)
        self.due = {i: START + self.phase(i) for i in self.ids}

    @property
    def ids(self) -> range:
        return range(1, self.aps + 1)

    @property
    def fibres(self) -> int:
        return self.fibre_of(self.aps)

    def fibre(self, number: int) -> dict[str, object]:
        named = {"id": number + 1, "city_id": 1, "kind": "fibre", "name": f"F{number + 1}"}
        return named | {"created_at": START, "created_by": ""}

    def fibre_of(self, ap_id: int) -> int:
        """A fibre ends within a kelurahan, not with it."""
        return 1 + (ap_id - 1 + self.a_fibre // 2) // self.a_fibre

    def of_fibre(self, number: int) -> frozenset[int]:
        return frozenset(i for i in self.ids if self.fibre_of(i) == number)

    def of_area(self, number: int) -> frozenset[int]:
        points = self.aps // self.a_point
        return frozenset(i for i in self.ids if area_of(1 + (i - 1) // self.a_point, points) == number)

    def phase(self, ap_id: int) -> int:
        return int(ap_id * 0.6180339887 % 1 * SPREAD_S)

    def run(self, seconds: int, answers: Answers | None = None) -> None:
        """Polls are recorded and looked at together every `look_s`."""
        self.answers = answers or self.answers
        for _ in range(seconds // self.look_s):
            self.now += self.look_s
            self.record(self.polled())
            self.watch()

    def watch(self) -> None:
        with self.clock():
            watch(self.engine, self.fence)

    @contextmanager
    def clock(self) -> Iterator[None]:
        with patch.object(clock, "now", lambda: self.now):
            yield

    def polled(self) -> list[Poll]:
        found = [self.ask(i, self.due[i]) for i in self.ids if self.due[i] <= self.now]
        return [one for one in found if one is not None]

    def ask(self, ap_id: int, at: int) -> Poll | None:
        """As hotspot.poller does: silent once, it is asked again soon."""
        slot, answer = slot_of(at, INTERVAL_S, self.last_slot[ap_id]), self.answers(ap_id, at)
        turn = int(next_turn(at, INTERVAL_S, self.phase(ap_id)))
        self.silent[ap_id] = self.silent[ap_id] + 1 if answer is False else 0
        if answer is False:
            self.missed_at.setdefault(ap_id, at)
        else:
            self.missed_at.pop(ap_id, None)
        again = 0 < self.silent[ap_id] < MISSES and at + AGAIN_S + ROOM_S <= turn
        self.due[ap_id] = at + AGAIN_S if again else turn
        if slot is None:
            return None
        self.last_slot[ap_id] = slot
        result = PollResult(ap_id, at, answer)
        if answer:
            result = PollResult(ap_id, at, True, 0.004, clock=AgentClock((at - START + 86_400) * 100))
        return Poll(slot, INTERVAL_S, result)

    def record(self, polls: list[Poll]) -> None:
        self.status.heartbeat = self.now
        self.recorder.record(
            polls, fence=None, trusted=self.trusted, also=lambda session: report(session, [self.status], {})
        )

    def sleep(self, seconds: int) -> None:
        """Nobody polls meanwhile; then another process begins."""
        self.now += seconds
        self.recorder = Recorder(self.engine, 1, misses=MISSES)
        start = self.now - self.now % INTERVAL_S
        self.due = {i: max(self.now, start + self.phase(i)) for i in self.ids}
        self.silent = dict.fromkeys(self.ids, 0)

    def messages(self) -> list[Message]:
        """Those to one person, in the order in which they were written."""
        query = (
            select(OutboxMessage.created_at, OutboxMessage.event, Incident.kind, Incident.shared, Incident.members)
            .join(Incident, Incident.id == OutboxMessage.incident_id)
            .order_by(OutboxMessage.id)
        )
        with reading(self.engine) as session:
            return [Message(*row) for row in session.execute(query)]


def area_of(point_id: int, points: int) -> int:
    """Neighbours stand in one kelurahan."""
    return (point_id - 1) * AREAS // points


def areas() -> Iterator[dict[str, object]]:
    for number in range(DISTRICTS):
        named = {"id": 1 + number, "code": f"36.74.{number:02}", "name": f"D{number}", "level": "district"}
        yield {"city_id": 1, "parent_id": None} | named
    for number in range(AREAS):
        parent = 1 + number % DISTRICTS
        named = {"code": f"36.74.{number % DISTRICTS:02}.{number:04}", "name": f"K{number}", "level": "village"}
        yield {"id": 100 + number, "city_id": 1, "parent_id": parent} | named


def site(number: int, of: int) -> dict[str, object]:
    return {
        "id": number,
        "city_id": 1,
        "area_id": 100 + area_of(number, of),
        "name": f"S{number}",
        "venue_kind": "park",
    }


def point(number: int) -> dict[str, object]:
    named = {"id": number, "city_id": 1, "site_id": number, "code": f"T{number}", "name": f"Titik {number}"}
    return named | {"lifecycle": "active", "provider_id": 1 + number % PROVIDERS}
