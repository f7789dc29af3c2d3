"""What a contract's month is made of: each second up, down, unknown, in maintenance or excluded, by day and by outage.

Exclusions are intersected with the spans, never subtracted by their length; what lies in maintenance or outside the
service hours is not excluded a second time, so that without exclusions the seconds are those of analytics.availability.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hotspot.analytics.calendar import Period
from hotspot.analytics.spans import MAINTENANCE, UP, Span, outside, overlap, partition, union, within

EXCLUDED = 4  # the state of time that somebody excluded, beside those of spans.State


@dataclass(frozen=True, slots=True)
class Seconds:
    """Of each state in the service hours of a window, added over its access points."""

    up_s: int = 0
    down_s: int = 0
    unknown_s: int = 0
    maintenance_s: int = 0
    excluded_s: int = 0

    def __add__(self, other: "Seconds") -> "Seconds":
        return Seconds(
            self.up_s + other.up_s,
            self.down_s + other.down_s,
            self.unknown_s + other.unknown_s,
            self.maintenance_s + other.maintenance_s,
            self.excluded_s + other.excluded_s,
        )

    @property
    def total_s(self) -> int:
        return self.up_s + self.down_s + self.unknown_s + self.maintenance_s + self.excluded_s

    @property
    def availability(self) -> Fraction | None:
        """As measured, whatever a rule makes of unknown time; None when nothing was observed."""
        known = self.up_s + self.down_s
        return Fraction(self.up_s, known) if known else None

    @property
    def coverage(self) -> Fraction | None:
        """The share of what was not excluded in which somebody looked, or planned not to; None of no time."""
        rest = self.total_s - self.excluded_s
        return Fraction(rest - self.unknown_s, rest) if rest else None


@dataclass(frozen=True, slots=True)
class Watched:
    """An access point while it stood at a point in the month, `[a, b)`; spans come in order of time."""

    name: str
    a: int
    b: int
    spans: Sequence[Span]
    maintenance: Sequence[Period]


@dataclass(frozen=True, slots=True)
class Stretch:
    """An outage, or a time in which nobody looked, as far as it touches a month.

    `start` and `end` are its own, beyond the month too; the seconds are those in service hours of the month, counted
    in its state, or taken out of it. `excluded` are the exclusions (places in the list given) that took something.
    """

    name: str
    start: int
    end: int
    state: int
    counted_s: int
    maintenance_s: int
    excluded_s: int
    excluded: tuple[int, ...]


def parts(one: Watched, exclusions: Sequence[Period], service: Sequence[Period] | None) -> list[Span]:
    """Its time in service hours in spans without overlap, in order within each state's source.

    `exclusions` may overlap each other; service hours come in order and do not.
    """
    found = partition(one.spans, one.maintenance, one.a, one.b)
    if service is not None:
        found = within(found, service)
    out = union(exclusions, one.a, one.b)
    return list(_excluding(found, out)) if out else found


def by_day(parts: Iterable[Span], days: Sequence[Period]) -> list[Seconds]:
    """The seconds of each day; days come in order, without hole, and hold all parts."""
    sums = [[0, 0, 0, 0, 0] for _ in days]
    day = 0
    for part in parts:
        while day and part.start < days[day][0]:
            day -= 1
        while part.start >= days[day][1]:
            day += 1
        start, state = part.start, part.state
        while part.end > days[day][1]:
            sums[day][state] += days[day][1] - start
            start = days[day][1]
            day += 1
        sums[day][state] += part.end - start
    return [Seconds(up, down, unknown, maintenance, out) for down, up, unknown, maintenance, out in sums]


def stretches(one: Watched, exclusions: Sequence[Period], service: Sequence[Period] | None) -> Iterator[Stretch]:
    """All that was not up, in order of time, with what maintenance and exclusions took out of it."""
    own = {max(span.start, one.a): span for span in one.spans if span.end > one.a}
    for part in partition(one.spans, [], one.a, one.b):
        if part.state == UP:
            continue
        whole = own.get(part.start, part)
        hours = [part] if service is None else within([part], service)
        planned = union(one.maintenance, part.start, part.end)
        rest = [piece for span in hours for piece in outside(planned, span.start, span.end)]
        in_service, left = sum(span.end - span.start for span in hours), _length(rest)
        out = union(exclusions, part.start, part.end)
        excluded_s = sum(_length(overlap(out, start, end)) for start, end in rest) if out else 0
        hit = (place for place, each in enumerate(exclusions) if any(_touches(each, piece) for piece in rest))
        yield Stretch(
            one.name, whole.start, whole.end, part.state, left - excluded_s, in_service - left, excluded_s,
            tuple(hit) if excluded_s else (),
        )  # fmt: skip


def _excluding(found: Iterable[Span], out: Sequence[Period]) -> Iterator[Span]:
    for part in found:
        if part.state == MAINTENANCE:
            yield part
            continue
        for start, end in outside(out, part.start, part.end):
            yield Span(start, end, part.state)
        for start, end in overlap(out, part.start, part.end):
            yield Span(start, end, EXCLUDED)


def _length(pieces: Iterable[Period]) -> int:
    return sum(end - start for start, end in pieces)


def _touches(one: Period, other: Period) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])
