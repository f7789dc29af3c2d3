"""The promises that hold for every route: who may come in, CSRF, headers, honest errors."""

import sqlite3
from contextlib import closing
from time import perf_counter

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from hotspot import create_app
from hotspot.analytics.permissions import Act
from hotspot.settings import Settings
from hotspot.store import accounts
from hotspot.store.db import db
from hotspot.web import security
from hotspot.web.access import requires
from tests.hotspot.web.visitor import come_in, make_account, sign_in
from tests.hotspot.web.world import NOW, World


def address(rule: Rule) -> str:
    """A path of the rule; what it names need not exist."""
    values = {name: fitting(rule._converters[name]) for name in rule.arguments}
    assert rule.map
    return rule.map.bind("localhost").build(rule.endpoint, values, method=min(rule.methods or ()))


def fitting(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "csv"


# A signed token of their own (test_citizens.py), and a secret that no browser sends by itself (api/test_tickets.py).
WITHOUT_SESSION = {"citizens.report", "citizens.rate", "api.receiveTicket"}


def test_every_form_needs_its_csrf_token(app: Flask, sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in WITHOUT_SESSION:
            answer = client.post(address(rule), data={"name": "x"})
            assert answer.status_code == 400, f"{rule} takes a form without a token"


def test_pages_carry_the_headers(app: Flask, client: FlaskClient) -> None:
    for path in ("/first-steps", "/no-such-page", "/sign-in"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == security.CSP
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def test_the_policy_has_no_hole() -> None:
    assert "unsafe" not in security.CSP
    assert security.CSP.startswith("default-src 'none'")
    assert "http" not in security.CSP


def test_behind_https_cookies_are_bound_to_the_host(settings: Settings, sqlite_engine: Engine) -> None:
    app = create_app(
        Settings(data_dir=settings.data_dir, secret_key=settings.secret_key, public_url="https://wifi.example.go.id")
    )
    make_account(sqlite_engine, "ani")
    answer = app.test_client().get("/sign-in?lang=en", base_url="https://wifi.example.go.id")
    cookies = answer.headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("__Host-hotspot="))
    assert "Secure" in session
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Domain" not in session
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    for cookie in cookies:
        assert "Secure" in cookie
        assert "SameSite=Lax" in cookie


def test_static_files_are_kept_by_browsers_and_pages_are_not(client: FlaskClient) -> None:
    page = client.get("/first-steps").text
    assert "/static/app.css?v=" in page
    answer = client.get("/static/app.css")
    answer.close()
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_expired_form_says_what_helps(sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    answer = client.post("/sign-in?lang=en", data={"name": "ani", "csrf_token": "old"})
    assert answer.status_code == 400
    assert "reload the page" in answer.text


def test_an_unknown_page_is_404_in_the_design(client: FlaskClient) -> None:
    answer = client.get("/nothing?lang=en")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_lost_database_is_told_honestly(
    app: Flask, settings: Settings, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    (settings.folder / "hotspot.sqlite").write_bytes(b"")
    answer = client.get("/?lang=en", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "database" in answer.text
    assert "Traceback" not in answer.text
    assert "database" in caplog.text


def test_a_damaged_database_is_told_as_one(settings: Settings, city_app: Flask, city_admin: FlaskClient) -> None:
    file = settings.folder / "hotspot.sqlite"
    with city_app.app_context():
        db.engine.dispose()
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * (file.stat().st_size - 4096))
    for address in ("/points", "/public"):
        assert city_admin.get(address).status_code == 503


def test_a_bug_is_logged_and_not_shown(
    app: Flask, sqlite_engine: Engine, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    @requires(Act.SEE)
    def broken() -> str:
        raise ZeroDivisionError("a secret detail")

    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    answer = client.get("/broken?lang=en")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    assert "a secret detail" in caplog.text


def test_hostile_names_are_text_on_every_page(city_app: Flask, world: World, sqlite_engine: Engine) -> None:
    client = city_app.test_client()
    come_in(client, sqlite_engine, world.accounts["admin"])
    for path in ("/", "/map", "/points", "/users/", "/import/"):
        assert "<script>alert" not in client.get(path).text


def test_the_secret_of_a_link_is_not_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert client.post("/link/a-secret-that-still-works").status_code == 400
    assert "CSRF check failed at /link/<secret>" in caplog.text
    assert "still-works" not in caplog.text


@pytest.mark.parametrize("host", ["..", "x" * 5000])
def test_a_host_that_is_none_is_no_crash(city_admin: FlaskClient, host: str) -> None:
    answer = city_admin.get("/points", headers={"Host": host})
    assert (answer.status_code, answer.text) == (400, "Bad Request\n")


def test_nobody_is_told_or_sent_to_a_host_that_the_request_names(city_admin: FlaskClient, client: FlaskClient) -> None:
    evil = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil",
    }
    for browser in (city_admin, client):
        for path in (
            "/",
            "/points",
            "/map",
            "/users/",
            "/account/",
            "/audit/",
            "/sign-in",
            "/nowhere",
            "/sign-in/code",
            "/lifecycle",  # to which a slash is added
            "//points",
        ):
            answer = browser.get(path, headers=evil)
            assert "evil.example" not in answer.text, path
            assert "evil.example" not in (answer.location or ""), path


def test_a_request_that_is_too_large_is_refused_whole(city_admin: FlaskClient) -> None:
    large = b"x" * (16 * 1024 * 1024 + 1)
    for path in ("/sign-in", "/account/second-factor", "/import/"):
        assert city_admin.post(path, data=large, content_type="application/x-www-form-urlencoded").status_code == 413


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "X" * 500])
def test_other_methods_do_nothing(city_admin: FlaskClient, method: str) -> None:
    assert city_admin.open("/account/", method=method).status_code in (400, 403, 405)


def test_a_refusal_is_logged_with_who_and_what(city_viewer: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    assert city_viewer.get("/users/").status_code == 403
    assert "refused to viewer: GET /users/" in caplog.text


@pytest.mark.parametrize("name", ["ani", "nobody"])
def test_an_unknown_name_costs_as_much_as_a_wrong_password(
    sqlite_engine: Engine, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    make_account(sqlite_engine, "ani")
    checked: list[str] = []

    def note(password_hash: str, password: str) -> bool:
        checked.append(password_hash)
        return False

    monkeypatch.setattr(accounts, "fits", note)
    sign_in(client, name, "not the password")
    assert [password_hash.startswith("$argon2id$") for password_hash in checked] == [True]


def test_a_locked_database_holds_up_no_reader(world: World, city_admin: FlaskClient, settings: Settings) -> None:
    """That a sign-in is still used is noted at most once a minute, and only if it can be."""
    started = perf_counter()
    with closing(sqlite3.connect(settings.folder / "hotspot.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with time_machine.travel(NOW + 120, tick=False):
            assert city_admin.get("/points").status_code == 200
    assert perf_counter() - started < 5
