"""Saved views: a person's own, shared ones, the one a page begins with, and nobody else's to change."""

import re
import shlex

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.models import City, SavedView
from tests.hotspot.web.visitor import token
from tests.hotspot.web.world import NOW, World

DOWN = "status=down&sort=-availability"


def send(browser: FlaskClient, where: str, to: str, **fields: str) -> TestResponse:
    """As visitor.send; these forms have a field named page."""
    return browser.post(to, data={"csrf_token": token(browser, where)} | fields)


def save(browser: FlaskClient, name: str = "Dark ones", query: str = DOWN, **more: str) -> None:
    answer = send(browser, "/points", "/views/", page="points.index", name=name, query=query, **more)
    assert answer.status_code == 302


def number(browser: FlaskClient) -> str:
    found = re.search(r'action="/views/(\d+)"', browser.get("/views/").text)
    assert found
    return found[1]


def test_a_view_is_saved_listed_and_opened(city_admin: FlaskClient) -> None:
    save(city_admin, query=f"{DOWN}&page=7")
    page = city_admin.get("/points").text
    assert re.search(r'href="/points\?status=down&amp;sort=-availability">Dark ones', page)
    assert "Dark ones" not in city_admin.get("/outages").text
    assert "Dark ones" in city_admin.get("/views/").text


def test_a_filter_of_several_lines_is_no_line_of_the_answer(city_admin: FlaskClient) -> None:
    sent = {"page": "points.index", "name": "Two lines", "query": "status=down\r\nX-More: 1"}
    answer = send(city_admin, "/points", "/views/", **sent)
    assert (answer.status_code, answer.location) == (302, "/points?status=down%0D%0AX-More%3A+1")


def test_only_shared_ones_are_seen_by_others_and_only_owners_change_them(
    city_admin: FlaskClient, city_viewer: FlaskClient
) -> None:
    save(city_admin)
    assert "Dark ones" not in city_viewer.get("/points").text
    mine = number(city_admin)
    send(city_admin, "/views/", f"/views/{mine}", name="Renamed", shared="y")
    assert "Renamed" in city_viewer.get("/points").text
    for what in ("", "/prefer", "/delete"):
        answer = send(city_viewer, "/points", f"/views/{mine}{what}", name="Theirs", wanted="yes")
        assert answer.status_code == 404
    assert "Renamed" in city_admin.get("/points").text


def test_a_page_begins_with_the_view_of_choice(city_admin: FlaskClient, city_viewer: FlaskClient) -> None:
    save(city_admin)
    send(city_admin, "/views/", f"/views/{number(city_admin)}/prefer", wanted="yes")
    first = city_admin.get("/points")
    assert (first.status_code, first.location) == (302, f"/points?{DOWN}")
    every = city_admin.get("/points?view=all").text
    assert 'name="view" value="all"' in every
    assert city_viewer.get("/points").status_code == 200
    send(city_admin, "/views/", f"/views/{number(city_admin)}/prefer")
    assert city_admin.get("/points").status_code == 200


def test_deleting_can_be_undone(city_admin: FlaskClient) -> None:
    save(city_admin, shared="y")
    send(city_admin, "/views/", f"/views/{number(city_admin)}/delete")
    page = city_admin.get("/views/").text
    assert "The view Dark ones is deleted." in page
    form = page[page.index('action="/views/"') :]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.partition("</form>")[0]))
    city_admin.post("/views/", data=fields | {"query": fields["query"].replace("&amp;", "&")})
    assert "Dark ones" in city_admin.get("/points").text


def test_a_name_is_needed_and_is_used_once(city_admin: FlaskClient) -> None:
    save(city_admin)
    page = send(city_admin, "/points", "/views/", page="points.index", name="Dark ones", query="q=x")
    assert page.status_code == 422
    assert "You have a view of this name already." in page.text
    assert 'value="Dark ones"' in page.text
    assert send(city_admin, "/points", "/views/", page="points.index", name=" ", query="").status_code == 422
    assert send(city_admin, "/points", "/views/", page="users.index", name="x", query="").status_code == 400
    save(city_admin, "Other")
    again = send(city_admin, "/views/", f"/views/{number(city_admin)}", name="Other")
    assert again.status_code == 422


def test_views_of_another_city_are_not_seen(city_admin: FlaskClient, settings: Settings, world: World) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        other = City(code="36.71", name="Other")
        session.add(other)
        session.flush()
        session.add(
            SavedView(
                city_id=other.id, account_id=1, page="points.index", name="Elsewhere", query="", shared=True,
                created_at=NOW,
            )
        )  # fmt: skip
    engine.dispose()
    assert "Elsewhere" not in city_admin.get("/views/").text + city_admin.get("/points").text


def test_the_command_asks_the_api_for_the_same_rows(city_admin: FlaskClient, city_app: Flask) -> None:
    page = city_admin.get("/points?status=down&status=degraded&q=Balai+RW&sort=-name&page=2&odd=1").text
    found = re.search(r"<code>([^<]+)</code>", page[page.index("data-views") :])
    assert found
    parts = shlex.split(found[1].replace("&#39;", "'").replace("&amp;", "&").replace("&#34;", '"'))
    assert parts[-1].startswith("http://")
    assert parts[-1].endswith("/api/v1/points?status=down%2Cdegraded&q=Balai+RW&sort=-name")
