import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.models import State, StatusSpan
from tests.hotspot.web.world import DEGRADED, DOWN_TOGETHER, FORMULA, FORMULA_NAME

CODE = re.compile(r"<small>(TS-\d{4})")


def rows(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(f"/outages.csv?{query}").data.decode("utf-8-sig"))))


def test_open_outages_come_first(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/outages?period=30d").text

    assert set(CODE.findall(page)[:5]) == {*DOWN_TOGETHER, *DEGRADED}
    assert "5 open" in page


def test_many_at_once_in_one_place_are_suspected_of_one_cause(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/outages").text

    said = page.split("One cause?")[1].split("</section>")[0]
    assert "4 access points in Buaran went down within a minute" in said
    assert all(f"/points/{code}" in said for code in DOWN_TOGETHER)
    assert DEGRADED[1] not in said  # in another area, at another provider


def test_ended_outages_have_their_exact_length(city_viewer: FlaskClient) -> None:
    ended = [row for row in rows(city_viewer, "period=30d&point=TS-0010") if row["state"] == "ended"]

    assert [row["duration_s"] for row in ended] == ["900"]
    assert ended[0]["began"].endswith("+07:00")


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("which=open", {*DOWN_TOGETHER, *DEGRADED}),
        ("which=open&area=36.74.02", set()),
        ("which=open&area=36.74.01.1001", {*DOWN_TOGETHER, DEGRADED[0]}),
        ("which=open&access_point=AP-006-1", {DEGRADED[0]}),
        ("period=24h&least=86400&point=TS-0010", set()),
    ],
)
def test_a_filter_lists_its_outages(city_viewer: FlaskClient, query: str, codes: set[str]) -> None:
    assert {row["point_code"] for row in rows(city_viewer, query)} == codes
    assert set(CODE.findall(city_viewer.get(f"/outages?{query}").text)) == codes


def test_a_formula_is_text_in_the_file(city_viewer: FlaskClient) -> None:
    assert {row["point_name"] for row in rows(city_viewer, f"period=30d&point={FORMULA}")} == {"'" + FORMULA_NAME}


@pytest.mark.parametrize(
    "query",
    ["page=x", "page=-1", "which=all'", "least=-1", "least=1e9", "area=%00", "from=x", "period=%22", "_method=x"],
)
def test_nonsense_is_no_error(city_viewer: FlaskClient, query: str) -> None:
    assert city_viewer.get(f"/outages?{query}").status_code == 200


def test_no_outage_is_not_taken_for_all_is_well(city_viewer: FlaskClient) -> None:
    assert "or nobody looked" in city_viewer.get("/outages?point=TS-0008").text


def test_an_outage_ends_with_an_answer_only(city_viewer: FlaskClient, settings: Settings) -> None:
    with writing(make_engine(settings.database)) as session:
        ended = select(StatusSpan).where(StatusSpan.state == int(State.DOWN), StatusSpan.end.is_not(None))
        for span in session.scalars(ended).all():
            following = update(StatusSpan).where(StatusSpan.ap_id == span.ap_id, StatusSpan.start == span.end)
            session.execute(following.values(state=int(State.UNKNOWN)))

    assert {row["state"] for row in rows(city_viewer, "period=30d")} == {"open", "unknown"}


def test_what_was_down_when_somebody_looked_again_has_no_common_beginning(
    city_viewer: FlaskClient, settings: Settings
) -> None:
    with writing(make_engine(settings.database)) as session:
        open_ = select(StatusSpan).where(StatusSpan.state == int(State.DOWN), StatusSpan.end.is_(None))
        for span in session.scalars(open_).all():
            same = update(StatusSpan).where(StatusSpan.ap_id == span.ap_id, StatusSpan.end == span.start)
            session.execute(same.values(state=int(State.UNKNOWN)))

    page = city_viewer.get("/outages").text

    assert "One cause?" not in page
    assert page.count("or before, nobody looked") >= len(DOWN_TOGETHER)


def test_figures_of_the_window_are_files_a_line_a_member(city_viewer: FlaskClient) -> None:
    page = city_viewer.get("/outages?from=2026-11-01T00:00&to=2026-11-08T00:00&area=36.74.01").text

    found = re.findall(r'href="(/api/v1/availability[^"]+)" download="availability-(\w+).csv"', page)
    assert [by for _, by in found] == ["district", "village", "point", "provider", "fund"]
    for address, by in found:
        answer = city_viewer.get(address.replace("&amp;", "&"))
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert {(row["by"], row["from"], row["to"]) for row in rows} == {
            (by, "2026-11-01T00:00:00+07:00", "2026-11-08T00:00:00+07:00")
        }
        assert sum(int(row["up_s"]) for row in rows) > 0
