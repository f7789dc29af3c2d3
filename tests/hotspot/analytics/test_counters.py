"""Differences of counters, and restarts told from clocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.result import AgentClock
from hotspot.analytics.counters import (
    CIRCLE,
    PACKET,
    difference,
    is_too_soon,
    rate_bps,
    restart,
)
from hotspot.analytics.restarts import AGENT_RESTART, REBOOT

GIGABIT = 1e9
MINUTE = 6000  # ticks


@pytest.mark.parametrize(
    ("before", "after", "bits", "expected"),
    [
        (1000, 5000, 64, 4000),
        (1000, 1000, 64, 0),
        (2**32 - 1000, 3000, 32, 4000),  # one wrap
        (2**64 - 1000, 3000, 64, None),  # a Counter64 does not wrap in a life: reset
        (5000, 1000, 64, None),
        (4_000_000_000, 500_000_000, 32, 794_967_296),  # a wrap of 106 Mbit/s, plausible on a gigabit
        (0, 7_875_000_000, 64, 7_875_000_000),  # 1.05 x the speed
        (0, 7_875_000_001, 64, None),
    ],
)
def test_difference_in_a_minute_on_a_gigabit(before: int, after: int, bits: int, expected: int | None) -> None:
    assert difference(before, after, bits, 60, 60, GIGABIT) == expected


def test_wrap_that_the_link_is_too_slow_for_is_a_reset() -> None:
    assert difference(4_000_000_000, 500_000_000, 32, 60, 60, 100e6) is None


@pytest.mark.parametrize(
    ("case", "before", "after", "dt_s", "interval_s", "speed", "expected"),
    [
        ("a wrap at 90 % of 100 Mbit/s", 4_200_000_000, 580_032_704, 60, 60, 100e6, 675_000_000),
        ("a wrap at 90 % of 1 Gbit/s within 30 s", 3_000_000_000, 2_080_032_704, 30, 30, 1e9, 3_375_000_000),
        ("a wrap at a speed nobody knows", 4_200_000_000, 580_032_704, 60, 60, None, 675_000_000),
        ("faster than 100 Mbit/s: a reset", 4_200_000_000, 905_032_704, 60, 60, 100e6, None),
        ("almost a whole round on 10 Gbit/s", 1_000, 999, 60, 60, 10e9, 4_294_967_295),
        ("almost a whole round on 100 Mbit/s: a reset", 1_000, 999, 60, 60, 100e6, None),
        ("standing still", 1_000, 1_000, 60, 60, 100e6, 0),
        ("the collector slept for eight hours", 1_000, 2_000_000, 28_800, 60, 1e9, None),
        ("one poll was missed", 1_000, 2_000_000, 120, 60, 1e9, 1_999_000),
        ("two polls were missed", 1_000, 2_000_000, 180, 60, 1e9, None),
        ("our clock was set forward by an hour", 1_000, 2_000_000, 3_660, 60, 1e9, None),
        ("our clock was set back", 1_000, 2_000_000, -40, 60, 1e9, None),
        ("asked again at once", 1_000, 2_000_000, 20, 60, 1e9, None),
    ],
)
def test_counter32_cases(
    case: str, before: int, after: int, dt_s: float, interval_s: int, speed: float | None, expected: int | None
) -> None:
    assert difference(before, after, 32, dt_s, interval_s, speed) == expected, case


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (4_000, 4_017, 17),
        (2**32 - 3, 4, 7),  # a wrap
        (4_000, 0, None),  # cleared by hand: as a wrap it would be 4 milliards of errors in a minute
        (0, 123_046_875, 123_046_875),  # frames of 64 octets as fast as 1.05 gigabit carry
        (0, 123_046_876, None),
    ],
)
def test_packets_are_not_believed_faster_than_they_fit_on_the_line(
    before: int, after: int, expected: int | None
) -> None:
    assert difference(before, after, 32, 60, 60, GIGABIT, PACKET) == expected


@pytest.mark.parametrize("speed", [None, 0, 10e6])
def test_interface_of_unknown_speed_is_taken_for_a_gigabit(speed: float | None) -> None:
    assert difference(0, 7_000_000_000, 64, 60, 60, speed) == 7_000_000_000
    assert difference(0, 8_000_000_000, 64, 60, 60, speed) is None


@pytest.mark.parametrize(("dt_s", "expected"), [(29, None), (30, 10), (150, 10), (151, None), (-60, None), (0, None)])
def test_difference_needs_half_to_two_and_a_half_intervals(dt_s: float, expected: int | None) -> None:
    assert difference(0, 10, 64, dt_s, 60, GIGABIT) == expected


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.sampled_from([32, 64]),
    st.floats(-100, 1000),
    st.floats(0, 1e11),
)
def test_difference_is_never_negative_and_never_above_the_speed(
    before: int, after: int, bits: int, dt_s: float, speed: float
) -> None:
    counted = difference(before, after, bits, dt_s, 60, speed)
    assert counted is None or 0 <= counted * 8 <= 1.05 * max(speed, 1e9) * dt_s


def test_rate_is_in_bits() -> None:
    assert rate_bps(7500, 60) == 1000
    assert rate_bps(None, 60) is None


def test_poll_within_half_an_interval_is_too_soon() -> None:
    assert is_too_soon(29, 60)
    assert not is_too_soon(30, 60)


def sys(ticks: int) -> AgentClock:
    return AgentClock(sys_uptime_ticks=ticks)


@pytest.mark.parametrize(
    ("before", "after", "dt_s", "expected"),
    [
        (sys(100_000), sys(100_000 + MINUTE), 60, None),
        (sys(100_000), sys(2_000), 60, REBOOT),
        (sys(CIRCLE - 3000), sys(3000), 60, None),  # 497 days: a wrap
        (sys(CIRCLE - 3000), sys(2950), 60, None),  # with half a second of jitter to either side
        (sys(CIRCLE - 3000), sys(3050), 60, None),
        (sys(CIRCLE - 100_000), sys(3000), 60, REBOOT),  # 15 minutes too early for the wrap
        (sys(CIRCLE * 3 // 4), sys(3000), 60, REBOOT),  # over 248 days: the short way round is forward
        (sys(3000), sys(2000), 60, REBOOT),  # twice within two minutes
        (sys(3000), sys(2000), 20, REBOOT),
        (sys(10**8), sys(10**8 + MINUTE), 3660, None),  # our clock was set forward by an hour
        (sys(10**8), sys(10**8 + MINUTE), -3540, None),  # and back
        (sys(10**8), sys(10**8 + 90 * MINUTE), 6000, None),  # a clock that loses less than we can tell
        (sys(3000), sys(2000), 5, REBOOT),
        (sys(2000), sys(5000), 60, None),  # ... of which the second is too near to be told by this clock
        (sys(10**6), sys(500), 60, REBOOT),  # two reboots between two polls are told as one
        (sys(CIRCLE // 10 - 3000), sys(3000), 60, None),  # 49.7 days: an agent that counts milliseconds
        (sys(CIRCLE // 10 - 3000), sys(2950), 60, None),
        (sys(CIRCLE // 10 - 3000), sys(3050), 60, None),
        (sys(CIRCLE // 10 - 100_000), sys(3000), 60, REBOOT),
        (sys(CIRCLE // 10 * 2 - 3000), sys(3000), 60, REBOOT),  # no milliseconds: it counted further than they reach
        (sys(500 * 86400 * 100), sys(500 * 86400 * 100 + MINUTE), 60, None),  # seconds of a controller: no circle
        (sys(500 * 86400 * 100), sys(3000), 60, REBOOT),
        (sys(0), sys(0), 300, None),  # a clock that stands still
        (sys(4000), sys(4000), 300, None),
        (sys(10**8), sys(10**8 + 10 * MINUTE), 60, None),  # a clock ten times too fast
        (sys(10**8), sys(12 * 3600 * 100), 2 * 86400, REBOOT),  # silent for two days, up for the last half
        (sys(10**8), AgentClock(), 60, None),
        (AgentClock(), sys(100), 60, None),
    ],
)
def test_restart_by_uptime(before: AgentClock, after: AgentClock, dt_s: float, expected: str | None) -> None:
    assert restart(before, after, dt_s) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (AgentClock(10**6, None, 7, 10_000), AgentClock(2000, None, 8, 20), REBOOT),
        (AgentClock(10**6, None, 7, 10_000), AgentClock(2000, None, 7, 10_060), None),  # boots decide, not sysUpTime
        (AgentClock(10**6, None, 1, 10_000), AgentClock(2000, None, 1, 20), REBOOT),  # an agent that forgets its boots
        (AgentClock(10**6, None, 1), AgentClock(2000, None, 1), REBOOT),
        (AgentClock(10**6, None, 1), AgentClock(2000, None, 2), REBOOT),
        (AgentClock(CIRCLE - 3000, None, 7, 42_949_642), AgentClock(3000, None, 7, 42_949_702), None),  # 497 days
        (AgentClock(2000, None, 7, 20), AgentClock(5000, None, 8, 50), REBOOT),  # boots tell what sysUpTime can not
        (AgentClock(10**6, None, 7, 10_000), AgentClock(10**6 + MINUTE, None, 8, 20), AGENT_RESTART),
        (AgentClock(10**6, None, 7, 10_000), AgentClock(10**6 + MINUTE, None, 9, 10_060), None),  # boots of no meaning
        (AgentClock(10**6, None, 0, 0), AgentClock(2000, None, 0, 0), REBOOT),  # an engine that stands still
        (AgentClock(10**6, None, 0, 0), AgentClock(10**6 + MINUTE, None, 0, 0), None),
        (AgentClock(10**6, 10**8, 7, 10_000), AgentClock(2000, 10**8 + MINUTE, 8, 20), AGENT_RESTART),
        (AgentClock(10**6, 10**8), AgentClock(2000, 10**8 + MINUTE), AGENT_RESTART),
        (AgentClock(10**6, 10**8), AgentClock(2000, 2000), REBOOT),
        (AgentClock(10**6, 10**8), AgentClock(2000, None), REBOOT),
        (AgentClock(10**6, 10**8, 7, 10_000), AgentClock(None, None, 8, 20), REBOOT),
        (AgentClock(10**6, 10**8), AgentClock(10**6 + MINUTE, 2000), None),
    ],
)
def test_restart_by_the_better_clocks(before: AgentClock, after: AgentClock, expected: str | None) -> None:
    assert restart(before, after, 60) == expected


@given(st.integers(0, CIRCLE - 1), st.integers(1, 10**6), st.floats(-0.5, 0.5))
def test_running_device_is_never_seen_to_restart(ticks: int, dt_s: int, jitter_s: float) -> None:
    after = (ticks + round((dt_s + jitter_s) * 100)) % CIRCLE
    assert restart(sys(ticks), sys(after), dt_s) is None
