"""Every form of every page, sent empty and with nonsense: it says what is wrong, and what was typed stays."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from hotspot.clock import now
from hotspot.store import accounts, links
from hotspot.store.base import writing
from hotspot.store.walls import add_wall, revoke_wall, wall_path
from tests.browser.pages import DOORS, PAGES
from tests.hotspot.web.contracted import contracted
from tests.hotspot.web.visitor import make_account, send, sign_in, token

__all__ = ["contracted"]

ODD = "<odd> & 'so'"
TYPED = ("text", "search", "number", "date", "month", "time", "datetime-local", "email", "url", "tel", "textarea")
WITHOUT_COMPLAINT = {  # nonsense that is a name, an answer or a note like any other
    "/views/", "/views/N", "/walls/", "/users/N/link", "/field/N/note", "/access-points/N/test",
    "/access-points/N/point", "/discover/add", "/alerts/ticket-sources/",
}  # fmt: skip
CITIZENS = {"/p/N/report"}
WITHOUT_WORDS = {"/p/N/rate"}  # five buttons; the only field is one that people do not see


@dataclass
class Form:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """The forms of a page that are posted and have something to fill in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.within = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = given.get("method") == "post"
            if self.within:
                self.forms.append(Form(given.get("action", "")))
        elif self.within and given.get("name") and tag in ("input", "select", "textarea"):
            kind = tag if tag != "input" else given.get("type", "text")
            name, form = given["name"], self.forms[-1]
            if kind == "hidden":
                form.hidden[name] = given.get("value", "")
            elif kind in TYPED and "hidden-text" not in given.get("class", ""):
                form.typed.append(name)
            elif kind in ("select", "radio"):
                form.chosen.append(name)

    def handle_endtag(self, tag: str) -> None:
        self.within = self.within and tag != "form"


def forms(browser: FlaskClient) -> Iterator[tuple[str, Form]]:
    """Each once, with its address where numbers and names are N."""
    known: set[str] = set()
    for path in [*PAGES.values(), *DOORS.values()]:
        for form in Reader(browser.get(path).text).forms:
            form.action = form.action or path
            name = re.sub(r"TS-\d+|AP-[\d-]+|\b\d[\d-]*", "N", form.action.partition("#")[0].partition("?")[0])
            if name not in known | WITHOUT_WORDS and (form.typed or form.chosen):
                known.add(name)
                yield name, form


def answered(browser: FlaskClient, form: Form, text: str) -> TestResponse:
    sent = {**form.hidden, **dict.fromkeys(form.typed, text), **dict.fromkeys(form.chosen, text and "nonsense")}
    return browser.post(form.action, data=sent)


def says_why(browser: FlaskClient, answer: TestResponse) -> bool:
    page = browser.get(answer.location).text if answer.status_code in (302, 303) else answer.text
    return 'aria-invalid="true"' in page or 'class="error"' in page or 'class="notice is-' in page


def test_every_form_says_what_is_wrong_and_keeps_what_was_typed(
    city_admin: FlaskClient, contracted: dict[str, int]
) -> None:
    assert contracted
    city_admin.set_cookie("language", "en")
    seen = 0
    wrong: list[tuple[str, ...]] = []
    for name, form in forms(city_admin):
        seen += 1
        for text in ("", ODD):
            answer = answered(city_admin, form, text)
            if name in CITIZENS and answer.status_code == 400 and escape(text) in answer.text:
                continue  # a page of its own, with what was written and the way back
            if answer.status_code not in (200, 302, 303, 422):
                wrong.append((name, text, answer.status))
            elif name not in WITHOUT_COMPLAINT and not says_why(city_admin, answer):
                wrong.append((name, text, "says nothing"))
        kept = answer.text.count(escape(ODD))
        if answer.status_code == 422 and kept < len(form.typed):
            wrong.append((name, "lost", f"{kept} of {form.typed}"))
    assert wrong == []
    assert seen > 35


def test_links_that_open_nothing_any_more_say_why(
    city_app: Flask, sqlite_engine: Engine, city_admin: FlaskClient, contracted: dict[str, int]
) -> None:
    """Used, expired, withdrawn, mistyped: of invitations, sign-ins, walls, proposals, stickers, pages of the desk."""
    person = make_account(sqlite_engine, "ani")
    with writing(sqlite_engine) as session:
        old = links.link_path(links.make_link(session, links.LOGIN, now() - 30 * 86_400, person))
        invited = accounts.create_account(session, "budi", "viewer", now())
        used = links.link_path(links.make_link(session, links.SET_PASSWORD, now(), invited.id))
        wall = wall_path(add_wall(session, "lobby", now(), "tests"))
        revoke_wall(session, 1, now())
    stranger = city_app.test_client()
    stranger.set_cookie("language", "en")
    send(stranger, used, password="a sentence of many words", again="a sentence of many words")
    stranger.delete_cookie("hotspot")
    for path, status, said in (
        (old, 410, "This link has expired"),
        (used, 410, "This link was used already"),
        ("/link/mistyped", 410, "This link opens nothing"),
        (wall, 410, "screen"),
        ("/wall/mistyped", 410, "screen"),
        ("/track/MISTYPED", 404, "number"),
        ("/p/NOWHERE", 404, "point"),
        ("/public/areas/99.99", 404, ""),
        ("/badge/NOWHERE.svg", 404, ""),
    ):
        answer = stranger.get(path)
        assert (answer.status_code, said in answer.text) == (status, True), path
        assert "href=" in answer.text or path.endswith(".svg") or path.startswith("/wall"), path
    city_admin.set_cookie("language", "en")
    for path in (
        "/points/NOWHERE",
        "/contracts/99",
        "/import/none",
        "/users/99",
        "/evidence/99",
        "/funds/99/agreements/1",
    ):
        answer = city_admin.get(path)
        assert answer.status_code == 404, path
        assert "<h1" in answer.text
        assert 'href="/"' in answer.text


@pytest.mark.parametrize("name", ["", "ani", ODD])
def test_a_refused_sign_in_keeps_the_name_and_never_the_password(
    client: FlaskClient, sqlite_engine: Engine, name: str
) -> None:
    make_account(sqlite_engine, "ani")
    answer = sign_in(client, name, "not the password")
    assert answer.status_code == 422
    assert f'value="{escape(name)}"' in answer.text
    assert "not the password" not in answer.text


@pytest.mark.parametrize(
    ("referrer", "to"),
    [
        ("http://localhost/points/TS-0040", "/points/TS-0040"),
        ("http://evil.example/x", None),
        ("http://localhost//evil", None),
    ],
)
def test_links_of_a_refused_form_lead_to_the_page_on_which_it_stood(
    city_admin: FlaskClient, referrer: str, to: str | None
) -> None:
    """The form's own address answers no GET; a host that somebody else names is never linked."""
    form = {"csrf_token": token(city_admin, "/points/TS-0040")}
    answer = city_admin.post("/lifecycle/photos/TS-0040", data=form, headers={"Referer": referrer})
    assert answer.status_code == 422
    assert f'href="{to or "/lifecycle/photos/TS-0040"}?lang=' in answer.text
    assert "evil" not in answer.text
