"""Stays of a device: closed, opened, corrected, joined; without hole."""

import random
from itertools import pairwise

import pytest

from hotspot.analytics.stays import FOREVER, Stay, moved


@pytest.mark.parametrize(
    ("stays", "to", "at", "expected"),
    [
        ([(0, 1)], 2, 50, [(0, 1), (50, 2)]),
        ([(0, 1)], None, 50, [(0, 1), (50, None)]),
        ([(0, 1), (50, None)], 2, 70, [(0, 1), (50, None), (70, 2)]),
        ([(0, 1)], 1, 50, [(0, 1)]),  # it stands there
        ([(0, 1)], 2, 0, [(0, 2)]),  # it always did
        ([(0, 1), (50, 2)], 3, 50, [(0, 1), (50, 3)]),  # the same day again
        ([(0, 1), (50, 2)], 1, 50, [(0, 1)]),  # back: it never left
        ([(0, 1), (50, 2)], 1, 60, [(0, 1), (50, 2), (60, 1)]),
    ],
)
def test_move(
    stays: list[tuple[int, int | None]], to: int | None, at: int, expected: list[tuple[int, int | None]]
) -> None:
    assert moved(timeline(stays), to, at) == timeline(expected)


def test_what_was_before_the_last_stay_is_settled() -> None:
    with pytest.raises(ValueError, match="moved after that"):
        moved(timeline([(0, 1), (50, 2)]), 3, 49)


def test_any_moves_leave_no_hole_and_no_two_alike_beside_each_other() -> None:
    dice = random.Random(1)
    for _ in range(200):
        stays, at = [Stay(0, FOREVER, 1)], 0
        for _ in range(10):
            at = dice.choice([stays[-1].since, max(at, stays[-1].since) + 10])
            stays = moved(stays, dice.choice([1, 2, None]), at)
            assert (stays[0].since, stays[-1].until) == (0, FOREVER)
            assert all(one.until == then.since and one.point_id != then.point_id for one, then in pairwise(stays))
            assert all(one.since < one.until for one in stays)


def timeline(changes: list[tuple[int, int | None]]) -> list[Stay]:
    ends = [since for since, _ in changes[1:]] + [FOREVER]
    return [Stay(since, until, point) for (since, point), until in zip(changes, ends, strict=True)]
