from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.inventory import PRE_BUILT
from hotspot.analytics.pipeline import Stay, expected, is_clear, is_stuck, pipeline, stays, waits
from hotspot.analytics.rollout import Life

DAY = date(2026, 11, 22)
SOON = [DAY + timedelta(days=days) for days in (10, 30, 60, 400)]


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def life(*steps: tuple[int, str], installed: int | None = None) -> Life:
    return Life(steps[-1][1], None if installed is None else ago(installed), None, tuple((ago(n), s) for n, s in steps))


@pytest.mark.parametrize(
    ("lived", "told"),
    [
        (
            life((90, "planned"), (50, "funded"), (10, "installed")),
            [("planned", 40, "funded"), ("funded", 40, "installed")],
        ),
        (life((90, "planned"), (50, "funded")), [("planned", 40, "funded"), ("funded", 50, "")]),
        (life((90, "planned"), (50, "planned"), (20, "funded")), [("planned", 70, "funded"), ("funded", 20, "")]),
        (life((90, "planned"), (30, "retired")), [("planned", 60, "retired")]),
        (life((90, "planned"), installed=30), [("planned", 60, "installed")]),
        (life((90, "planned"), (10, "active"), installed=30), [("planned", 80, "active")]),
        (life((-5, "planned")), []),
        (life((9, "installed"), (2, "accepted")), []),
        (Life("planned", None, None), []),
    ],
)
def test_stays_before_the_installation(lived: Life, told: list[tuple[str, int, str]]) -> None:
    assert list(stays(lived, DAY)) == [Stay(*one) for one in told]


def test_a_past_day_knows_nothing_later() -> None:
    lived = life((90, "planned"), (50, "funded"), (10, "installed"))

    assert list(stays(lived, ago(60))) == [Stay("planned", 30, "")]


def ended(stage: str, following: str, *days: int) -> list[Stay]:
    return [Stay(stage, one, following) for one in days]


def test_median_and_four_of_five_of_what_ended() -> None:
    found = waits(ended("funded", "installed", 10, 20, 30, 40, 50, 60, 70, 80, 90, 100))["funded"]

    assert (found.median, found.long, found.ended, found.waiting) == (50, 80, 10, 0)


def test_who_still_waits_makes_the_days_longer() -> None:
    """Kaplan and Meier by hand: 10 of 6 left 5/6, 20 of 5 left 4/6, then two wait since 25, 40 of 2 left 1/3."""
    seen = [*ended("funded", "installed", 10, 20, 40), Stay("funded", 25, ""), Stay("funded", 25, "")]
    seen += ended("funded", "installed", 90)

    found = waits(seen)["funded"]

    assert [days for days, _ in found.curve] == [0, 10, 20, 40, 90]
    assert [left for _, left in found.curve] == pytest.approx([1, 5 / 6, 4 / 6, 1 / 3, 0])
    assert (found.ended, found.waiting) == (4, 2)
    assert found.median is None  # fewer than five ended


def test_with_too_few_stays_or_waits_too_short_no_days_are_told() -> None:
    assert waits(ended("funded", "installed", 1, 2, 3, 4))["funded"].median is None
    crowd = [*ended("funded", "installed", 1, 2, 3, 4, 5), *[Stay("funded", 9, "")] * 20]
    assert waits(crowd)["funded"].median is None
    assert not is_stuck(waits(crowd), "funded", 9)


def test_a_point_that_was_given_up_ends_no_stay() -> None:
    found = waits([*ended("funded", "installed", 10, 10, 10, 10, 10), Stay("funded", 30, "retired")])["funded"]

    assert (found.ended, found.waiting) == (5, 0)
    assert found.long == 10


def test_stuck_is_longer_than_four_of_five() -> None:
    known = waits(ended("funded", "installed", *range(10, 101, 10)))

    assert not is_stuck(known, "funded", 80)
    assert is_stuck(known, "funded", 81)
    assert not is_stuck(known, "planned", 1000)


def middles(waiting: Sequence[tuple[str, int]], seen: list[Stay]) -> list[float]:
    return [round(one.middle) for one in expected(waiting, waits(seen), DAY, SOON)[0]]


def test_points_come_after_the_stays_that_lie_before_them() -> None:
    seen = ended("planned", "funded", *[20] * 8) + ended("funded", "installed", *[30] * 8)

    assert middles([("funded", 0)] * 10, seen) == [0, 10, 10, 10]
    assert middles([("funded", 25)] * 10, seen) == [10, 10, 10, 10]
    assert middles([("planned", 0)] * 10, seen) == [0, 0, 10, 10]
    assert middles([("planned", 15), ("funded", 0)], seen) == [0, 1, 2, 2]


def test_who_waited_longer_than_anybody_is_expected_by_nobody() -> None:
    seen = [*ended("funded", "installed", *[30] * 8), Stay("funded", 90, "")]

    assert middles([("funded", 90)], seen) == [0, 0, 0, 0]


def test_a_stage_of_which_too_little_is_known_is_left_out() -> None:
    seen = (
        ended("planned", "surveyed", *[20] * 8)
        + ended("surveyed", "funded", 5)
        + ended("funded", "installed", *[9] * 8)
    )
    known = waits(seen)

    assert [is_clear(stage, known) for stage in ("planned", "surveyed", "funded", "proposed")] == [False] * 2 + [
        True,
        False,
    ]
    ahead, told = expected([("planned", 0), ("funded", 0), ("proposed", 1)], known, DAY, SOON)
    assert told == 1
    assert [one.high for one in ahead] == [1, 1, 1, 1]


def test_points_that_go_round_in_circles_are_not_installed() -> None:
    seen = ended("planned", "surveyed", *[1] * 9) + ended("surveyed", "planned", *[1] * 9)

    assert middles([("planned", 0)], seen) == [0, 0, 0, 0]


def test_what_takes_longer_than_ten_years_does_not_come() -> None:
    seen = ended("planned", "funded", *[3700] * 9) + ended("funded", "installed", *[1] * 9)

    assert expected([("planned", 0)], waits(seen), DAY, [DAY + timedelta(days=5000)])[0][0].high == 0


def test_the_whole_pipeline_of_lives() -> None:
    done = [life((60 + n, "funded"), (10 + n, "installed")) for n in range(20)]
    lives = (*done, life((20, "funded")), life((95, "funded")), Life("planned", None, None))

    found = pipeline(lives, DAY, tuple(SOON))

    assert dict(found.here) == {20: Stay("funded", 20, ""), 21: Stay("funded", 95, "")}
    assert found.stuck == {21}
    assert found.told == 2
    assert [round(one.middle) for one in found.ahead] == [0, 1, 1, 1]
    assert found == pipeline.__wrapped__(lives, DAY, tuple(SOON))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(PRE_BUILT)), st.integers(0, 300), st.sampled_from(["", "funded", "installed"])
        ),
        max_size=40,
    )
)
def test_the_share_that_is_left_only_falls(drawn: list[tuple[str, int, str]]) -> None:
    seen = [Stay(*row) for row in drawn]
    found = waits(seen)

    assert Counter(stay.stage for stay in seen).keys() == found.keys()
    for one in found.values():
        left = [share for _, share in one.curve]
        assert left == sorted(left, reverse=True)
        assert min(left) + 1e-9 >= 0
        assert one.ended == sum(stay.stage == one.stage and bool(stay.following) for stay in seen)
