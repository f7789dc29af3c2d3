"""When something is said and when it is over: limits, time, gaps, missing values, and what always holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.hysteresis import GAP_S, Level, Look, Memory, Stretch, advance, stretches

LEVEL = Level(enter=90, leave=75, for_s=120, calm_s=60)
Values = list[tuple[int, float | None]]


def run(looks: Values, level: Level = LEVEL) -> list[int]:
    """The instants at which it fires after a look."""
    memory, said = None, []
    for at, value in looks:
        memory = advance(memory, Look(at, value), level)
        if memory and memory.firing_since is not None:
            said.append(at)
    return said


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        ([(0, 89.9), (60, 89.9), (300, 89.9)], []),  # under the limit
        ([(0, 90), (60, 90), (119, 90)], []),  # not for long enough
        ([(0, 90), (60, 95), (120, 90), (180, 90)], [120, 180]),
        ([(0, 90), (60, 80), (120, 90), (180, 90)], []),  # between begins anew
        ([(0, 90), (60, 90), (120, 90), (130, 80), (150, 75)], [120, 130, 150]),  # between and at the lower limit: on
        ([(0, 90), (60, 90), (120, 90), (150, 74), (200, 74), (210, 74)], [120, 150, 200]),  # calm for 60 s: over
        ([(0, 90), (60, 90), (120, 90), (150, 74), (200, 80), (210, 74), (260, 74)], [120, 150, 200, 210, 260]),
        ([(0, 90), (60, None), (120, 90), (130, None)], [120]),  # one missing look changes nothing
        ([(0, 90), (60, 90), (120, 90), (150, None), (1000, None), (9000, None)], [120]),
        ([(0, 90), (100, 90), (100 + GAP_S + 1, 90), (100 + GAP_S + 21, 90)], [100 + GAP_S + 21]),  # a gap counts not
        ([(0, 90), (60, 90), (30, 90), (90, 90)], [90]),  # a clock set back by 30 s: 60 and 60 s were seen
        ([(0, 90), (0, 10), (120, 90)], [120]),  # the same instant again is no second look
    ],
)
def test_it_fires_after_a_time_over_the_limit_and_ends_after_a_time_under_the_lower_one(
    looks: Values, said: list[int]
) -> None:
    fired = [at for at in run(looks) if (at, None) not in looks]
    assert fired == said


def test_what_records_know_counts_from_when_they_say() -> None:
    memory = advance(None, Look(1000, 1, since=900), Level(for_s=100))
    assert memory == Memory(1000, 900, 1000)
    assert advance(None, Look(1000, 1, since=901), Level(for_s=100)) == Memory(1000, 901)
    assert advance(memory, Look(1005, 1, since=1004), Level(for_s=100)) == Memory(1005, 900, 1000)


def test_time_without_a_look_does_not_end_it() -> None:
    calm = Memory(100, 0, 60, under_since=90)
    after = advance(calm, Look(10_000, 0), LEVEL)
    assert after == Memory(10_000, 0, 60, under_since=9990)
    assert advance(Memory(100, 0, 60), Look(10_000, 80), LEVEL) == Memory(10_000, 0, 60)


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        ([Look(0, 0), Look(100, 95), Look(219, 0)], []),
        ([Look(0, 0), Look(100, 95), Look(221, 0), Look(250, 80), Look(300, 0)], [Stretch(100, 220, 360)]),
        ([Look(0, 95)], [Stretch(0, 120, None)]),
        ([Look(0, 95), Look(60, None), Look(500, 95)], [Stretch(440, 560, None)]),  # what nobody saw counts for nothing
        ([Look(0, 95), Look(60, None)], []),
        ([], []),
    ],
)
def test_the_past_is_told_by_the_same_rule(looks: list[Look], found: list[Stretch]) -> None:
    assert stretches(looks, LEVEL, 1000) == found


steps = st.lists(
    st.tuples(st.integers(1, 300), st.one_of(st.none(), st.integers(0, 100).map(float))), min_size=1, max_size=60
)
levels = st.builds(
    Level,
    enter=st.integers(50, 100).map(float),
    leave=st.integers(0, 50).map(float),
    for_s=st.integers(0, 600),
    calm_s=st.integers(0, 600),
)


def timed(steps: Values) -> Values:
    at, looks = 1000, []
    for passed, value in steps:
        at += passed
        looks.append((at, value))
    return looks


@given(steps, levels)
def test_nothing_begins_or_ends_while_nothing_is_known(steps: Values, level: Level) -> None:
    memory: Memory | None = None
    for at, value in timed(steps):
        after = advance(memory, Look(at, value), level)
        if value is None:
            assert after == memory
        memory = after


@given(steps, levels)
def test_it_is_said_at_most_once_for_each_time_the_limits_are_crossed(steps: Values, level: Level) -> None:
    memory: Memory | None = None
    said = crossings = 0
    armed = True
    for at, value in timed(steps):
        before, memory = memory, advance(memory, Look(at, value), level)
        if armed and value is not None and value >= level.enter:
            crossings, armed = crossings + 1, False
        armed = armed or (value is not None and value < level.enter)
        said += bool(memory and memory.firing_since == at and not (before and before.firing_since))
    assert said <= crossings


@given(steps, levels)
def test_a_restart_between_two_looks_changes_nothing(steps: Values, level: Level) -> None:
    whole: Memory | None = None
    kept: Memory | None = None
    for at, value in timed(steps):
        whole = advance(whole, Look(at, value), level)
        kept = advance(
            Memory(**{n: getattr(kept, n) for n in Memory.__slots__}) if kept else None, Look(at, value), level
        )
        assert kept == whole
