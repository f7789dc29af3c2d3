"""The styleguide shows every component, and only where no real city is served."""

import re
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from hotspot.store.base import writing
from hotspot.store.models import City

PARTIALS = Path(__file__).parents[3] / "templates" / "_partials"
COMPONENTS = ("status", "charts", "parts", "heat")  # files of macros that any page may use
UNSEEN = {"csrf", "whose", "shown", "days", "said"}  # hidden fields, and what the others are made of


def test_a_real_city_has_no_styleguide(city_admin: FlaskClient) -> None:
    assert city_admin.get("/styleguide").status_code == 404


def test_it_calls_every_macro(city_admin: FlaskClient, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        session.execute(update(City).values(demonstration=True))
    page = city_admin.get("/styleguide?told=yes")
    source = (PARTIALS.parent / "styleguide" / "index.html").read_text(encoding="utf-8")
    macros = {
        name
        for file in COMPONENTS
        for name in re.findall(r"{% macro (\w+)\(", (PARTIALS / f"{file}.html").read_text(encoding="utf-8"))
    }

    assert page.status_code == 200
    assert {name for name in macros - UNSEEN if f"{name}(" not in source} == set()
    assert 'role="status">The step is recorded.' in page.text
