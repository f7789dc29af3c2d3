"""The overview leads from every figure to its list, and says honestly what it does not know."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from hotspot.store.base import writing
from hotspot.store.models import ApState, City, CollectorStatus, Point, State, StatusSpan
from tests.hotspot.web.visitor import come_in, make_account, sign_in
from tests.hotspot.web.world import DOWN_TOGETHER, NEVER_POLLED, NOW, POLLING_OFF, World


@pytest.fixture
def viewer(city_app: Flask, world: World, sqlite_engine: Engine) -> FlaskClient:
    client = city_app.test_client()
    come_in(client, sqlite_engine, world.accounts["viewer"])
    return client


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_running_points_are_the_headline_and_lead_to_their_list(viewer: FlaskClient) -> None:
    page = viewer.get("/?lang=en").text
    found = re.search(r'class="big"><a href="([^"]+)">([\d,]+)</a>', page)
    assert found
    assert found[1] == "/points?count=active"
    rows = viewer.get("/points?count=active&lang=en").text
    assert f"{found[2]} points" in text_of(rows)


@pytest.mark.parametrize("status", ["up", "degraded", "down", "unknown"])
def test_every_state_leads_to_exactly_its_points(viewer: FlaskClient, status: str) -> None:
    page = viewer.get("/?lang=en").text
    found = re.search(rf'href="/points\?status={status}">.*?tone-{status}">(\d+)<', page, re.DOTALL)
    assert found
    assert f"{found[1]} points" in text_of(viewer.get(f"/points?status={status}&lang=en").text)


def test_every_link_of_the_overview_leads_somewhere(viewer: FlaskClient) -> None:
    page = viewer.get("/").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', page)}
    assert len(links) > 20
    for link in links:
        answer = viewer.get(link)
        answer.close()
        assert answer.status_code == 200, link


def test_the_90_days_are_90_bars_with_their_figures(viewer: FlaskClient) -> None:
    strip = viewer.get("/?lang=en").text.split('class="strip is-large"')[1].split("</svg>")[0]
    titles = re.findall(r"<title>([^<]+)</title>", strip)
    assert len(titles) == 90
    assert all("coverage" in title for title in titles)


def test_a_silent_collector_makes_every_state_unknown(viewer: FlaskClient, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        session.execute(update(CollectorStatus).values(heartbeat=NOW - 3600))
    page = viewer.get("/?lang=en").text
    assert "The data are stale" in page
    assert re.search(r'status=up">[^\n]*tone-none">0<', page)
    assert "Nobody knows what the points do now" in page
    assert "data-stale" in viewer.get("/age").text


def test_a_demonstration_says_so_on_every_page(viewer: FlaskClient, sqlite_engine: Engine) -> None:
    assert "Demonstration" not in viewer.get("/?lang=en").text
    with writing(sqlite_engine) as session:
        session.execute(update(City).values(demonstration=True))
    for path in ("/", "/points", "/map", "/outages", "/rollout", "/password", "/nothing"):
        assert "Demonstration" in viewer.get(path).text


def test_without_a_city_the_page_says_what_to_do(sqlite_engine: Engine, client: FlaskClient) -> None:
    make_account(sqlite_engine, "ani")
    sign_in(client, "ani")
    assert "hotspot init" in client.get("/").text
    assert "hotspot init" in client.get("/map").text


@pytest.mark.parametrize(("role", "offered"), [("owner", True), ("viewer", False)])
def test_without_points_an_admin_is_led_to_the_import(
    sqlite_engine: Engine, client: FlaskClient, role: str, offered: bool
) -> None:
    with writing(sqlite_engine) as session:
        session.add(City(code="36.74", name="Kota Tangerang Selatan"))
    make_account(sqlite_engine, "boss")
    make_account(sqlite_engine, "ani", role)
    sign_in(client, "ani")
    page = client.get("/").text.split("<main")[1]
    assert ('href="/import/"' in page) is offered


@pytest.mark.parametrize("page", ["/", "/points", "/map", "/outages", "/rollout", "/maintenance", "/import/"])
def test_every_page_says_how_to_set_a_city_up(app: Flask, sqlite_engine: Engine, page: str) -> None:
    admin = app.test_client()
    come_in(admin, sqlite_engine, make_account(sqlite_engine, "ana"))

    answer = admin.get(page, headers={"Accept-Language": "en"})

    assert answer.status_code == 200
    assert "hotspot init --city 36.74" in answer.text


def test_the_first_line_names_the_one_cause_and_its_points(viewer: FlaskClient) -> None:
    line = viewer.get("/?lang=en").text.split('id="verdict"')[1].split("</section>")[0]

    told = text_of(line)
    assert "3 points are down" in told
    assert "Probably one cause" in told
    assert [code in line for code in DOWN_TOGETHER] == [True] * 3
    found = re.search(r'href="(/points\?status=down&amp;area=[^"]*)"', line)
    assert found
    assert "3 points" in text_of(viewer.get(found[1].replace("&amp;", "&") + "&lang=en").text)


def test_the_first_line_tells_of_no_cause_what_nobody_saw_begin(viewer: FlaskClient, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        session.execute(update(StatusSpan).where(StatusSpan.state == int(State.UP)).values(state=int(State.UNKNOWN)))
    line = text_of(viewer.get("/?lang=en").text.split('id="verdict"')[1].split("</section>")[0])

    assert "3 points are down" in line
    assert "Probably one cause" not in line


@pytest.mark.parametrize(("state", "said"), [(State.UP, "points in service run"), (State.UNKNOWN, "Nobody knows")])
def test_the_first_line_says_when_nothing_is_down(
    viewer: FlaskClient, sqlite_engine: Engine, state: State, said: str
) -> None:
    with writing(sqlite_engine) as session:
        polled = session.scalar(select(func.max(ApState.last_poll)))
        session.execute(update(ApState).values(state=int(state), cause=0, last_poll=polled))
        lost = select(Point.id).where(Point.code.in_((NEVER_POLLED, POLLING_OFF)))
        session.execute(update(Point).where(Point.id.in_(lost)).values(lifecycle="suspended"))
    line = text_of(viewer.get("/?lang=en").text.split('id="verdict"')[1].split("</p>")[0])

    assert said in line
