"""Editing a point: what is typed, what is refused, two at once, and undoing it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AccountArea, Area, AuditEntry, Point, Site
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.visitor import make_account
from tests.hotspot.web.world import ADMIN, World

CODE = "TS-0010"
PAGE = f"/points/{CODE}/edit"


def filled(browser: FlaskClient, page: str = PAGE) -> dict[str, str]:
    """What the form would send as it is."""
    text = browser.get(page).text
    form = text[text.index('<form class="form"') :]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def save(browser: FlaskClient, fields: dict[str, str], **changes: str) -> TestResponse:
    return browser.post(PAGE, data=fields | changes)


def stored(settings: Settings) -> tuple[Point, Site]:
    engine = make_engine(settings.database)
    with reading(engine) as session:
        point, site = session.execute(select(Point, Site).join(Site).where(Point.code == CODE)).one()
    engine.dispose()
    return point, site


def test_a_form_that_changes_nothing_saves_nothing(city_admin: FlaskClient, settings: Settings) -> None:
    assert save(city_admin, filled(city_admin)).status_code == 302
    point, site = stored(settings)
    assert (point.version, site.version) == (1, 1)


def test_point_and_site_are_saved_and_undone(city_admin: FlaskClient, settings: Settings) -> None:
    before, _ = stored(settings)
    sent = {"point_name": "  Taman   Baru ", "public": "no", "latitude": "-6,3", "longitude": "106.7", "fund": ""}
    page = save(city_admin, filled(city_admin), **sent)
    assert page.status_code == 302
    after, site = stored(settings)
    assert (after.name, after.public, after.fund_id, after.version) == ("Taman Baru", False, None, 2)
    assert (site.latitude, site.longitude, site.version) == (-6.3, 106.7, 2)

    shown = city_admin.get(f"/points/{CODE}").text
    url = re.search(r'action="(/changes/\d+/undo)"', shown)
    assert url
    assert "The point is saved." in shown
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    assert token
    listed = city_admin.post(url[1], data={"csrf_token": token[1]}, follow_redirects=True).text
    assert "Undone" in listed
    again, _ = stored(settings)
    assert (again.name, again.public, again.fund_id) == (before.name, True, before.fund_id)
    assert "undone by admin" in listed


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("point_name", "", "Empty"),
        ("point_name", "x" * 201, "Longer than 200 characters"),
        ("latitude", "hutan", "hutan is not a number"),
        ("latitude", "52.5", "lies outside Indonesia"),
        ("address", "=1+1", "A formula"),
        ("fund", "Nobody", "Not a valid choice"),
    ],
)
def test_what_is_refused_says_field_reason_and_what_was_typed(
    city_admin: FlaskClient, settings: Settings, field: str, text: str, reason: str
) -> None:
    fields = filled(city_admin)
    page = save(city_admin, fields, **{field: text, "site_name": "A site's new name"})
    assert page.status_code == 422
    assert re.search(rf'id="{field}-error">{reason}|id="{field}-error">[^<]*{reason}', page.text)
    assert "A site&#39;s new name" in page.text
    assert stored(settings)[1].version == 1


def test_two_people_are_told_and_choose(city_admin: FlaskClient, city_app: Flask, settings: Settings) -> None:
    engine = make_engine(settings.database)
    other = signed_in(city_app, settings, make_account(engine, "second", "network_admin"))
    engine.dispose()
    mine, theirs = filled(city_admin), filled(other)
    save(other, theirs, point_name="Theirs", address="Jl. Theirs")

    page = save(city_admin, mine, point_name="Mine", auth_mode="voucher")
    assert page.status_code == 409
    assert page.text.count("both changed it") == 1  # the name; address and access are each one person's
    assert all(text in page.text for text in ("Mine", "Theirs", "Jl. Theirs", "Voucher"))
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    proposed = re.findall(r'name="(pick_[^"]+)" value="([^"]+)" required checked', page.text)
    assert dict(proposed) == {"pick_address": "theirs", "pick_auth_mode": "yours"}
    assert save(city_admin, again, **dict(proposed), pick_point_name="yours").status_code == 302
    point, site = stored(settings)
    assert (point.name, point.auth_mode, site.address) == ("Mine", "voucher", "Jl. Theirs")


def test_a_shared_site_says_which_points_change_with_it(
    city_admin: FlaskClient, settings: Settings, world: World
) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        site = session.get_one(Point, world.points[CODE]).site_id
        session.get_one(Point, world.points["TS-0011"]).site_id = site
    engine.dispose()
    page = city_admin.get(PAGE).text
    assert "Another point is at this site" in page
    assert '<a href="/points/TS-0011">' in page


def test_a_name_that_another_site_has_is_refused(city_admin: FlaskClient, settings: Settings) -> None:
    _, mine = stored(settings)
    engine = make_engine(settings.database)
    with writing(engine) as session:
        session.add(Site(city_id=mine.city_id, area_id=mine.area_id, name="Taken", venue_kind="park"))
    engine.dispose()
    page = save(city_admin, filled(city_admin), site_name="Taken")
    assert page.status_code == 422
    assert "There is a site Taken in this area already" in page.text


def test_other_areas_are_closed_to_who_has_some(city_app: Flask, settings: Settings, world: World) -> None:
    engine = make_engine(settings.database)
    account = make_account(engine, "local", "network_admin")
    with writing(engine) as session:
        village = session.get_one(Site, session.get_one(Point, world.points[CODE]).site_id).area_id
        session.add(AccountArea(account_id=account, area_id=village))
        elsewhere = session.scalars(select(Area.code).where(Area.level == "village", Area.id != village)).first()
        assert elsewhere
    browser = signed_in(city_app, settings, account)
    page = save(browser, filled(browser), area_code=elsewhere)
    assert page.status_code == 422
    assert "This area is not one of yours" in page.text
    foreign = next(code for code in world.points if browser.get(f"/points/{code}/edit").status_code == 403)
    assert browser.post(f"/points/{foreign}/edit", data=filled(browser)).status_code == 403
    engine.dispose()


def test_the_record_tells_what_changed(city_admin: FlaskClient, settings: Settings) -> None:
    save(city_admin, filled(city_admin), point_name="Other")
    engine = make_engine(settings.database)
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "change")).one()
    engine.dispose()
    assert (entry.actor, entry.subject) == (ADMIN, f"point {CODE}")
    assert entry.detail.startswith("point_name: ")
    assert entry.detail.endswith("-> Other")


def test_a_point_that_is_none_has_no_form(city_admin: FlaskClient, city_viewer: FlaskClient) -> None:
    assert city_admin.get("/points/NONE/edit").status_code == 404
    assert city_viewer.get(PAGE).status_code == 403
    assert city_admin.get("/changes/").status_code == 200
