"""Every address, asked by every role and by nobody: it lets in whom its declared act lets in, and no one else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter

from hotspot import create_app
from hotspot.analytics.permissions import ROLES, may
from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store import accounts
from hotspot.store.base import make_engine, writing
from hotspot.store.migrate import migrate
from hotspot.store.sign_ins import sign_in
from hotspot.web.access import OPEN, SECRET

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
FORGOTTEN = "forgotten"  # an address that declares nothing
KEY = "a key for tests that is long enough"

PUBLIC = {
    "help.index",
    "help.one",
    "sign_in.first_steps",
    "sign_in.link",
    "sign_in.sign_in",
    "sign_in.sign_out",
    "track.index",
    "track.one",
}


@dataclass(frozen=True)
class Address:
    """A rule of the application with one of its methods, filled with names of nothing."""

    endpoint: str
    method: str
    path: str
    act: str | None


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, dict[str, str]]:
    """The application with empty rooms behind its doors, and the secret of a sign-in for each role."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("house")), secret_key=KEY)
    engine = make_engine(settings.database)
    migrate(engine)
    with writing(engine) as session:
        people = {role: accounts.create_account(session, role, role, now()).id for role in ROLES}
        secrets = {role: sign_in(session, number, now()) for role, number in people.items()}
    engine.dispose()
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, view in app.view_functions.items():
        if hasattr(view, "act"):
            app.view_functions[endpoint] = room(view.act)
    app.add_url_rule(f"/{FORGOTTEN}", FORGOTTEN, lambda: "secret")
    return app, secrets


def room(act: str) -> Callable[..., str]:
    def view(**values: object) -> str:
        return f"within {act}"

    view.act = act  # type: ignore[attr-defined]
    return view


def addresses(app: Flask) -> list[Address]:
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values: dict[str, Any] = {name: value_of(rule._converters[name]) for name in rule.arguments}
            act = getattr(app.view_functions[rule.endpoint], "act", None)
            path = app.url_for(rule.endpoint, **values)
            found += [Address(rule.endpoint, method, path, act) for method in METHODS & (rule.methods or set())]
    return found


def value_of(converter: object) -> str | int:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "nothing"


def declared(one: Address) -> bool:
    return one.act is not None or one.endpoint in OPEN or one.endpoint.partition(".")[0] in OPEN


def test_every_address_lets_in_whom_its_act_lets_in(house: tuple[Flask, dict[str, str]]) -> None:
    app, secrets = house
    wrong = []
    asked = [one for one in addresses(app) if one.act is not None]
    for role, secret in secrets.items():
        browser = app.test_client()
        with browser.session_transaction() as session:
            session[SECRET] = secret
        for one in asked:
            answer = browser.open(one.path, method=one.method)
            if answer.status_code != (200 if may(role, one.act) else 403):  # type: ignore[arg-type]
                wrong.append((role, one, answer.status_code))
    assert not wrong
    assert len(asked) > 150


def test_nobody_is_let_in_without_signing_in(house: tuple[Flask, dict[str, str]]) -> None:
    app, _ = house
    asked = [one for one in addresses(app) if one.act is not None]
    browser = app.test_client()
    for one in asked:
        answer = browser.open(one.path, method=one.method)
        assert (answer.status_code, answer.location[:8]) == (302, "/sign-in"), one


def test_every_address_declares_itself(house: tuple[Flask, dict[str, str]]) -> None:
    assert {one.endpoint for one in addresses(house[0]) if not declared(one)} == {FORGOTTEN}


def test_what_asks_for_no_sign_in_is_known(house: tuple[Flask, dict[str, str]]) -> None:
    app, _ = house
    of_machines = ("api", "metrics", "health", "openapi", "static", FORGOTTEN)
    asks_nothing = {one.endpoint for one in addresses(app) if one.act is None}
    assert {one for one in asks_nothing if one.partition(".")[0] not in of_machines} == PUBLIC


def test_an_address_that_forgets_to_declare_itself_is_open_to_nobody(house: tuple[Flask, dict[str, str]]) -> None:
    app, secrets = house
    browser = app.test_client()
    assert browser.get(f"/{FORGOTTEN}").status_code == 302
    with browser.session_transaction() as session:
        session[SECRET] = secrets["owner"]
    assert browser.get(f"/{FORGOTTEN}").status_code == 403


def test_machines_are_asked_for_a_token(house: tuple[Flask, dict[str, str]]) -> None:
    app, _ = house
    browser = app.test_client()
    for one in addresses(app):
        if one.endpoint.startswith(("api.", "metrics.")):
            assert one.method in ("GET", "HEAD"), one
            assert browser.open(one.path, method=one.method).status_code == 401, one
