"""Availability: what the seconds of each state in a window say, and what its outages say."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from hotspot.analytics.spans import DOWN, MAINTENANCE, UNKNOWN, UP, Span, partition, union


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
    """Of the outages that overlap a window: how many, how many of them ended in it, and their lengths."""

    count: int
    ended: int
    mttr_s: float | None  # mean length of those that ended in the window
    mtbf_s: float | None  # seconds up for each one that began in the window
    longest_s: int


def figure(parts: Iterable[Span]) -> Figure:
    """The sums of the parts by state."""
    seconds = [0, 0, 0, 0]
    for part in parts:
        seconds[part.state] += part.end - part.start
    return Figure(seconds[UP], seconds[DOWN], seconds[UNKNOWN], seconds[MAINTENANCE])


def outages(spans: Sequence[Span], maintenance: Sequence[tuple[int, int]], a: int, b: int) -> Outages:
    """The outages that cost `[a, b)` at least a second outside maintenance, each with its whole length outside it.

    An outage ended when the device answered; one that was lost from sight did not.
    """
    lengths: list[int] = []
    repaired: list[int] = []
    began = 0
    for index, span in enumerate(spans):
        if span.state != DOWN or not _outside(span, maintenance, a, b):
            continue
        length = _outside(span, maintenance, span.start, span.end)
        lengths.append(length)
        began += a <= span.start
        if span.end <= b and index + 1 < len(spans) and spans[index + 1].state == UP:
            repaired.append(length)
    up_s = figure(partition(spans, maintenance, a, b)).up_s
    return Outages(
        count=len(lengths),
        ended=len(repaired),
        mttr_s=fmean(repaired) if repaired else None,
        mtbf_s=up_s / began if began else None,
        longest_s=max(lengths, default=0),
    )


def point_state(states: Collection[int]) -> str:
    """A point from its access points: up, degraded (some down), down, or unknown; unknown members do not count."""
    known = {state for state in states if state in (UP, DOWN)}
    if not known:
        return "unknown"
    if known == {UP}:
        return "up"
    return "down" if known == {DOWN} else "degraded"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _outside(span: Span, maintenance: Sequence[tuple[int, int]], a: int, b: int) -> int:
    """Seconds of the span within `[a, b)` and outside maintenance."""
    start, end = max(span.start, a), min(span.end, b)
    return max(0, end - start) - sum(until - since for since, until in union(maintenance, start, end))
