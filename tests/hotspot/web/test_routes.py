"""Every address, asked by every role and by nobody: it lets in whom its declared act lets in, and no one else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter

from hotspot import create_app
from hotspot.analytics.permissions import CHANGING, CONTRACT_OFFICER, NETWORK_ADMIN, OWNER, PLANNER, ROLES, may
from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store import accounts
from hotspot.store.base import make_engine, writing
from hotspot.store.migrate import migrate
from hotspot.store.models import AccountArea, Area, City
from hotspot.store.sign_ins import sign_in
from hotspot.web.access import OPEN, SECRET, Door

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
FORGOTTEN = "forgotten"  # an address that declares nothing
KEY = "a key for tests that is long enough"

TICKETS = "api.receiveTicket"  # asks for the secret of a source
FORMS_OF_ANYBODY = {
    "second_step.code",
    "citizens.rate",
    "citizens.report",
    "sign_in.link",
    "sign_in.sign_in",
    "sign_in.sign_out",
}


@dataclass(frozen=True)
class Address:
    """A rule of the application with one of its methods, filled with names of nothing."""

    endpoint: str
    method: str
    path: str
    door: Door | None


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, dict[str, str]]:
    """The application with empty rooms behind its doors, and the secret of a sign-in for each role."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("house")), secret_key=KEY)
    engine = make_engine(settings.database)
    migrate(engine)
    with writing(engine) as session:
        people = {role: accounts.create_account(session, role, role, now()).id for role in ROLES}
        area_id = add_area(session)
        for role in ROLES:
            people[f"limited {role}"] = accounts.create_account(session, f"{role}.limited", role, now()).id
            session.add(AccountArea(account_id=people[f"limited {role}"], area_id=area_id))
        secrets = {name: sign_in(session, number, now()) for name, number in people.items()}
    engine.dispose()
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, view in app.view_functions.items():
        if hasattr(view, "door"):
            app.view_functions[endpoint] = room(view.door)
    app.add_url_rule(f"/{FORGOTTEN}", FORGOTTEN, lambda: "secret")
    return app, secrets


def add_area(session: Session) -> int:
    city = City(code="36.74", name="Kota Tangerang Selatan")
    session.add(city)
    session.flush()
    area = Area(city_id=city.id, code="36.74.01", name="Serpong", level="district")
    session.add(area)
    session.flush()
    return area.id


def room(door: Door) -> Callable[..., str]:
    def view(**values: object) -> str:
        return "within"

    view.door = door  # type: ignore[attr-defined]
    return view


def addresses(app: Flask) -> list[Address]:
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values: dict[str, Any] = {name: value_of(rule._converters[name]) for name in rule.arguments}
            door = getattr(app.view_functions[rule.endpoint], "door", None)
            path = app.url_for(rule.endpoint, **values)
            found += [Address(rule.endpoint, method, path, door) for method in METHODS & (rule.methods or set())]
    return found


def value_of(converter: object) -> str | int:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "nothing"


def declared(one: Address) -> bool:
    return one.door is not None or one.endpoint in OPEN or one.endpoint.partition(".")[0] in OPEN


def test_every_address_lets_in_whom_its_act_lets_in(house: tuple[Flask, dict[str, str]]) -> None:
    app, secrets = house
    doors = [(one, one.door) for one in addresses(app) if one.door is not None]
    wrong = []
    for role in ROLES:
        browser = signed_in(app, secrets[role])
        for one, door in doors:
            status = browser.open(one.path, method=one.method).status_code
            if status != (200 if may(role, door.act) else 403):
                wrong.append((role, one, status))
    assert not wrong
    assert len(doors) > 200


def test_who_is_limited_to_areas_changes_nothing_else(house: tuple[Flask, dict[str, str]]) -> None:
    app, secrets = house
    for role in (NETWORK_ADMIN, PLANNER, CONTRACT_OFFICER):
        browser = signed_in(app, secrets[f"limited {role}"])
        for one in addresses(app):
            if one.door is not None and may(role, one.door.act):
                lets_in = one.method != "POST" or one.door.limited or one.door.act not in CHANGING
                assert browser.open(one.path, method=one.method).status_code == (200 if lets_in else 403), one


def signed_in(app: Flask, secret: str) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as session:
        session[SECRET] = secret
    return browser


def test_nobody_is_let_in_without_signing_in(house: tuple[Flask, dict[str, str]]) -> None:
    app, _ = house
    asked = [one for one in addresses(app) if one.door is not None]
    browser = app.test_client()
    for one in asked:
        answer = browser.open(one.path, method=one.method)
        door = "/public" if one.endpoint == "overview.index" else "/sign-in"
        assert (answer.status_code, answer.location[: len(door)]) == (302, door), one


def test_every_address_declares_itself(house: tuple[Flask, dict[str, str]]) -> None:
    assert {one.endpoint for one in addresses(house[0]) if not declared(one)} == {FORGOTTEN}


def test_who_is_not_signed_in_sends_known_forms_only(house: tuple[Flask, dict[str, str]]) -> None:
    app, _ = house
    forms = {one.endpoint for one in addresses(app) if one.door is None and one.method not in ("GET", "HEAD")}
    assert forms <= FORMS_OF_ANYBODY | {TICKETS}


def test_an_address_that_forgets_to_declare_itself_is_open_to_nobody(house: tuple[Flask, dict[str, str]]) -> None:
    app, secrets = house
    assert app.test_client().get(f"/{FORGOTTEN}").status_code == 302
    assert signed_in(app, secrets[OWNER]).get(f"/{FORGOTTEN}").status_code == 403


def test_machines_are_asked_for_a_token(house: tuple[Flask, dict[str, str]]) -> None:
    app, _ = house
    browser = app.test_client()
    for one in addresses(app):
        if one.endpoint.startswith(("api.", "metrics.")):
            assert one.method in ("GET", "HEAD") or one.endpoint == TICKETS, one
            assert browser.open(one.path, method=one.method).status_code == 401, one
