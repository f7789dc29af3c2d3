"""Signing in at a real OpenID provider of the test's own: who is linked comes in, and nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from hotspot import create_app
from hotspot.analytics.permissions import VIEWER
from hotspot.clock import now
from hotspot.settings import SettingError, Settings, check
from hotspot.store import accounts, links
from hotspot.store.base import reading, writing
from hotspot.store.models import Account
from tests.hotspot.web.openid_provider import CLIENT, SECRET, Provider, serve
from tests.hotspot.web.test_account import given
from tests.hotspot.web.visitor import make_account, send, sign_in

BACK = "/sign-in/elsewhere/back"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serve() as served:
        yield served


@pytest.fixture
def city(settings: Settings, sqlite_engine: Engine, provider: Provider) -> Flask:
    make_account(sqlite_engine, "ani")
    return create_app(replace(settings, oidc_issuer=provider.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET))


@pytest.fixture
def budi(sqlite_engine: Engine, provider: Provider) -> int:
    """Linked with the provider's 1001."""
    account_id = make_account(sqlite_engine, "budi", VIEWER)
    with writing(sqlite_engine) as session:
        session.get_one(Account, account_id).oidc_subject = f"{provider.url} 1001"
    return account_id


def browser_of(city: Flask) -> FlaskClient:
    browser = city.test_client()
    browser.set_cookie("language", "en")
    return browser


def round_trip(browser: FlaskClient, query: str = "") -> TestResponse:
    """To the provider and back, as a browser goes."""
    there = browser.get(f"/sign-in/elsewhere{query}")
    assert there.status_code == 302
    answer = requests.get(there.location, allow_redirects=False, timeout=10)
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == BACK
    return browser.get(f"{parts.path}?{parts.query}")


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/account/").status_code == 200


def said(browser: FlaskClient) -> str:
    return browser.get("/sign-in").text


def test_the_invited_comes_in_without_a_password_and_again(
    city: Flask, sqlite_engine: Engine, provider: Provider
) -> None:
    with writing(sqlite_engine) as session:
        person = accounts.create_account(session, "citra", VIEWER, now())
        secret = links.make_link(session, links.SET_PASSWORD, now(), person.id)
    browser = browser_of(city)
    assert f'href="/sign-in/elsewhere?link={secret}"' in browser.get(links.link_path(secret)).text
    assert round_trip(browser, f"?link={secret}").location == "/"
    assert is_in(browser)
    assert browser_of(city).get(links.link_path(secret)).status_code == 410
    again = browser_of(city)
    assert round_trip(again, "?next=/outages").location == "/outages"
    assert is_in(again)
    other = browser_of(city)
    assert round_trip(other, f"?link={secret}").location == "/sign-in"
    assert "used or has ended" in said(other)
    with reading(sqlite_engine) as session:
        assert (
            session.scalars(select(Account.oidc_subject).where(Account.name == "citra")).one() == f"{provider.url} 1001"
        )


def test_a_stranger_gets_no_account(city: Flask, budi: int, provider: Provider, sqlite_engine: Engine) -> None:
    provider.sub = "1002"
    browser = browser_of(city)
    assert round_trip(browser).location == "/sign-in"
    assert not is_in(browser)
    assert "No account here is linked with you" in said(browser)
    with reading(sqlite_engine) as session:
        assert len(accounts.people(session)) == 2


def test_nobody_is_sent_elsewhere_afterwards(city: Flask, budi: int) -> None:
    assert round_trip(browser_of(city), "?next=https://evil.example/").location == "/"


NOT_OURS: tuple[dict[str, object], ...] = (
    {"nonce": "another"},
    {"nonce": None},
    {"aud": "another"},
    {"iss": "https://evil.example"},
    {"exp": 1},
    {"iat": 4_000_000_000},
    {"sub": ""},
    {"sub": None},
    {"sub": ["1001"]},
    {"sub": "x" * 300},
    {"sub": "1001\n"},
)


def test_a_token_that_is_not_for_us_opens_nothing(city: Flask, budi: int, provider: Provider) -> None:
    browser = browser_of(city)
    for claims in NOT_OURS:
        provider.claims = claims
        assert round_trip(browser).location == "/sign-in", claims
    provider.claims = {}
    provider.signs_with = ECKey.generate_key("P-256", {"kid": "one"})
    assert round_trip(browser).location == "/sign-in"
    provider.signs_with, provider.without_token = None, True
    assert round_trip(browser).location == "/sign-in"
    assert not is_in(browser)


def test_a_provider_of_another_name_opens_nothing(city: Flask, budi: int, provider: Provider) -> None:
    provider.issuer = "https://evil.example"
    for claims in ({}, {"iss": provider.issuer}):
        provider.claims = claims
        assert round_trip(browser_of(city)).location == "/sign-in"


def test_coming_back_without_having_gone_opens_nothing(city: Flask, budi: int) -> None:
    browser = browser_of(city)
    for query in ("", "code=x", "code=x&state=y", "error=access_denied&state=y", "state=" + "x" * 5000):
        assert browser.get(f"{BACK}?{query}").location == "/sign-in"
    assert not is_in(browser)


def test_the_answer_of_one_browser_is_worth_nothing_in_another_or_again(city: Flask, budi: int) -> None:
    victim, thief = browser_of(city), browser_of(city)
    there = victim.get("/sign-in/elsewhere").location
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://127.0.0.1:8080{BACK}"]
    parts = urlsplit(requests.get(there, allow_redirects=False, timeout=10).headers["Location"])
    assert thief.get(f"{BACK}?{parts.query}").location == "/sign-in"
    assert not is_in(thief)
    assert victim.get(f"{BACK}?{parts.query}").location == "/"
    thief.get("/sign-in/elsewhere")
    assert thief.get(f"{BACK}?{parts.query}").location == "/sign-in"


def test_tries_that_never_come_back_do_not_fill_the_cookie(city: Flask, budi: int) -> None:
    browser = browser_of(city)
    for _ in range(12):
        browser.get("/sign-in/elsewhere?next=/outages?q=" + "x" * 3000)
    cookie = browser.get_cookie("hotspot")
    assert cookie is not None
    assert len(cookie.value) < 3000
    assert round_trip(browser).location == "/"


def test_one_person_has_one_account(city: Flask, budi: int, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        other = accounts.create_account(session, "citra", VIEWER, now())
        secret = links.make_link(session, links.SET_PASSWORD, now(), other.id)
    browser = browser_of(city)
    assert round_trip(browser, f"?link={secret}").location == "/sign-in"
    assert "linked with another account" in said(browser)
    assert browser.get(links.link_path(secret)).status_code == 200


def test_a_disabled_account_stays_out_and_the_second_factor_is_asked_for(
    city: Flask, budi: int, sqlite_engine: Engine, settings: Settings
) -> None:
    given(sqlite_engine, settings, budi)
    browser = browser_of(city)
    assert round_trip(browser).location == "/sign-in/code"
    assert not is_in(browser)
    with writing(sqlite_engine) as session:
        accounts.set_active(session, budi, False)
    assert round_trip(browser_of(city)).location == "/sign-in"


def test_a_provider_that_is_away_is_told(city: Flask, settings: Settings) -> None:
    app = create_app(
        replace(settings, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    )
    browser = browser_of(app)
    assert browser.get("/sign-in/elsewhere").location == "/sign-in"
    assert "127.0.0.1 does not answer" in said(browser)


def test_who_is_signed_in_stays_so(city: Flask) -> None:
    browser = browser_of(city)
    sign_in(browser, "ani")
    assert browser.get("/sign-in/elsewhere").location == "/"
    assert is_in(browser)


def test_without_a_provider_there_is_no_such_page(client: FlaskClient, sqlite_engine: Engine) -> None:
    make_account(sqlite_engine, "ani")
    assert "elsewhere" not in client.get("/sign-in").text
    assert client.get("/sign-in/elsewhere").status_code == 404
    assert client.get(BACK).status_code == 404
    assert send(client, "/sign-in", name="ani", password="no").status_code == 422


def test_settings_that_would_send_tokens_in_clear_are_refused(settings: Settings) -> None:
    good = replace(settings, oidc_issuer="https://sso.example.go.id", oidc_client_id="a", oidc_client_secret="b")
    check(good)
    for wrong in (
        replace(good, oidc_issuer="http://sso.example.go.id"),
        replace(good, oidc_issuer="sso"),
        replace(good, oidc_client_id=""),
        replace(good, oidc_client_secret=""),
    ):
        with pytest.raises(SettingError, match="OIDC"):
            check(wrong)
