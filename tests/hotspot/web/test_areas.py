"""Accounts that are limited to areas: they read the whole city and change what lies within theirs."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from hotspot.analytics.permissions import NETWORK_ADMIN, PLANNER
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.models import (
    AccessPoint,
    Account,
    AccountArea,
    ChangeSet,
    LifecycleChange,
    MaintenanceSeries,
    MaintenanceWindow,
    Point,
    Proposal,
)
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import NOW, World

SERPONG = "36.74.01"
INSIDE, OUTSIDE = "TS-0012", "TS-0014"  # in Buaran and in Pakulonan
FIELDS = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
INSIDE_AP, OUTSIDE_AP = "AP-012-1", "AP-014-1"


def limited(app: Flask, city_engine: Engine, settings: Settings, world: World, role: str) -> FlaskClient:
    with writing(city_engine) as session:
        account = Account(name=f"{role}.serpong", role=role, created_at=NOW)
        session.add(account)
        session.flush()
        session.add(AccountArea(account_id=account.id, area_id=world.areas[SERPONG]))
        number = account.id
    return signed_in(app, settings, number)


@pytest.fixture
def network(city_app: Flask, city_engine: Engine, settings: Settings, world: World) -> FlaskClient:
    return limited(city_app, city_engine, settings, world, NETWORK_ADMIN)


@pytest.fixture
def planner(city_app: Flask, city_engine: Engine, settings: Settings, world: World) -> FlaskClient:
    return limited(city_app, city_engine, settings, world, PLANNER)


def count(city_engine: Engine, model: type) -> int:
    with reading(city_engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_step_is_taken_within_only(planner: FlaskClient, city_engine: Engine) -> None:
    before = count(city_engine, LifecycleChange)
    step = {"stage": "suspended", "since": "2026-11-20"}
    assert planner.get(f"/points/{OUTSIDE}").status_code == 200
    assert "Record the next step" not in planner.get(f"/points/{OUTSIDE}").text
    refused = send(planner, f"/points/{INSIDE}", to=f"/points/{OUTSIDE}", **step)
    assert refused.status_code == 403
    assert count(city_engine, LifecycleChange) == before
    assert send(planner, f"/points/{INSIDE}", **step).status_code == 302
    assert count(city_engine, LifecycleChange) == before + 1
    with reading(city_engine) as session:
        outside = select(LifecycleChange.id).join(Point).where(Point.code == OUTSIDE)
        number = session.scalar(outside.limit(1))
    assert send(planner, f"/points/{INSIDE}", to=f"/lifecycle/steps/{number}/withdraw").status_code == 403


def test_a_step_for_many_names_those_outside(planner: FlaskClient, city_engine: Engine) -> None:
    fields = {"codes": f"{INSIDE}\n{OUTSIDE}", "stage": "suspended", "since": "2026-11-20"}
    page = send(planner, "/lifecycle/many/", **fields).text
    assert f"{OUTSIDE} lies outside the areas of your account" in page
    mark = page.partition('name="mark" value="')[2].partition('"')[0]
    assert send(planner, "/lifecycle/many/", to="/lifecycle/many/yes", **fields, mark=mark).status_code == 302
    with reading(city_engine) as session:
        stages = {row.code: row.lifecycle for row in session.execute(select(Point.code, Point.lifecycle))}
    assert (stages[INSIDE], stages[OUTSIDE]) == ("suspended", "active")


def test_no_point_moves_out_of_the_areas(planner: FlaskClient, city_engine: Engine) -> None:
    page = f"/lifecycle/relocate/{INSIDE}"
    new = {"since": "2026-11-20", "point_code": "TS-0900", "point_name": "Balai", "venue_kind": "park"}
    answer = send(planner, page, **new, area_code="36.74.02.1002")
    assert answer.status_code == 422
    assert "36.74.02.1002 lies outside the areas of your account" in answer.text
    assert send(planner, page, to=f"/lifecycle/relocate/{OUTSIDE}", **new).status_code == 403
    with reading(city_engine) as session:
        assert session.scalar(select(Point.id).where(Point.code == "TS-0900")) is None


def test_maintenance_is_announced_within_only(network: FlaskClient, city_engine: Engine) -> None:
    before = count(city_engine, MaintenanceWindow)
    window = {"start": "2026-11-25T08:00", "end": "2026-11-25T09:00", "reason": "Listrik"}
    for place in ({}, {"area": "36.74.02"}, {"point": OUTSIDE}):
        answer = send(network, "/maintenance", **window, **place)
        assert answer.status_code == 422
        assert "lies outside the areas of your account" in answer.text
    assert count(city_engine, MaintenanceWindow) == before
    for place in ({"area": "36.74.01.1001"}, {"point": INSIDE}):
        assert send(network, "/maintenance", **window, **place).status_code == 302
    assert count(city_engine, MaintenanceWindow) == before + 2
    with reading(city_engine) as session:
        city_wide = session.scalar(select(MaintenanceWindow.id).where(MaintenanceWindow.reason == "Dibatalkan"))
    assert send(network, "/maintenance", to=f"/maintenance/{city_wide}/cancel").status_code == 403


def test_several_points_and_series_are_worked_on_within_only(network: FlaskClient, city_engine: Engine) -> None:
    series = {
        "every": "day_of_month",
        "day": "9",
        "at": "02:00",
        "length": "60",
        "first": "2026-11-21",
        "reason": "Uji",
    }
    for place in ({"provider": "Nusa Link"}, {"point": f"{INSIDE},{OUTSIDE}"}, {"point": OUTSIDE_AP}):
        answer = send(network, "/maintenance", **series, **place)
        assert (answer.status_code, "outside the areas of your account" in answer.text) == (422, True)
    assert send(network, "/maintenance", **series, point=INSIDE_AP).status_code == 302
    with writing(city_engine) as session:
        session.execute(update(MaintenanceSeries).values(ap_id=None))
        city_wide = session.scalar(select(MaintenanceWindow.id).where(MaintenanceWindow.reason == "Dibatalkan"))
    for change in ("/maintenance/series/1/end", f"/maintenance/{city_wide}/extend"):
        assert send(network, "/maintenance", to=change).status_code == 403
    moved = {"start": "2026-11-25T08:00", "end": "2026-11-25T09:00", "reason": "Listrik", "point": INSIDE}
    assert send(network, "/maintenance", **moved, instead=str(city_wide)).status_code == 403


def test_a_device_is_changed_and_moved_within_only(network: FlaskClient, city_engine: Engine) -> None:
    page = f"/access-points/{INSIDE_AP}"
    assert send(network, page, to=f"/access-points/{OUTSIDE_AP}", ap_port="1161").status_code == 403
    assert send(network, page, to=f"/access-points/{OUTSIDE_AP}/point", point=INSIDE).status_code == 403
    away = send(network, page, to=f"{page}/point", point=OUTSIDE)
    assert away.status_code == 422
    assert f"{OUTSIDE} lies outside the areas of your account" in away.text
    assert send(network, page, to=f"{page}/point", point="TS-0006").status_code == 302
    with reading(city_engine) as session:
        places = select(AccessPoint.name, Point.code).join(Point, AccessPoint.point_id == Point.id)
        stand = {row.name: row.code for row in session.execute(places)}
    assert (stand[INSIDE_AP], stand[OUTSIDE_AP]) == ("TS-0006", OUTSIDE)


def test_an_own_change_is_undone_only_while_its_area_is_given(
    network: FlaskClient, city_engine: Engine, world: World
) -> None:
    page = f"/points/{INSIDE}/edit"
    fields = dict(FIELDS.findall(network.get(page).text))
    more = {"venue_kind": "park", "area_code": "36.74.01.1001", "auth_mode": "open"}
    more |= {"public": "yes", "fund": "", "provider": ""}
    sent = fields | more | {"point_name": "Nama Baru", "id": "1", "code": "X", "version": "9", "lifecycle": "retired"}
    assert network.post(page, data=sent).status_code == 302
    with writing(city_engine) as session:
        point = session.scalars(select(Point).where(Point.name == "Nama Baru")).one()
        assert (point.code, point.lifecycle, point.version) == (INSIDE, "active", 2)  # only declared fields are taken
        number = session.scalar(select(ChangeSet.id))
        session.execute(update(AccountArea).values(area_id=world.areas["36.74.02"]))
    csrf = {"csrf_token": fields["csrf_token"]}
    assert network.post(f"/changes/{number}/undo", data=csrf).status_code == 403
    with writing(city_engine) as session:
        session.execute(update(AccountArea).values(area_id=world.areas[SERPONG]))
    assert network.post(f"/changes/{number}/undo", data=csrf).status_code == 302
    with reading(city_engine) as session:
        assert session.scalar(select(Point.id).where(Point.name == "Nama Baru")) is None


INVENTORY = f"""point_code,point_name,venue_kind,area_code,ap_name,ap_address
TS-0800,Balai Dalam,park,36.74.01.1006,AP-800,10.80.0.1
TS-0801,Balai Luar,park,36.74.02.1002,AP-801,10.80.0.2
{OUTSIDE},Direbut,park,36.74.01.1006,,
TS-0802,Perangkat Orang,park,36.74.01.1006,{OUTSIDE_AP},10.80.0.3
"""


def test_rows_outside_are_rejected_with_the_reason(network: FlaskClient, city_engine: Engine) -> None:
    sent = {"csrf_token": token(network, "/import/"), "file": (io.BytesIO(INVENTORY.encode()), "points.csv")}
    key = network.post("/import/", data=sent).location
    page = network.get(key).text
    assert page.count("lies outside the areas of your account") == 3
    mark = page.partition('name="mark" value="')[2].partition('"')[0]
    send(network, key, mark=mark)
    with reading(city_engine) as session:
        codes = set(session.scalars(select(Point.code)))
        stands_at = session.scalar(select(Point.code).join(AccessPoint).where(AccessPoint.name == OUTSIDE_AP))
    assert "TS-0800" in codes
    assert not {"TS-0801", "TS-0802"} & codes
    assert stands_at == OUTSIDE


def test_past_steps_outside_are_rejected(planner: FlaskClient) -> None:
    table = f"point_code,stage,since\n{OUTSIDE},surveyed,2020-01-01\n"
    sent = {"csrf_token": token(planner, "/lifecycle/import/"), "file": (io.BytesIO(table.encode()), "steps.csv")}
    page = planner.get(planner.post("/lifecycle/import/", data=sent).location).text
    assert f"{OUTSIDE} lies outside the areas of your account" in page


def test_a_proposal_is_taken_in_within_only(planner: FlaskClient, city_engine: Engine) -> None:
    asked = {
        "place": "Balai",
        "venue_kind": "park",
        "reason": "Ramai",
        "source": "citizen",
        "received_on": "2026-11-01",
    }
    answer = send(planner, "/proposals/new", **asked, area_code="36.74.02.1002")
    assert answer.status_code == 422
    assert "lies outside the areas of your account" in answer.text
    assert count(city_engine, Proposal) == 0
    assert send(planner, "/proposals/new", **asked, area_code="36.74.01.1001").status_code == 302


def test_what_concerns_the_whole_city_is_refused(network: FlaskClient, planner: FlaskClient) -> None:
    assert send(network, "/credentials/", name="all", snmp_version="2c").status_code == 403
    assert send(network, "/discover/", ranges="10.0.0.0/30").status_code == 403
    assert send(planner, "/", to="/rollout", quantity="10").status_code == 403
    assert "Add a target" not in planner.get("/rollout").text
