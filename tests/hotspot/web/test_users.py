import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from hotspot.store import accounts, audit
from hotspot.store.base import reading
from tests.hotspot.web.visitor import PASSWORD, make_account, send, sign_in


@pytest.fixture
def admin(sqlite_engine: Engine, client: FlaskClient) -> FlaskClient:
    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    return client


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
    send(admin, "/users/", to=f"/users/{ani.id}/role", role="viewer")
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
        newest = audit.entries(session)[0]
    assert (newest.actor, newest.action, newest.subject) == ("ani", "disable account", "budi")


def test_sign_out_everywhere(app: Flask, admin: FlaskClient, sqlite_engine: Engine) -> None:
    budi_id = make_account(sqlite_engine, "budi", "viewer")
    budi = app.test_client()
    sign_in(budi, "budi")
    send(admin, "/users/", to=f"/users/{budi_id}/sign-out")
    assert budi.get("/").status_code == 302


def test_roles_that_do_not_exist_are_refused(admin: FlaskClient, sqlite_engine: Engine) -> None:
    budi_id = make_account(sqlite_engine, "budi", "viewer")
    send(admin, "/users/", to=f"/users/{budi_id}/role", role="god")
    with reading(sqlite_engine) as session:
        budi = accounts.person_by_id(session, budi_id)
    assert budi
    assert budi.role == "viewer"


def test_an_unknown_user_is_404(admin: FlaskClient) -> None:
    assert send(admin, "/users/", to="/users/999/link").status_code == 404
