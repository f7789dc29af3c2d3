from datetime import date

import pytest

from hotspot.analytics.availability import Figure
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.reports import CATCH_UP_MONTHS, Month, Order, as_of, checked, due, least_available, month_of

TODAY = date(2026, 11, 21)
OCTOBER = Month(date(2026, 10, 1))
JAKARTA = "Asia/Jakarta"


def order(**more: str) -> Order:
    return Order(**{"kind": "mayor", "key": "", "period": "2026-10", "form": "pdf", "language": "id"} | more)


def test_month_knows_its_ends() -> None:
    assert (OCTOBER.text, OCTOBER.last, OCTOBER.after) == ("2026-10", date(2026, 10, 31), date(2026, 11, 1))
    assert month_of(" 2024-02 ", TODAY).last == date(2024, 2, 29)


def test_window_is_cut_in_the_zone_of_the_city() -> None:
    a, b = OCTOBER.window(JAKARTA)

    assert b - a == 31 * 86400
    assert OCTOBER.window("Asia/Jayapura")[0] == a - 2 * 3600


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "king"}, "kind"),
        ({"form": "doc"}, "form"),
        ({"language": "jv"}, "language"),
        ({"key": "36.74.01"}, "key"),
        ({"kind": "donor"}, "key"),
        ({"period": "2026-13"}, "period"),
        ({"period": "last"}, "period"),
        ({"period": "2\u0660\u0662\u0666-10"}, "period"),  # digits, but none that a file name or a query knows
        ({"period": "2026-12"}, "period"),
    ],
)
def test_wrong_order_names_its_field(more: dict[str, str], field: str) -> None:
    with pytest.raises(RejectedError) as refused:
        checked(order(**more), TODAY)

    assert refused.value.column == field


def test_running_month_is_a_month() -> None:
    assert checked(order(period="2026-11"), TODAY) == Month(date(2026, 11, 1))


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (date(2026, 11, 21), date(2026, 11, 30), []),
        (date(2026, 11, 21), date(2026, 12, 1), ["2026-11"]),
        (date(2026, 10, 31), date(2027, 1, 1), ["2026-10", "2026-11", "2026-12"]),
        (date(2026, 11, 1), date(2026, 11, 1), []),
    ],
)
def test_due_are_the_months_that_ended_since(since: date, today: date, months: list[str]) -> None:
    assert [month.text for month in due(since, today)] == months


def test_collector_that_was_off_for_years_makes_up_for_one() -> None:
    assert len(due(date(2020, 1, 1), TODAY)) == CATCH_UP_MONTHS


def test_month_that_is_over_is_told_at_its_end_and_the_running_one_now() -> None:
    a, b = OCTOBER.window(JAKARTA)

    assert as_of(OCTOBER, JAKARTA, b + 5) == (b, date(2026, 10, 31))
    assert as_of(OCTOBER, JAKARTA, a + 86400) == (a + 86400, date(2026, 10, 2))


def test_least_available_leaves_out_what_was_hardly_watched_or_always_up() -> None:
    points = [
        ("always-up", Figure(100)),
        ("unwatched", Figure(1, 9, 90)),
        ("never", Figure(unknown_s=100)),
        ("b", Figure(50, 50)),
        ("a", Figure(50, 50)),
        ("worst", Figure(10, 90)),
        ("cut off", Figure(90, 10)),
    ]

    assert [code for code, _ in least_available(points, 3)] == ["worst", "a", "b"]
