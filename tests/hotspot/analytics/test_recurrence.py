"""Patterns by the city's clock: their days, their instants where clocks are set, what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.recurrence import (
    DAY_OF_MONTH,
    EVERY,
    LAST,
    NTHS,
    WEEKDAY_OF_MONTH,
    WEEKLY,
    Pattern,
    checked,
    days,
    falls_on,
    next_occurrences,
    occurrences,
    read,
    text,
)

WIB, TODAY = "Asia/Jakarta", date(2026, 11, 21)
WEEKLY_TUESDAY = Pattern(WEEKLY, 2 * 60, 120, date(2026, 11, 24), weekdays=(1,))
HOUR, DAY = 3600, 86_400


def first_days(pattern: Pattern, number: int = 4) -> list[str]:
    found = days(pattern, pattern.first)
    return [f"{next(found):%m-%d}" for _ in range(number)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["11-24", "12-01", "12-08", "12-15"]),
        ({"weekdays": (1, 4)}, ["11-24", "11-27", "12-01", "12-04"]),
        ({"weeks": 2}, ["11-24", "12-08", "12-22", "01-05"]),
        ({"weeks": 2, "weekdays": (0, 1)}, ["11-24", "12-07", "12-08", "12-21"]),  # weeks of the calendar
        ({"every": DAY_OF_MONTH, "day": 15}, ["12-15", "01-15", "02-15", "03-15"]),
        ({"every": DAY_OF_MONTH, "day": 31}, ["11-30", "12-31", "01-31", "02-28"]),
        ({"every": WEEKDAY_OF_MONTH, "nth": 1}, ["12-01", "01-05", "02-02", "03-02"]),
        ({"every": WEEKDAY_OF_MONTH, "nth": 4}, ["11-24", "12-22", "01-26", "02-23"]),
        ({"every": WEEKDAY_OF_MONTH, "nth": LAST}, ["11-24", "12-29", "01-26", "02-23"]),
        ({"every": WEEKDAY_OF_MONTH, "nth": LAST, "weekdays": (5, 6)}, ["11-28", "11-29", "12-26", "12-27"]),
    ],
)
def test_a_pattern_falls_on_its_days(fields: dict[str, Any], expected: list[str]) -> None:
    assert first_days(replace(WEEKLY_TUESDAY, **fields)) == expected


def test_first_and_last_day_are_of_it() -> None:
    found = days(replace(WEEKLY_TUESDAY, last=date(2026, 12, 8)), date(2000, 1, 1))
    assert list(found) == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


def at(zone: str, *when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(zone)).timestamp())  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("zone", [WIB, "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin", "America/New_York"])
def test_the_time_on_the_wall_is_kept(zone: str) -> None:
    pattern = replace(WEEKLY_TUESDAY, first=date(2026, 1, 1), last=date(2026, 12, 31))

    found = occurrences(pattern, zone, 0, 1 << 40)

    assert len(found) == 52
    for start, end in found:
        local = datetime.fromtimestamp(start, ZoneInfo(zone))
        assert (local.weekday(), local.hour, local.minute, end - start) == (1, 2, 0, 2 * HOUR)


@pytest.mark.parametrize(
    ("day", "start_min", "start", "end"),
    [
        (date(2026, 3, 29), 150, (2026, 3, 29, 1, 30), (2026, 3, 29, 3, 30)),  # 02:30 is skipped: 03:30 in summer time
        (date(2026, 3, 29), 60, (2026, 3, 29, 0, 0), (2026, 3, 29, 2, 0)),
        (date(2026, 10, 25), 150, (2026, 10, 25, 0, 30), (2026, 10, 25, 2, 30)),  # 02:30 comes twice: the first
    ],
)
def test_a_time_that_clocks_skip_or_repeat(
    day: date, start_min: int, start: tuple[int, ...], end: tuple[int, ...]
) -> None:
    pattern = Pattern(DAY_OF_MONTH, start_min, 120, day, day, day=day.day)
    spoken = [
        tuple(datetime.fromtimestamp(t, UTC).timetuple())[:5]
        for t in next_occurrences(pattern, "Europe/Berlin", 0, 9)[0]
    ]
    assert spoken == [start, end]


def test_a_window_of_time_has_what_begins_in_it() -> None:
    first = at(WIB, 2026, 11, 24, 2)
    assert occurrences(WEEKLY_TUESDAY, WIB, first, first + 7 * DAY) == [(first, first + 2 * HOUR)]
    assert occurrences(WEEKLY_TUESDAY, WIB, first + 1, first + 7 * DAY) == []
    assert occurrences(WEEKLY_TUESDAY, WIB, first + 1, first + 7 * DAY + 1) == [
        (first + 7 * DAY, first + 7 * DAY + 7200)
    ]
    assert next_occurrences(replace(WEEKLY_TUESDAY, last=date(2026, 11, 30)), WIB, 0, 3) == [(first, first + 2 * HOUR)]


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"every": "yearly"}, "every", "choose one"),
        ({"start_min": -1}, "at", "between 0 and 1439"),
        ({"start_min": 1440}, "at", "between 0 and 1439"),
        ({"length_min": 4}, "length", "between 5 and 1440"),
        ({"length_min": 1441}, "length", "between 5 and 1440"),
        ({"weekdays": ()}, "weekdays", "at least one day"),
        ({"weekdays": (7,)}, "weekdays", "at least one day"),
        ({"weeks": 0}, "weeks", "between 1 and 12"),
        ({"weeks": 13}, "weeks", "between 1 and 12"),
        ({"every": WEEKDAY_OF_MONTH, "nth": 5}, "nth", "choose one"),
        ({"every": WEEKDAY_OF_MONTH, "weekdays": ()}, "weekdays", "at least one day"),
        ({"every": DAY_OF_MONTH, "day": 0}, "day", "between 1 and 31"),
        ({"every": DAY_OF_MONTH, "day": 32}, "day", "between 1 and 31"),
        ({"last": date(2026, 11, 23)}, "last", "before the first"),
        ({"weekdays": (0,), "last": date(2026, 11, 29)}, "last", "nothing of it falls"),
        ({"last": date(2037, 1, 1)}, "last", "more than ten years"),
        ({"first": date(9999, 12, 31)}, "first", "more than ten years"),
        ({"first": date(1, 1, 1)}, "first", "more than ten years"),
        ({"weekdays": tuple(range(7)), "length_min": 721}, "length", "more than half of all time"),
    ],
)
def test_nonsense_is_refused_with_its_field(fields: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(RejectedError, match=reason) as refused:
        checked(replace(WEEKLY_TUESDAY, **fields), TODAY)
    assert refused.value.column == field


def test_what_a_kind_does_not_use_is_left_out() -> None:
    stray = replace(WEEKLY_TUESDAY, weekdays=(4, 1, 4), nth=3, day=9)
    assert checked(stray, TODAY) == replace(WEEKLY_TUESDAY, weekdays=(1, 4))
    assert checked(replace(stray, every=DAY_OF_MONTH), TODAY) == replace(
        WEEKLY_TUESDAY, every=DAY_OF_MONTH, weekdays=(), day=9
    )


patterns = st.builds(
    Pattern,
    st.sampled_from(EVERY),
    st.integers(0, 1439),
    st.integers(5, 700),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1).map(lambda some: tuple(sorted(some))),
    weeks=st.integers(1, 12),
    nth=st.sampled_from(NTHS),
    day=st.integers(1, 31),
)


@given(patterns, st.booleans())
def test_json_gives_the_pattern_back(pattern: Pattern, has_end: bool) -> None:
    pattern = replace(pattern, last=pattern.first + timedelta(days=400) if has_end else None)
    assert read(text(checked(pattern, TODAY))) == checked(pattern, TODAY)


@given(patterns, st.sampled_from([WIB, "Europe/Berlin", "America/St_Johns"]), st.integers(0, 400 * DAY))
def test_cut_anywhere_the_occurrences_are_the_same(pattern: Pattern, zone: str, cut: int) -> None:
    """Windows are made piece by piece; none is made twice or left out, and each begins on one of the days."""
    a = at(zone, pattern.first.year, pattern.first.month, pattern.first.day)
    b = a + 400 * DAY
    whole = occurrences(pattern, zone, a, b)

    assert occurrences(pattern, zone, a, a + cut) + occurrences(pattern, zone, a + cut, b) == whole
    assert len({start for start, _ in whole}) == len(whole) > 0
    starts = [datetime.fromtimestamp(start, ZoneInfo(zone)) for start, _ in whole]
    assert all(falls_on(pattern, local.date()) for local in starts)
