"""One's own account and the second factor, as a person and as somebody who should not get in meet them."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from hotspot import create_app
from hotspot.analytics.permissions import PLANNER, VIEWER
from hotspot.clock import now
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store import accounts, links, second_factor
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AccountArea, Area, AuditEntry, SignIn
from hotspot.web.browser_name import browser_name
from tests.hotspot.web.visitor import PASSWORD, make_account, send, sign_in, token
from tests.hotspot.web.world import World

NOW = 1_795_244_415
HOME = "/account/"
NEW = "an entirely new one"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


@pytest.fixture
def ani(sqlite_engine: Engine, client: FlaskClient) -> FlaskClient:
    """Signed in, without a second factor."""
    make_account(sqlite_engine, "ani")
    return english(client, "ani")


@pytest.fixture
def secret(sqlite_engine: Engine, settings: Settings) -> str:
    """Of budi, who has a second factor and is signed in nowhere; set up an hour ago."""
    account_id = make_account(sqlite_engine, "budi")
    return given(sqlite_engine, settings, account_id)[0]


def given(engine: Engine, settings: Settings, account_id: int) -> tuple[str, list[str]]:
    key, then = master_key(settings), NOW - 3600
    with writing(engine) as session:
        made = second_factor.begin(session, key, account_id)
        return made, second_factor.confirm(session, key, account_id, pyotp.TOTP(made).at(then), then)


def english(client: FlaskClient, name: str) -> FlaskClient:
    client.set_cookie("language", "en")
    assert sign_in(client, name).status_code == 302
    return client


def code(secret: str) -> str:
    return pyotp.TOTP(secret).at(now())


def begin(client: FlaskClient, password: str = PASSWORD) -> TestResponse:
    return send(client, HOME, "/account/second-factor", current=password)


def key_of(page: str) -> str:
    found = re.search(r'<code class="link-box">([A-Z2-7 ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


def is_in(client: FlaskClient) -> bool:
    return client.get(HOME).status_code == 200


def audited(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_it_is_set_up_with_a_picture_and_asked_for_from_then_on(
    app: Flask, ani: FlaskClient, sqlite_engine: Engine, clock: time_machine.Traveller
) -> None:
    page = begin(ani).text
    made = key_of(page)
    assert 'src="data:image/svg+xml' in page
    assert "style=" not in page
    other = english(app.test_client(), "ani")
    clock.shift(5)
    answer = send_code(ani, "/account/second-factor/confirm", code(made))
    codes = re.findall(r"<code>([a-z2-9-]{27})</code>", answer.text)
    assert len(codes) == 10
    assert "My account" in answer.text
    assert is_in(ani)
    assert not is_in(other)
    assert "10 recovery codes are left" in ani.get(HOME).text
    assert codes[0] not in ani.get(HOME).text
    assert "set up second factor" in audited(sqlite_engine)

    clock.shift(60)
    door = app.test_client()
    assert sign_in(door, "ani").location == "/sign-in/code"
    assert not is_in(door)
    assert send(door, "/sign-in/code", code=code(made)).location == "/"
    assert is_in(door)
    other = app.test_client()
    sign_in(other, "ani")
    assert send(other, "/sign-in/code", code=codes[0]).location == "/"
    assert "9 recovery codes are left" in ani.get(HOME).text


def send_code(client: FlaskClient, to: str, sent: str) -> TestResponse:
    return client.post(to, data={"csrf_token": token(client, HOME), "code": sent})


def test_nothing_is_shown_without_the_password(ani: FlaskClient, sqlite_engine: Engine) -> None:
    for wrong in ("", "not the password", "x" * 5000, "\0"):
        answer = begin(ani, wrong)
        assert answer.location == HOME
    assert send_code(ani, "/account/second-factor/confirm", "123456").status_code == 422
    assert "otpauth" not in send_code(ani, "/account/second-factor/confirm", "123456").text
    with reading(sqlite_engine) as session:
        person = accounts.person_by_name(session, "ani")
    assert person is not None
    assert not person.second_factor


def test_guessing_the_password_within_a_stolen_session_is_slowed(ani: FlaskClient) -> None:
    for _ in range(3):
        begin(ani, "not the password")
    for _ in range(2):
        send(ani, "/password", current="not the password", password=NEW, again=NEW)
    answer = send(ani, "/password", current=PASSWORD, password=NEW, again=NEW)
    assert "Too many failed tries" in html.unescape(answer.text)
    assert begin(ani).location == HOME


def test_two_tabs_that_set_it_up(ani: FlaskClient) -> None:
    first = key_of(begin(ani).text)
    last = key_of(begin(ani).text)
    answer = send_code(ani, "/account/second-factor/confirm", code(first))
    assert answer.status_code == 422
    assert "data:image" not in answer.text
    assert send_code(ani, "/account/second-factor/confirm", code(last)).status_code == 200
    assert send_code(ani, "/account/second-factor/confirm", code(last)).location == HOME
    assert begin_without_form(ani).location == HOME


def begin_without_form(client: FlaskClient) -> TestResponse:
    return client.post("/account/second-factor", data={"csrf_token": token(client, HOME), "current": PASSWORD})


def test_the_page_that_was_wanted_opens_after_both_steps(app: Flask, secret: str) -> None:
    door = app.test_client()
    wanted = "/outages?period=7d"
    at = send(door, f"/sign-in?next={wanted}", name="budi", password=PASSWORD).location
    assert send(door, at, code=code(secret)).location == wanted
    other = app.test_client()  # browsers drop a cookie above 4 kB
    at = send(other, f"/sign-in?next=/outages?q={'x' * 5000}", name="budi", password=PASSWORD).location
    assert other.get(at).status_code == 200


GARBAGE = ("", "000000", "abcdef", "0" * 100_000, "\0", "१२३४५६", "<script>", "aaaaaa-aaaaaa-aaaaaa-aaaaaa")


def test_garbage_lets_nobody_in(app: Flask, secret: str, clock: time_machine.Traveller) -> None:
    door = app.test_client()
    door.set_cookie("language", "en")
    for sent in GARBAGE:
        clock.shift(900)  # past every wait
        sign_in(door, "budi")
        answer = send(door, "/sign-in/code", code=sent)
        assert answer.status_code == 422, sent[:20]
        assert "Too many failed tries" not in answer.text
        assert not is_in(door)


def test_a_code_that_was_seen_is_worth_nothing(app: Flask, secret: str) -> None:
    """Replay in another browser, also of the cookie between the steps."""
    owner, thief = app.test_client(), app.test_client()
    for browser in (owner, thief):
        sign_in(browser, "budi")
    seen = code(secret)
    assert send(owner, "/sign-in/code", code=seen).status_code == 302
    assert send(thief, "/sign-in/code", code=seen).status_code == 422
    assert not is_in(thief)


def test_the_second_of_two_tabs_finds_itself_signed_in(app: Flask, secret: str) -> None:
    door = app.test_client()
    sign_in(door, "budi")
    waiting = token(door, "/sign-in/code")
    send(door, "/sign-in/code", code=code(secret))
    assert door.post("/sign-in/code", data={"csrf_token": token(door, HOME), "code": code(secret)}).location == "/"
    assert door.post("/sign-in/code", data={"csrf_token": waiting, "code": "1"}).status_code == 400


def test_without_the_first_step_there_is_no_second(app: Flask, secret: str) -> None:
    assert app.test_client().get("/sign-in/code").location == "/sign-in"


@pytest.mark.parametrize("shift_s", [301, -60])
def test_the_second_step_ends_after_five_minutes(
    app: Flask, secret: str, clock: time_machine.Traveller, shift_s: int
) -> None:
    door = app.test_client()
    sign_in(door, "budi")
    clock.shift(shift_s)
    assert door.get("/sign-in/code").location == "/sign-in"


def test_an_account_that_is_disabled_or_changed_in_between_gets_no_further(
    app: Flask, secret: str, sqlite_engine: Engine
) -> None:
    make_account(sqlite_engine, "ani")
    with reading(sqlite_engine) as session:
        budi = accounts.person_by_name(session, "budi")
        assert budi is not None
    first, second = app.test_client(), app.test_client()
    sign_in(first, "budi")
    with writing(sqlite_engine) as session:
        accounts.set_password(session, budi.id, NEW, NOW + 1)
    assert first.get("/sign-in/code").location == "/sign-in"
    sign_in(second, "budi", NEW)
    csrf = token(second, "/sign-in/code")
    with writing(sqlite_engine) as session:
        accounts.set_active(session, budi.id, False)
    answer = second.post("/sign-in/code", data={"csrf_token": csrf, "code": code(secret)})
    assert answer.location == "/sign-in"
    assert not is_in(second)


def test_who_has_to_wait_does_not_learn_whether_the_password_was_right(app: Flask, secret: str) -> None:
    door = app.test_client()
    door.set_cookie("language", "en")
    for _ in range(5):
        sign_in(door, "budi", "not the password")
    right, wrong = sign_in(door, "budi"), sign_in(door, "budi", "not the password")
    assert right.status_code == wrong.status_code == 422
    assert "Too many failed tries" in right.text
    assert "Too many failed tries" in wrong.text


def test_wrong_codes_slow_the_password_as_well_and_no_password_forgives_them(app: Flask, secret: str) -> None:
    door = app.test_client()
    door.set_cookie("language", "en")
    for _ in range(5):
        assert sign_in(door, "budi").location == "/sign-in/code"
        assert send(door, "/sign-in/code", code="000000").status_code == 422
    assert "Too many failed tries" in send(door, "/sign-in/code", code=code(secret)).text
    assert "Too many failed tries" in sign_in(door, "budi").text


def test_a_one_time_link_does_not_step_around_it(app: Flask, secret: str, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        budi = accounts.person_by_name(session, "budi")
        assert budi is not None
        login = links.link_path(links.make_link(session, links.LOGIN, NOW, budi.id))
        renew = links.link_path(links.make_link(session, links.SET_PASSWORD, NOW, budi.id))
    door = app.test_client()
    assert send(door, login).location == "/sign-in/code"
    assert not is_in(door)
    ani = app.test_client()
    make_account(sqlite_engine, "ani")
    sign_in(ani, "ani")
    with writing(sqlite_engine) as session:
        again = links.link_path(links.make_link(session, links.LOGIN, NOW, budi.id))
    assert send(ani, again).location == "/sign-in/code"
    with reading(sqlite_engine) as session:
        assert session.scalars(select(SignIn)).all() == []
    door = app.test_client()
    assert send(door, renew, password=NEW, again=NEW).location == "/sign-in/code"
    assert not is_in(door)
    assert send(door, "/sign-in/code", code=code(secret)).location == "/"


def test_taking_it_away_and_new_recovery_codes_need_a_code(
    app: Flask, secret: str, sqlite_engine: Engine, clock: time_machine.Traveller
) -> None:
    budi = app.test_client()
    sign_in(budi, "budi")
    send(budi, "/sign-in/code", code=code(secret))
    for act in ("remove", "codes"):
        for wrong in ("", "000000"):
            assert send_code(budi, f"/account/second-factor/{act}", wrong).location == HOME
    clock.shift(30)
    answer = send_code(budi, "/account/second-factor/codes", code(secret))
    recovery = re.findall(r"<code>([a-z2-9-]{27})</code>", answer.text)
    assert len(recovery) == 10
    assert send_code(budi, "/account/second-factor/remove", recovery[0]).location == HOME
    assert audited(sqlite_engine)[-2:] == ["renew recovery codes", "remove second factor"]
    assert sign_in(app.test_client(), "budi").location == "/"


def test_an_owner_resets_the_factor_of_others_and_nobody_else_does(
    app: Flask, ani: FlaskClient, secret: str, sqlite_engine: Engine
) -> None:
    make_account(sqlite_engine, "citra", VIEWER)
    with reading(sqlite_engine) as session:
        ids = {person.name: person.id for person in accounts.people(session)}
    viewer = app.test_client()
    sign_in(viewer, "citra")
    assert reset(viewer, ids["budi"]).status_code == 403
    assert reset(ani, ids["ani"]).location == HOME
    assert reset(ani, 999).status_code == 404
    assert reset(ani, ids["budi"]).status_code == 302
    assert sign_in(app.test_client(), "budi").location == "/"
    assert "reset second factor" in audited(sqlite_engine)


def reset(client: FlaskClient, account_id: int) -> TestResponse:
    return client.post(f"/users/{account_id}/second-factor/reset", data={"csrf_token": token(client, HOME)})


@pytest.mark.parametrize(("setting", "asked"), [("off", []), ("owner", ["ani"]), ("all", ["ani", "citra"])])
def test_a_city_may_ask_roles_for_it(settings: Settings, sqlite_engine: Engine, setting: str, asked: list[str]) -> None:
    make_account(sqlite_engine, "ani")
    make_account(sqlite_engine, "citra", VIEWER)
    app = create_app(replace(settings, second_factor=setting))
    for name in ("ani", "citra"):
        browser = english(app.test_client(), name)
        held = name in asked
        assert (browser.get("/points").location == HOME) == held
        assert browser.get("/api/v1/points").status_code == (401 if held else 503)  # 503: there is no city yet
        assert is_in(browser)
        if held:
            assert "Your account needs one" in browser.get(HOME).text
            made = key_of(begin(browser).text)
            send_code(browser, "/account/second-factor/confirm", code(made))
            assert browser.get("/points").status_code == 200


def test_an_agencys_policy_asks_for_a_new_password_after_90_days(
    settings: Settings, sqlite_engine: Engine, clock: time_machine.Traveller
) -> None:
    make_account(sqlite_engine, "ani")
    app = create_app(replace(settings, password_policy="bssn"))
    clock.shift(90 * 86_400)
    browser = english(app.test_client(), "ani")
    assert browser.get("/points").location == "/password"
    for unfit in (NEW, PASSWORD):
        answer = send(browser, "/password", current=PASSWORD, password=unfit, again=unfit)
        assert answer.status_code == 422
    assert "This is the present password" in answer.text
    renewed = "Nasi Uduk, pagi jam 7"
    assert send(browser, "/password", current=PASSWORD, password=renewed, again=renewed).status_code == 302
    assert browser.get("/points").status_code == 200


def test_it_says_where_one_may_change_things(city_app: Flask, world: World, settings: Settings) -> None:
    engine = make_engine(settings.database)
    account_id = make_account(engine, "dewi", PLANNER)
    with writing(engine) as session:
        area = session.scalars(select(Area).where(Area.code == "36.74.01")).one()
        session.add(AccountArea(account_id=account_id, area_id=area.id))
        name = area.name
    engine.dispose()
    page = english(city_app.test_client(), "dewi").get(HOME).text
    assert "Planner" in page
    assert f"<li>{name}</li>" in page


def test_browsers_are_named_coarsely_and_ended(app: Flask, ani: FlaskClient, sqlite_engine: Engine) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    others = [app.test_client() for _ in range(2)]
    for other in others:
        other.environ_base["HTTP_USER_AGENT"] = agent
        sign_in(other, "ani")
    page = ani.get(HOME).text
    assert page.count("Firefox, Linux") == 2
    assert "140" not in page
    assert "127.0.0.1" not in page
    ends = re.findall(r'action="(/account/sessions/[0-9a-f]{16}/end)"', page)
    assert len(ends) == 2
    csrf = {"csrf_token": token(ani, HOME)}
    assert ani.post(ends[0], data=csrf).location == HOME
    assert [is_in(other) for other in others].count(True) == 1
    ani.post(ends[0], data=csrf)
    ani.post("/account/sessions/end-others", data=csrf)
    assert not any(is_in(other) for other in others)
    assert is_in(ani)
    assert audited(sqlite_engine).count("end sign-in") == 2
    with reading(sqlite_engine) as session:
        assert len(session.scalars(select(SignIn)).all()) == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-A15) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605", "Safari, macOS"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
        ("x" * 100_000 + "Firefox/1", ""),
    ],
)
def test_the_names_of_browsers(agent: str, name: str) -> None:
    assert browser_name(agent) == name
