"""Channels: added and changed without showing a secret again, tested, switched, removed and brought back."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from hotspot.settings import Settings
from hotspot.store.alerts.contacts import set_contact
from hotspot.store.alerts.outbox import Outcome, config_of, record
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.models import AlertChannel
from hotspot.web.configured import secret_key
from tests.hotspot.web.visitor import send, token
from tests.hotspot.web.world import ADMIN, NOW, World

PAGE = "/alerts/channels/"
MAIL = {
    "name": "Surel kota", "host": "mail.example.go.id", "security": "starttls", "port": "", "user": "hotspot",
    "password": "a very secret word", "from": "hotspot@example.go.id", "to": "jaga@example.go.id",
}  # fmt: skip
SECRET = "a secret between two systems"


@pytest.fixture
def engine(city_admin: FlaskClient, settings: Settings) -> Any:
    made = make_engine(settings.database)
    yield made
    made.dispose()


def fill(browser: FlaskClient, page: str, fields: dict[str, str]) -> TestResponse:
    return browser.post(page, data={"csrf_token": token(browser, page), **fields})


def stored(engine: Engine, browser: FlaskClient, channel_id: int = 1) -> dict[str, str]:
    with browser.application.app_context(), reading(engine) as session:
        return config_of(secret_key(), session.get_one(AlertChannel, channel_id)) or {}


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_empty_page_tells_what_to_do(city_admin: FlaskClient) -> None:
    page = city_admin.get(PAGE).text
    assert "No channel yet" in page
    assert page.count('href="/alerts/channels/new/') == 5


def test_channel_is_kept_sealed_and_its_secret_never_shown(city_admin: FlaskClient, engine: Engine) -> None:
    assert fill(city_admin, f"{PAGE}new/email", MAIL).status_code == 302
    assert stored(engine, city_admin)["password"] == "a very secret word"
    assert b"secret word" not in rows(engine, "SELECT config FROM alert_channel")[0][0]
    for page in (PAGE, f"{PAGE}1"):
        assert "secret word" not in city_admin.get(page).text
    assert "secret word" not in str(rows(engine, "SELECT * FROM audit_entry"))
    assert "mail.example.go.id:587" in city_admin.get(PAGE).text


def test_empty_secret_stays_and_another_server_asks_for_it_again(city_admin: FlaskClient, engine: Engine) -> None:
    fill(city_admin, f"{PAGE}new/email", MAIL)
    without = {**MAIL, "password": "", "port": "587"}
    assert fill(city_admin, f"{PAGE}1", {**without, "to": "b@example.go.id"}).status_code == 302
    assert stored(engine, city_admin)["password"] == "a very secret word"
    moved = fill(city_admin, f"{PAGE}1", {**without, "host": "mail.evil.example"})
    assert (moved.status_code, "Type it again" in moved.text) == (422, True)
    assert fill(city_admin, f"{PAGE}1", {**without, "user": ""}).status_code == 302
    assert stored(engine, city_admin)["password"] == ""


def test_refused_form_keeps_what_was_typed_but_no_secret(city_admin: FlaskClient, engine: Engine) -> None:
    answer = fill(city_admin, f"{PAGE}new/email", {**MAIL, "from": "nobody", "host": "<b>mail</b>"})
    assert answer.status_code == 422
    assert "is no host name" in answer.text
    assert "&lt;b&gt;mail&lt;/b&gt;" in answer.text
    assert "secret word" not in answer.text
    assert rows(engine, "SELECT * FROM alert_channel") == []


def test_webhook_to_a_private_address_is_refused_with_the_reason(city_admin: FlaskClient) -> None:
    hook = {"name": "Pusat", "url": "https://127.0.0.1/hook", "secret": SECRET}
    answer = fill(city_admin, f"{PAGE}new/webhook", hook)
    assert answer.status_code == 422
    assert "No messages go there: 127.0.0.1 is at 127.0.0.1, which is no public address." in answer.text


def test_secret_of_a_webhook_is_made_shown_once_and_replaced_in_peace(city_admin: FlaskClient, engine: Engine) -> None:
    hook = {"name": "Pusat", "url": "https://103.10.20.30/hook", "secret": ""}
    shown = fill(city_admin, f"{PAGE}new/webhook", hook).text
    first = stored(engine, city_admin)["secret"]
    assert f">{first}<" in shown
    assert first not in city_admin.get(f"{PAGE}1").text
    shown = send(city_admin, f"{PAGE}1", f"{PAGE}1/secret").text
    config = stored(engine, city_admin)
    assert f">{config['secret']}<" in shown
    assert (config["old_secret"], config["old_secret_until"]) == (first, str(NOW + 86_400))
    fill(city_admin, f"{PAGE}1", {**hook, "name": "Pusat komando"})
    assert stored(engine, city_admin)["old_secret"] == first


def test_name_is_taken_once(city_admin: FlaskClient) -> None:
    fill(city_admin, f"{PAGE}new/email", MAIL)
    assert "There is one of this name already." in fill(city_admin, f"{PAGE}new/email", MAIL).text
    send(city_admin, PAGE, f"{PAGE}1/remove")
    assert "bring it back" in fill(city_admin, f"{PAGE}new/email", MAIL).text


def test_removed_channel_can_be_brought_back(city_admin: FlaskClient, engine: Engine) -> None:
    fill(city_admin, f"{PAGE}new/email", MAIL)
    send(city_admin, PAGE, f"{PAGE}1/remove")
    page = city_admin.get(PAGE).text
    assert "Bring back" in page
    assert f'href="{PAGE}1"' not in page
    send(city_admin, PAGE, f"{PAGE}1/bring-back")
    assert f'href="{PAGE}1"' in city_admin.get(PAGE).text
    assert [row[0] for row in rows(engine, "SELECT action FROM audit_entry ORDER BY id DESC LIMIT 2")] == [
        "undo", "remove"
    ]  # fmt: skip


def test_switched_off_channel_sends_no_test(city_admin: FlaskClient, engine: Engine) -> None:
    fill(city_admin, f"{PAGE}new/email", MAIL)
    send(city_admin, PAGE, f"{PAGE}1/switch", on="no")
    send(city_admin, f"{PAGE}1", f"{PAGE}1/test")
    assert "The channel is off." in city_admin.get(PAGE).text
    assert rows(engine, "SELECT * FROM outbox_message") == []
    send(city_admin, PAGE, f"{PAGE}1/switch", on="yes")
    assert rows(engine, "SELECT enabled FROM alert_channel") == [(1,)]


def test_test_message_waits_for_the_collector_and_its_answer_is_shown(
    city_admin: FlaskClient, engine: Engine, world: World
) -> None:
    fill(city_admin, f"{PAGE}new/email", MAIL)
    htmx = {"HX-Request": "true"}
    asked = city_admin.post(f"{PAGE}1/test", data={"csrf_token": token(city_admin, PAGE)}, headers=htmx).text
    assert "On its way" in asked
    assert 'hx-trigger="every 2s"' in asked
    assert rows(engine, "SELECT state, event, account_id, next_at FROM outbox_message") == [
        ("waiting", "test", None, NOW)
    ]
    with writing(engine) as session:
        record(session, Outcome(1, 1, NOW, 12, False, "refused: 535 no", retry=True, sick=True))
    told = city_admin.get(f"{PAGE}1/test", headers=htmx).text
    assert "It was not taken." in told
    assert "refused: 535 no" in told
    assert "Failing" in city_admin.get(PAGE).text
    with city_admin.application.app_context(), writing(engine) as session:
        set_contact(session, secret_key(), world.accounts[ADMIN], "email", "rina@example.go.id", now=NOW, actor=ADMIN)
    send(city_admin, PAGE, f"{PAGE}1/test")
    assert rows(engine, "SELECT account_id FROM outbox_message WHERE id = 2") == [(world.accounts[ADMIN],)]
    with writing(engine) as session:
        record(session, Outcome(2, 1, NOW, 12, True, "250 OK"))
    assert "It was taken." in city_admin.get(PAGE).text


def test_only_who_keeps_accounts_sees_channels(city_viewer: FlaskClient) -> None:
    for page in (PAGE, f"{PAGE}new/email"):
        assert city_viewer.get(page).status_code == 403


@pytest.mark.parametrize("page", ["new/pigeon", "99", "99/test"])
def test_what_is_not_there_is_not_found(city_admin: FlaskClient, page: str) -> None:
    assert city_admin.get(PAGE + page).status_code == 404
