import html
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from hotspot.analytics.calendar import day_start
from hotspot.analytics.cells import Ring
from hotspot.store.area_map import Outline, area_standing
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.fleet import area_figures, counts
from hotspot.store.models import Area
from hotspot.store.usage import by_point
from hotspot.web import city_map
from tests.hotspot.web.visitor import come_in
from tests.hotspot.web.world import HOSTILE_NAME, World

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106.6, -6.4], [106.8, -6.4], [106.8, -6.2], [106.6, -6.2], [106.6, -6.4]]],
}


@pytest.fixture
def viewer(city_app: Flask, world: World, sqlite_engine: Engine) -> FlaskClient:
    client = city_app.test_client()
    come_in(client, sqlite_engine, world.accounts["viewer"])
    return client


def test_the_points_are_geojson_with_name_and_state(viewer: FlaskClient) -> None:
    answer = viewer.get("/map/points.json")
    assert answer.mimetype == "application/geo+json"
    points = answer.json["features"]  # type: ignore[index]
    assert {"up", "down", "degraded", "unknown", "planned"} <= {point["properties"]["s"] for point in points}
    assert HOSTILE_NAME in {point["properties"]["n"] for point in points}


def test_an_unchanged_answer_is_not_sent_twice(viewer: FlaskClient) -> None:
    for path in ("/map/points.json", "/map/areas.json"):
        etag = viewer.get(path).headers["ETag"]
        again = viewer.get(path, headers={"If-None-Match": etag})
        assert again.status_code == 304
        assert again.data == b""


def test_without_borders_areas_are_cut_between_their_points(viewer: FlaskClient, sqlite_engine: Engine) -> None:
    assert len(viewer.get("/map/areas.json").json["features"]) == 6  # type: ignore[index]
    assert "halfway between their points" in viewer.get("/map?lang=en").text
    with writing(sqlite_engine) as session:
        village = session.scalars(select(Area.id).where(Area.level == "village").limit(1)).one()
        session.execute(update(Area).where(Area.id == village).values(boundary=json.dumps(SQUARE)))
    features = viewer.get("/map/areas.json").json["features"]  # type: ignore[index]
    assert [feature["geometry"] for feature in features] == [SQUARE]
    assert "halfway between their points" not in viewer.get("/map?lang=en").text


def test_the_table_has_the_areas_of_the_district(viewer: FlaskClient) -> None:
    page = viewer.get("/map?district=36.74.06").text
    assert "Pamulang Barat" in page
    assert "Pakulonan" not in page.split("<tbody>")[1]


def test_the_table_adds_up_to_the_overview(viewer: FlaskClient, world: World, sqlite_engine: Engine) -> None:
    with reading(sqlite_engine) as session:
        city = current_city(session)
        assert city
        standing = area_standing(session, city, world.now)
        total = counts(session, city, world.now)
    for status in ("up", "degraded", "down", "unknown", "planned"):
        assert sum(area.by_status.get(status, 0) for area in standing) == getattr(total, status)


@pytest.mark.parametrize(
    ("boundary", "number"),
    [
        (json.dumps(SQUARE), 1),
        (json.dumps({"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]] * 2}), 2),
        (json.dumps({"type": "Point", "coordinates": [1, 2]}), 0),
        ("not json", 0),
        ("[]", 0),
    ],
)
def test_rings_of_any_geometry(boundary: str, number: int) -> None:
    rings: list[Ring] = city_map.rings(Outline("1", "A", "village", boundary))
    assert len(rings) == number


def test_a_donut_shows_the_few_first_and_closes() -> None:
    drawn = city_map.arcs({"up": 9, "down": 1}, 10)
    assert [arc.status for arc in drawn] == ["down", "up"]
    assert drawn[0].d.startswith("M0.00 -10.00")
    assert drawn[1].d.endswith("-0.00 -10.00")
    assert [arc.d for arc in city_map.arcs({"up": 3}, 10)] == [""]


def test_the_drawing_fills_its_canvas_in_true_proportion() -> None:
    places = [(106.6, -6.4), (106.8, -6.2)]
    project = city_map.projection(places)
    corners = [project.xy(*place) for place in places]
    for x, y in corners:
        assert 0 <= x <= city_map.WIDTH
        assert 0 <= y <= city_map.HEIGHT
    assert corners[0][1] > corners[1][1]
    high, wide = corners[0][1] - corners[1][1], corners[1][0] - corners[0][0]
    assert wide / high == pytest.approx(0.994, abs=0.001)


@pytest.mark.parametrize(("colour", "kinds"), [("availability", "is-"), ("points", "need-"), ("nonsense", None)])
def test_areas_are_coloured_by_what_the_address_asks(viewer: FlaskClient, colour: str, kinds: str | None) -> None:
    page = viewer.get(f"/map?colour={colour}&lang=en").text
    found = re.search(r'data-shades="([^"]*)"', page)
    assert found
    shades = json.loads(html.unescape(found[1]))
    assert bool(shades) == bool(kinds)
    assert all(shade.startswith(kinds or "") for shade in shades.values())


def test_an_areas_availability_is_that_of_its_points(viewer: FlaskClient, sqlite_engine: Engine, world: World) -> None:
    with reading(sqlite_engine) as session:
        city = current_city(session)
        assert city is not None
        first = day_start(city.time_zone, world.now - 29 * 86400)
        told = area_figures(session, city, first, world.now)
        each = by_point(session, city, first, world.now)
        areas = {area.code: area.name for area in area_standing(session, city, world.now)}
    for code, figure in told.items():
        own = [row.figure for row in each if row.area == areas[code]]
        assert (figure.up_s, figure.down_s) == (sum(one.up_s for one in own), sum(one.down_s for one in own))


@pytest.mark.parametrize(("back_s", "is_past"), [(7200, True), (0, False), (8 * 86400, False), (-3600, False)])
def test_a_past_hour_of_the_last_week_is_shown(viewer: FlaskClient, world: World, back_s: int, is_past: bool) -> None:
    now_, then = viewer.get("/map/points.json").json, viewer.get(f"/map/points.json?at={world.now - back_s}").json
    assert (now_ != then) == is_past
    assert viewer.get("/map/points.json?at=nonsense").json == now_
