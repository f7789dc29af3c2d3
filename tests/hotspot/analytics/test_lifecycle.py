"""A life is what its steps say, on every day and in whatever order they were recorded."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import LIFECYCLE
from hotspot.analytics.lifecycle import (
    AFTER,
    Standing,
    Step,
    Steps,
    added,
    next_stages,
    ordered,
    reconciled,
    removed,
    stage_on,
    standing,
)
from hotspot.analytics.rollout import Life

TODAY = date(2026, 11, 22)
FIRST = date(2026, 1, 1)


def step(stage: str, day: int, *, assumed: bool = False) -> Step:
    return Step(stage, FIRST + timedelta(days=day), assumed)


WHOLE = ordered(step(stage, 10 * place) for place, stage in enumerate(list(LIFECYCLE)[:8]))
RUNNING = ordered([step("installed", 10), step("accepted", 20), step("active", 30)])


def refused(steps: Steps, new: Step) -> tuple[str, str]:
    with pytest.raises(RejectedError) as error:
        added(steps, new, TODAY)
    return error.value.column, str(error.value.reason)


def test_a_whole_life_is_allowed() -> None:
    life: Steps = ()
    for one in WHOLE:
        life = added(life, one, TODAY)
    assert life == WHOLE
    assert standing(life) == Standing("suspended", step("x", 40).since, step("x", 50).since)


@pytest.mark.parametrize(
    ("steps", "new", "column", "reason"),
    [
        (RUNNING, step("suspended", 400), "since", "has not come yet"),
        (RUNNING, Step("suspended", date(1980, 1, 1)), "since", "before public Wi-Fi"),
        (RUNNING, step("flying", 40), "stage", "flying is not one of"),
        (RUNNING, step("installed", 12), "since", "it was installed on 2026-01-11 already"),
        (RUNNING, step("active", 30), "stage", "it was active on 2026-01-31 already"),
        (RUNNING, step("active", 40), "stage", "it is active since 2026-01-31 already"),
        (RUNNING, step("planned", 40), "since", "planned can't come after active, which was on 2026-01-31"),
        (RUNNING, step("suspended", 15), "since", "accepted on 2026-01-21"),
        (RUNNING, step("retired", 25), "since", "active on 2026-01-31 can't come after retired"),
        ((step("installed", 20),), step("accepted", 10), "stage", "accepted without a date of installation"),
        (
            (step("planned", 5), step("installed", 20)),
            step("accepted", 10),
            "stage",
            "accepted does not follow planned",
        ),
        ((step("planned", 5),), step("active", 10), "stage", "a step between them is missing"),
        ((step("planned", 5),), step("relocated", 10), "stage", "relocated does not follow planned"),
        ((step("retired", 5),), step("active", 10), "stage", "nothing comes after that"),
        ((step("active", 5), step("suspended", 9)), step("active", 9), "stage", "it is active since"),
    ],
)
def test_what_contradicts_is_refused_at_its_field(steps: Steps, new: Step, column: str, reason: str) -> None:
    assert refused(steps, new)[0] == column
    assert reason in refused(steps, new)[1]


def test_a_late_step_finds_its_place() -> None:
    late = added(added((step("active", 30),), step("installed", 10), TODAY), step("accepted", 30), TODAY)

    assert [one.stage for one in late] == ["installed", "accepted", "active"]


def test_what_runs_may_be_accepted_later_and_suspended_again_and_again() -> None:
    life: Steps = (step("installed", 1),)
    days = (("active", 2), ("suspended", 3), ("active", 4), ("accepted", 5), ("suspended", 5), ("active", 6))
    for stage, day in days:
        life = added(life, step(stage, day), TODAY)
    assert standing(added(life, step("retired", 6), TODAY)) == Standing("retired", step("", 1).since, step("", 5).since)


def test_an_assumption_gives_way_to_what_is_known() -> None:
    guess = ordered([step("installed", 10), step("accepted", 20), step("active", 20, assumed=True)])
    assert added(guess, step("active", 25), TODAY) == (*guess[:2], step("active", 25))
    assert added((step("planned", 90, assumed=True),), step("installed", 10), TODAY) == (step("installed", 10),)
    again = added(added(guess, step("suspended", 30), TODAY), step("active", 40), TODAY)
    assert again[2:] == (step("active", 20, assumed=True), step("suspended", 30), step("active", 40))


def test_a_step_is_taken_away_only_where_the_rest_still_fits() -> None:
    assert removed(RUNNING, RUNNING[2]) == RUNNING[:2]
    assert removed(RUNNING, RUNNING[1]) == (RUNNING[0], RUNNING[2])
    assert removed(WHOLE, WHOLE[0]) == WHOLE[1:]
    for steps, old in ((RUNNING[:2], RUNNING[0]), (WHOLE, WHOLE[4])):
        with pytest.raises(RejectedError, match="needs this step"):
            removed(steps, old)
    assert removed((step("active", 1),), step("active", 1)) == ()


def test_the_stages_that_may_follow() -> None:
    assert next_stages("active") == ("accepted", "suspended", "relocated", "retired")
    assert next_stages("retired") == ()
    assert next_stages(None) == tuple(LIFECYCLE)
    assert set(AFTER) == set(LIFECYCLE)


CANDIDATES = st.lists(
    st.builds(step, st.sampled_from(list(LIFECYCLE)), st.integers(0, 12), assumed=st.booleans()), max_size=14
)


def live(candidates: list[Step]) -> Steps:
    """Those that are not refused, one after the other."""
    life: Steps = ()
    for one in candidates:
        try:
            life = added(life, one, TODAY)
        except RejectedError:
            continue
    return life


@given(CANDIDATES, st.integers(-1, 14))
def test_any_day_has_the_stage_of_a_diary(candidates: list[Step], day: int) -> None:
    """The oracle writes down each day what the day's steps, first to last, made of the point."""
    life = live(candidates)
    words = list(LIFECYCLE)
    told = None
    for number in range(day + 1):
        today = [one.stage for one in life if one.since == FIRST + timedelta(days=number)]
        while today:
            told = words[min(words.index(stage) for stage in today)]
            today.remove(told)
    assert stage_on(life, FIRST + timedelta(days=day)) == told
    if told:  # the counts of past days look at the same steps
        now = standing(life)
        assert now is not None
        counted = Life(now.stage, now.installed_on, now.accepted_on, tuple((one.since, one.stage) for one in life))
        assert counted.stage_on(FIRST + timedelta(days=day)) == told


@given(CANDIDATES, st.randoms())
def test_the_order_of_recording_says_nothing(candidates: list[Step], random: st.DataObject) -> None:
    life = live(candidates)
    shuffled = list(life)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert ordered(shuffled) == life
    assert standing(shuffled) == standing(life)
    assert all(first.stage in AFTER[second.stage] for first, second in pairwise(life))


@given(CANDIDATES, st.data())
def test_a_withdrawn_step_leaves_a_life_that_fits(candidates: list[Step], data: st.DataObject) -> None:
    life = live(candidates)
    if not life:
        return
    try:
        left = removed(life, data.draw(st.sampled_from(life)))
    except RejectedError:
        return
    assert all(first.stage in AFTER[second.stage] for first, second in pairwise(left))


WANTED = st.builds(
    Standing,
    st.sampled_from(list(LIFECYCLE)),
    st.none() | st.integers(0, 12).map(lambda day: FIRST + timedelta(days=day)),
    st.none() | st.integers(0, 12).map(lambda day: FIRST + timedelta(days=day)),
)


@given(CANDIDATES, WANTED)
def test_an_inventory_is_followed_exactly_or_refused(candidates: list[Step], wanted: Standing) -> None:
    life = live(candidates)
    try:
        after = reconciled(life, wanted, TODAY)
    except RejectedError as error:
        named = error.column
        assert named in ("lifecycle", "installed_on", "accepted_on")
        return
    assert standing(after) == wanted
    assert reconciled(after, wanted, TODAY) == after
    assert len(after) == len(set(after))


def test_an_inventory_moves_days_and_what_was_guessed_from_them() -> None:
    new = reconciled((), Standing("active", step("", 1).since, step("", 5).since), TODAY)
    assert new == (step("installed", 1), step("accepted", 5), step("active", 5, assumed=True))

    later = reconciled(new, Standing("active", step("", 1).since, step("", 7).since), TODAY)
    assert later == (step("installed", 1), step("accepted", 7), step("active", 7, assumed=True))


def test_an_inventory_without_days_assumes_today() -> None:
    assert reconciled((), Standing("installed"), TODAY) == (Step("installed", TODAY, assumed=True),)


@pytest.mark.parametrize(
    ("wanted", "column"),
    [
        (Standing("planned", step("", 10).since, step("", 20).since), "lifecycle"),
        (Standing("active", step("", 25).since, step("", 20).since), "accepted_on"),
        (Standing("active", step("", 10).since, step("", 5).since), "accepted_on"),
        (Standing("installed", step("", 10).since), "lifecycle"),
        (Standing("active", step("", 35).since, step("", 20).since), "installed_on"),
        (Standing("retired", TODAY, step("", 20).since), "installed_on"),
    ],
)
def test_an_inventory_that_goes_back_is_refused(wanted: Standing, column: str) -> None:
    with pytest.raises(RejectedError) as error:
        reconciled(RUNNING, wanted, TODAY)
    assert error.value.column == column


def test_what_was_suspended_today_runs_again_tomorrow() -> None:
    suspended = (step("installed", 10), Step("suspended", TODAY))
    with pytest.raises(RejectedError, match="active can't come after suspended"):
        reconciled(suspended, Standing("active", step("", 10).since), TODAY)
