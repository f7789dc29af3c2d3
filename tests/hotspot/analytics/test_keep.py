"""The greedy choice against the best of all choices."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.keep import Candidate, a_month, keep

DAY_S = 86_400


def point(code: str, fee: int, hours: float | None) -> Candidate:
    return Candidate(code, code, "K1", fee, hours)


def test_the_most_user_hours_for_a_rupiah_stay() -> None:
    points = [point("A", 400, 100), point("B", 300, 90), point("C", 300, 10), point("D", 0, 1)]
    found = keep(points, 700)
    assert [one.code for one in found.kept] == ["D", "B", "A"]
    assert [one.code for one in found.dropped] == ["C"]
    assert (found.spent_rp, found.saved_rp, found.kept_hours, found.lost_hours) == (700, 300, 191, 10)
    assert found.best == 191


def test_what_still_fits_below_is_kept_too() -> None:
    found = keep([point("A", 400, 400), point("B", 500, 450), point("C", 100, 50)], 500)
    assert [one.code for one in found.kept] == ["A", "C"]
    assert found.best == 400 + 450 * 100 / 500


def test_points_that_nobody_measured_are_set_aside_first() -> None:
    points = [point("A", 400, 100), point("B", 300, None)]
    found = keep(points, 600)
    assert ([one.code for one in found.unjudged], found.kept, found.spent_rp) == (["B"], (), 300)
    short = keep(points, 200)
    assert (short.missing_rp, [one.code for one in short.dropped]) == (100, ["A"])


def test_a_month_of_what_was_observed() -> None:
    assert a_month(100.0, 15 * DAY_S, 0.5, 1.0) == 200
    assert a_month(None, 15 * DAY_S, 0.5, 1.0) is None
    assert a_month(100.0, 6 * DAY_S, 0.5, 1.0) is None
    assert a_month(100.0, 15 * DAY_S, None, 1.0) is None
    assert a_month(0.0, 30 * DAY_S, 1.0, 1.0) == 0


@given(
    st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 50))), max_size=8),
    st.integers(0, 40),
)
def test_no_choice_beats_the_bound(asked: list[tuple[int, int | None]], budget: int) -> None:
    points = [point(f"P{n}", fee, hours) for n, (fee, hours) in enumerate(asked)]
    found = keep(points, budget)
    assert {one.code for one in (*found.kept, *found.dropped, *found.unjudged)} == {one.code for one in points}
    judged = [one for one in points if one.user_hours is not None]
    left = max(0, budget - sum(one.fee_rp for one in found.unjudged))
    assert sum(one.fee_rp for one in found.kept) <= left
    best = max(
        sum((one.user_hours or 0) * chosen for one, chosen in zip(judged, choice, strict=True))
        for choice in product((0, 1), repeat=len(judged))
        if sum(one.fee_rp * chosen for one, chosen in zip(judged, choice, strict=True)) <= left
    )
    assert found.kept_hours <= best <= found.best + 1e-9
    worth = max((one.user_hours or 0 for one in judged), default=0)
    assert found.kept_hours >= best - worth - 1e-9
