"""Every file says what its schema says, and can be taken by anybody's page and any spreadsheet."""

import csv
import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from hotspot.web.open_data_shapes import SCHEMAS
from tests.hotspot.web.world import FORMULA, FORMULA_NAME, HOSTILE, HOSTILE_NAME, NEVER_POLLED, NEW, PORTAL

LISTED = 39


@pytest.fixture
def anybody(city_app: Flask) -> FlaskClient:
    return city_app.test_client()


def rows(anybody: FlaskClient, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(anybody.get(f"/open-data/{name}").data.decode("utf-8-sig"))))


def schema(anybody: FlaskClient, name: str) -> Draft202012Validator:
    """As it is served, at the address that it gives itself."""
    told: dict[str, Any] = anybody.get(f"/open-data/schema/{name}.json").get_json(force=True)
    assert told["$id"] == f"http://127.0.0.1:8080/open-data/schema/{name}.json"
    Draft202012Validator.check_schema(told)
    return Draft202012Validator(told)


@pytest.mark.parametrize("name", ["points.json", "points.geojson"])
def test_a_json_file_keeps_to_its_schema(anybody: FlaskClient, name: str) -> None:
    told = anybody.get(f"/open-data/{name}").get_json(force=True)
    schema(anybody, name.replace(".", "-")).validate(told)
    assert (told["city_code"], told["licence"], told["as_of"]) == ("36.74", "CC-BY-4.0", "2026-11-21T14:00:00+07:00")
    assert len(told.get("points") or told["features"]) == LISTED


@pytest.mark.parametrize(("name", "number"), [("points.csv", LISTED), ("availability.csv", LISTED * 90)])
def test_each_row_of_a_table_keeps_to_its_schema(anybody: FlaskClient, name: str, number: int) -> None:
    validator, found = schema(anybody, name.replace(".", "-")), rows(anybody, name)
    assert len(found) == number
    for row in found[:200]:
        validator.validate(row)


def test_what_is_missing_is_empty_and_not_0(anybody: FlaskClient) -> None:
    points = {row["code"]: row for row in rows(anybody, "points.csv")}
    assert (points[NEVER_POLLED]["availability_30d"], points[NEVER_POLLED]["status"]) == ("", "unknown")
    assert [points[one]["open"] for one in (PORTAL, NEW)] == ["false", "true"]
    days = [row for row in rows(anybody, "availability.csv") if row["code"] == NEW]
    assert [row["availability"] for row in days[:80]] == [""] * 80
    assert float(days[-1]["availability"]) > 0.5


def test_a_cell_is_no_formula_and_json_is_as_it_was_typed(anybody: FlaskClient) -> None:
    points = {row["code"]: row for row in rows(anybody, "points.csv")}
    assert points[FORMULA]["name"] == "'" + FORMULA_NAME
    told = {row["code"]: row for row in anybody.get("/open-data/points.json").get_json()["points"]}
    assert told[FORMULA]["name"] == FORMULA_NAME
    assert told[HOSTILE]["name"] == HOSTILE_NAME


def test_files_are_for_every_page_and_may_be_kept(anybody: FlaskClient) -> None:
    for name, seconds in (("points.csv", 60), ("points.json", 60), ("points.geojson", 60), ("availability.csv", 600)):
        answer = anybody.get(f"/open-data/{name}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == f"public, max-age={seconds}"
        assert 'rel="license"' in answer.headers["Link"]
        again = anybody.get(f"/open-data/{name}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_catalogue_names_every_file_and_its_schema(anybody: FlaskClient) -> None:
    told = json.loads(anybody.get("/open-data/catalog.json").text)
    assert told["@type"] == "dcat:Catalog"
    files = [one for dataset in told["dcat:dataset"] for one in dataset["dcat:distribution"]]
    assert len(files) == 4
    for one in files:
        for address in (one["dcat:downloadURL"], one["dct:conformsTo"]):
            assert anybody.get(address.removeprefix("http://127.0.0.1:8080")).status_code == 200
    assert told["dcat:dataset"][0]["dct:license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_no_other_schema_is_there(anybody: FlaskClient) -> None:
    assert {anybody.get(f"/open-data/schema/{name}.json").status_code for name in SCHEMAS} == {200}
    assert anybody.get("/open-data/schema/nothing.json").status_code == 404
