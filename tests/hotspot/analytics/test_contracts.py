"""What a line costs, and what goes dark: counted by hand."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.contracts import Line, Term, cost, endings, fund_endings, months_of, notice_of, pieces

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def line(
    point: str = "TS-1", start: date = date(2026, 1, 1), end: date = date(2026, 12, 31), contract: str = "K1"
) -> Line:
    return Line(contract, point, start, end, 450_000)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), Fraction(12)),
        (date(2026, 6, 1), date(2026, 6, 10), Fraction(1, 3)),
        (date(2026, 2, 15), date(2026, 3, 1), Fraction(14, 28) + Fraction(1, 31)),
        (date(2024, 2, 29), date(2024, 2, 29), Fraction(1, 29)),
        (date(2026, 6, 10), date(2026, 6, 1), Fraction(0)),
    ],
)
def test_months(first: date, last: date, months: Fraction) -> None:
    assert months_of(first, last) == months


@pytest.mark.parametrize(
    ("fee", "first", "last", "rupiah"),
    [
        (450_000, date(2026, 6, 1), date(2026, 6, 30), 450_000),
        (450_000, date(2026, 6, 1), date(2026, 6, 10), 150_000),
        (100, date(2026, 6, 1), date(2026, 6, 1), 3),  # 3.33
        (45, date(2026, 6, 1), date(2026, 6, 1), 2),  # 1.5: half is rounded up
        (100, date(2026, 6, 30), date(2026, 7, 1), 3 + 3),  # rounded in each month
        (450_000, date(2027, 1, 1), date(2027, 1, 31), 0),
    ],
)
def test_cost_of_a_line(fee: int, first: date, last: date, rupiah: int) -> None:
    assert cost(Line("K1", "TS-1", date(2026, 1, 1), date(2026, 12, 31), fee), first, last) == rupiah


@given(DAYS, DAYS, st.integers(0, 10**9))
def test_months_add_up_to_the_window(one: date, other: date, fee: int) -> None:
    first, last = min(one, other), max(one, other)
    whole = Line("K1", "TS-1", date(2024, 1, 1), date(2027, 12, 31), fee)
    assert cost(whole, first, last) == sum(cost(whole, *piece) for piece in pieces(first, last))
    assert sum((end - start).days + 1 for start, end in pieces(first, last)) == (last - first).days + 1


@pytest.mark.parametrize(
    ("days", "notice"), [(-1, None), (0, 30), (30, 30), (31, 90), (90, 90), (91, 180), (180, 180), (181, None)]
)
def test_notices(days: int, notice: int | None) -> None:
    assert notice_of(days) == notice


def test_what_another_contract_goes_on_with_does_not_go_dark() -> None:
    end = TODAY + timedelta(days=60)
    gap = end + timedelta(days=10)
    lines = [
        line("TS-1", end=end),
        line("TS-2", end=end),
        line("TS-2", end + timedelta(days=1), end + timedelta(days=365), "K2"),
        line("TS-3", end=end),
        line("TS-3", gap, gap + timedelta(days=90), "K2"),
        line("TS-4", end=TODAY - timedelta(days=1)),
        line("TS-5", end=TODAY),
    ]
    found = endings(lines, TODAY)
    assert [(one.contract, one.days, one.notice) for one in found] == [("K1", 0, 30), ("K1", 60, 90), ("K2", 160, 180)]
    assert [(dark.line.point, dark.resumes_on) for dark in found[1].points] == [("TS-1", None), ("TS-3", gap)]
    assert [dark.line.point for dark in found[0].points] == ["TS-5"]


def test_overlapping_lines_of_history_cover_each_other() -> None:
    end = TODAY + timedelta(days=20)
    assert endings([line(end=end), line(end=end + timedelta(days=400), contract="K2")], TODAY) == []


def test_agreements_that_end_tell_the_points_of_their_fund() -> None:
    end, after = TODAY + timedelta(days=60), TODAY + timedelta(days=61)
    terms = [
        Term("P1", "CSR", date(2025, 1, 1), end),
        Term("P2", "Hibah", date(2025, 1, 1), end),
        Term("P3", "Hibah", after, after + timedelta(days=400)),
        Term("P4", "APBD", date(2025, 1, 1), TODAY - timedelta(days=1)),
    ]
    (found,) = fund_endings(terms, {"CSR": ["TS-1", "TS-2"]}, TODAY)
    assert (found.term.number, found.days, found.notice, found.points) == ("P1", 60, 90, ("TS-1", "TS-2"))
