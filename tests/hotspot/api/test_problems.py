import json
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from hotspot.api.layer import Operation
from hotspot.api.operations import OPERATIONS
from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.tokens import revoke_token
from tests.hotspot.api.conftest import PROBLEM, Asker
from tests.hotspot.web.world import NOW

WINDOW = "from=2026-11-01&to=2026-11-02"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/api/v1/points?colour=red", ["colour"]),
        ("/api/v1/points?page=0", ["page"]),
        ("/api/v1/points?page=99", ["page"]),
        ("/api/v1/points?page=1e9&per_page=501", ["page", "per_page"]),
        ("/api/v1/points?page=1&page=2", ["page"]),
        ("/api/v1/points?status=green", ["status"]),
        ("/api/v1/points?status=up,green", ["status"]),
        ("/api/v1/points?sort=-nothing", ["sort"]),
        ("/api/v1/points?sort=", ["sort"]),
        ("/api/v1/points?format=xml", ["format"]),
        ("/api/v1/points?venue=moon", ["venue"]),
        ("/api/v1/points?count=all", ["count"]),
        ("/api/v1/points?count=active&on=yesterday", ["on"]),
        ("/api/v1/points?on=0001-01-01", ["on"]),
        ("/api/v1/points?q=%00", ["q"]),
        ("/api/v1/points?q=" + "x" * 101, ["q"]),
        ("/api/v1/points/TS-0006?x=1", ["x"]),
        ("/api/v1/access-points?state=green", ["state"]),
        ("/api/v1/outages?from=2026-11-02&to=2026-11-01", ["to"]),
        ("/api/v1/outages?from=9999-12-31", ["from"]),
        ("/api/v1/availability?point=TS-0006", ["from"]),
        ("/api/v1/availability?point=TS-0006&to=2026-11-02", ["from"]),
        ("/api/v1/availability?period=30d&from=2026-11-01", ["from"]),
        ("/api/v1/availability?period=30d&to=2026-11-01", ["to"]),
        ("/api/v1/availability?period=2026-13", ["period"]),
        ("/api/v1/availability?period=soon", ["period"]),
        ("/api/v1/availability?period=2027", ["period"]),
        ("/api/v1/availability?period=999999d", ["period"]),
        ("/api/v1/availability?period=999999h", ["period"]),
        ("/api/v1/availability?period=30d&by=moon", ["by"]),
        ("/api/v1/availability?period=30d&hours=always", ["hours"]),
        ("/api/v1/availability?period=30d&hours=Mon-Fri+17:00-07:00", ["hours"]),
        ("/api/v1/availability?point=TS-0006&from=2026-11-01&to=2026-11-01", ["to"]),
        ("/api/v1/availability?point=TS-0006&from=2010-11-01&to=2026-11-01", ["to"]),
        ("/api/v1/availability?point=TS-0006&from=2026-11-22&to=2026-11-23", ["from"]),
        ("/api/v1/availability?point=TS-0006&from=1795244400&to=now", ["from", "to"]),
        ("/api/v1/rollout?on=2027-01-01", ["on"]),
        ("/api/v1/rollout?months=241", ["months"]),
        ("/api/v1/areas?level=city", ["level"]),
    ],
)
def test_parameter_that_cannot_be_used_is_named(asker: Asker, path: str, fields: list[str]) -> None:
    answer = asker.get(path)

    assert answer.status_code == 422
    told = json.loads(answer.text)
    assert [error["field"] for error in told["errors"]] == fields
    assert all(error["message"] for error in told["errors"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/points/nix", "/api/v1/points/a/b", "/api/v1/points/%00", "/api/v1/access-points/nix", "/api/v1/nix",
        "/api/v1", "/api/v1/points/", f"/api/v1/availability?point=nix&{WINDOW}", "/api/v2/points",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_too(asker: Asker, path: str) -> None:
    answer = asker.get(path)

    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(asker: Asker, method: str) -> None:
    answer = getattr(asker.client, method)("/api/v1/points")

    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer nonsense", "Basic YWRtaW46YWRtaW4=", "bearer \u00e9", "Bearer " + "x" * 9000]
)
@pytest.mark.parametrize("path", ["/api/v1/points", "/api/v1/points/nix", "/metrics"])
def test_nothing_is_told_without_a_valid_token(asker: Asker, path: str, header: str | None) -> None:
    answer = asker.client.get(path, headers={} if header is None else {"Authorization": header})

    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_valid_token_may_be_written_as_bearer_in_any_case(asker: Asker) -> None:
    assert asker.client.get("/api/v1/points", headers={"Authorization": f"BEARER {asker.token}"}).status_code == 200


def test_revoked_token_opens_nothing(asker: Asker, settings: Settings) -> None:
    engine = make_engine(settings.database)
    with writing(engine) as session:
        assert revoke_token(session, "tests", NOW)
    engine.dispose()

    assert asker.get("/api/v1/points").status_code == 401


def test_wrong_token_is_not_forgiven_for_a_signed_in_browser(city_viewer: FlaskClient) -> None:
    assert city_viewer.get("/api/v1/points", headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_use_of_a_token_is_noted(asker: Asker, settings: Settings) -> None:
    asker.get("/api/v1/points")

    engine = make_engine(settings.database)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT last_used_at FROM api_token")) == NOW
    engine.dispose()


def test_failing_database_is_a_503(asker: Asker, settings: Settings) -> None:
    engine = make_engine(settings.database)
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text("DROP TABLE collector_status"))
    engine.dispose()

    answer = asker.get("/api/v1/points")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "collector_status" not in answer.text


def test_bug_is_a_500_that_tells_nothing(
    asker: Asker, city_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("hotspot.api.layer.current_city", fail)

    answer = asker.get("/api/v1/points")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


def test_before_the_city_is_set_up_the_api_says_so(without_city: Asker) -> None:
    answer = without_city.get("/api/v1/points")

    assert answer.status_code == 503
    assert "hotspot init" in answer.text


NAMES = sorted({name for operation in OPERATIONS for name in operation.query.model_json_schema().get("properties", {})})
NASTY = [
    "", "-1", "0", "1", "99999999999999999999999999", "1e400", "NaN", "null", "true", "[]", "{}", "' OR 1=1 --", "%",
    "_", "\\", "\x00", "\n", "\u00e9", "\U0001f600", "\u00ed\u00a0\u0080", "../../etc/passwd", "{{7*7}}", "<script>",
    "-availability,name", "up,down", ",", "--code", "2026-11-21", "0000-00-00", "9999-12-31T23:59:59Z",
    "2026-11-21T14:00:00+99:99", "2000-01-01T00:00:00-23:59", "2026-W01", "csv", "geojson", "active", "36.74.01",
    "x" * 5000,
]  # fmt: skip
values = st.sampled_from(NASTY) | st.text(max_size=20)
queries = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=5), values), max_size=4)
paths = [operation.path for operation in OPERATIONS]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(paths), name=values, query=queries)
def test_whatever_is_asked_the_answer_is_one_of_ours(
    everywhere: Asker, path: str, name: str, query: list[tuple[str, str]]
) -> None:
    address = path.replace("{code}", quote(name, safe="")).replace("{name}", quote(name, safe=""))

    answer = everywhere.client.get(
        f"/api/v1{address}?{urlencode(query)}", headers={"Authorization": f"Bearer {everywhere.token}"}
    )

    assert answer.status_code in (200, 308, 404, 422), answer.text
    if answer.status_code >= 400:
        assert answer.mimetype == PROBLEM


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_each_parameter_withstands_every_nasty_value(everywhere: Asker, operation: Operation) -> None:
    path = operation.path.replace("{code}", "TS-0006").replace("{name}", "AP-006-2")
    usual = {"point": "TS-0006", "from": "2026-11-01", "to": "2026-11-02"} if path == "/availability" else {}
    for name in operation.query.model_json_schema().get("properties", {}):
        for value in NASTY:
            answer = everywhere.get(f"/api/v1{path}?{urlencode(usual | {name: value})}")
            assert answer.status_code in (200, 404, 422), (name, value, answer.text)
