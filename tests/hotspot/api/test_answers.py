import csv
import io
import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from flask.testing import FlaskClient

from hotspot.analytics.rollout import COUNTS
from hotspot.api.operations import OPERATIONS
from hotspot.store.scopes import GROUPS
from tests.hotspot.api.conftest import Asker
from tests.hotspot.web.world import (
    COMMUNITY,
    DAY,
    DEGRADED,
    DOWN_SINCE_S,
    DOWN_TOGETHER,
    FORMULA,
    FORMULA_NAME,
    HOSTILE,
    HOSTILE_NAME,
    NOW,
    VILLAGES,
)

PATHS = [
    "/api/v1/points",
    "/api/v1/points?per_page=500&sort=-availability,name",
    "/api/v1/points?status=down,degraded&area=36.74.01&q=ts",
    "/api/v1/points?count=active&on=2026-10-01",
    "/api/v1/points?format=geojson",
    "/api/v1/points?format=csv",
    "/api/v1/points/TS-0006",
    "/api/v1/points/TS-0006/lifecycle?on=2026-10-01",
    "/api/v1/points/TS-0008",
    "/api/v1/points/TS-0042",
    "/api/v1/access-points?per_page=500",
    "/api/v1/access-points?state=down&point=TS-0006",
    "/api/v1/access-points/AP-006-2",
    "/api/v1/access-points/AP-008-1",
    "/api/v1/access-points/AP-006-2/polls",
    "/api/v1/access-points/AP-010-1/polls?day=2026-11-20",
    "/api/v1/access-points/AP-010-1/polls?day=2026-11-20&format=csv",
    "/api/v1/access-points?placed=true&controller=WLC-1",
    "/api/v1/controllers",
    "/api/v1/upstreams",
    "/api/v1/alert-rules",
    "/api/v1/outages?per_page=500",
    "/api/v1/outages?state=open&area=36.74.01&from=2026-11-01&to=2026-11-22",
    "/api/v1/availability?point=TS-0006&from=2026-11-01&to=2026-11-20T00:00:01%2B07:00",
    "/api/v1/availability?access_point=AP-008-1&from=2026-11-01&to=2026-11-20",
    "/api/v1/availability?point=TS-0042&from=2026-11-01T00:00:00Z&to=2030-11-20",
    "/api/v1/availability?period=30d",
    "/api/v1/availability?period=2026-10&by=district",
    "/api/v1/availability?period=2026&by=village&area=36.74.01&hours=Mon-Fri+07:00-17:00",
    "/api/v1/availability?period=24h&by=access_point&point=TS-0006",
    "/api/v1/availability?from=2026-11-01&fund=-",
    "/api/v1/availability?period=2026-10&by=provider&format=csv",
    "/api/v1/availability?period=30d&format=csv",
    "/api/v1/rollout",
    "/api/v1/rollout?on=2026-06-01&months=1",
    "/api/v1/forecast",
    "/api/v1/forecast?area=36.74.01&points=40&by=2028-12-31&months=0",
    "/api/v1/equity",
    "/api/v1/equity?count=installed&on=2026-10-01",
    "/api/v1/siting",
    "/api/v1/siting?count=accepted&w_points=100&w_reach=0",
    "/api/v1/proposals",
    "/api/v1/proposals?state=open&source=citizen&area=36.74.01&q=balai&per_page=5",
    "/api/v1/contracts",
    "/api/v1/funds",
    "/api/v1/costs?period=2026-10",
    "/api/v1/reconciliation?month=2026-10",
    "/api/v1/evidence",
    "/api/v1/reports",
    "/api/v1/incidents",
    "/api/v1/incidents?state=open&severity=critical",
    "/api/v1/incident-events",
    "/api/v1/incident-events?after=7&limit=500",
    "/api/v1/areas",
    "/api/v1/areas?level=village",
]
# Of what this world has none: asked in test_money.py, test_sla.py, test_reports.py and web/test_incidents.py.
ASKED_ELSEWHERE = {"/incidents/{}", "/contracts/{}", "/contracts/{}/sla/{}", "/evidence/{}", "/reports/{}"}


@pytest.mark.parametrize("path", PATHS)
def test_answer_has_the_shape_that_is_promised(asker: Asker, path: str) -> None:
    assert asker.get(path).status_code == 200


def test_every_operation_is_asked_here() -> None:
    asked = {re.sub(r"(?<=points/)[^/]*", "{}", path.removeprefix("/api/v1").partition("?")[0]) for path in PATHS}

    assert asked | ASKED_ELSEWHERE == {re.sub(r"\{\w+\}", "{}", operation.path) for operation in OPERATIONS}


def test_invented_data_say_so_in_every_answer(demonstration: Asker) -> None:
    for path in PATHS:
        answer = demonstration.get(path)
        if answer.mimetype == "text/csv":
            assert {row["demonstration"] for row in csv.DictReader(io.StringIO(answer.text))} == {"true"}
        else:
            assert answer.get_json(force=True)["demonstration"] is True, path


@pytest.mark.parametrize("path", PATHS)
def test_no_secret_is_ever_told(asker: Asker, path: str) -> None:
    text = asker.get(path).text

    assert COMMUNITY not in text
    assert "credential" not in text
    assert "community" not in text.replace("community_hall", "").replace("Community Hall", "")


def test_links_lead_through_every_row_once(asker: Asker) -> None:
    path, codes = "/api/v1/points?per_page=7&sort=-clients", []
    while path:
        answer = asker.get(path)
        codes += [item["code"] for item in answer.get_json()["items"]]
        found = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])
        path = found[1] if found else ""

    assert len(codes) == len(set(codes)) == 48
    assert 'rel="prev"' in answer.headers["Link"]


def test_list_behind_each_number_of_the_rollout(asker: Asker) -> None:
    told = asker.json("/api/v1/rollout")

    for count in COUNTS:
        assert asker.json(told["lists"][count])["total"] == told["counts"][count]
    for group in told["by_area"] + told["by_venue"] + told["by_fund"]:
        for count in COUNTS:
            assert asker.json(f"{group['points']}&count={count}")["total"] == group["counts"][count]


def test_rollout_of_a_past_day(asker: Asker) -> None:
    told = asker.json("/api/v1/rollout?on=2026-06-01&months=3")

    assert told["on"] == "2026-06-01"
    assert (told["counts"]["active"], told["counts"]["payable"]) == (None, None)
    assert asker.json(told["lists"]["installed"])["total"] == told["counts"]["installed"] < 41
    assert [month["day"] for month in told["burn_up"]] == ["2026-04-30", "2026-05-31", "2026-06-01"]
    assert [goal["in_force"] for goal in told["goals"]] == [False, False, True]
    before = asker.json("/api/v1/rollout?on=2026-05-31")
    assert [goal["in_force"] for goal in before["goals"]] == [False, True, False]
    for group in told["by_area"] + told["by_fund"]:
        assert asker.json(f"{group['points']}&count=installed")["total"] == group["counts"]["installed"]


def test_availability_is_exact(asker: Asker) -> None:
    told = asker.json(f"/api/v1/availability?point={DOWN_TOGETHER[0]}&from=2026-11-21T06:30:00&to=2026-11-22")

    assert told["seconds"] == {"up": 21_600, "down": DOWN_SINCE_S, "unknown": 0, "maintenance": 0}
    assert (told["availability"], told["coverage"]) == (21_600 / 27_000, 1.0)
    assert (told["worst"], told["best"]) == (0.8, 0.8)
    assert (told["from"], told["to"]) == ("2026-11-21T06:30:00+07:00", "2026-11-21T14:00:00+07:00")
    assert (told["outages"]["count"], told["outages"]["mttr_s"]) == (1, None)


@pytest.mark.parametrize("by", GROUPS)
def test_members_add_up_and_are_asked_by_their_keys(asker: Asker, by: str) -> None:
    window = "period=2026-11&hours=Mon-Sat+06:00-22:00"
    told = asker.json(f"/api/v1/availability?{window}&by={by}")

    assert sum(one["access_points"] for one in told["members"]) == told["access_points"]
    for state, seconds in told["seconds"].items():
        assert sum(one["seconds"][state] for one in told["members"]) == seconds
    name = {"village": "area", "district": "area"}.get(by, by)
    for member in told["members"][:5]:
        alone = asker.json(f"/api/v1/availability?{window}&{name}={quote(member['key'])}")
        assert {key: alone[key] for key in member if key not in ("key", "name")} == {
            key: value for key, value in member.items() if key not in ("key", "name")
        }


@pytest.mark.parametrize("by", GROUPS)
def test_csv_of_figures_has_the_numbers_of_the_json(asker: Asker, by: str) -> None:
    address = f"/api/v1/availability?period=2026-10&by={by}"
    rows = list(csv.DictReader(io.StringIO(asker.get(f"{address}&format=csv").text)))

    told = asker.json(address)
    assert [row["key"].removeprefix("'") for row in rows] == [member["key"] for member in told["members"]]
    for row, member in zip(rows, told["members"], strict=True):
        assert (row["from"], row["to"]) == (told["from"], told["to"])
        for name in ("availability", "coverage", "worst", "best", "access_points"):
            assert row[name] == ("" if member[name] is None else str(member[name]))
        for state, seconds in member["seconds"].items():
            assert row[f"{state}_s"] == str(seconds)
        assert (row["outages"], row["longest_s"]) == (
            str(member["outages"]["count"]),
            str(member["outages"]["longest_s"]),
        )


def test_month_by_name_is_the_month_by_its_edges(asker: Asker) -> None:
    named = asker.json("/api/v1/availability?period=2026-10")
    edges = asker.json("/api/v1/availability?from=2026-10-01&to=2026-11-01")

    assert named == edges


def test_name_that_is_none_is_named(asker: Asker) -> None:
    answer = asker.get("/api/v1/availability?period=30d&provider=nix")

    assert answer.status_code == 404
    assert json.loads(answer.text)["errors"] == [{"field": "provider", "message": "there is none named 'nix'"}]


@pytest.mark.parametrize(
    "since",
    [
        "2026-11-01",
        "2026-11-01T00:00:00",
        "2026-11-01T00:00:00%2B07:00",
        "2026-11-01T00:00:00+07:00",
        "2026-10-31T17:00Z",
    ],
)
def test_time_may_be_written_in_many_ways(asker: Asker, since: str) -> None:
    told = asker.json(f"/api/v1/availability?point=TS-0006&from={since}&to=2026-11-02")

    assert told["from"] == "2026-11-01T00:00:00+07:00"


def test_point_knows_its_days_and_hours(asker: Asker) -> None:
    told = asker.json(f"/api/v1/points/{DEGRADED[0]}")

    assert (told["days"][0]["date"], told["days"][-1]["date"]) == ("2026-08-24", "2026-11-21")
    assert told["hours"][-1]["start"] == "2026-11-21T14:00:00+07:00"
    assert told["point"]["status"] == "degraded"
    assert [device["state"] for device in told["access_points"]] == ["down", "up", "up"]


def test_outages_of_a_window(asker: Asker) -> None:
    told = asker.json("/api/v1/outages?from=2026-11-20&to=2026-11-21T12:00")

    assert told["open"] == 0
    for item in told["items"]:
        assert datetime.fromisoformat(item["start"]) < datetime.fromisoformat("2026-11-21T12:00:00+07:00")
        assert item["end"] is None or item["end"] > "2026-11-20"


def test_csv_holds_every_point_and_no_formula(asker: Asker) -> None:
    rows = list(csv.DictReader(io.StringIO(asker.get("/api/v1/points?format=csv&per_page=1").text)))

    names = {row["code"]: row["name"] for row in rows}
    assert len(rows) == 48
    assert names[FORMULA] == "'" + FORMULA_NAME
    assert names[HOSTILE] == HOSTILE_NAME
    assert {row["clients"] for row in rows if row["status"] == "down"} == {""}
    told = {item["code"]: item for item in asker.json("/api/v1/points?per_page=500")["items"]}
    for row in rows:
        share = told[row["code"]]["availability_30d"]
        assert row["availability_30d"] == ("" if share is None else str(share))


def test_geojson_places_the_points(asker: Asker) -> None:
    told = asker.get("/api/v1/points?format=geojson&status=down").get_json(force=True)

    assert [feature["id"] for feature in told["features"]] == list(DOWN_TOGETHER)
    for feature in told["features"]:
        place = feature["properties"]
        assert feature["geometry"] == {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}


def test_areas_carry_their_codes_and_boundaries(asker: Asker) -> None:
    told = asker.json("/api/v1/areas?level=village")

    assert {feature["id"] for feature in told["features"]} == set(VILLAGES)
    assert {feature["properties"]["district_code"] for feature in told["features"]} == {code[:8] for code in VILLAGES}


def test_unchanged_answer_is_not_sent_again(asker: Asker) -> None:
    first = asker.get("/api/v1/points?status=up")

    again = asker.get("/api/v1/points?status=up", If_None_Match=first.headers["ETag"])
    other = asker.get("/api/v1/points?status=down", If_None_Match=first.headers["ETag"])

    assert (again.status_code, other.status_code) == (304, 200)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_old_data_look_old(asker: Asker) -> None:
    with time_machine.travel(NOW + DAY, tick=False):
        told = asker.json("/api/v1/points?status=unknown&per_page=500")

    assert told["stale"] is True
    assert told["as_of"] == "2026-11-21T13:59:20+07:00"
    assert told["total"] == 40
    assert {item["clients"] for item in told["items"]} == {None}


def test_signed_in_browser_may_ask_without_a_token(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/api/v1/points").status_code == 200
    assert city_viewer.get("/metrics").status_code == 200


def test_address_in_the_document_is_the_address_in_the_service(asker: Asker, city_viewer: FlaskClient) -> None:
    rules = {
        re.sub(r"<path:(\w+)>", r"{\1}", rule.rule)
        for rule in city_viewer.application.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }

    assert rules | {"/healthz", "/readyz"} == asker.document["paths"].keys()


def parameters(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Of what a token may ask; a source of tickets is asked for in test_tickets.py."""
    read = [(path, item["get"]) for path, item in document["paths"].items() if path != "/api/v1/tickets"]
    return [(path, one) for path, operation in read for one in operation.get("parameters", [])]


def test_every_parameter_in_the_document_is_known_to_the_service(asker: Asker) -> None:
    for path, one in parameters(asker.document):
        if one["in"] == "query":
            answer = asker.get(
                f"{path.format(code='TS-0006', name='AP-006-2', number='1', month='2026-10')}?{one['name']}=%00"
            )
            assert answer.status_code == 422
            assert "is no parameter" not in answer.text


def test_polls_of_a_day_are_those_of_the_page(asker: Asker) -> None:
    told = asker.json("/api/v1/access-points/AP-010-1/polls?day=2026-11-20")
    assert told["day"] == "2026-11-20"
    assert all(one["at"].startswith("2026-11-20T") for one in told["items"])
    assert [one["at"] for one in told["items"]] == sorted(one["at"] for one in told["items"])
    lines = asker.get("/api/v1/access-points/AP-010-1/polls?day=2026-11-20&format=csv").text.splitlines()
    assert len(lines) == 1 + len(told["items"]) > 50
    assert asker.get("/api/v1/access-points/AP-010-1/polls?day=2030-01-01").status_code == 422
    assert asker.get("/api/v1/access-points/nobody/polls").status_code == 404
