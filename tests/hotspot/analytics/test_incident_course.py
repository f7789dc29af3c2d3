"""How an incident goes on, told by its members."""

import pytest

from hotspot.analytics.incident_course import (
    AGAIN_S,
    LEFT_BEHIND_S,
    QUIET_S,
    Doing,
    Member,
    came_back,
    comes_and_goes,
    edges,
    ended_at,
    has_grown,
    is_quiet,
    is_settled,
    left_behind,
)
from hotspot.analytics.outages import CONTROLLER, MONITORING, STORM
from hotspot.analytics.spans import DOWN, UNKNOWN, UP

T = 1_795_000_000


def member(since: int, ended: int | None = None, ap_id: int = 1) -> Member:
    """Instants are counted from T."""
    return Member(0, f"ap:{ap_id}", ap_id, T + since, None if ended is None else T + ended)


@pytest.mark.parametrize(
    ("told", "members", "grown"),
    [(1, 5, False), (1, 6, True), (4, 8, False), (5, 10, True), (40, 79, False), (40, 80, True)],
)
def test_growth_is_twice_as_many_and_five_more(told: int, members: int, grown: bool) -> None:
    assert has_grown(told, members) == grown


@pytest.mark.parametrize(
    ("oldest", "now", "settled"),
    [
        ({}, 50, True),  # all others are down, too
        ({60: 30}, 50, True),  # who may be down answered since the last went down
        ({60: 29}, 50, False),
        ({60: 29}, 179, False),
        ({60: 29}, 120 + AGAIN_S, True),  # nobody is waited for longer
        ({300: -200, 60: 40}, 50, True),  # nor whoever is asked less often
    ],
)
def test_an_incident_is_settled_once_all_were_asked_since(oldest: dict[int, int], now: int, settled: bool) -> None:
    answers = {every_s: T + at for every_s, at in oldest.items()}
    assert is_settled(T, T + 30, 60, answers, T + now) == settled


@pytest.mark.parametrize(
    ("doing", "over"),
    [
        (Doing(UP, T + 500, T + 500, "", None, watched=True), None),  # one answer
        (Doing(UP, T + 500, T + 560, "", None, watched=True), 500),
        (Doing(UP, T - 500, T + 560, "", None, watched=True), 0),  # the outage was taken out
        (Doing(UNKNOWN, T + 500, T - 60, STORM, None, watched=True), None),
        (Doing(UNKNOWN, T + 500, T - 60, CONTROLLER, None, watched=True), None),
        (Doing(UNKNOWN, T + 500, T - 60, MONITORING, None, watched=True), 500),
        (Doing(DOWN, T, T - 60, "", None, watched=True), None),
        (Doing(DOWN, T + 700, T - 60, "", None, watched=True), None),  # nobody looked in between
        (Doing(DOWN, T + 700, T + 640, "", T + 600, watched=True), 600),  # it was up in between
        (Doing(DOWN, T, T - 60, "", None, watched=False), 900),
        (None, 900),
    ],
)
def test_a_member_is_over(doing: Doing | None, over: int | None) -> None:
    at = ended_at(member(0), doing, T + 900)
    assert at == (None if over is None else T + over)


def test_an_incident_lasts_as_long_as_any_member() -> None:
    members = [member(0, 100), member(50, 300, 2), member(300, 400), member(600, 700), member(650, None, 2)]
    assert [at - T for at in edges(members)] == [0, 400, 600]
    assert [at - T for at in edges([member(5, 9)])] == [5, 9]
    assert edges([]) == []


def flips(count: int) -> list[Member]:
    return [member(240 * number, 240 * number + 120) for number in range(count)]


def test_more_than_five_changes_an_hour_come_and_go() -> None:
    assert not comes_and_goes(flips(2), T + 400)
    assert not comes_and_goes([*flips(2), member(480)], T + 500)
    assert comes_and_goes(flips(3), T + 610)
    assert not comes_and_goes(flips(3), T + 600 + QUIET_S)
    assert not comes_and_goes([member(5000 * number, 5000 * number + 60) for number in range(9)], T + 40_100)


def test_what_is_down_for_long_is_quiet_as_well() -> None:
    assert not is_quiet([*flips(3), member(720)], T + 720 + QUIET_S - 1)
    assert is_quiet([*flips(3), member(720)], T + 720 + QUIET_S)


@pytest.mark.parametrize(
    ("back", "of", "behind"), [(9, 10, True), (8, 10, False), (10, 10, False), (95, 100, True), (2, 3, False)]
)
def test_who_stays_down_when_nearly_all_are_back_is_left_behind(back: int, of: int, behind: bool) -> None:
    members = [member(0, 600 if number < back else None, number) for number in range(of)]
    assert left_behind(members, T + 600 + LEFT_BEHIND_S) == behind
    assert not left_behind(members, T + 599 + LEFT_BEHIND_S)


def test_who_went_down_again_is_not_back() -> None:
    members = [member(0, 600, number) for number in range(10)] + [member(900, None, 1), member(900, None, 2)]
    assert not left_behind(members, T + 10_000)


@pytest.mark.parametrize(
    ("again", "same"), [((1, 2, 3), True), ((1, 2, 3, 4), True), ((1, 2), False), ((1, 2, 3, 9, 8, 7), False)]
)
def test_an_incident_comes_back_with_most_of_its_members_and_few_others(again: tuple[int, ...], same: bool) -> None:
    members = [member(0, 600, number) for number in (1, 2, 3, 4)]
    assert came_back({f"ap:{ap_id}" for ap_id in again}, members) == same
