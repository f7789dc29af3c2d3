"""Hours, days, months and years of a city as instants, cut in its own time zone."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR_S = 3600
Period = tuple[int, int]  # half-open [start, end)


def day_of(zone: str, at: int) -> date:
    """The date on the city's clocks."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).date()


def midnight(zone: str, day: date) -> int:
    """The instant with which the day begins; where clocks skip midnight, the first instant there is."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


def is_skipped(zone: str, local: datetime) -> bool:
    """Whether the zone's clocks never show that time, for they are set forward over it."""
    clock = ZoneInfo(zone)
    shown = datetime.fromtimestamp(local.replace(tzinfo=clock).timestamp(), clock)
    return shown.replace(tzinfo=None) != local


def day_start(zone: str, at: int) -> int:
    return midnight(zone, day_of(zone, at))


def hour_start(zone: str, at: int) -> int:
    """Hours are counted from the city's midnight, which is not a whole hour of UTC everywhere."""
    return at - (at - day_start(zone, at)) % HOUR_S


def days(zone: str, a: int, b: int) -> Iterator[Period]:
    """The whole days that overlap `[a, b)`, in order."""
    day = day_of(zone, a)
    while (start := midnight(zone, day)) < b:
        day += timedelta(days=1)
        yield start, midnight(zone, day)


def hours(zone: str, a: int, b: int) -> Iterator[Period]:
    """The whole hours that overlap `[a, b)`, in order; no hour reaches over midnight."""
    for first, last in days(zone, a, b):
        for start in range(first, last, HOUR_S):
            if start < b and start + HOUR_S > a:
                yield start, min(start + HOUR_S, last)


def months(zone: str, a: int, b: int) -> Iterator[Period]:
    """The whole months that overlap `[a, b)`, in order."""
    day = day_of(zone, a).replace(day=1)
    while (start := midnight(zone, day)) < b:
        day = (day + timedelta(days=31)).replace(day=1)
        yield start, midnight(zone, day)


DATES = re.compile(r"(2\d{3})(?:-(\d\d))?(?:-(\d\d))?")
LENGTHS = re.compile(r"([1-9]\d{0,5})([hd])")


def period(zone: str, text: str, now: int) -> Period:
    """What a word means: a calendar year, month or day of the zone (`2026`, `2026-11`, `2026-11-21`), the last hours
    to the second (`24h`), or today until now and the whole days before it (`30d` are today and 29 days).

    Raises ValueError with a sentence.
    """
    if length := LENGTHS.fullmatch(text):
        number = int(length[1])
        if length[2] == "h":
            return now - number * HOUR_S, now
        return midnight(zone, day_of(zone, now) - timedelta(days=number - 1)), now
    found = DATES.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        first = date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        raise ValueError("is not a period like 2026, 2026-11, 2026-11-21, 24h or 30d") from None
    if found[3]:
        after = first + timedelta(days=1)
    elif found[2]:
        after = (first + timedelta(days=31)).replace(day=1)
    else:
        after = first.replace(year=first.year + 1)
    return midnight(zone, first), midnight(zone, after)
