import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import ROLES
from hotspot.clock import now
from hotspot.store import accounts
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import reading, writing
from hotspot.store.models import Account, Area, Assignment, City, Point, SavedView, Site
from tests.hotspot.web.visitor import PASSWORD, make_account, send, sign_in, token


@pytest.fixture
def admin(sqlite_engine: Engine, client: FlaskClient) -> FlaskClient:
    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    return client


@pytest.fixture
def city(sqlite_engine: Engine) -> dict[str, int]:
    """Two kecamatan and a kelurahan: ids by code."""
    with writing(sqlite_engine) as session:
        here = City(code="36.74", name="Kota Tangerang Selatan")
        session.add(here)
        session.flush()
        ids: dict[str, int] = {}
        for code, name in {"36.74.01": "Serpong", "36.74.02": "Serpong Utara", "36.74.01.1001": "Buaran"}.items():
            level = "village" if len(code) > 8 else "district"
            area = Area(city_id=here.id, parent_id=ids.get(code[:8]), code=code, name=name, level=level)
            session.add(area)
            session.flush()
            ids[code] = area.id
    return ids


def person(engine: Engine, name: str) -> accounts.Person:
    with reading(engine) as session:
        found = accounts.person_by_name(session, name)
    assert found
    return found


def test_a_new_user_sets_the_password_by_the_link(app: Flask, admin: FlaskClient) -> None:
    answer = send(admin, "/users/", name="Budi", role="viewer")
    link = re.search(r"/link/[\w-]+", answer.text)
    assert link
    budi = app.test_client()
    assert send(budi, link[0], password=PASSWORD, again=PASSWORD).location == "/"
    assert budi.get("/").status_code == 200
    assert budi.get("/users/").status_code == 403


@pytest.mark.parametrize(("name", "role"), [("", "viewer"), ("ani", "viewer"), ("a b", "viewer"), ("budi", "god")])
def test_a_wrong_field_comes_back_with_its_reason(
    admin: FlaskClient, sqlite_engine: Engine, name: str, role: str
) -> None:
    answer = send(admin, "/users/", name=name, role=role)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    with reading(sqlite_engine) as session:
        assert len(accounts.people(session)) == 1


def test_the_last_admin_stays(admin: FlaskClient, sqlite_engine: Engine) -> None:
    with reading(sqlite_engine) as session:
        ani = accounts.people(session)[0]
    send(admin, "/users/", to=f"/users/{ani.id}", role="viewer")
    send(admin, "/users/", to=f"/users/{ani.id}/active", active="no")
    with reading(sqlite_engine) as session:
        assert accounts.people(session)[0].role == "owner"


def test_disabling_signs_out_at_once_and_is_written_down(app: Flask, admin: FlaskClient, sqlite_engine: Engine) -> None:
    budi_id = make_account(sqlite_engine, "budi", "viewer")
    budi = app.test_client()
    sign_in(budi, "budi")
    send(admin, "/users/", to=f"/users/{budi_id}/active", active="no")
    assert budi.get("/").status_code == 302
    with reading(sqlite_engine) as session:
        newest = audit_page(session, AuditFilter()).rows[0]
    assert (newest.actor, newest.action, newest.subject) == ("ani", "disable account", "budi")


def test_sign_out_everywhere(app: Flask, admin: FlaskClient, sqlite_engine: Engine) -> None:
    budi_id = make_account(sqlite_engine, "budi", "viewer")
    budi = app.test_client()
    sign_in(budi, "budi")
    send(admin, "/users/", to=f"/users/{budi_id}/sign-out")
    assert budi.get("/").status_code == 302


def test_roles_that_do_not_exist_are_refused(admin: FlaskClient, sqlite_engine: Engine) -> None:
    budi_id = make_account(sqlite_engine, "budi", "viewer")
    send(admin, "/users/", to=f"/users/{budi_id}", role="god")
    with reading(sqlite_engine) as session:
        budi = accounts.person_by_id(session, budi_id)
    assert budi
    assert budi.role == "viewer"


def test_an_unknown_user_is_404(admin: FlaskClient) -> None:
    for page in ("", "/link", "/link/revoke", "/active", "/sign-out", "/hand-over"):
        assert send(admin, "/users/", to=f"/users/999{page}", role="viewer").status_code == 404


def test_role_and_areas_are_chosen_together(admin: FlaskClient, sqlite_engine: Engine, city: dict[str, int]) -> None:
    assert send(admin, "/users/", name="budi", role="planner", areas=["36.74.01.1001", "36.74.01"]).status_code == 200
    budi = person(sqlite_engine, "budi")
    assert (budi.role, budi.areas) == ("planner", frozenset({"36.74.01"}))  # the kelurahan lies in the kecamatan
    page = admin.get(f"/users/{budi.id}").text
    assert 'value="36.74.01" checked' in page
    assert "Serpong" in admin.get("/users/").text
    assert send(admin, f"/users/{budi.id}", role="technician").status_code == 302
    changed = person(sqlite_engine, "budi")
    assert (changed.role, changed.areas) == ("technician", frozenset())


@pytest.mark.parametrize("fields", [{"role": "planner", "areas": "36.75"}, {"role": "owner", "areas": "36.74.01"}])
def test_areas_that_can_not_be_are_refused_at_their_field(
    admin: FlaskClient, sqlite_engine: Engine, city: dict[str, int], fields: dict[str, str]
) -> None:
    answer = send(admin, "/users/", name="budi", **fields)
    assert answer.status_code == 422
    assert 'id="areas-error"' in answer.text
    with reading(sqlite_engine) as session:
        assert len(accounts.people(session)) == 1


def test_only_declared_fields_are_taken(admin: FlaskClient, sqlite_engine: Engine) -> None:
    more = {"id": "77", "active": "no", "password_hash": "x", "created_at": "1", "oidc_subject": "x", "totp_since": "1"}
    send(admin, "/users/", name="budi", role="viewer", **more)
    budi_id = person(sqlite_engine, "budi").id
    send(admin, f"/users/{budi_id}", role="planner", name="eve", **more)
    with reading(sqlite_engine) as session:
        row = session.get_one(Account, budi_id)
        assert (row.name, row.role, row.active, row.password_hash) == ("budi", "planner", True, "")
        assert (row.oidc_subject, row.totp_since, budi_id != 77) == (None, None, True)


def link_in(text: str) -> str:
    found = re.search(r"/link/[\w-]+", text)
    assert found
    return found[0]


def test_a_link_is_withdrawn_and_says_so(app: Flask, admin: FlaskClient, sqlite_engine: Engine) -> None:
    link = link_in(send(admin, "/users/", name="budi", role="viewer").text)
    budi_id = person(sqlite_engine, "budi").id
    page = f"/users/{budi_id}"
    assert "Withdraw the link" in admin.get(f"{page}?lang=en").text
    send(admin, page, to=f"{page}/link/revoke")
    assert "Withdraw the link" not in admin.get(page).text
    answer = app.test_client().get(f"{link}?lang=en")
    assert answer.status_code == 410
    assert "withdrawn, replaced by a newer one, or not copied whole" in answer.text


def test_a_used_and_an_expired_link_say_so(app: Flask, admin: FlaskClient) -> None:
    used = link_in(send(admin, "/users/", name="budi", role="viewer").text)
    send(app.test_client(), used, password=PASSWORD, again=PASSWORD)
    assert "was used already" in app.test_client().get(f"{used}?lang=en").text
    late = link_in(send(admin, "/users/", name="sari", role="viewer").text)
    with time_machine.travel(now() + 4 * 86_400, tick=False):
        assert "has expired" in app.test_client().get(f"{late}?lang=en").text


def test_a_role_is_handed_over_with_its_work(
    app: Flask, admin: FlaskClient, sqlite_engine: Engine, city: dict[str, int]
) -> None:
    budi_id, sari_id = (make_account(sqlite_engine, name, "viewer") for name in ("budi", "sari"))
    send(admin, f"/users/{budi_id}", role="technician", areas="36.74.01")
    with writing(sqlite_engine) as session:
        hangs_on(session, city, budi_id, sari_id)
    page = f"/users/{budi_id}/hand-over"
    asked = admin.get(f"{page}?to={sari_id}&role=viewer&lang=en").text
    assert "This moves to sari" in asked
    assert "TS-0001" in asked
    assert "All down" in asked
    assert send(admin, "/users/", to=page, role="viewer").status_code == 422
    csrf = token(admin, "/users/")
    assert admin.post(page, data={"csrf_token": csrf, "to": sari_id, "role": "viewer"}).status_code == 302
    budi, sari = person(sqlite_engine, "budi"), person(sqlite_engine, "sari")
    assert (budi.role, sari.role, sari.areas) == ("viewer", "technician", frozenset({"36.74.01"}))
    with reading(sqlite_engine) as session:
        work = session.scalars(select(Assignment).order_by(Assignment.id)).all()
        assert [one.account_id for one in work] == [sari_id, budi_id]  # what was done stays with who did it
        views = {row.name: row.account_id for row in session.scalars(select(SavedView))}
        assert views == {"All down": sari_id, "All down (budi)": sari_id, "Mine": budi_id}
        newest = audit_page(session, AuditFilter()).rows[0]
    assert (newest.action, newest.subject) == ("hand over", "budi")
    assert newest.detail == "technician to sari; 1 open assignments, 1 shared views; now viewer"


def hangs_on(session: Session, city: dict[str, int], giver: int, taker: int) -> None:
    site = Site(city_id=1, area_id=city["36.74.01.1001"], name="Balai", venue_kind="park")
    session.add(site)
    session.flush()
    point = Point(city_id=1, site_id=site.id, code="TS-0001", name="Balai Wi-Fi", lifecycle="active")
    session.add(point)
    session.flush()
    common = {"point_id": point.id, "account_id": giver, "at": 1, "by": "ani"}
    session.add(Assignment(**common))
    session.flush()
    session.add(Assignment(**common, ended_at=2, ended_by="budi", done=True))
    kept = {"city_id": 1, "page": "points.index", "query": "status=down", "created_at": 1}
    session.add(SavedView(**kept, account_id=giver, name="All down", shared=True))
    session.add(SavedView(**kept, account_id=giver, name="Mine"))
    session.add(SavedView(**kept, account_id=taker, name="All down"))


def test_the_last_owner_hands_over_but_is_not_taken_away(admin: FlaskClient, sqlite_engine: Engine) -> None:
    budi_id = make_account(sqlite_engine, "budi", "planner")
    ani_id = person(sqlite_engine, "ani").id
    csrf = token(admin, "/users/")
    taken = admin.post(f"/users/{budi_id}/hand-over", data={"csrf_token": csrf, "to": ani_id, "role": "viewer"})
    assert taken.status_code == 422  # the last owner would become a planner
    assert admin.post(f"/users/{ani_id}/hand-over", data={"csrf_token": csrf, "to": ani_id}).status_code == 422
    given = admin.post(f"/users/{ani_id}/hand-over", data={"csrf_token": csrf, "to": budi_id, "role": "viewer"})
    assert given.status_code == 302
    assert (person(sqlite_engine, "ani").role, person(sqlite_engine, "budi").role) == ("viewer", "owner")
    assert admin.get("/users/").status_code == 403


def test_a_role_is_given_to_nobody_who_is_disabled(admin: FlaskClient, sqlite_engine: Engine) -> None:
    budi_id, sari_id = (make_account(sqlite_engine, name, "planner") for name in ("budi", "sari"))
    send(admin, "/users/", to=f"/users/{sari_id}/active", active="no")
    data = {"csrf_token": token(admin, "/users/"), "to": sari_id, "role": "viewer"}
    assert admin.post(f"/users/{budi_id}/hand-over", data=data).status_code == 422


def test_what_each_role_may_do_is_told(admin: FlaskClient) -> None:
    page = admin.get("/users/?lang=en").text
    marks = {role: page.count(f'value="{role}"') for role in ROLES}
    assert marks == dict.fromkeys(ROLES, 1)
    assert page.count("●") == sum(len(acts) for acts in ROLES.values())
