"""The screen on a wall: its secret address, what it shows in good and bad times, and nothing that is not for it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from hotspot.analytics.common_cause import Began
from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.down import DownPoint
from hotspot.store.models import AccessPoint, ApState, City, Goal, Site
from hotspot.store.walls import add_wall, walls
from hotspot.web.wall import SCENES, Incident, incidents
from tests.hotspot.web.visitor import send
from tests.hotspot.web.world import NOW


@pytest.fixture
def address(city_app: Flask, settings: Settings) -> str:
    with writing(make_engine(settings.database)) as session:
        return f"/wall/{add_wall(session, 'Ruang kendali', NOW, 'sari')}"


def test_an_address_is_shown_once_and_can_be_revoked(city_app: Flask, city_admin: FlaskClient) -> None:
    page = send(city_admin, "/walls/", name=" Ruang   kendali ").text
    found = re.search(r"/wall/[\w-]{32}", page)
    assert found
    nobody = city_app.test_client()
    assert "Ruang kendali" in city_admin.get("/walls/").text
    assert "never" in city_admin.get("/walls/").text
    assert found[0] not in city_admin.get("/walls/").text
    assert nobody.get(found[0]).status_code == 200
    assert "never" not in city_admin.get("/walls/").text
    send(city_admin, "/walls/", to="/walls/1/revoke")
    gone = nobody.get(found[0])
    assert gone.status_code == 410
    assert gone.text == nobody.get("/wall/nothing").text


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "a\0b"])
def test_a_name_that_is_none_comes_back_with_the_reason(city_admin: FlaskClient, name: str) -> None:
    answer = send(city_admin, "/walls/", name=name)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_its_address_goes_nowhere_else(city_app: Flask, address: str) -> None:
    answer = city_app.test_client().get(address)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_it_tells_nothing_of_devices(city_app: Flask, settings: Settings, address: str) -> None:
    with reading(make_engine(settings.database)) as session:
        devices = session.query(AccessPoint.name, AccessPoint.address, AccessPoint.serial).all()
    page = city_app.test_client().get(address).text
    assert not [word for device in devices for word in device if word and word in page]


def test_a_scene_can_stay(city_app: Flask, address: str) -> None:
    nobody = city_app.test_client()
    assert [nobody.get(f"{address}?scene={scene}").text.count("data-scene=") for scene in SCENES] == [1, 1, 1, 1]
    assert nobody.get(f"{address}?scene=<script>").text.count("data-scene=") == len(SCENES)


def test_without_javascript_the_scenes_follow_each_other(city_app: Flask, address: str) -> None:
    nobody = city_app.test_client()
    seen, there = [], address
    for _ in range(5):
        page = nobody.get(there).text
        seen.append(re.findall(r'data-scene="(\w+)"', page)[0])
        leads = re.search(r'content="20;url=([^"]+)"', page)
        assert leads
        there = leads[1].replace("&amp;", "&")
    assert seen == [*SCENES, "now"]


def test_old_data_are_told_as_old(city_app: Flask, settings: Settings, address: str) -> None:
    assert "data-stale" not in city_app.test_client().get(address).text
    with writing(make_engine(settings.database)) as session:
        session.execute(update(City).values(poll_interval_s=60))
        session.connection().exec_driver_sql("UPDATE collector_status SET heartbeat = heartbeat - 4000")
    assert "data-stale" in city_app.test_client().get(address).text


def test_a_city_without_polls_places_or_target(city_app: Flask, settings: Settings, address: str) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(delete(ApState))
        session.execute(delete(Goal))
        session.execute(update(Site).values(latitude=None, longitude=None))
        session.connection().exec_driver_sql("DELETE FROM collector_status")
    page = city_app.test_client().get(f"{address}?lang=en").text
    assert "no data yet" in page
    assert "Nobody knows what the points do now." in page
    assert "no target is set" in page


def down(number: int, start: int, provider: str, *, seen: bool = True) -> DownPoint:
    began = Began(start, f"area {number}", provider)
    return DownPoint(number, f"T-{number}", f"Point {number}", "36.74.01", "36.74", start, seen, began)


def test_what_fell_silent_together_is_one_line_and_comes_first() -> None:
    together = [down(n, 1_000 + n, "Telkom") for n in range(300)]
    alone = [down(900, 500, "Biznet"), down(901, 90_000, "Biznet")]
    found = incidents([*alone, *together])
    assert found[-2:] == [Incident("", "Point 901", 1, 90_000), Incident("", "Point 900", 1, 500)]
    assert all(one.shared == "provider" and one.points > 1 for one in found[:-2])
    assert sum(one.points for one in found) == 302


def test_what_began_while_nobody_looked_proves_nothing() -> None:
    found = incidents([down(n, 1_000, "Telkom", seen=False) for n in range(5)])
    assert [one.points for one in found] == [1] * 5


def test_a_hundred_screens_are_enough(city_app: Flask, city_admin: FlaskClient, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        for number in range(100):
            add_wall(session, f"Layar {number}", NOW, "sari")
    assert send(city_admin, "/walls/", name="one more").status_code == 422
    with reading(make_engine(settings.database)) as session:
        assert len(walls(session)) == 100
