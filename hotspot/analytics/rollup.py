"""Which hours and days a roll-up makes anew, and the seconds of each state in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotspot.analytics.availability import figure
from hotspot.analytics.calendar import Period, days, hours, months
from hotspot.analytics.spans import UNKNOWN, Span, partition

Seconds = tuple[int, int, int, int]  # up, down, unknown, maintenance


@dataclass(frozen=True, slots=True)
class Day:
    """A day and those of its hours that are made anew, all cut off at the instant of the roll-up."""

    start: int
    end: int
    hours: tuple[Period, ...]


def touched(zone: str, since: int, now: int) -> Iterator[Day]:
    """The days with an hour that overlaps `[since, now)`."""
    for start, end in days(zone, since, now):
        anew = [(first, min(last, now)) for first, last in hours(zone, max(since, start), min(end, now))]
        if anew:
            yield Day(start, min(end, now), tuple(anew))


def in_months(zone: str, a: int, b: int, made: int) -> tuple[list[Period], list[Period]]:
    """A window as what is read by the month, those that lie in it and are over at `made`, and by the day."""
    whole = [(first, last) for first, last in months(zone, a, b) if first >= a and last <= min(b, made)]
    if not whole:
        return [], [(a, b)]
    first, last = whole[0][0], whole[-1][1]
    return [(first, last)], [(start, end) for start, end in ((a, first), (last, b)) if start < end]


def was_watched(spans: Sequence[Span], day: Day, polling: bool) -> bool:
    """Whether a day of an access point is worth a row: it is polled, or something was known of it that day.

    So one that was taken down does not weigh on the coverage of its area for ever.
    """
    begun = (span for span in spans if span.start < day.end)
    return any(polling or (span.state != UNKNOWN and span.end > day.start) for span in begun)


def seconds(spans: Sequence[Span], maintenance: Sequence[Period], a: int, b: int) -> Seconds:
    sums = figure(partition(spans, maintenance, a, b))
    return sums.up_s, sums.down_s, sums.unknown_s, sums.maintenance_s
