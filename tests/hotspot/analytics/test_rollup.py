"""Which hours and days are made anew."""

from datetime import date

import pytest

from hotspot.analytics.calendar import midnight
from hotspot.analytics.rollup import Day, in_months, seconds, touched, was_watched
from hotspot.analytics.spans import DOWN, UNKNOWN, UP, Span

WIB = "Asia/Jakarta"
START = midnight(WIB, date(2026, 11, 1))
HOUR, DAY = 3600, 86400
TODAY = Day(START, START + DAY, ())


def test_touched_hour_is_cut_off_at_now() -> None:
    now = START + 5 * HOUR + 100
    assert list(touched(WIB, now - 60, now)) == [Day(START, now, ((START + 5 * HOUR, now),))]


def test_hours_on_both_sides_of_midnight_are_touched() -> None:
    days = list(touched(WIB, START - 10, START + 10))
    assert days == [
        Day(START - DAY, START, ((START - HOUR, START),)),
        Day(START, START + 10, ((START, START + 10),)),
    ]


def test_all_hours_of_the_days_between_are_touched() -> None:
    days = list(touched(WIB, START - 2 * DAY, START + HOUR))
    assert [len(day.hours) for day in days] == [24, 24, 1]


def test_nothing_is_touched_after_now() -> None:
    assert list(touched(WIB, START + 2 * HOUR, START + HOUR)) == []


@pytest.mark.parametrize(
    ("spans", "polling", "expected"),
    [
        ([], True, False),
        ([Span(START - 50, START + 50, UP)], False, True),
        ([Span(START - 50, START + 50, DOWN)], False, True),
        ([Span(START - 50, START, UP), Span(START, START + DAY, UNKNOWN)], False, False),
        ([Span(START - 50, START, UP), Span(START, START + DAY, UNKNOWN)], True, True),
        ([Span(START + DAY, START + 2 * DAY, UP)], True, False),
    ],
)
def test_day_is_watched_when_polled_or_known(spans: list[Span], polling: bool, expected: bool) -> None:
    assert was_watched(spans, TODAY, polling) is expected


def test_seconds_in_the_order_of_the_columns() -> None:
    spans = [Span(0, 10, UP), Span(10, 30, DOWN), Span(30, 60, UNKNOWN)]
    assert seconds(spans, [(50, 54)], 0, 60) == (10, 20, 26, 4)


def first_of(month: int, day: int = 1) -> int:
    return midnight(WIB, date(2026, month, day))


@pytest.mark.parametrize(
    ("a", "b", "made", "by_month", "by_day"),
    [
        (first_of(3, 5), first_of(6, 9), first_of(7), [(first_of(4), first_of(6))],
         [(first_of(3, 5), first_of(4)), (first_of(6), first_of(6, 9))]),
        (first_of(3), first_of(5), first_of(7), [(first_of(3), first_of(5))], []),
        (first_of(3), first_of(5), first_of(4, 20), [(first_of(3), first_of(4))], [(first_of(4), first_of(5))]),
        (first_of(3, 2), first_of(4, 30), first_of(7), [], [(first_of(3, 2), first_of(4, 30))]),
        (first_of(3), first_of(5), 0, [], [(first_of(3), first_of(5))]),
    ],
)  # fmt: skip
def test_a_window_is_whole_months_that_are_over_and_the_days_beside_them(
    a: int, b: int, made: int, by_month: list[tuple[int, int]], by_day: list[tuple[int, int]]
) -> None:
    assert in_months(WIB, a, b, made) == (by_month, by_day)
