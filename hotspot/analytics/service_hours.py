"""Service hours: a weekly schedule in the city's zone, written `Mon-Fri 07:00-17:00; Sat 08:00-12:00`."""

import re
from datetime import datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from hotspot.analytics.calendar import Period, day_of
from hotspot.analytics.spans import union

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RULE = re.compile(r"([a-z,\s-]+?)\s+(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
DAY_MINUTES = 24 * 60
Schedule = tuple[tuple[int, int, int], ...]  # weekday (Monday is 0), first minute, minute after the last


def parsed(text: str) -> Schedule:
    """Raises ValueError with a sentence."""
    rules = [rule(part) for part in text.split(";") if part.strip()]
    if not rules:
        raise ValueError("is empty")
    return tuple(sorted(chain.from_iterable(rules)))


def rule(text: str) -> Schedule:
    found = RULE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"{text.strip()[:40]!r} is not like Mon-Fri 07:00-17:00")
    hour, minute, until_hour, until_minute = map(int, found.groups()[1:])
    start, end = hour * 60 + minute, until_hour * 60 + until_minute
    if max(minute, until_minute) > 59 or end > DAY_MINUTES:
        raise ValueError(f"{text.strip()[:40]!r} has a time that is none; a day ends at 24:00")
    if start >= end:
        raise ValueError(f"{text.strip()[:40]!r} ends before it begins; write two parts around midnight")
    return tuple((day, start, end) for part in found[1].split(",") for day in weekdays(part.strip()))


def weekdays(text: str) -> list[int]:
    """`mon`, or `fri-mon` over the week's end."""
    first, _, last = (part.strip() for part in text.partition("-"))
    for name in (first, last or first):
        if name not in DAYS:
            raise ValueError(f"{name!r} is none of {', '.join(DAYS)}")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def open_periods(schedule: Schedule, zone: str, a: int, b: int) -> list[Period]:
    """The service hours within `[a, b)`, in order, without overlap."""
    if a >= b:
        return []
    found: list[Period] = []
    day, last, clock = day_of(zone, a), day_of(zone, b), ZoneInfo(zone)
    while day <= last:
        midnight = datetime.combine(day, time(), clock)
        found += [
            (instant(midnight, start), instant(midnight, end))
            for weekday, start, end in schedule
            if weekday == day.weekday()
        ]
        day += timedelta(days=1)
    return union(found, a, b)


def instant(midnight: datetime, minute: int) -> int:
    """When the day's clock shows that minute for the first time; one that the clock skips comes as much later."""
    return int((midnight + timedelta(minutes=minute)).timestamp())  # adds to the clock, not to the instant
