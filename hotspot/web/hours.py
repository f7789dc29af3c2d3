"""Weekly hours in words: neighbouring days of the same hours together, as people write them on a door."""

from itertools import groupby

from babel.dates import get_day_names

from hotspot.analytics.service_hours import Schedule
from hotspot.web.words import locale

Hours = tuple[tuple[int, int], ...]  # first minute of a day, minute after the last


def in_words(schedule: Schedule) -> list[str]:
    """Sen-Jum 07.00-17.00 (Indonesian) or Mon-Fri 07:00-17:00; a line for each run of days, from Monday on."""
    names = get_day_names("abbreviated", locale=locale())
    by_day = [tuple((start, end) for day, start, end in schedule if day == one) for one in range(7)]
    runs = [[day for day, _ in run] for hours, run in groupby(enumerate(by_day), key=lambda one: one[1]) if hours]
    return [f"{days([names[day] for day in run])} {times(by_day[run[0]])}" for run in runs]


def days(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"


def times(hours: Hours) -> str:
    return ", ".join(f"{clock(start)}–{clock(end)}" for start, end in hours)


def clock(minute: int) -> str:
    dot = "." if locale() == "id" else ":"
    return f"{minute // 60:02}{dot}{minute % 60:02}"
