"""When a message that did not leave is tried again."""

import pytest

from hotspot.analytics.retries import GIVE_UP_S, is_given_up, wait_s


@pytest.mark.parametrize(
    ("attempts", "chance", "seconds"),
    [
        (1, 0.5, 60),
        (2, 0.5, 120),
        (6, 0.5, 1920),
        (7, 0.5, 3600),
        (1000, 0.5, 3600),
        (1, 0, 48),
        (1, 1, 72),
        (0, 0.5, 60),
    ],
)
def test_later_each_time_an_hour_at_most_and_never_all_together(attempts: int, chance: float, seconds: int) -> None:
    assert wait_s(attempts, chance) == seconds


def test_given_up_after_a_day() -> None:
    assert [is_given_up(1000, 1000 + GIVE_UP_S + late) for late in (-1, 0)] == [False, True]
