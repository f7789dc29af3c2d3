import json
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from hotspot.api.openapi import document
from tests.hotspot.api.conftest import Asker


def walk(value: Any) -> list[dict[str, Any]]:
    found = [value] if isinstance(value, dict) else []
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        found += walk(part)
    return found


def test_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(json.loads(document())).validate()


def test_anybody_may_read_the_document(asker: Asker) -> None:
    answer = asker.client.get("/openapi.json")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.1"


def test_every_operation_tells_what_can_go_wrong() -> None:
    for path, item in json.loads(document())["paths"].items():
        if path.startswith("/api/"):
            assert {"200", "304", "401", "404", "422", "500", "503"} <= item["get"]["responses"].keys()
            assert item["get"]["summary"]


def test_no_shape_allows_what_it_does_not_name() -> None:
    for name, schema in json.loads(document())["components"]["schemas"].items():
        assert schema["additionalProperties"] is False, name


def test_nothing_in_the_document_points_nowhere() -> None:
    told = json.loads(document())

    for part in walk(told):
        if "$ref" in part:
            _, *steps = part["$ref"].split("/")
            at = told
            for step in steps:
                at = at[step]
