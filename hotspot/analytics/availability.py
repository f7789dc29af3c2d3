"""Availability: what the seconds of each state in a window say, and what its outages say."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from hotspot.analytics.calendar import Period
from hotspot.analytics.spans import DOWN, MAINTENANCE, UNKNOWN, UP, Span, outside, overlap, partition, union, within


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds of each state; together they are the window, so figures of its parts add up to its own."""

    up_s: int = 0
    down_s: int = 0
    unknown_s: int = 0
    maintenance_s: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(
            self.up_s + other.up_s,
            self.down_s + other.down_s,
            self.unknown_s + other.unknown_s,
            self.maintenance_s + other.maintenance_s,
        )

    @property
    def total_s(self) -> int:
        return self.up_s + self.down_s + self.unknown_s + self.maintenance_s

    @property
    def availability(self) -> float | None:
        """Between 0 and 1; None when nothing was observed, which is not the same as 0."""
        return _share(self.up_s, self.up_s + self.down_s)

    @property
    def coverage(self) -> float | None:
        """The share of the window that was looked at or planned; to be shown beside every availability."""
        return _share(self.total_s - self.unknown_s, self.total_s)

    @property
    def worst(self) -> float | None:
        """The availability had all unknown time been down."""
        return _share(self.up_s, self.up_s + self.down_s + self.unknown_s)

    @property
    def best(self) -> float | None:
        """The availability had all unknown time been up."""
        return _share(self.up_s + self.unknown_s, self.up_s + self.down_s + self.unknown_s)


@dataclass(frozen=True, slots=True)
class Outages:
    """Of the outages that overlap a window; the sums of several devices add up to those of all."""

    count: int = 0
    began: int = 0  # in the window
    ended: int = 0  # in the window, the device having answered
    repairs_s: int = 0  # the lengths of those that ended
    up_s: int = 0
    longest_s: int = 0

    def __add__(self, other: "Outages") -> "Outages":
        return Outages(
            self.count + other.count,
            self.began + other.began,
            self.ended + other.ended,
            self.repairs_s + other.repairs_s,
            self.up_s + other.up_s,
            max(self.longest_s, other.longest_s),
        )

    @property
    def mttr_s(self) -> float | None:
        """The mean length of those that ended in the window."""
        return _share(self.repairs_s, self.ended)

    @property
    def mtbf_s(self) -> float | None:
        """Seconds up for each one that began in the window."""
        return _share(self.up_s, self.began)


def figure(parts: Iterable[Span]) -> Figure:
    """The sums of the parts by state."""
    seconds = [0, 0, 0, 0]
    for part in parts:
        seconds[part.state] += part.end - part.start
    return Figure(seconds[UP], seconds[DOWN], seconds[UNKNOWN], seconds[MAINTENANCE])


def figure_of(
    spans: Sequence[Span], maintenance: Sequence[Period], a: int, b: int, service: Sequence[Period] | None = None
) -> Figure:
    """Of `[a, b)`, or of what the service hours leave of it; those come in order and do not overlap."""
    parts = partition(spans, maintenance, a, b)
    return figure(parts if service is None else within(parts, service))


def outages(
    spans: Sequence[Span],
    maintenance: Sequence[Period],
    a: int,
    b: int,
    service: Sequence[Period] | None = None,
    up_s: int | None = None,
) -> Outages:
    """The outages that cost `[a, b)` at least a second in service hours and outside maintenance.

    What lies elsewhere is no part of an outage: one that begins in maintenance begins where that ends. Each has its
    whole length, beyond the window too, so windows and hours must be known as far as the spans reach. An outage ended
    when the device answered; one that was lost from sight did not. `up_s` saves counting it again.
    """
    lengths: list[int] = []
    repaired: list[int] = []
    began = 0
    for index, span in enumerate(spans):
        if span.state != DOWN or span.end <= a or span.start >= b:
            continue
        pieces = _counted(span, maintenance, service)
        if not any(max(start, a) < min(end, b) for start, end in pieces):
            continue
        length = sum(end - start for start, end in pieces)
        lengths.append(length)
        began += a <= pieces[0][0]
        if pieces[-1][1] <= b and index + 1 < len(spans) and spans[index + 1].state == UP:
            repaired.append(length)
    return Outages(
        count=len(lengths),
        began=began,
        ended=len(repaired),
        repairs_s=sum(repaired),
        up_s=figure_of(spans, maintenance, a, b, service).up_s if up_s is None else up_s,
        longest_s=max(lengths, default=0),
    )


class Clock:
    """Counts the seconds that matter: in the service hours and outside maintenance."""

    def __init__(self, periods: Sequence[Period]) -> None:
        """`periods` come in order and do not overlap."""
        self._starts = [start for start, _ in periods]
        self._ends = [end for _, end in periods]
        self._before = [0, *accumulate(end - start for start, end in periods)]

    def at(self, t: int) -> int:
        """How many had passed at that instant."""
        place = bisect_right(self._starts, t) - 1
        if place < 0:
            return 0
        return self._before[place] + min(t, self._ends[place]) - self._starts[place]


def clock(service: Sequence[Period] | None, maintenance: Sequence[Period], a: int, b: int) -> Clock:
    """For [a, b); without service hours every hour is one."""
    hours = [(a, b)] if service is None else overlap(service, a, b)
    windows = union(maintenance, a, b)
    return Clock([piece for start, end in hours for piece in outside(windows, start, end)])


def told(spans: Sequence[Span], hours: Clock, counted: Clock, a: int, b: int) -> tuple[Figure, Outages]:
    """Both figure_of and outages in one pass, by clocks that know the window and every outage that touches it.

    `hours` counts the service hours, `counted` those of them outside maintenance. A long record with service hours is
    cut into no pieces, which saves most of the time.
    """
    seconds = [0, 0, 0]
    lengths: list[int] = []
    repaired: list[int] = []
    began = 0
    at = counted.at
    from_, to = at(a), at(b)
    for index, span in enumerate(spans):
        if span.end <= a or span.start >= b:
            continue
        first, last = at(span.start), at(span.end)
        inside = min(last, to) - max(first, from_)
        seconds[span.state] += inside
        if span.state == DOWN and inside:
            lengths.append(last - first)
            began += first >= from_
            if last <= to and index + 1 < len(spans) and spans[index + 1].state == UP:
                repaired.append(last - first)
    up_s, down_s = seconds[UP], seconds[DOWN]
    whole = hours.at(b) - hours.at(a)
    figure = Figure(up_s, down_s, to - from_ - up_s - down_s, whole - (to - from_))
    return figure, Outages(len(lengths), began, len(repaired), sum(repaired), up_s, max(lengths, default=0))


MONITORING_BROKEN = 4  # of an access point now: unknown, because it answers pings but not SNMP


def point_state(states: Collection[int]) -> str:
    """A point from its access points: up, degraded (some down), down, or unknown; unknown members do not count.

    Where nothing is known, one member whose monitoring is broken gives the point that word.
    """
    known = {state for state in states if state in (UP, DOWN)}
    if not known:
        return "monitoring_broken" if MONITORING_BROKEN in states else "unknown"
    if known == {UP}:
        return "up"
    return "down" if known == {DOWN} else "degraded"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _counted(span: Span, maintenance: Sequence[Period], service: Sequence[Period] | None) -> list[Period]:
    """The pieces of the span in service hours and outside maintenance."""
    hours = [(span.start, span.end)] if service is None else overlap(service, span.start, span.end)
    if not maintenance:
        return hours
    windows = union(maintenance, span.start, span.end)
    return [piece for start, end in hours for piece in outside(windows, start, end)]
