"""Rules on their pages: the list, forms by kind with what they would have said, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select

from hotspot.analytics.alert_rules import DEFAULTS, KINDS
from hotspot.analytics.permissions import NETWORK_ADMIN
from hotspot.settings import Settings
from hotspot.store import people
from hotspot.store.alerts.rules import ensure_defaults
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.city import current_city
from hotspot.store.models import AlertRule, City
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.visitor import make_account, send
from tests.hotspot.web.world import NOW, World

PAGE = "/alerts/rules"
NEW = {
    "name": "Half of Pamulang", "of": "area", "share": "60", "leave": "40", "least": "2", "minutes": "5",
    "area": "36.74.06", "provider": "", "severity": "critical", "enabled": "y",
}  # fmt: skip


@pytest.fixture
def engine(settings: Settings, world: World) -> Iterator[Engine]:
    made = make_engine(settings.database)
    with writing(made) as session:
        ensure_defaults(session, session.get_one(City, world.city), NOW)
    yield made
    made.dispose()


def rows(engine: Engine) -> list[AlertRule]:
    with reading(engine) as session:
        return list(session.scalars(select(AlertRule).order_by(AlertRule.id)))


def test_the_list_says_what_each_rule_watches(city_admin: FlaskClient, engine: Engine) -> None:
    text = city_admin.get(PAGE).text
    for one in DEFAULTS:
        assert one.name in text
    assert "Down for at least: 10 min" in text
    assert text.count("Switch off") == sum(one.enabled for one in DEFAULTS)


def test_who_may_not_change_rules_reads_them(city_viewer: FlaskClient, engine: Engine) -> None:
    text = city_viewer.get(PAGE).text
    assert "Monitoring broken" in text
    assert "Switch" not in text
    assert "/alerts/rules/1" not in text


def test_without_rules_the_page_says_what_comes(city_admin: FlaskClient) -> None:
    assert "The collector makes the usual rules" in city_admin.get(PAGE).text


def test_each_kind_has_a_form_that_shows_what_it_would_have_said(city_admin: FlaskClient, engine: Engine) -> None:
    assert city_admin.get(f"{PAGE}/new/nothing").status_code == 404
    chosen = city_admin.get(f"{PAGE}/new").text
    for kind in KINDS.values():
        assert f'href="{PAGE}/new/{kind.key}"' in chosen
        text = city_admin.get(f"{PAGE}/new/{kind.key}").text
        assert kind.help in text
        assert ("Would have spoken" in text) == bool(kind.told_from)
        assert ("No history is kept" in text) != bool(kind.told_from)


def test_a_preview_saves_nothing_and_a_rule_is_added_changed_switched_and_removed(
    city_admin: FlaskClient, engine: Engine
) -> None:
    before = len(rows(engine))
    text = send(city_admin, f"{PAGE}/new/degraded", **NEW, preview="y").text
    assert 'value="60"' in text
    assert "Would have spoken" in text
    assert len(rows(engine)) == before

    assert send(city_admin, f"{PAGE}/new/degraded", **NEW).status_code == 302
    made = rows(engine)[-1]
    assert (made.name, made.severity, made.enabled, made.changed_by) == ("Half of Pamulang", "critical", True, "admin")
    assert '"share": 60' in made.params
    assert "Share of: each kelurahan · Down, at least: 60 percent" in city_admin.get(PAGE).text

    page = f"{PAGE}/{made.id}"
    assert send(city_admin, page, **NEW | {"share": "70"}, versions="1").status_code == 302
    assert send(city_admin, page, to=f"{page}/switch", on="").status_code == 302
    assert not rows(engine)[-1].enabled
    assert send(city_admin, page, to=f"{page}/switch", on="y").status_code == 302
    assert rows(engine)[-1].enabled
    assert send(city_admin, page, to=f"{page}/remove").status_code == 302
    assert "Half of Pamulang is removed" in city_admin.get(PAGE).text
    assert city_admin.get(page).status_code == 404
    assert send(city_admin, f"{PAGE}/1", to=f"{page}/restore").status_code == 302
    assert city_admin.get(page).status_code == 200


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(city_admin: FlaskClient, engine: Engine) -> None:
    said = {
        ("share", "sixty"): "A whole number from 1 to 100.", ("leave", "60"): "Must be less than the limit.",
        ("name", ""): "Empty.", ("area", "1"): "Not a valid choice",
    }  # fmt: skip
    for (name, typed), why in said.items():
        answer = send(city_admin, f"{PAGE}/new/degraded", **NEW | {name: typed})
        assert answer.status_code == 422
        assert why in answer.text
        assert name in ("name", "area") or f'name="{name}" type="text" value="{typed}"' in answer.text
        assert name == "name" or 'value="Half of Pamulang"' in answer.text


def test_a_rule_that_fires_for_everything_is_refused_with_its_preview(city_admin: FlaskClient, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(delete(AlertRule))
    limits = {"clients": "1", "share": "1", "leave": "0", "polls": "1"}
    wanted = {"name": "All", "severity": "notice", "area": "", "provider": "", "enabled": "y"} | limits
    answer = send(city_admin, f"{PAGE}/new/capacity", **wanted)
    assert answer.status_code == 422
    assert "It can't be switched on like this" in answer.text
    assert "that it watches" in answer.text
    assert "Would have spoken" in answer.text
    assert rows(engine) == []
    assert send(city_admin, f"{PAGE}/new/capacity", **wanted | {"enabled": ""}).status_code == 302
    made = rows(engine)[-1]
    assert not made.enabled
    answer = send(city_admin, f"{PAGE}/{made.id}", to=f"{PAGE}/{made.id}/switch", on="y")
    assert answer.status_code == 422
    assert "that it watches" in answer.text
    assert not rows(engine)[-1].enabled


def test_two_who_change_the_same_rule_choose_between_their_texts(city_admin: FlaskClient, engine: Engine) -> None:
    send(city_admin, f"{PAGE}/new/degraded", **NEW)
    page = f"{PAGE}/{rows(engine)[-1].id}"
    send(city_admin, page, **NEW | {"share": "70"}, versions="1")
    based = {f"base_{name}": text for name, text in NEW.items()}
    answer = send(city_admin, page, **NEW | based | {"share": "80"}, versions="1")
    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile" in answer.text
    answer = send(
        city_admin, page, **NEW | based | {"share": "80", "base_share": "70"}, versions="2", pick_share="theirs"
    )
    assert answer.status_code == 302
    assert '"share": 70' in rows(engine)[-1].params


def test_a_default_name_stays_a_default_in_every_language(city_admin: FlaskClient, engine: Engine) -> None:
    city_admin.set_cookie("language", "id")
    texts: dict[str, Any] = {"minutes": "40", "area": "", "provider": "", "severity": "notice", "enabled": "y"}
    rule = next(one for one in rows(engine) if one.kind == "monitoring_broken")
    page = f"{PAGE}/{rule.id}"
    shown = city_admin.get(page).text
    name = shown.partition('id="name"')[2].partition('value="')[2].partition('"')[0]
    assert send(city_admin, page, **texts | {"name": name}, versions="1").status_code == 302
    after = next(one for one in rows(engine) if one.id == rule.id)
    assert (after.name, '"minutes": 40' in after.params) == (rule.name, True)


def test_accounts_limited_to_areas_change_rules_of_these_alone(
    city_app: Flask, engine: Engine, settings: Settings
) -> None:
    number = make_account(engine, "budi", NETWORK_ADMIN)
    with writing(engine) as session:
        people.set_standing(session, current_city(session), number, NETWORK_ADMIN, ["36.74.01"])
    browser = signed_in(city_app, settings, number)
    new = f"{PAGE}/new/degraded"
    answer = send(browser, new, **NEW)
    assert answer.status_code == 422
    assert "outside the areas of your account" in answer.text
    assert send(browser, new, **NEW | {"area": "36.74.01.1001"}).status_code == 302
    mine = rows(engine)[-1]
    assert send(browser, f"{PAGE}/{mine.id}", to=f"{PAGE}/{mine.id}/switch", on="").status_code == 302
    for to in ("", "/switch", "/remove"):
        assert send(browser, new, to=f"{PAGE}/1{to}", **NEW).status_code == 403
