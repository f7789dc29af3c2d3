"""Two cities with equal ids, codes and names in one process: what belongs to one is nothing to the other."""

import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import Client, TestResponse

from hotspot.api.operations import OPERATIONS
from hotspot.front import Front
from hotspot.settings import Settings
from hotspot.store import links, sign_ins, tokens
from hotspot.store.base import make_engine, writing
from hotspot.web.access import SECRET
from tests.browser.pages import DOORS, PAGES
from tests.hotspot.web.test_security import address
from tests.hotspot.web.world import ADMIN, NOW, World

A, B = "anggrek", "beringin"
MARKS = {A: "Anggrek-Rahasia", B: "Beringin-Rahasia"}
REFUSED = {302, 303, 308, 400, 401, 403, 404, 405, 410, 415}
# What an address can hide in: attributes of a page, of its live parts and of what its scripts ask for.
ADDRESS = re.compile(
    r"""(?:href|src|action|formaction|poster|hx-[a-z]+|data-[a-z-]+)=["'](/[^"']*|https?://[^"']*)["']"""
)
ELSEWHERE = ("https://", "http://www.w3.org/")  # words of a page about the world outside


SHOWING = (
    "/", "/map/points.json", "/outages", "/funds", "/contracts", "/points/TS-0006", "/points.csv", "/public",
    "/public/points.json", "/p/TS-0006", "/open-data/points.csv", "/lifecycle/", "/siting", "/rollout",
)  # fmt: skip


@dataclass(frozen=True)
class Neighbours:
    front: Front
    cookies: Mapping[str, str]  # the value of an admin's cookie, by city
    tokens: Mapping[str, str]
    links: Mapping[str, str]

    def app(self, slug: str) -> Flask:
        app = self.front.app_of(slug)
        assert app is not None
        return app

    def browser(self, **cookies: str) -> Client:
        """With the cookie of that name's city holding the value of the other or the same."""
        made = Client(self.front)
        made.set_cookie("language", "en")
        for slug, of in cookies.items():
            made.set_cookie(f"hotspot-{slug}", self.cookies[of])
        return made


@pytest.fixture(scope="module")
def neighbours(built: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    root = tmp_path_factory.mktemp("neighbours")
    for slug, mark in MARKS.items():
        folder = root / "cities" / slug
        folder.mkdir(parents=True)
        shutil.copy(built[0], folder / "hotspot.sqlite")
        with closing(sqlite3.connect(folder / "hotspot.sqlite")) as connection, connection:
            for table in ("city", "area", "site", "point", "fund", "provider"):
                connection.execute(f"UPDATE {table} SET name = name || ' {mark}'")
    with time_machine.travel(NOW, tick=False):
        front = Front(Settings(data_dir=str(root)))
        cookies, made_tokens, made_links = {}, {}, {}
        for slug in MARKS:
            app = front.app_of(slug)
            assert app is not None
            engine = make_engine(app.config["SETTINGS"].database)
            with writing(engine) as session:
                account = built[1].accounts[ADMIN]
                secret = sign_ins.sign_in(session, account, NOW)
                made_tokens[slug] = tokens.create_token(session, "machine", NOW)
                made_links[slug] = links.link_path(links.make_link(session, links.LOGIN, NOW, account))
            engine.dispose()
            serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            cookies[slug] = serializer.dumps({SECRET: secret, "_permanent": True})
        yield Neighbours(front, cookies, made_tokens, made_links)


def reading_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]


def seen(answer: TestResponse) -> tuple[int, str | None]:
    return answer.status_code, answer.location


def test_a_neighbours_visitor_is_a_stranger_at_every_address(neighbours: Neighbours) -> None:
    """With the cookie of the other city under its own name, under this city's name, and with the other's token."""
    stranger, guest, forger = (
        neighbours.browser(), neighbours.browser(**{A: A}), neighbours.browser(**{A: A, B: A}),
    )  # fmt: skip
    machine = {"Authorization": f"Bearer {neighbours.tokens[A]}"}
    rules = reading_rules(neighbours.app(B))
    assert len(rules) > 100
    for rule in rules:
        path = f"/{B}{address(rule)}"
        expected = seen(stranger.get(path))
        for browser in (guest, forger):
            answer = browser.get(path)
            assert seen(answer) == expected, f"{rule} knows a visitor of the other city"
            assert MARKS[A] not in answer.text, f"{rule} shows the other city"
        answer = stranger.get(path, headers=machine)
        assert seen(answer) in (expected, (401, None)), f"{rule} takes the other city's token"
        assert MARKS[A] not in answer.text


def test_no_form_takes_a_neighbours_sign_in(neighbours: Neighbours) -> None:
    forger = neighbours.browser(**{A: A, B: A})
    page = forger.get(f"/{A}/password").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, "the visitor is signed in at home, and has a token of its forms"
    before = changes(neighbours)
    for rule in neighbours.app(B).url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            answer = forger.post(f"/{B}{address(rule)}", data={"csrf_token": token[1], "name": "x"})
            assert answer.status_code in REFUSED, f"{rule} takes a form of the other city"
    assert changes(neighbours) == before


def changes(neighbours: Neighbours) -> int:
    path = neighbours.app(B).config["SETTINGS"].folder / "hotspot.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM audit_entry").fetchone()[0])


@pytest.mark.parametrize("name", [*PAGES, *DOORS])
def test_every_page_is_of_its_city_and_leads_nowhere_else(neighbours: Neighbours, name: str) -> None:
    """Of a person who is signed in to both; the two are asked in turn, so that nothing one process keeps is mixed."""
    browser = neighbours.browser(**{A: A, B: B})
    path = {**PAGES, **DOORS}[name]
    for slug, other in ((A, B), (B, A)):
        answer = browser.get(f"/{slug}{path}")
        assert answer.status_code in (200, 302, 303, 404), answer.status
        assert MARKS[other] not in answer.text
        for target in [*ADDRESS.findall(answer.text), *([answer.location] if answer.location else [])]:
            assert target.startswith(
                (f"/{slug}/", f"http://127.0.0.1:8080/{slug}", f"http://localhost/{slug}/", *ELSEWHERE)
            ), target


def test_pages_show_their_own_city(neighbours: Neighbours) -> None:
    browser = neighbours.browser(**{A: A, B: B})
    for slug in (A, B):
        for path in SHOWING:
            assert MARKS[slug] in browser.get(f"/{slug}{path}").text, path


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_a_token_opens_one_city(neighbours: Neighbours, operation: object) -> None:
    path = operation.path.format(code="TS-0006", name="AP-006-1", number="1", month="2026-10", kind="point")  # type: ignore[attr-defined]
    mine, others = ({"Authorization": f"Bearer {neighbours.tokens[slug]}"} for slug in (B, A))
    browser = neighbours.browser()
    assert browser.get(f"/{B}/api/v1{path}", headers=others).status_code == 401
    answer = browser.get(f"/{B}/api/v1{path}", headers=mine)
    assert answer.status_code in (200, 404, 422)
    assert MARKS[A] not in answer.text
    assert f"/{A}/" not in answer.text + answer.headers.get("Link", "")
    assert all(part.startswith(f"</{B}/") for part in answer.headers.get("Link", "").split(", ") if part)


def test_a_link_that_works_once_works_in_its_city(neighbours: Neighbours) -> None:
    browser = neighbours.browser()
    assert browser.get(f"/{B}{neighbours.links[A]}").status_code == 410
    assert browser.get(f"/{A}{neighbours.links[A]}").status_code == 200


def test_cookies_have_a_name_a_city_and_one_path(neighbours: Neighbours) -> None:
    """`__Host-` asks for the path /, so the name has to tell the cities apart."""
    answer = neighbours.browser().get(f"/{A}/sign-in")
    (cookie,) = (one for one in answer.headers.getlist("Set-Cookie") if "language" not in one)
    assert cookie.startswith(f"hotspot-{A}=")
    assert "Path=/;" in cookie
    secure = neighbours.app(A).config["SETTINGS"]
    assert secure.city == A
