"""What people do with rules on both engines: checked, noted, never half saved, and taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.alerts.judge import judge
from hotspot.analytics.alert_rules import KINDS
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.rule_fields import fields_of, stored
from hotspot.analytics.rule_params import Degraded
from hotspot.store.alerts.incidents import open_subjects
from hotspot.store.alerts.rule_edit import (
    MOST,
    add_rule,
    bring_back,
    change_rule,
    draft,
    remove_rule,
    switch,
    texts_of,
)
from hotspot.store.alerts.rule_list import Record, rule_rows
from hotspot.store.alerts.rules import rule_by_id, rules_of
from hotspot.store.base import reading, writing
from hotspot.store.models import AlertRule, AuditEntry, City, Incident, State
from hotspot.store.point_edit import ConflictError
from tests.hotspot.alerts.test_judge import NOW, Town

TEXTS = {"name": "Half of it", "severity": "warning", "minutes": "0", "share": "40", "leave": "20"}


@pytest.fixture
def town(engine: Engine) -> Town:
    return Town(engine)


def act(town: Town, do: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with writing(town.engine) as session:
        return do(session, session.get_one(City, 1), *given, now=NOW, actor="ani", **more)


def add(town: Town, **texts: str) -> int:
    with writing(town.engine) as session:
        city = session.get_one(City, 1)
        wanted = draft(session, city, "degraded", TEXTS | texts)
        return add_rule(session, city, wanted, enabled=True, now=NOW, actor="ani")


def change(town: Town, rule_id: int, version: str, **texts: str) -> bool:
    with writing(town.engine) as session:
        city = session.get_one(City, 1)
        wanted = draft(session, city, "degraded", TEXTS | texts, rule_id)
        return change_rule(session, city, rule_id, wanted, version, enabled=True, now=NOW + 1, actor="budi")


def actions(session: Session) -> list[str]:
    return [f"{one.actor} {one.action} {one.subject}" for one in session.scalars(select(AuditEntry))]


def test_a_rule_says_what_was_typed_and_its_form_says_it_again(town: Town) -> None:
    rule_id = add(town, area="36.74.01.1001", provider="Lines")
    with reading(town.engine) as session:
        rule = rule_by_id(session, session.get_one(City, 1), rule_id)
        assert rule
        assert rule.params == Degraded(share=40, leave=20, minutes=0)
        assert (rule.scope.area_code, rule.scope.provider_id, rule.area) == ("36.74.01.1001", 7, "Area 1")
        texts = texts_of(rule)
        assert draft(session, session.get_one(City, 1), "degraded", texts, rule_id).limits.params == rule.params
        assert (texts["share"], texts["provider"], texts["enabled"]) == ("40", "Lines", "y")
        assert actions(session) == ["ani add alert rule Half of it"]


@pytest.mark.parametrize(
    ("kind", "texts", "column"),
    [
        ("degraded", {"name": " "}, "name"),
        ("degraded", {"name": "=A1"}, "name"),
        ("degraded", {"name": "n" * 81}, "name"),
        ("degraded", {"severity": "loud"}, "severity"),
        ("degraded", {"area": "99.99"}, "area"),
        ("degraded", {"provider": "Nobody"}, "provider"),
        ("degraded", {"share": "101"}, "share"),
        ("degraded", {"share": "half"}, "share"),
        ("degraded", {"share": "4" * 5000}, "share"),
        ("degraded", {"share": "-1"}, "share"),
        ("degraded", {"share": "٤٠"}, "share"),
        ("degraded", {"leave": "40"}, "leave"),
        ("degraded", {"of": "planet"}, "of"),
        ("traffic", {"provider": "Lines"}, "provider"),
        ("traffic", {"least_weeks": "9"}, "least_weeks"),
        ("disk", {"area": "36.74.01.1001"}, "area"),
        ("disk", {"leave": "10"}, "leave"),
        ("firmware", {"approved": "nonsense"}, "approved"),
        ("firmware", {"approved": "a: 1\n" * 201}, "approved"),
        ("firmware", {"approved": "x" * 5000}, "approved"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    sqlite_engine: Engine, kind: str, texts: dict[str, str], column: str
) -> None:
    town = Town(sqlite_engine)
    sent = ({"name": "One", "severity": "notice"} if kind != "degraded" else TEXTS) | texts
    with reading(town.engine) as session, pytest.raises(RejectedError) as refused:
        draft(session, session.get_one(City, 1), kind, sent)
    assert refused.value.column == column


def test_a_name_is_used_once_and_a_removed_rule_lets_go_of_it(town: Town) -> None:
    first = add(town)
    with pytest.raises(RejectedError, match="of this name"):
        add(town)
    act(town, remove_rule, first)
    add(town)
    assert act(town, bring_back, first)
    assert not act(town, bring_back, first)
    with reading(town.engine) as session:
        names = sorted(one.name for one in rules_of(session, session.get_one(City, 1)))
    assert names == ["Half of it", f"Half of it ({first})"]


def test_the_second_of_two_who_change_the_same_sees_what_the_first_did(town: Town) -> None:
    rule_id = add(town)
    assert not change(town, rule_id, "1")
    assert change(town, rule_id, "1", share="50")
    assert not change(town, rule_id, "1", share="50")
    with pytest.raises(ConflictError) as clash:
        change(town, rule_id, "1", share="60")
    assert clash.value.theirs.params.share == 50
    with reading(town.engine) as session:
        assert actions(session)[-1] == "budi change alert rule Half of it"


def test_a_rule_that_is_switched_off_says_no_more_and_what_it_said_is_over(town: Town) -> None:
    rule_id = add(town)
    town.set(1, 3, 5, state=int(State.DOWN))
    assert town.look(NOW) == ["area:36.74.01.1001"]
    with reading(town.engine) as session:
        row = next(one for one in rule_rows(session, session.get_one(City, 1), NOW) if one.rule.id == rule_id)
        assert row.record == Record(NOW, 1, 1)
    assert act(town, switch, rule_id, on=False)
    assert not act(town, switch, rule_id, on=False)
    with reading(town.engine) as session:
        assert session.scalars(select(Incident.recovered_at)).all() == [NOW]
        assert open_subjects(session, rule_id) == frozenset()
    assert town.look(NOW + 5) == []
    assert act(town, switch, rule_id, on=True)
    assert town.look(NOW + 10) == ["area:36.74.01.1001"]
    act(town, remove_rule, rule_id)
    assert town.look(NOW + 15) == []


def test_there_are_only_so_many_rules(sqlite_engine: Engine) -> None:
    town = Town(sqlite_engine)
    town.add(
        *(
            AlertRule(
                city_id=1, kind="disk", name=str(n), params=stored(KINDS["disk"].params()), severity="notice",
                changed_at=NOW, changed_by="me",
            )
            for n in range(MOST)
        )
    )  # fmt: skip
    with pytest.raises(RejectedError, match="already"):
        add(town)


def test_an_older_rule_gets_the_defaults_of_what_it_does_not_know(sqlite_engine: Engine) -> None:
    town = Town(sqlite_engine)
    town.add(
        AlertRule(
            city_id=1, kind="degraded", name="Old", params='{"share": 70, "gone": 1}', severity="notice", enabled=True,
            changed_at=NOW, changed_by="me",
        ),
        AlertRule(
            city_id=1, kind="of a later version", name="New", params="{}", severity="notice", changed_at=NOW,
            changed_by="me",
        ),
    )  # fmt: skip
    with writing(town.engine) as session:
        city = session.get_one(City, 1)
        assert [one.params for one in rules_of(session, city)] == [Degraded(share=70)]
        judge(session, city, NOW)


def test_every_field_has_words_and_a_default_within_its_bounds() -> None:
    for kind in KINDS.values():
        for one in fields_of(kind.params):
            assert one.label
            if one.choices is not None:
                assert one.default in one.choices
            elif one.is_number:
                assert one.least <= int(one.default) <= one.most
