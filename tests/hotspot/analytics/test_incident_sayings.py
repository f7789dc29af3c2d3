"""What is said of an incident next."""

from dataclasses import replace
from typing import Any

import pytest

from hotspot.analytics.incident_course import RETURN_S, Member, Said
from hotspot.analytics.incident_groups import Group, Outage
from hotspot.analytics.incident_sayings import Looked, Recover, Say, saying
from hotspot.analytics.incidents import Case, Silent
from hotspot.analytics.rule_scope import OutageRule, Place, Scope

T = 1_795_000_000
GRAVE = OutageRule(2, "Large", "critical", 60, 3)
PLAIN = OutageRule(1, "Outages", "warning", 180, 1)


def silent(ap_id: int, area: str = "36.74.01", *, worked_on: bool = False) -> Silent:
    home = Group("point", str(ap_id))
    return Silent(Outage(ap_id, T, 60, home, (home,)), "AP", ap_id, Place(area), 60, worked_on)


def case(of: int = 1, said: Said | None = None, **fields: Any) -> Case:
    members = tuple(Member(i, f"ap:{i}", i, T, None) for i in range(1, of + 1))
    return replace(Case(5, Group("area", "A"), "warning", None, False, members, said), **fields)


def looked(*down: Silent, at: int = 600, rules: tuple[OutageRule, ...] = (GRAVE, PLAIN), **fields: Any) -> Looked:
    return replace(Looked({one.ap_id: one for one in down}, rules, {}, 0, T + at), **fields)


def said(kind: str, members: int = 1, *, quiet: bool = False) -> Said:
    return Said(kind, T, members, quiet)


@pytest.mark.parametrize(("at", "event"), [(170, None), (180, Say(5, "opened", severity="warning"))])
def test_it_is_told_once_it_lasts_as_long_as_a_rule_wants(at: int, event: Say | None) -> None:
    assert saying(case(), looked(silent(1), at=at)) == event


def test_the_gravest_rule_that_wants_it_gives_its_severity() -> None:
    assert saying(case(3), looked(silent(1), silent(2), silent(3), at=90)) == Say(5, "opened", severity="critical")


def test_a_rule_of_another_area_wants_nothing_of_it() -> None:
    elsewhere = replace(PLAIN, scope=Scope("36.74.09"))
    assert saying(case(), looked(silent(1), rules=(elsewhere,))) == Say(5, "opened", quiet=True)


def test_it_waits_until_all_were_asked() -> None:
    unasked = looked(silent(1), at=90, rules=(replace(PLAIN, least_s=0),), oldest_answers={60: T - 5})
    assert saying(case(), unasked) is None
    assert saying(case(), replace(unasked, oldest_answers={60: T})) == Say(5, "opened", severity="warning")


def test_work_holds_it_back_and_counts_for_no_rule() -> None:
    assert saying(case(), looked(silent(1, worked_on=True))) is None
    half = looked(silent(1), silent(2, worked_on=True), silent(3, worked_on=True))
    assert saying(case(3), half) == Say(5, "opened", severity="warning")


def test_what_nobody_knows_of_is_not_said() -> None:
    assert saying(case(), looked()) is None


def test_what_came_back_is_told_after_a_while_and_as_such() -> None:
    back = case(said=said("recovered"), opened=True, heard=True)
    assert saying(back, looked(silent(1), at=RETURN_S - 1)) is None
    assert saying(back, looked(silent(1), at=RETURN_S)) == Say(5, "reopened", severity="warning")


def test_what_came_back_once_is_over_only_when_it_was_quiet_for_long() -> None:
    members = (Member(1, "ap:1", 1, T, T + 300), Member(2, "ap:1", 1, T + 600, T + 1200))
    again = case(members=members, said=said("reopened"), opened=True, heard=True)
    assert saying(again, looked(at=1200 + 1799)) is None
    assert saying(again, looked(at=1200 + 1800)) == Recover(5, T + 1200, quiet=False)


def test_growth_is_told_once() -> None:
    down = looked(*map(silent, range(1, 9)), rules=(PLAIN,))
    assert saying(case(8, said("opened", 3)), down) == Say(5, "grew")
    assert saying(case(8, said("grew", 3)), down) is None
    assert saying(case(8, said("opened", 5)), down) is None


def test_what_becomes_graver_is_told() -> None:
    down = looked(*map(silent, range(1, 4)))
    assert saying(case(3, said("opened", 2)), down) == Say(5, "grew", severity="critical")
    assert saying(case(3, said("grew", 3), severity="critical"), down) is None
    assert saying(case(1, said("opened", 1), severity="critical"), looked(silent(1))) is None


def test_what_was_told_to_nobody_stays_so_unless_it_grows() -> None:
    assert saying(case(1, said("opened", 1, quiet=True)), looked(silent(1))) is None
    assert saying(case(2, said("opened", 1, quiet=True)), looked(silent(1), silent(2))) == Say(
        5, "grew", severity="warning"
    )


def over(one: Case, *, gone: bool = False) -> Case:
    return replace(one, members=tuple(replace(member, ended_at=T + 300, gone=gone) for member in one.members))


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (case(said=said("opened")), Recover(5, T + 300, quiet=False)),
        (case(said=said("opened", quiet=True)), Recover(5, T + 300, quiet=True)),
        (case(), Recover(5, T + 300, quiet=True, unopened="opened")),
        (case(said=said("recovered"), opened=True), Recover(5, T + 300, quiet=True, unopened="reopened")),
    ],
)
def test_its_end_is_told_where_its_beginning_was(before: Case, event: Recover) -> None:
    assert saying(over(before), looked()) == event


def test_the_end_of_what_nobody_asks_any_more_is_on_record_alone() -> None:
    assert saying(over(case(said=said("opened")), gone=True), looked()) == Recover(5, T + 300, quiet=True)


def flips(*, heard: bool) -> Case:
    ended = tuple(Member(i, "ap:1", 1, T + 240 * i, T + 240 * i + 120) for i in range(3))
    return case(heard=heard, members=(*ended, Member(9, "ap:1", 1, T + 720, None)))


def test_what_never_lasted_is_told_when_it_comes_and_goes_if_a_rule_would_have_told_of_it() -> None:
    down = looked(silent(1), at=800)
    assert saying(flips(heard=True), down) == Say(5, "flapping")
    assert saying(flips(heard=False), down) == Say(5, "flapping", severity="warning")
    assert saying(flips(heard=False), replace(down, rules=(GRAVE,))) == Say(5, "opened", quiet=True)


def test_nothing_more_is_said_of_what_comes_and_goes_until_it_is_quiet() -> None:
    flapping = replace(flips(heard=True), flapping=True, said=said("flapping"))
    assert saying(flapping, looked(silent(1), at=800)) is None
    assert saying(flapping, looked(silent(1), at=720 + 1800)) == Say(5, "reopened")
