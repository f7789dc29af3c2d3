"""Imported files are kept with what undoes them."""

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from hotspot.analytics.import_row import RejectedError, Row
from hotspot.store.areas import create_city, official
from hotspot.store.base import reading, writing
from hotspot.store.changes import undo
from hotspot.store.imports import FileFacts, import_file, import_of, imports, remembered, same_file
from hotspot.store.inventory import plan_import
from hotspot.store.models import City, Fund, LifecycleChange, Point, Site

KEY = b"k" * 32
NOW = 1_790_000_000
TODAY = date(2026, 9, 21)
FACTS = FileFacts("a.csv", "d" * 64, "h" * 64, {"point_name": "Nama"}, {"added": 1})
CELLS = {
    "point_code": "TS-1",
    "point_name": "Balai",
    "venue_kind": "park",
    "area_code": "36.74.01.1002",
    "fund": "APBD",
    "installed_on": "2021-03-04",
}


def take_in(engine: Engine, **cells: str) -> int:
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        plan = plan_import(session, KEY, city, [Row(2, CELLS | cells)], TODAY)
        return import_file(session, KEY, city, plan, FACTS, now=NOW, actor="sari")


@pytest.fixture
def city(engine: Engine) -> Engine:
    with writing(engine) as session:
        create_city(session, official("36.74"), poll_interval_s=60)
    return engine


def rows(engine: Engine) -> list[int]:
    with reading(engine) as session:
        tables = (Fund, Site, Point, LifecycleChange)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def take_back(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        home = session.scalars(select(City)).one()
        one = import_of(session, home, number)
        assert one is not None
        assert one.change_id is not None
        undo(session, home, one.change_id, now=NOW + 60, actor="budi")


def test_an_import_is_listed_known_again_and_undone(city: Engine) -> None:
    number = take_in(city)
    assert rows(city) == [1, 1, 1, 1]
    with reading(city) as session:
        home = session.scalars(select(City)).one()
        (one,) = imports(session, home)
        assert (one.id, one.name, one.actor, one.counts) == (number, "a.csv", "sari", {"added": 1})
        assert same_file(session, home, FACTS.digest) == one
        assert remembered(session, home, FACTS.header) == {"point_name": "Nama"}
        assert remembered(session, home, "other") == {}
    take_back(city, number)
    assert rows(city) == [0, 0, 0, 0]
    with reading(city) as session:
        home = session.scalars(select(City)).one()
        assert same_file(session, home, FACTS.digest) is None
        assert imports(session, home)[0].undone_by == "budi"


def test_undoing_a_change_puts_back_what_was_there(city: Engine) -> None:
    take_in(city)
    second = take_in(city, point_name="Taman", fund="CSR", site_name="Alun-alun")
    take_back(city, second)
    with reading(city) as session:
        point, site, fund = session.execute(select(Point.name, Site.name, Fund.name).join(Site).join(Fund)).one()
    assert (point, site, fund) == ("Balai", "Balai", "APBD")


def test_the_same_again_changes_nothing_and_has_nothing_to_undo(city: Engine) -> None:
    take_in(city)
    number = take_in(city)
    with reading(city) as session:
        one = import_of(session, session.scalars(select(City)).one(), number)
    assert one is not None
    assert one.change_id is None


def test_rows_changed_since_are_not_undone(city: Engine) -> None:
    first = take_in(city)
    take_in(city, point_name="Taman")
    with pytest.raises(RejectedError, match="TS-1"):
        take_back(city, first)
    assert rows(city)[2] == 1
