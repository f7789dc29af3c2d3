"""Histories of outages to incidents, and what is said of them."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.analytics.incident_groups import Group
from hotspot.analytics.incidents import joins
from hotspot.analytics.rule_scope import OutageRule
from tests.hotspot.analytics.incident_replay import STEP_S, Replay, T

MINUTE = 60


def kinds(replay: Replay) -> list[str]:
    return [kind for _, _, kind in replay.told]


def test_one_outage_is_told_once_and_its_end_with_the_second_answer() -> None:
    replay = Replay().run(a1="uuddddduuuu")
    (case,) = replay.cases.values()

    assert replay.told == [(3 * MINUTE, case.id, "opened"), (9 * MINUTE, case.id, "recovered")]
    assert (case.group, case.recovered_at) == (("ap", "1"), T + 8 * MINUTE)


def test_a_point_is_one_incident_however_many_of_it_are_down() -> None:
    replay = Replay().run(a0="uddddd", a1="uddddd")
    assert [case.group for case in replay.cases.values()] == [("point", "0")]
    assert kinds(replay) == ["opened"]


def test_what_hangs_on_a_fibre_that_is_down_joins_it_without_a_word() -> None:
    replay = Replay().run(a0="uddddddddddd", a1="uddddddddddd", a2="uddddddddddd", a3="uuuuuuuuuddd")
    (case,) = replay.cases.values()

    assert (case.group, case.count, kinds(replay)) == (("upstream", "0"), 4, ["opened"])


def test_who_went_down_a_minute_later_belongs_to_it_as_long_as_nobody_was_told() -> None:
    rule = OutageRule(1, "Outages", "warning", 300, 1)
    replay = Replay((rule,)).run(a0="udddddddd", a2="uuddddddd", a3="uuddddddd")

    assert [case.group for case in replay.cases.values()] == [("upstream", "0")]
    assert kinds(replay) == ["opened"]


def test_an_outage_that_is_over_before_a_rule_wants_it_is_on_record_alone() -> None:
    rule = OutageRule(1, "Outages", "warning", 600, 1)
    replay = Replay((rule,)).run(a0="ududddduuu")

    assert [(kind, quiet) for _, _, kind, quiet in replay.log] == [("opened", True), ("recovered", True)]


def test_without_a_rule_that_wants_it_an_incident_is_on_record_alone() -> None:
    replay = Replay((OutageRule(1, "Large", "critical", 0, 3),)).run(a0="udddduuu")
    assert [(kind, quiet) for _, _, kind, quiet in replay.log] == [("opened", True), ("recovered", True)]


def test_an_incident_too_small_to_be_told_is_told_once_it_has_grown() -> None:
    rule = OutageRule(1, "Large", "critical", 0, 3)
    two_points = {f"a{number}": "u" + 9 * "d" for number in range(4)}

    assert kinds(Replay((rule,), a_fibre=6).run(**two_points)) == []
    assert kinds(Replay((rule,), a_fibre=6).run(**two_points, a4="uuuudddddd")) == ["grew"]


def test_a_graver_rule_tells_again_of_what_lasts() -> None:
    rules = OutageRule(2, "Long", "critical", 600, 1), OutageRule(1, "Outages", "warning", 0, 1)
    replay = Replay(rules).run(a0="u" + 14 * "d" + "uuu")
    assert [(at, kind) for at, _, kind in replay.told] == [(120, "opened"), (720, "grew"), (1020, "recovered")]


def test_what_comes_back_soon_is_the_same_incident_and_told_again_only_if_it_lasts() -> None:
    replay = Replay().run(a0="uddd" + 5 * "u" + "ddd" + 5 * "u" + 9 * "d")
    (case,) = replay.cases.values()

    assert kinds(replay) == ["opened", "recovered", "reopened"]
    assert len(case.members) == 3


def test_what_comes_back_late_is_another_incident() -> None:
    replay = Replay().run(a0="uddd" + 40 * "u" + "dddd")
    assert len(replay.cases) == 2


def test_a_device_that_comes_and_goes_is_told_so_once_and_once_how_it_is_then() -> None:
    replay = Replay().run(a0=15 * "dduu" + 40 * "u")
    assert kinds(replay).count("flapping") == 1
    assert kinds(replay)[-2:] == ["flapping", "recovered"]
    replay = Replay().run(a0=15 * "dduu" + 40 * "d")
    assert kinds(replay)[-2:] == ["flapping", "reopened"]


def test_nothing_is_said_of_what_is_worked_on_until_the_work_is_over() -> None:
    replay = Replay().run(a0="uwwwwwwwwwddd", a1="uwwwwuuu")
    (case,) = replay.cases.values()

    assert [(at, kind) for at, _, kind in replay.told] == [(11 * MINUTE, "opened")]
    assert case.members[0].since == T + 2 * MINUTE


def test_work_on_what_was_not_told_yet_holds_it_back() -> None:
    rule = OutageRule(1, "Outages", "warning", 240, 1)
    replay = Replay((rule,)).run(a0="uddd" + 20 * "w" + "uuu")
    assert replay.told == []


def test_unknown_time_ends_nothing_and_begins_nothing() -> None:
    replay = Replay().run(a0="uddd????dddd??uuu", a1="u??????uu")
    assert kinds(replay) == ["opened", "recovered"]


def test_what_began_before_anybody_looked_for_incidents_is_on_record_alone() -> None:
    replay = Replay(quiet_before=T + 10_000).run(a0="udddddduuu")
    assert [quiet for *_, quiet in replay.log] == [True, True]


def test_who_stays_down_when_nearly_all_are_back_is_an_incident_of_its_own() -> None:
    up_again = {f"a{number}": "u" + 5 * "d" for number in range(1, 12)}
    replay = Replay(aps=12).run(a0="u" + 60 * "d", **up_again)

    assert kinds(replay) == ["opened", "recovered"]
    assert [(case.is_open, len(case.members)) for case in replay.cases.values()] == [(False, 11), (True, 1)]


COURSE = re.compile(r"((opened|reopened|flapping)(grew|flapping|reopened)*recovered)*((opened|reopened|flapping).*)?")
histories = st.lists(st.lists(st.sampled_from("uuuddd?w"), min_size=6, max_size=6), max_size=60)


@settings(max_examples=60, deadline=None)
@given(history=histories)
def test_whatever_happens_each_incident_is_told_and_ended_in_turn(history: list[list[str]]) -> None:
    replay = Replay(aps=6)
    for states in history:
        replay.step(dict(enumerate(states)))
        open_ = [case for case in replay.cases.values() if case.is_open]
        members = [member.subject for case in open_ for member in case.standing]
        assert len(members) == len(set(members))
        assert all(case.members for case in replay.cases.values())
        for case in replay.cases.values():
            assert case.recovered_at is None or not case.standing
    for incident in replay.cases:
        told = [kind for _, which, kind in replay.told if which == incident]
        assert COURSE.fullmatch("".join(told)), told
        assert told.count("opened") <= 1
    assert {which for _, which, _ in replay.told} <= replay.cases.keys()


@settings(max_examples=40, deadline=None)
@given(history=histories)
def test_nothing_is_told_to_begin_that_is_over(history: list[list[str]]) -> None:
    replay = Replay(aps=6)
    for states in history:
        before = len(replay.told)
        replay.step(dict(enumerate(states)))
        for _, incident, kind in replay.told[before:]:
            if kind in ("opened", "reopened"):
                assert any(replay.doing[one.ap_id or 0].state == 0 for one in replay.cases[incident].standing)


@settings(max_examples=40, deadline=None)
@given(history=histories, order=st.permutations(range(6)))
def test_the_order_of_devices_does_not_matter(history: list[list[str]], order: list[int]) -> None:
    one, other = Replay(aps=6), Replay(aps=6)
    other.doing = {ap_id: other.doing[ap_id] for ap_id in order}
    for states in history:
        one.step(dict(enumerate(states)))
        other.step(dict(enumerate(states)))

    def story(replay: Replay) -> list[tuple[int, str, bool]]:
        return sorted((at, kind, quiet) for at, _, kind, quiet in replay.log)

    assert story(one) == story(other)


@pytest.mark.parametrize("minutes", [1, 5, 20])
def test_the_end_of_history_leaves_nothing_open(minutes: int) -> None:
    replay = Replay().run(a0="u" + minutes * "d" + 3 * "u", a5="u" + minutes * "d" + 3 * "u")
    assert not any(case.is_open for case in replay.cases.values())
    assert replay.now == T + (minutes + 4) * STEP_S


def test_nothing_joins_an_incident_from_which_people_took_everything() -> None:
    replay = Replay().run(a0="uddd")
    (case,) = replay.cases.values()
    empty = replace(case, members=(), group=Group("area", "0"))

    assert joins([replay.fallen(1, T)], [empty], T) == []
