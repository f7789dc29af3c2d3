"""The world of the web tests, asked by a machine with a token; answers are held against the OpenAPI document."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from hotspot import create_app
from hotspot.settings import Settings
from hotspot.store.base import make_engine, writing
from hotspot.store.db import db
from hotspot.store.tokens import create_token
from tests.hotspot.web.conftest import built, city_admin, city_app, city_viewer, world  # noqa: F401  # fixtures
from tests.hotspot.web.world import NOW, World, build

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Asker:
    """Asks with a token; an answer that its schema doesn't allow fails the test."""

    client: FlaskClient
    token: str
    document: dict[str, Any]

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.client.get(path, headers=named | {"Authorization": f"Bearer {self.token}"})
        self.check(path, answer)
        return answer

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def check(self, path: str, answer: TestResponse) -> None:
        if answer.status_code == 304:
            assert not answer.data
            return
        if answer.status_code >= 400:
            assert answer.mimetype == PROBLEM, answer.text
            self.validate({"$ref": "#/components/schemas/ProblemAnswer"}, json.loads(answer.text))
            return
        operation = self.document["paths"][self.template(path)]["get"]
        kind = str(answer.mimetype)
        schema = operation["responses"]["200"]["content"][kind]["schema"]
        self.validate(schema, answer.text if kind.startswith("text/") else json.loads(answer.text))

    def validate(self, schema: dict[str, Any], value: Any) -> None:
        whole = schema | {"components": self.document["components"]}
        Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)

    def template(self, path: str) -> str:
        parts = path.partition("?")[0].split("/")
        names = {"points": "{code}", "access-points": "{name}"}
        names |= dict.fromkeys(("contracts", "evidence", "reports"), "{number}")
        found = "/".join(parts if len(parts) < 5 else [*parts[:4], names[parts[3]], *parts[5:]])
        return re.sub("/sla/.*", "/sla/{month}", found)


def asker_of(app: Flask, engine: Engine) -> Asker:
    with writing(engine) as session:
        token = create_token(session, "tests", NOW)
    client = app.test_client()
    return Asker(client, token, json.loads(client.get("/openapi.json").text))


@pytest.fixture
def asker(city_app: Flask, settings: Settings, world: World) -> Iterator[Asker]:  # noqa: F811
    assert world.city
    engine = make_engine(settings.database)
    yield asker_of(city_app, engine)
    engine.dispose()


@pytest.fixture
def asker_on(settings: Settings) -> Callable[..., AbstractContextManager[Asker]]:
    """On another database: an engine, filled with the world unless told not to."""

    @contextmanager
    def asking(engine: Engine, *, filled: bool = True, demonstration: bool = False) -> Iterator[Asker]:
        if filled:
            build(engine, demonstration=demonstration)
        address = engine.url.render_as_string(hide_password=False)
        app = create_app(Settings(data_dir=settings.data_dir, secret_key="k" * 40, database_url=address))
        yield asker_of(app, engine)
        with app.app_context():
            db.engine.dispose()

    return asking


@pytest.fixture
def demonstration(
    asker_on: Callable[..., AbstractContextManager[Asker]], sqlite_engine: Engine, at_now: None
) -> Iterator[Asker]:
    with asker_on(sqlite_engine, demonstration=True) as asker:
        yield asker


@pytest.fixture
def without_city(
    asker_on: Callable[..., AbstractContextManager[Asker]], sqlite_engine: Engine, at_now: None
) -> Iterator[Asker]:
    with asker_on(sqlite_engine, filled=False) as asker:
        yield asker


@pytest.fixture
def everywhere(
    asker_on: Callable[..., AbstractContextManager[Asker]], own: tuple[Engine, World], at_now: None
) -> Iterator[Asker]:
    """On both engines."""
    with asker_on(own[0], filled=False) as asker:
        yield asker


@pytest.fixture
def at_now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
