"""A page offers its reader nothing that would be refused: role and areas open every link and form of it."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from hotspot.analytics.permissions import NETWORK_ADMIN, VIEWER
from hotspot.settings import Settings
from hotspot.store import accounts, people
from hotspot.store.accounts import Person
from hotspot.store.base import make_engine, writing
from hotspot.store.city import current_city
from hotspot.web.access import Door
from tests.browser.pages import PAGES
from tests.hotspot.web.conftest import signed_in
from tests.hotspot.web.contracted import add_contracts
from tests.hotspot.web.visitor import make_account
from tests.hotspot.web.world import World
from tests.hotspot.web.world_incidents import add_incidents


def offered(page: str) -> Iterator[tuple[str, str]]:
    """Method and path of each link and form."""
    for tag in re.findall(r"<(?:a|form|button)\b[^>]*>", page):
        found = re.search(r'(?:href|action)="(/[^"]*)"', tag)
        if found:
            path = unescape(found[1]).partition("?")[0].partition("#")[0]
            yield ("POST" if 'method="post"' in tag or "formaction" in tag else "GET"), path


def refused(app: Flask, page: str, reader: Person) -> set[tuple[str, str]]:
    adapter = app.url_map.bind("localhost")
    found = set()
    for method, path in set(offered(page)):
        try:
            endpoint, _ = adapter.match(path, method=method)
        except RequestRedirect:
            continue
        except HTTPException:
            found.add((method, path))
            continue
        door: Door | None = getattr(app.view_functions[endpoint], "door", None)
        if door is not None and not door.lets_in(reader, method):
            found.add((method, path))
    return found


@pytest.mark.parametrize(("role", "areas"), [(VIEWER, []), (NETWORK_ADMIN, ["36.74.01"])])
def test_nothing_is_offered_that_is_refused(
    city_app: Flask, world: World, settings: Settings, role: str, areas: list[str]
) -> None:
    engine = make_engine(settings.database)
    add_contracts(engine, world)
    add_incidents(engine, world)
    number = make_account(engine, "reader", role)
    with writing(engine) as session:
        people.set_standing(session, current_city(session), number, role, areas)
        reader = accounts.person_by_id(session, number)
    browser = signed_in(city_app, settings, number)
    engine.dispose()
    assert reader
    wrong = {}
    read = 0
    for name, address in PAGES.items():
        answer = browser.get(address)
        read += answer.status_code == 200
        if answer.status_code == 200 and (found := refused(city_app, answer.text, reader)):
            wrong[name] = found
    assert not wrong
    assert read > 30
