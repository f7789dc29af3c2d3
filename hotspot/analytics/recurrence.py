"""Work that comes again by the city's clock: on which days, from what time, for how long; as JSON and as instants.

The time on the wall is kept where clocks are set: one that a clock skips comes as much later, of one that it shows
twice the first is meant (RFC 5545, 3.3.5). The length is that of a stopwatch.
"""

import json
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from hotspot.analytics.calendar import Period, day_of
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.service_hours import DAY_MINUTES, instant

WEEKLY, DAY_OF_MONTH, WEEKDAY_OF_MONTH = "weekly", "day_of_month", "weekday_of_month"
EVERY = (WEEKLY, DAY_OF_MONTH, WEEKDAY_OF_MONTH)
LAST = -1  # of the month
NTHS = (1, 2, 3, 4, LAST)
SHORTEST_MIN, LONGEST_MIN = 5, DAY_MINUTES
MOST_WEEKS = 12
LONGEST_DAYS = 3660  # from the first day to the last, and from today to the first
WEEK = 7


@dataclass(frozen=True, slots=True)
class Pattern:
    """`weekdays` (Monday is 0) and `weeks` are those of a weekly one, with `nth` those of a month; `day` is one of
    the month, in shorter months their last. Weeks are counted from the one in which `first` lies.
    """

    every: str
    start_min: int  # of the day, on the clock
    length_min: int
    first: date
    last: date | None = None
    weekdays: tuple[int, ...] = ()
    weeks: int = 1
    nth: int = 1
    day: int = 1


def checked(pattern: Pattern, today: date) -> Pattern:
    """The pattern, without what its kind doesn't use. Raises RejectedError with the field of the form."""
    if pattern.every not in EVERY:
        reject("every", N_("choose one of the list"))
    within("at", pattern.start_min, 0, DAY_MINUTES - 1)
    within("length", pattern.length_min, SHORTEST_MIN, LONGEST_MIN)
    span = pattern.last - pattern.first if pattern.last else timedelta()
    if abs((pattern.first - today).days) > LONGEST_DAYS:
        reject("first", N_("more than ten years from today"))
    if span < timedelta():
        reject("last", N_("the last day lies before the first"))
    if span.days > LONGEST_DAYS:
        reject("last", N_("more than ten years after the first day"))
    found = checked_days(pattern)
    if next(days(found, found.first), None) is None:
        reject("last", N_("nothing of it falls between the first day and the last"))
    return found


def checked_days(pattern: Pattern) -> Pattern:
    """What says on which days, alone."""
    common = (pattern.every, pattern.start_min, pattern.length_min, pattern.first, pattern.last)
    if pattern.every == DAY_OF_MONTH:
        within("day", pattern.day, 1, 31)
        return Pattern(*common, day=pattern.day)
    weekdays = tuple(sorted(set(pattern.weekdays)))
    if not weekdays or not set(weekdays) <= set(range(WEEK)):
        reject("weekdays", N_("choose at least one day of the week"))
    if pattern.every == WEEKDAY_OF_MONTH:
        if pattern.nth not in NTHS:
            reject("nth", N_("choose one of the list"))
        return Pattern(*common, weekdays=weekdays, nth=pattern.nth)
    within("weeks", pattern.weeks, 1, MOST_WEEKS)
    if 2 * len(weekdays) * pattern.length_min > pattern.weeks * WEEK * DAY_MINUTES:
        reject("length", N_("more than half of all time would be maintenance"))
    return Pattern(*common, weekdays=weekdays, weeks=pattern.weeks)


def within(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        reject(field, N_("between %(least)s and %(most)s"), least=least, most=most)


def falls_on(pattern: Pattern, day: date) -> bool:
    if day < pattern.first or (pattern.last and day > pattern.last):
        return False
    in_month = monthrange(day.year, day.month)[1]
    if pattern.every == DAY_OF_MONTH:
        return day.day == min(pattern.day, in_month)
    if day.weekday() not in pattern.weekdays:
        return False
    if pattern.every == WEEKLY:
        return (monday(day) - monday(pattern.first)).days // WEEK % pattern.weeks == 0
    if pattern.nth == LAST:
        return day.day > in_month - WEEK
    return (day.day - 1) // WEEK + 1 == pattern.nth


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days(pattern: Pattern, since: date) -> Iterator[date]:
    """On which it falls from that day on, in order; a pattern without an end has one only where the calendar has."""
    day = max(since, pattern.first)
    end = pattern.last or date(day.year + 100, 1, 1)
    while day <= end:
        if falls_on(pattern, day):
            yield day
        day += timedelta(days=1)


def occurrences(pattern: Pattern, zone: str, a: int, b: int) -> list[Period]:
    """Those that begin in [a, b), in order."""
    found = []
    for start, end in coming(pattern, zone, a):
        if start >= b:
            break
        found.append((start, end))
    return found


def next_occurrences(pattern: Pattern, zone: str, after: int, number: int) -> list[Period]:
    """So many of those that begin at that instant or later, fewer where it ends before."""
    return list(islice(coming(pattern, zone, after), number))


def coming(pattern: Pattern, zone: str, after: int) -> Iterator[Period]:
    clock = ZoneInfo(zone)
    for day in days(pattern, day_of(zone, after) - timedelta(days=1)):  # a skipped time may lie behind midnight
        start = instant(datetime.combine(day, time(), clock), pattern.start_min)
        if start >= after:
            yield start, start + 60 * pattern.length_min


def text(pattern: Pattern) -> str:
    """As JSON, which `read` takes back."""
    return json.dumps(asdict(pattern), default=date.isoformat, sort_keys=True)


def read(stored: str) -> Pattern:
    """What `text` wrote."""
    fields: dict[str, Any] = json.loads(stored)
    last = date.fromisoformat(fields["last"]) if fields["last"] else None
    known = {"first": date.fromisoformat(fields["first"]), "last": last, "weekdays": tuple(fields["weekdays"])}
    return Pattern(**(fields | known))
