"""Hours, days and months of several zones."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from hotspot.analytics.calendar import day_of, day_start, days, hour_start, hours, midnight, months, period

WIB, NEW_YORK, KATHMANDU, SANTIAGO = "Asia/Jakarta", "America/New_York", "Asia/Kathmandu", "America/Santiago"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_day_begins_at_17_utc_in_jakarta() -> None:
    assert midnight(WIB, date(2026, 11, 1)) == at("2026-10-31 17:00") == day_start(WIB, at("2026-11-01 10:00"))
    assert day_of(WIB, at("2026-10-31 16:59:59")) == date(2026, 10, 31)
    assert day_of(WIB, at("2026-10-31 17:00")) == date(2026, 11, 1)


@pytest.mark.parametrize(("zone", "minutes"), [(WIB, 0), (KATHMANDU, 15)])
def test_hour_begins_on_the_citys_clock(zone: str, minutes: int) -> None:
    assert hour_start(zone, at("2026-11-01 10:20")) == at(f"2026-11-01 10:{minutes:02}")


@pytest.mark.parametrize(("day", "length_h"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-01", 24)])
def test_days_are_as_long_as_the_zone_makes_them(day: str, length_h: int) -> None:
    start = midnight(NEW_YORK, date.fromisoformat(day))
    assert list(days(NEW_YORK, start, start + 1)) == [(start, start + length_h * 3600)]
    assert len(list(hours(NEW_YORK, start, start + length_h * 3600))) == length_h


def test_day_whose_midnight_is_skipped_begins_an_hour_later() -> None:
    start = midnight(SANTIAGO, date(2026, 9, 6))
    assert day_of(SANTIAGO, start) == date(2026, 9, 6)
    assert day_of(SANTIAGO, start - 1) == date(2026, 9, 5)


@pytest.mark.parametrize("cut", [hours, days, months])
@pytest.mark.parametrize("zone", [WIB, NEW_YORK, KATHMANDU])
def test_periods_follow_each_other_and_cover_the_window(
    cut: Callable[[str, int, int], Iterator[tuple[int, int]]], zone: str
) -> None:
    a, b = at("2026-02-27 03:04:05"), at("2026-04-02 11:12:13")
    periods = list(cut(zone, a, b))
    assert all(first[1] == second[0] for first, second in pairwise(periods))
    assert periods[0][0] <= a < periods[0][1]
    assert periods[-1][0] < b <= periods[-1][1]


def test_period_that_ends_where_the_window_begins_is_not_in_it() -> None:
    start = at("2026-11-01 10:00")
    assert list(hours(WIB, start, start + 1)) == [(start, start + 3600)]
    assert list(hours(WIB, start, start)) == []


def test_months_are_cut_in_the_zone() -> None:
    assert list(months(WIB, at("2026-10-31 16:59"), at("2026-10-31 17:01"))) == [
        (at("2026-09-30 17:00"), at("2026-10-31 17:00")),
        (at("2026-10-31 17:00"), at("2026-11-30 17:00")),
    ]


NOW = at("2026-11-21 07:00:05")  # 14:00:05 in Jakarta


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2026", "2025-12-31 17:00", "2026-12-31 17:00"),
        ("2026-11", "2026-10-31 17:00", "2026-11-30 17:00"),
        ("2026-12", "2026-11-30 17:00", "2026-12-31 17:00"),
        ("2026-11-21", "2026-11-20 17:00", "2026-11-21 17:00"),
        ("24h", "2026-11-20 07:00:05", "2026-11-21 07:00:05"),
        ("1d", "2026-11-20 17:00", "2026-11-21 07:00:05"),
        ("30d", "2026-10-22 17:00", "2026-11-21 07:00:05"),
    ],
)
def test_period_is_of_the_calendar_or_ends_now(text: str, since: str, until: str) -> None:
    assert period(WIB, text, NOW) == (at(since), at(until))


@pytest.mark.parametrize("zone", [WIB, "Asia/Makassar", "Asia/Jayapura", NEW_YORK])
def test_year_is_its_months_and_its_days(zone: str) -> None:
    a, b = period(zone, "2026", NOW)
    of_months = [period(zone, f"2026-{month:02}", NOW) for month in range(1, 13)]
    assert of_months == list(months(zone, a, b))
    assert (of_months[0][0], of_months[-1][1], len(list(days(zone, a, b)))) == (a, b, 365)


@pytest.mark.parametrize(
    "text", ["", "month", "0h", "30", "2026-13", "2026-02-30", "2026-1", "1999", "-30d", "9999999h"]
)
def test_period_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period like"):
        period(WIB, text, NOW)
