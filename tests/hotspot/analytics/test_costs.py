"""Sums of lines, and what nobody read left out of both sides of a division."""

from datetime import date
from fractions import Fraction

from hotspot.analytics.availability import Figure
from hotspot.analytics.contracts import Line
from hotspot.analytics.costs import Charge, grouped, total


def charge(point: str, amount: int, hours: float | None, octets: int | None, contract: str = "K1") -> Charge:
    line = Line(contract, point, date(2026, 1, 1), date(2026, 12, 31), amount)
    return Charge(line, "Nusa Link", "Serpong", "park", "CSR", amount, Fraction(1), hours, octets, Figure(up_s=10))


CHARGES = [charge("TS-1", 400_000, 200.0, 10 * 10**9), charge("TS-2", 600_000, None, None, "K2")]


def test_what_was_not_read_is_left_out_of_both_sides() -> None:
    found = total(CHARGES)
    assert (found.lines, found.points, found.amount_rp, found.months) == (2, 2, 1_000_000, Fraction(2))
    assert found.per_point_month == 500_000
    assert found.per_user_hour == 2_000
    assert found.per_gigabyte == 40_000
    assert found.figure.up_s == 20


def test_nothing_is_not_zero() -> None:
    empty = total([])
    assert (empty.per_point_month, empty.per_user_hour, empty.per_gigabyte, empty.user_hours) == (None,) * 4
    unread = total(CHARGES[1:])
    assert (unread.user_hours, unread.octets, unread.per_user_hour) == (None, None, None)
    unused = total([charge("TS-3", 5, 0.0, 0)])
    assert (unused.user_hours, unused.octets, unused.per_user_hour, unused.per_gigabyte) == (0, 0, None, None)


def test_groups_add_up_and_the_dearest_comes_first() -> None:
    assert [key for key, _ in grouped(CHARGES, "contract")] == ["K2", "K1"]
    for by in ("contract", "provider", "district", "venue", "fund", "point"):
        assert sum(costs.amount_rp for _, costs in grouped(CHARGES, by)) == 1_000_000
