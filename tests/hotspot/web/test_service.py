"""The page that says whether the service itself is well."""

import re

from flask.testing import FlaskClient
from sqlalchemy import text

from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.events import Event, add_events
from tests.hotspot.web.world import NOW, World


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_service_that_works_and_what_happened_to_it(city_viewer: FlaskClient, world: World) -> None:
    with city_viewer.application.app_context(), writing(db.engine) as session:
        add_events(session, world.city, [Event(NOW - 60, "clock_step", detail="-25200 s <b>")])
        add_events(session, world.city, [Event(NOW - 90, "collector_gap", detail="13200 s")])
    page = city_viewer.get("/service")
    assert page.status_code == 200
    assert "working" in words(page.text)
    assert "The collector's clock was set -25200 s &lt;b&gt;" in words(page.text)
    assert "3 h 40 min" in words(page.text)


def test_a_service_without_collector_says_so(city_viewer: FlaskClient) -> None:
    with city_viewer.application.app_context(), writing(db.engine) as session:
        session.execute(text("UPDATE lease SET until = 0"))
    assert "nobody works" in words(city_viewer.get("/service").text)
