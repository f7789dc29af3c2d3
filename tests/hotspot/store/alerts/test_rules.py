"""The rules of a city on both engines: defaults once, scopes, what people change and take back."""

import pytest
from sqlalchemy import Engine

from hotspot.analytics.alert_rules import DEFAULTS, KINDS
from hotspot.analytics.incident_words import KINDS as INCIDENT_KINDS
from hotspot.analytics.rule_scope import Place
from hotspot.store.alerts.rules import ensure_defaults, outage_rules, rules_of
from hotspot.store.base import reading, writing
from hotspot.store.models import AlertRule, City
from tests.hotspot import small_city

NOW = 1_800_000_000


@pytest.fixture
def city_id(engine: Engine) -> int:
    city_id = small_city.build(engine)
    with writing(engine) as session:
        assert ensure_defaults(session, session.get_one(City, city_id), NOW)
    return city_id


def test_every_kind_of_incident_has_its_kind_of_rule() -> None:
    assert set(KINDS) == set(INCIDENT_KINDS)


def test_a_city_gets_the_default_rules_once_and_removed_ones_never_come_back(engine: Engine, city_id: int) -> None:
    with writing(engine) as session:
        city = session.get_one(City, city_id)
        assert {one.name for one in rules_of(session, city)} == {one.name for one in DEFAULTS}
        for row in session.query(AlertRule):
            row.removed_at = NOW
    with writing(engine) as session:
        city = session.get_one(City, city_id)
        assert not ensure_defaults(session, city, NOW)
        assert rules_of(session, city) == []
        assert outage_rules(session, city) == []


def test_the_most_severe_outage_rule_that_is_on_comes_first(engine: Engine, city_id: int) -> None:
    with reading(engine) as session:
        large, any_ = outage_rules(session, session.get_one(City, city_id))
        assert (large.severity, large.least_points, any_.severity, any_.least_s) == ("critical", 10, "warning", 600)
        assert not large.wants([Place()] * 9, 3600)
        assert large.wants([Place()] * 10, 60)
        assert any_.wants([Place()], 600)
        assert not any_.wants([Place()], 599)
