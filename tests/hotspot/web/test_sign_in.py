import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store import accounts, links
from hotspot.store.base import reading, writing
from hotspot.store.models import AuditEntry, LoginAttempt, SignIn
from hotspot.web.sign_in import first_admin_link, safe
from tests.hotspot.web.visitor import PASSWORD, make_account, send, sign_in


def test_without_an_account_every_page_tells_how_the_first_admin_is_made(client: FlaskClient) -> None:
    for page in ("/", "/users/", "/map", "/sign-in"):
        assert client.get(page).location == "/first-steps"
    assert "/link/" in client.get("/first-steps").text


def test_first_admin_is_made_once_by_the_link_of_the_log(
    app: Flask, sqlite_engine: Engine, settings: Settings, client: FlaskClient
) -> None:
    link = first_admin_link(sqlite_engine, settings, now())
    assert link
    page = link.removeprefix(settings.address)
    answer = send(client, page, name="Ani", password=PASSWORD, again=PASSWORD)
    assert answer.location == "/"
    assert client.get("/users/").status_code == 200
    assert app.test_client().get(page).status_code == 410
    assert first_admin_link(sqlite_engine, settings, now()) is None


@pytest.mark.parametrize(
    ("password", "again"), [("short", "short"), (PASSWORD, PASSWORD + "x"), ("passwordpassword", "passwordpassword")]
)
def test_weak_or_mistyped_password_comes_back_to_the_form(
    sqlite_engine: Engine, settings: Settings, client: FlaskClient, password: str, again: str
) -> None:
    page = (first_admin_link(sqlite_engine, settings, now()) or "").removeprefix(settings.address)
    answer = send(client, page, name="ani", password=password, again=again)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    with reading(sqlite_engine) as session:
        assert accounts.people(session) == []


def test_sign_in_opens_the_page_that_was_wanted(sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    door = client.get("/map?district=36.74.01").location
    assert door == "/sign-in?next=/map?district%3D36.74.01"
    answer = send(client, door, name="ani", password=PASSWORD)
    assert answer.location == "/map?district=36.74.01"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/\tx", ""]
)
def test_after_sign_in_nobody_is_sent_elsewhere(elsewhere: str) -> None:
    assert safe(elsewhere, "") == ""


@pytest.mark.parametrize("elsewhere", ["/b/points", "/a/../b/points", "/a/%2e%2e/b", "/a/..\\b", "/ab/points", "/a/"])
def test_sign_in_of_one_city_leads_to_no_other(elsewhere: str) -> None:
    assert safe(elsewhere, "/a") == ""
    assert safe("/a/points?q=..", "/a") == "/a/points?q=.."


def test_wrong_name_and_wrong_password_get_the_same_answer(sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    texts = {
        re.sub(r'(name|value)="[^"]*"|csrf[^>]*', "", sign_in(client, name, "not the password").text)
        for name in ("ani", "nobody")
    }
    assert len(texts) == 1


def test_sign_in_gets_a_new_session(sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    client.get("/sign-in")
    before = client.get_cookie("hotspot")
    sign_in(client, "ani")
    after = client.get_cookie("hotspot")
    assert before
    assert after
    assert before.value != after.value


def test_failed_tries_have_to_wait_and_are_remembered_without_the_address(
    sqlite_engine: Engine, client: FlaskClient
) -> None:
    make_account(sqlite_engine, "ani")
    for _ in range(5):
        assert sign_in(client, "ani", "not the password").status_code == 422
    assert sign_in(client, "ani").status_code == 422
    with reading(sqlite_engine) as session:
        assert all("127.0.0.1" not in attempt.source for attempt in session.scalars(select(LoginAttempt)))


def test_sign_out_ends_the_session_on_the_server(app: Flask, sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    stolen = client.get_cookie("hotspot")
    assert stolen
    send(client, "/password", to="/sign-out")
    thief = app.test_client()
    thief.set_cookie("hotspot", stolen.value)
    assert thief.get("/").status_code == 302


def test_a_session_ends_after_the_hours_of_the_setting(sqlite_engine: Engine, client: FlaskClient) -> None:
    with time_machine.travel(1_795_244_400, tick=False) as clock:
        make_account(sqlite_engine, "ani")
        sign_in(client, "ani")
        clock.shift(11 * 3600)
        assert client.get("/").status_code == 200
        clock.shift(11 * 3600)
        assert client.get("/").status_code == 200
        clock.shift(13 * 3600)
        assert client.get("/").status_code == 302


def test_one_time_link_signs_in_by_a_button_and_only_once(app: Flask, sqlite_engine: Engine) -> None:
    account_id = make_account(sqlite_engine, "ani")
    with writing(sqlite_engine) as session:
        page = links.link_path(links.make_link(session, links.LOGIN, now(), account_id))
    first = app.test_client()
    assert first.get(page).status_code == 200
    assert first.get("/").status_code == 302
    assert send(first, page).location == "/"
    assert first.get("/").status_code == 200
    assert app.test_client().get(page).status_code == 410


def test_password_change_signs_other_browsers_out(app: Flask, sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    other = app.test_client()
    sign_in(client, "ani")
    sign_in(other, "ani")
    wrong = send(client, "/password", current="no", password="an entirely new one", again="an entirely new one")
    assert wrong.status_code == 422
    done = send(client, "/password", current=PASSWORD, password="an entirely new one", again="an entirely new one")
    assert done.location == "/"
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_neither_secret_nor_password_is_stored_or_audited(sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    cookie = client.get_cookie("hotspot")
    assert cookie
    with reading(sqlite_engine) as session:
        digests = [row.digest for row in session.scalars(select(SignIn))]
        told = " ".join(f"{row.action} {row.subject} {row.detail}" for row in session.scalars(select(AuditEntry)))
    assert all(digest not in cookie.value for digest in digests)
    assert PASSWORD not in told
