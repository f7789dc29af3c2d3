from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.inventory import LIFECYCLE
from hotspot.analytics.rollout import (
    COUNTS,
    GoalLine,
    Life,
    Phase,
    RolloutCounts,
    ahead,
    coming,
    counted,
    goal_line,
    grown,
    in_force,
    month_ends,
    needed_per_month,
    phases,
    tally,
)

DAY = date(2026, 6, 30)
BEFORE, AFTER = date(2026, 6, 1), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("life", "stage"),
    [
        (Life("active", BEFORE, BEFORE), "active"),
        (Life("planned", None, None), "planned"),
        (Life("retired", BEFORE, BEFORE), "retired"),
        (Life("active", BEFORE, BEFORE, ((BEFORE, "active"), (AFTER, "suspended"))), "active"),
        (Life("retired", BEFORE, BEFORE, ((BEFORE, "active"), (DAY, "retired"))), "retired"),
        (Life("retired", BEFORE, None, ((AFTER, "retired"),)), "installed"),
        (Life("active", BEFORE, BEFORE, ((AFTER, "active"),)), "accepted"),
        (Life("active", AFTER, AFTER, ((AFTER, "active"),)), "planned"),
        (Life("funded", None, None, ((BEFORE, "surveyed"), (AFTER, "funded"))), "surveyed"),
        (Life("funded", None, None, ((AFTER, "funded"),)), ""),
        (Life("active", AFTER, AFTER, ((AFTER, "planned"), (AFTER, "active"))), ""),
        (Life("active", BEFORE, AFTER, ((AFTER, "planned"), (AFTER, "active"))), "installed"),
        (Life("planned", BEFORE, AFTER, ((BEFORE, "planned"),)), "installed"),
    ],
)
def test_stage_of_a_past_day(life: Life, stage: str) -> None:
    assert life.stage_on(DAY) == stage


@pytest.mark.parametrize(
    ("life", "ran", "lately", "counts"),
    [
        (Life("active", BEFORE, BEFORE), True, True, {"total", "installed", "accepted", "active", "payable"}),
        (Life("active", BEFORE, BEFORE), False, True, {"total", "installed", "accepted", "payable"}),
        (Life("active", BEFORE, BEFORE), False, False, {"total", "installed", "accepted"}),
        (Life("active", BEFORE, AFTER), True, True, {"total", "installed", "active"}),
        (Life("suspended", BEFORE, BEFORE), True, True, {"total", "installed", "accepted"}),
        (Life("installed", AFTER, None), False, False, {"total"}),
        (Life("active", None, BEFORE), True, True, {"total", "active"}),
        (Life("funded", None, None), True, True, {"total", "planned"}),
        (Life("retired", BEFORE, BEFORE), True, True, set()),
        (Life("relocated", BEFORE, BEFORE), True, True, set()),
    ],
)
def test_counts_of_a_point(life: Life, ran: bool, lately: bool, counts: set[str]) -> None:
    assert counted(life, DAY, ran=ran, ran_lately=lately) == counts


days = st.none() | st.dates(date(2026, 6, 1), date(2026, 7, 30))
lives = st.builds(Life, st.sampled_from(sorted(LIFECYCLE)), days, days)


@given(life=lives, ran=st.booleans(), lately=st.booleans())
def test_the_counts_are_nested(life: Life, ran: bool, lately: bool) -> None:
    counts = counted(life, DAY, ran=ran, ran_lately=lately)

    assert counts <= set(COUNTS)
    assert not counts or "total" in counts
    assert "accepted" not in counts or "installed" in counts
    assert "payable" not in counts or "accepted" in counts
    assert not {"planned", "installed"} <= counts


def test_tally_counts_each_point_once_in_each_count() -> None:
    points = [frozenset({"total", "installed", "active"}), frozenset({"total", "planned"}), frozenset[str]()]

    assert tally(points) == RolloutCounts(installed=1, accepted=0, active=1, payable=0, planned=1, total=2)


def test_tally_of_a_day_nobody_measured_knows_no_running_points() -> None:
    sums = tally([frozenset({"total", "installed"})], measured=False)

    assert (sums.installed, sums.active, sums.payable) == (1, None, None)


def line(**changed: object) -> GoalLine:
    values: dict[str, object] = {
        "from_on": date(2026, 1, 1), "to_on": date(2026, 12, 31), "valid_since": date(2026, 1, 1), "source": "RKPD",
        "start": 100, "end": 464,
    }  # fmt: skip
    return GoalLine(**(values | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "points"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 100.0),
        (date(2026, 1, 2), 101.0),
        (date(2026, 12, 30), 463.0),
        (date(2026, 12, 31), 464.0),
        (date(2027, 5, 1), 464.0),
    ],
)
def test_goal_line_is_straight_between_its_days(day: date, points: float | None) -> None:
    assert line().on(day) == points


def test_goal_of_one_day_is_due_at_once() -> None:
    assert line(to_on=date(2026, 1, 1)).on(date(2026, 1, 1)) == 464.0


@pytest.mark.parametrize(("cumulative", "end"), [(True, 250), (False, 1000)])
def test_increment_counts_from_what_stood(cumulative: bool, end: int) -> None:
    made = goal_line(250, cumulative=cumulative, from_on=DAY, to_on=AFTER, valid_since=DAY, source="RKPD", stood=750)

    assert (made.start, made.end) == (750, end)


def test_newest_version_of_the_goals_that_have_begun_is_in_force() -> None:
    first = line(end=750, from_on=date(2021, 1, 1), to_on=date(2021, 12, 31), valid_since=date(2021, 1, 1))
    second = line(end=1000, from_on=date(2022, 1, 1), to_on=date(2022, 12, 31), valid_since=date(2021, 12, 1))
    lowered = line(end=875, from_on=date(2022, 1, 1), to_on=date(2022, 12, 31), valid_since=date(2022, 6, 1))
    lines = [first, second, lowered]

    assert in_force(lines, date(2021, 12, 20)) == first
    assert in_force(lines, date(2022, 3, 1)) == second
    assert in_force(lines, date(2022, 6, 1)) == lowered
    assert in_force(lines, date(2024, 1, 1)) == lowered


def test_before_any_goal_has_begun_the_next_one_is_in_force() -> None:
    later = line(from_on=date(2028, 1, 1), to_on=date(2028, 12, 31))
    next_one = line(from_on=date(2027, 1, 1), to_on=date(2027, 12, 31))

    assert in_force([later, next_one], DAY) == next_one
    assert in_force([line(valid_since=AFTER)], DAY) is None
    assert in_force([], DAY) is None


def test_the_next_goal_is_coming_in_its_newest_version() -> None:
    first = line(end=750, from_on=date(2021, 1, 1), to_on=date(2021, 12, 31), valid_since=date(2021, 1, 1))
    second = line(end=1000, from_on=date(2022, 1, 1), to_on=date(2022, 12, 31), valid_since=date(2021, 10, 1))
    lowered = line(end=875, from_on=date(2022, 1, 1), to_on=date(2022, 12, 31), valid_since=date(2021, 12, 1))
    far = line(end=3000, from_on=date(2026, 1, 1), to_on=date(2029, 12, 31), valid_since=date(2021, 12, 1))
    lines = [first, far, second, lowered]

    assert coming(lines, date(2021, 11, 1)) == second
    assert coming(lines, date(2021, 12, 31)) == lowered
    assert coming(lines, date(2022, 1, 1)) == far
    assert coming(lines, date(2026, 1, 1)) is None


lived = st.builds(
    Life,
    st.sampled_from(sorted(LIFECYCLE)),
    days,
    days,
    st.lists(st.tuples(st.dates(date(2026, 6, 1), date(2026, 7, 30)), st.sampled_from(sorted(LIFECYCLE))), max_size=5)
    .map(sorted)
    .map(tuple),
)


@given(life=lived, day=st.dates(date(2026, 5, 20), date(2026, 8, 10)))
def test_phases_are_the_counts_of_every_day(life: Life, day: date) -> None:
    inside = [phase.counts for phase in phases(life) if phase.since <= day < phase.until]

    assert inside == [counted(life, day, ran=True)]


def built(*installed: date) -> list[tuple[Phase, ...]]:
    return [phases(Life("installed", day, None)) for day in installed]


def test_grown_counts_whole_months_since_the_first() -> None:
    lives = built(date(2026, 1, 31), date(2026, 2, 1), date(2026, 4, 30), date(2026, 4, 2), date(2026, 5, 5))

    assert grown(lives, date(2026, 5, 30)) == (1, 1, 0, 2)
    assert grown(lives, date(2026, 5, 31)) == (1, 1, 0, 2, 1)
    assert grown(lives, date(2026, 1, 30)) == ()
    assert grown([], DAY) == ()


def test_a_point_that_was_taken_down_takes_away_from_its_month() -> None:
    gone = Life("retired", date(2026, 1, 5), None, ((date(2026, 1, 5), "installed"), (date(2026, 3, 3), "retired")))
    moved_here = built(date(2026, 3, 3), date(2026, 3, 9))

    assert grown([phases(gone), *moved_here], DAY) == (1, 0, 1, 0, 0, 0)
    assert grown([phases(gone)], DAY) == (1, 0, 0, 0, 0, 0)  # never less than nothing


@pytest.mark.parametrize(("points", "difference"), [(130, 29), (101, 0), (90, -11)])
def test_ahead_of_the_line_or_behind(points: int, difference: int) -> None:
    assert ahead(line(), date(2026, 1, 2), points) == difference


def test_nothing_is_ahead_of_a_goal_that_has_not_begun() -> None:
    assert ahead(line(), date(2025, 1, 1), 5) is None


def test_needed_per_month_is_the_rest_over_the_time_left() -> None:
    half = date(2026, 7, 1)

    assert needed_per_month(line(), half, 464 - 183) == pytest.approx(365.2425 / 12)
    assert needed_per_month(line(), half, 500) == 0.0
    assert needed_per_month(line(), date(2026, 12, 31), 400) is None


def test_month_ends_go_back_from_the_day() -> None:
    assert month_ends(date(2024, 3, 15), 4) == [
        date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 15),
    ]  # fmt: skip
