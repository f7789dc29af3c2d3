import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import update

from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.models import City, CollectorStatus
from tests.hotspot.web.world import (
    DEGRADED,
    DOWN_TOGETHER,
    FORMULA,
    FORMULA_NAME,
    HOSTILE,
    NEVER_POLLED,
    POINTS,
    POLLING_OFF,
    PORTAL,
    VOUCHER,
    WITHOUT_ACCESS_POINTS,
    World,
)

CODE = re.compile(r"<small>(TS-\d{4})")


def codes(browser: FlaskClient, query: str = "") -> list[str]:
    """The points of the page, in its order."""
    return CODE.findall(browser.get(f"/points?{query}").text)


def rows(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(f"/points.csv?{query}").data.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=down", set(DOWN_TOGETHER)),
        ("status=down&status=degraded", {*DOWN_TOGETHER, *DEGRADED}),
        ("status=unknown", {NEVER_POLLED, POLLING_OFF}),
        ("status=planned", set(WITHOUT_ACCESS_POINTS)),
        ("q=TS-0010", {PORTAL}),
        ("q=ap-006-2", {DEGRADED[0]}),
        ("q=10.74.12.1", {"TS-0012"}),
        ("q=%25", set()),
        ("auth=not_open", {PORTAL, VOUCHER}),
        ("auth=voucher", {VOUCHER}),
        ("area=36.74.01.1001&status=down", set(DOWN_TOGETHER)),
        ("area=36.74.02&status=down", set()),
        ("lifecycle=suspended", {"TS-0041"}),
        ("venue=park&status=unknown", {POLLING_OFF}),
        ("fund=-&status=down", {"TS-0003"}),
        ("provider=Nusa+Link&status=down", set(DOWN_TOGETHER)),
    ],
)
def test_a_filter_lists_its_points(city_admin: FlaskClient, query: str, expected: set[str]) -> None:
    assert set(codes(city_admin, query)) == expected
    assert {row["point_code"] for row in rows(city_admin, query)} == expected


def test_the_worst_comes_first_unless_another_column_is_asked_for(city_admin: FlaskClient) -> None:
    assert codes(city_admin)[:5] == [*DOWN_TOGETHER, *DEGRADED]
    assert codes(city_admin, "sort=-name")[0] == "TS-0007"  # a village office
    assert set(codes(city_admin, "status=down&sort=-last_poll")) == set(DOWN_TOGETHER)
    assert codes(city_admin, "sort=clients")[-1] in (*WITHOUT_ACCESS_POINTS, NEVER_POLLED, POLLING_OFF, "TS-0047")


def test_pages_are_in_the_address(city_admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotspot.web.points.PER_PAGE", 20)

    pages = [codes(city_admin, f"sort=name&page={number}") for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [20, 20, 8]
    assert len({*pages[0], *pages[1], *pages[2]}) == POINTS
    assert "sort=name&amp;page=2" in city_admin.get("/points?sort=name").text


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-3",
        "page=99999999999999999999999",
        "page=x",
        "sort=password",
        "sort=-",
        "sort=,",
        "status=red",
        "q=%00",
        "q=%27%20OR%201=1--",
        "area=%3Cscript%3E",
        "count=everything",
        "on=yesterday",
        "on=9999-12-31&count=active",
        "lang=xx",
        "_external=1",
        "_scheme=javascript",
        "_anchor=x",
        "_method=POST",
        "endpoint=x",
        "q=" + "a" * 5000,
        "count=active&on=0001-01-01",
        "kind=x",
        "%ff=%fe",
    ],
)
def test_nonsense_is_no_error(city_admin: FlaskClient, query: str) -> None:
    assert city_admin.get(f"/points?{query}").status_code == 200
    assert city_admin.get(f"/points.csv?{query}").status_code == 200


def test_hostile_names_are_text(city_admin: FlaskClient) -> None:
    page = city_admin.get(f"/points?q={HOSTILE}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_formula_is_text_in_files(city_admin: FlaskClient) -> None:
    assert [row["point_name"] for row in rows(city_admin, f"q={FORMULA}")] == ["'" + FORMULA_NAME]
    sheet = load_workbook(io.BytesIO(city_admin.get(f"/points.xlsx?q={FORMULA}").data)).active
    assert sheet is not None
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("'" + FORMULA_NAME, "s")


def test_numbers_stay_numbers_and_missing_stays_empty(city_admin: FlaskClient) -> None:
    (silent,) = rows(city_admin, f"q={NEVER_POLLED}")
    (planned,) = rows(city_admin, f"q={WITHOUT_ACCESS_POINTS[0]}")
    (good,) = rows(city_admin, "q=TS-0010")

    assert float(good["latitude"]) < 0  # a minus is no formula where a number is meant
    assert 0.99 < float(good["availability_30d"]) < 1
    assert (silent["clients"], silent["availability_30d"], silent["access_points_up"]) == ("", "", "")
    assert (planned["access_points"], planned["status"]) == ("0", "planned")


def test_no_data_is_never_shown_as_zero(city_admin: FlaskClient) -> None:
    page = city_admin.get(f"/points?q={NEVER_POLLED}").text

    assert page.count('<span class="missing">no data</span>') == 3  # sparkline, clients, availability
    assert "0.00" not in page


def test_invented_data_say_so_in_the_file(city_admin: FlaskClient, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(update(City).values(demonstration=True))

    assert {row["demonstration"] for row in rows(city_admin)} == {"invented data"}


def test_a_silent_collector_leaves_nothing_green(city_admin: FlaskClient, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        session.execute(update(CollectorStatus).values(heartbeat=CollectorStatus.heartbeat - 3600))

    assert codes(city_admin, "status=up") == []
    assert {row["status"] for row in rows(city_admin)} == {"unknown", "planned", "out_of_service"}


def test_the_count_behind_a_number_is_listed_with_its_rule(city_admin: FlaskClient) -> None:
    page = city_admin.get("/points?count=payable").text

    assert "up for some time in the last 30 days" in page
    assert DOWN_TOGETHER[0] in page
    assert WITHOUT_ACCESS_POINTS[0] not in page


def test_an_empty_answer_says_what_to_do(city_admin: FlaskClient) -> None:
    assert "Take one filter away" in city_admin.get("/points?q=nothing-is-called-so").text


def test_a_viewer_is_not_offered_the_import(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/points").text

    assert len(CODE.findall(page)) == POINTS
    assert "Import points" not in page


def test_strangers_are_sent_to_the_door(city_app: Flask) -> None:
    for path in ("/points", "/points.csv", "/points.xlsx"):
        assert "/sign-in" in city_app.test_client().get(path).headers["Location"]


def test_the_page_speaks_both_languages(city_admin: FlaskClient) -> None:
    assert "Mosque" in city_admin.get("/points?lang=en").text
    assert "Masjid" in city_admin.get("/points?lang=id").text


def test_nothing_is_inline(city_admin: FlaskClient, world: World) -> None:
    assert world.points
    for path in ("/points", "/points/TS-0006", "/access-points/AP-006-1", "/outages", "/rollout", "/maintenance"):
        page = city_admin.get(path).text
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page), path
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]*src=)", page), path
