"""The annexes against the inventory against what was measured, of a month: each difference with its reason.

Two services are near each other by the great circle between them (geography.distance_m).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import cos, floor, radians

from hotspot.analytics.contracts import Line, within
from hotspot.analytics.geography import EARTH_M, distance_m
from hotspot.analytics.geography import Place as Position
from hotspot.analytics.import_row import N_, Reason
from hotspot.analytics.inventory import BUILT, GONE

NEAR_M = 30.0
CELL_M = 31.0  # of the grid that leaves only neighbours to compare
DEGREE_M = radians(EARTH_M)  # of latitude
MOST = 10_000  # findings of a kind; more of them say that something else is wrong
KINDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "gone": ("Dibayar, tetapi titik sudah dibongkar", "Paid, but the point was taken down"),
    "not_built": ("Dibayar, tetapi titik belum terpasang", "Paid, but the point is not built yet"),
    "never_seen": ("Dibayar, tetapi tidak pernah menjawab", "Paid, but never seen"),
    "twice": ("Dibayar dua kali", "Paid twice"),
    "near": ("Dua layanan dalam jarak 30 m", "Two services within 30 m"),
    "other_provider": ("Penyedia berbeda", "Another provider than in the inventory"),
    "unpaid": ("Terpasang, tetapi tidak dibayar", "Installed, but not paid"),
    "never_in_annex": ("Tidak ada di lampiran mana pun", "In no annex at all"),
}

NAMELESS = N_("it is accepted, and no contract names it")
WAITING = N_("it is installed but not accepted yet, and no contract names it")


@dataclass(frozen=True, slots=True)
class Place:
    """A point as the inventory and the polls tell it at the end of the month.

    `polls` and `answered` are those of the month, of its `access_points` together.
    """

    code: str
    name: str
    stage: str
    installed_on: date | None
    accepted_on: date | None
    provider: str
    latitude: float | None
    longitude: float | None
    access_points: int
    polls: int
    answered: int

    def is_built(self, day: date) -> bool:
        return self.stage in BUILT and (self.installed_on is None or self.installed_on <= day)


@dataclass(frozen=True, slots=True)
class Paid:
    """A line with its contract's provider."""

    line: Line
    provider: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is a key of KINDS; `other` is the code of a second point, `fee_rp` a month what is in question."""

    kind: str
    code: str
    name: str
    contract: str
    other: str
    fee_rp: int
    reason: Reason


def reconcile(places: Iterable[Place], paid: Sequence[Paid], first: date, last: date) -> dict[str, list[Finding]]:
    """By every key of KINDS, of the days from `first` to `last`; each list by code."""
    known = {place.code: place for place in places}
    lines = [one for one in paid if within(one.line, first, last)]
    found: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
    for one in (
        *(finding for line in lines for finding in judged(line, known[line.line.point])),
        *twice(lines, known),
        *unpaid(known.values(), paid, first, last),
        *near([place for place in known.values() if place.is_built(last)], lines),
    ):
        if len(found[one.kind]) < MOST:
            found[one.kind].append(one)
    return {kind: sorted(own, key=lambda one: (one.code, one.contract, one.other)) for kind, own in found.items()}


def judged(one: Paid, place: Place) -> Iterator[Finding]:
    """What is wrong with a line that was paid."""
    if place.stage in GONE:
        yield of_line("gone", one, place, Reason(N_("the point was relocated or retired")))
    elif place.stage not in BUILT:
        yield of_line("not_built", one, place, Reason(N_("nothing is installed there yet")))
    elif not place.access_points:
        yield of_line("never_seen", one, place, Reason(N_("it has no access point in the inventory")))
    elif not place.polls:
        yield of_line("never_seen", one, place, Reason(N_("nobody polled it: whether it ran is unknown")))
    elif not place.answered:
        polls = Reason(N_("polled %(polls)s times and never answered"), {"polls": place.polls})
        yield of_line("never_seen", one, place, polls)
    if place.provider and place.provider != one.provider:
        reason = N_("the contract is with %(contract)s, the inventory says %(inventory)s")
        yield of_line(
            "other_provider", one, place, Reason(reason, {"contract": one.provider, "inventory": place.provider})
        )


def of_line(kind: str, one: Paid, place: Place, reason: Reason) -> Finding:
    return Finding(kind, place.code, place.name, one.line.contract, "", one.line.monthly_fee_rp, reason)


def twice(lines: Iterable[Paid], known: Mapping[str, Place]) -> Iterator[Finding]:
    """Lines of a point that share a day."""
    by_point: dict[str, list[Line]] = defaultdict(list)
    for one in lines:
        by_point[one.line.point].append(one.line)
    for code, own in by_point.items():
        own.sort(key=lambda line: (line.starts_on, line.contract))
        for before, line in pairwise(own):
            if before.meets(line):
                reason = N_("contract %(contract)s pays for it from %(start)s to %(end)s, too")
                values = {"contract": before.contract, "start": before.starts_on, "end": before.ends_on}
                name = known[code].name
                yield Finding("twice", code, name, line.contract, "", line.monthly_fee_rp, Reason(reason, values))


def unpaid(places: Iterable[Place], paid: Iterable[Paid], first: date, last: date) -> Iterator[Finding]:
    """Built points that no line covers in the month; those that never were in one are another kind."""
    by_point: dict[str, list[Line]] = defaultdict(list)
    for one in paid:
        by_point[one.line.point].append(one.line)
    for place in places:
        own = by_point.get(place.code, [])
        if not place.is_built(last) or any(within(line, first, last) for line in own):
            continue
        if not own:
            accepted = place.accepted_on is not None and place.accepted_on <= last
            reason = Reason(NAMELESS if accepted else WAITING)
            yield Finding("never_in_annex", place.code, place.name, "", "", 0, reason)
            continue
        before = [line for line in own if line.ends_on < first]
        if before:
            line = max(before, key=lambda line: line.ends_on)
            reason = Reason(N_("its last line ended on %(day)s"), {"day": line.ends_on})
        else:
            line = min(own, key=lambda line: line.starts_on)
            reason = Reason(N_("its first line starts on %(day)s only"), {"day": line.starts_on})
        yield Finding("unpaid", place.code, place.name, line.contract, "", line.monthly_fee_rp, reason)


def near(places: Iterable[Place], lines: Iterable[Paid]) -> Iterator[Finding]:
    """Pairs of built points at most NEAR_M apart."""
    contracts = {one.line.point: one.line for one in lines}
    for a, b, metres in pairs(sorted(places, key=lambda place: place.code)):
        line = contracts.get(a.code)
        both = line is not None and b.code in contracts
        reason = N_("%(metres)s m from %(other)s, both paid") if both else N_("%(metres)s m from %(other)s")
        values = {"metres": round(metres), "other": b.code}
        contract, fee = (line.contract, line.monthly_fee_rp) if line else ("", 0)
        yield Finding("near", a.code, a.name, contract, b.code, fee, Reason(reason, values))


def pairs(places: Iterable[Place]) -> Iterator[tuple[Place, Place, float]]:
    """At most MOST of them, so that points heaped on one place cost no more than that."""
    cells: dict[tuple[int, int], list[tuple[Place, Position]]] = defaultdict(list)
    told = 0
    for place in places:
        if place.latitude is None or place.longitude is None:
            continue
        here = (place.latitude, place.longitude)
        row = floor(here[0] * DEGREE_M / CELL_M)
        for north in (row - 1, row, row + 1):
            column = column_of(north, here[1])
            for east in (column - 1, column, column + 1):
                for other, there in cells.get((north, east), ()):
                    metres = distance_m(there, here)
                    if metres <= NEAR_M:
                        yield other, place, metres
                        told += 1
                        if told >= MOST:
                            return
        cells[row, column_of(row, here[1])].append((place, here))


def column_of(row: int, longitude: float) -> int:
    """A row has one width of cells, so that they fit together."""
    narrow = max(cos(radians(row * CELL_M / DEGREE_M)), 0.01)
    return floor(longitude * narrow * DEGREE_M / CELL_M)
