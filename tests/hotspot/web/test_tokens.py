import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from hotspot.clock import now
from hotspot.store.audit_list import AuditFilter, audit_page
from hotspot.store.base import reading
from tests.hotspot.web.visitor import make_account, send, sign_in


@pytest.fixture
def admin(sqlite_engine: Engine, client: FlaskClient) -> FlaskClient:
    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    client.set_cookie("language", "en")
    return client


def status(app: Flask, secret: str) -> int:
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_shown_once_works_and_is_revoked(app: Flask, admin: FlaskClient, sqlite_engine: Engine) -> None:
    page = send(admin, "/users/tokens/", name="grafana", days="30").text
    found = re.search(r"hs_[\w-]+", page)
    assert found
    assert found[0] not in admin.get("/users/tokens/").text
    assert status(app, found[0]) == 200
    with time_machine.travel(now() + 30 * 86_400 + 1, tick=False):
        assert status(app, found[0]) == 401
    listed = admin.get("/users/tokens/").text
    assert "grafana" in listed
    assert "works until" in listed
    send(admin, "/users/tokens/", to="/users/tokens/1/revoke")
    assert status(app, found[0]) == 401
    assert "revoked on" in admin.get("/users/tokens/").text
    with reading(sqlite_engine) as session:
        told = [(one.actor, one.action, one.subject) for one in audit_page(session, AuditFilter()).rows[:2]]
    assert told == [("ani", "revoke", "token grafana"), ("ani", "create", "token grafana")]


@pytest.mark.parametrize(("name", "days"), [("", "30"), ("grafana", "7000"), ("x\u202e", "30"), ("grafana", "x")])
def test_a_wrong_field_comes_back_with_its_reason(admin: FlaskClient, name: str, days: str) -> None:
    answer = send(admin, "/users/tokens/", name=name, days=days)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "hs_" not in answer.text


def test_a_name_is_taken_once(admin: FlaskClient) -> None:
    send(admin, "/users/tokens/", name="grafana", days="30")
    assert "exists already" in send(admin, "/users/tokens/", name="grafana", days="30").text


def test_a_token_that_is_not_there_is_404(admin: FlaskClient) -> None:
    assert send(admin, "/users/tokens/", to="/users/tokens/9/revoke").status_code == 404
