"""Incidents of rules on both engines: one a rule, told once, recovered with its last subject."""

import pytest
from sqlalchemy import Engine, select

from hotspot.store.alerts.incident_events import add, untold_since
from hotspot.store.alerts.incidents import Found, end_found, open_found, open_subjects
from hotspot.store.base import reading, writing
from hotspot.store.models import AlertRule, City, Incident, IncidentEvent, IncidentMember
from tests.hotspot import small_city

NOW = 1_800_000_000


@pytest.fixture
def rule_id(engine: Engine) -> int:
    city_id = small_city.build(engine)
    with writing(engine) as session:
        rule = AlertRule(
            city_id=city_id, kind="disk", name="Disk", params="{}", severity="warning", changed_at=NOW, changed_by="me"
        )  # fmt: skip
        session.add(rule)
        session.flush()
        return rule.id


def found(engine: Engine, rule_id: int, *subjects: str, at: int = NOW, value: str = "") -> int:
    with writing(engine) as session:
        return open_found(
            session, session.get_one(City, 1), rule_id=rule_id, kind="disk", severity="warning", shared="service",
            shared_key="", name="Disk", found=[Found(one, one, at, value) for one in subjects], now=at,
        )  # fmt: skip


def ended(engine: Engine, rule_id: int, *subjects: str, at: int) -> None:
    with writing(engine) as session:
        end_found(session, rule_id, subjects, now=at)


def events(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(IncidentEvent.kind).order_by(IncidentEvent.id)))


def test_a_rule_has_one_incident_that_recovers_with_its_last_subject(engine: Engine, rule_id: int) -> None:
    first = found(engine, rule_id, "point:1", value="7")
    assert found(engine, rule_id, "point:1", "point:2", at=NOW + 5, value="8") == first
    ended(engine, rule_id, "point:1", at=NOW + 10)
    assert events(engine) == ["opened"]
    ended(engine, rule_id, "point:2", at=NOW + 15)
    with reading(engine) as session:
        incident = session.get_one(Incident, first)
        values = session.scalars(select(IncidentMember.value).order_by(IncidentMember.subject)).all()
        assert (incident.members, incident.recovered_at, incident.began) == (2, NOW + 15, NOW)
        assert (values, open_subjects(session, rule_id)) == (["8", "8"], frozenset())
    assert events(engine) == ["opened", "recovered"]


def test_what_comes_back_soon_is_the_same_incident_and_later_a_new_one(engine: Engine, rule_id: int) -> None:
    first = found(engine, rule_id, "disk")
    ended(engine, rule_id, "disk", at=NOW + 60)
    assert found(engine, rule_id, "disk", at=NOW + 120) == first
    ended(engine, rule_id, "disk", at=NOW + 180)
    assert found(engine, rule_id, "disk", at=NOW + 8000) != first
    assert events(engine) == ["opened", "recovered", "reopened", "recovered", "opened"]
    with reading(engine) as session:
        assert session.get_one(Incident, first).members == 1


def test_growth_is_told_once_and_only_when_it_is_much(engine: Engine, rule_id: int) -> None:
    found(engine, rule_id, *(f"point:{number}" for number in range(3)))
    found(engine, rule_id, *(f"point:{number}" for number in range(7)), at=NOW + 5)
    assert events(engine) == ["opened"]
    found(engine, rule_id, *(f"point:{number}" for number in range(8)), at=NOW + 10)
    found(engine, rule_id, *(f"point:{number}" for number in range(80)), at=NOW + 15)
    assert events(engine) == ["opened", "grew"]


def test_what_is_quiet_is_on_record_and_waits_for_nobody(engine: Engine, rule_id: int) -> None:
    incident = found(engine, rule_id, "disk")
    with writing(engine) as session:
        add(session, incident, at=NOW, kind="comment", actor="me", text="seen", data={"a": 1}, quiet=True)
    with reading(engine) as session:
        rows = session.execute(select(IncidentEvent.told_at, IncidentEvent.data).order_by(IncidentEvent.id)).all()
        assert [tuple(row) for row in rows] == [(None, '{"members": 1}'), (0, '{"a": 1}')]
        assert untold_since(session) == NOW
