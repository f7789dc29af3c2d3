"""One search over everything, as far as one may see it."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.store.find import find
from hotspot.store.models import City
from tests.hotspot.web.world import HOSTILE_NAME, World


def titles(session: Session, city: City, text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.title) for one in find(session, city, text, devices=True, people=True)]


def hits(browser: FlaskClient, text: str) -> list[str]:
    page = browser.get("/find", query_string={"q": text, "part": "1"}).text
    return re.findall(r'<a href="([^"]+)"', page)


def test_a_code_a_name_and_an_area_are_found(city_admin: FlaskClient) -> None:
    assert hits(city_admin, "ts-0006") == ["/points/TS-0006"]
    assert "/points?area=36.74.06.1001" in hits(city_admin, "pamulang bar")
    assert hits(city_admin, "AP-010-1") == ["/access-points/AP-010-1"]
    assert "/outages" in hits(city_admin, "outag")
    assert "/users/" in hits(city_admin, "viewer")


def test_who_may_not_see_devices_or_people_finds_none(city_viewer: FlaskClient) -> None:
    assert hits(city_viewer, "AP-010-1") == []
    assert hits(city_viewer, "admin") == []
    assert hits(city_viewer, "import points") == []
    assert hits(city_viewer, "TS-0006") == ["/points/TS-0006"]


def test_it_is_a_page_of_its_own(city_admin: FlaskClient) -> None:
    assert "<h1>Search</h1>" in city_admin.get("/find").text
    assert "/points/TS-0006" in city_admin.get("/find?q=TS-0006").text
    assert "Nothing is named like that" in city_admin.get("/find?q=zzzz").text


@pytest.mark.parametrize("text", ["%", "_", "/", "\\", "'", "\0", " ", "<script>", "x" * 500, "a b c d e f g"])
def test_nonsense_is_no_error(city_admin: FlaskClient, text: str) -> None:
    answer = city_admin.get("/find", query_string={"q": text})
    assert answer.status_code == 200
    assert HOSTILE_NAME not in answer.text


def test_signs_of_patterns_are_letters(city_admin: FlaskClient) -> None:
    assert hits(city_admin, "%") == []
    assert hits(city_admin, "TS_0006") == []


def test_the_beginning_of_a_name_comes_first(own: tuple[Engine, World]) -> None:
    engine, _ = own
    with Session(engine) as session:
        city = session.get_one(City, 1)
        found = find(session, city, "ta", devices=False, people=False, limit=50)
        points = [one for one in found if one.kind == "point"]
        assert [one.rank for one in points] == sorted(one.rank for one in points)
        assert all(one.title.lower().startswith("ta") for one in points if one.rank == 0)


def test_words_narrow_by_the_area(own: tuple[Engine, World]) -> None:
    engine, _ = own
    with Session(engine) as session:
        city = session.get_one(City, 1)
        assert titles(session, city, "TS-00 benda") != []
        assert all(kind == "point" for kind, _ in titles(session, city, "TS-00 benda"))
