"""A table of upstreams, read back."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import Row
from hotspot.analytics.verdicts import Verdict
from hotspot.store.alerts.upstream_file import import_upstreams
from hotspot.store.alerts.upstreams import upstreams_of
from hotspot.store.base import writing
from hotspot.store.changes import undo
from hotspot.store.models import ChangeSet, City, Upstream
from tests.hotspot.store.alerts.small_city import NOW, SmallCity, build

BY: dict[str, Any] = {"now": NOW, "actor": "Budi"}


@pytest.fixture
def made(engine: Engine) -> SmallCity:
    return build(engine)


@pytest.fixture
def session(engine: Engine, made: SmallCity) -> Iterator[Session]:
    with writing(engine) as session:
        yield session


def read(session: Session, *cells: dict[str, str]) -> list[Verdict]:
    city = session.query(City).one()
    rows = [Row(number, each) for number, each in enumerate(cells, start=2)]
    return import_upstreams(session, city, rows, **BY)


def told(verdicts: list[Verdict]) -> list[tuple[str, str]]:
    return [(one.kind, one.column) for one in verdicts]


def test_rows_in_any_order_make_a_tree_and_a_second_time_nothing(session: Session, made: SmallCity) -> None:
    file = (
        {"kind": "switch", "name": "SW 1", "parent": "SW 0", "access_point": "ap-20", "note": "box"},
        {"kind": "switch", "name": "SW 0", "parent_kind": "fibre", "parent": "f1", "point_code": "TS-2"},
    )
    before = upstreams_of(session, session.query(City).one())

    assert told(read(session, *file)) == [("added", ""), ("added", "")]

    names = {one.id: one.name for one in session.scalars(select(Upstream))}
    found = upstreams_of(session, session.query(City).one())
    assert [names[one] for one in found[made.aps[4]]] == ["SW 1", "SW 0", "F1", "Penyulang 1"]
    assert [names[one] for one in found[made.aps[5]]] == ["SW 0", "F1", "Penyulang 1"]
    assert told(read(session, *file)) == [("unchanged", ""), ("unchanged", "")]
    change = session.scalars(select(ChangeSet.id)).one()
    undo(session, session.query(City).one(), change, **BY)
    assert upstreams_of(session, session.query(City).one()) == before


def test_an_empty_cell_keeps_what_is_stored(session: Session, made: SmallCity) -> None:
    fibre = session.get_one(Upstream, made.fibre)

    verdicts = read(session, {"kind": "fibre", "name": "f1"}, {"kind": "fibre", "name": "F1", "note": "new"})

    assert told(verdicts) == [("unchanged", ""), ("changed", "")]
    assert [str(one) for one in verdicts[1].changes] == ["note: - -> new"]
    assert (fibre.note, fibre.parent_id) == ("new", made.power)
    undo(session, session.query(City).one(), session.scalars(select(ChangeSet.id)).one(), **BY)
    assert session.get_one(Upstream, made.fibre).note == ""


def test_bad_rows_are_named_and_stop_no_other(session: Session, made: SmallCity) -> None:
    good = {"kind": "switch", "name": "SW 9"}
    verdicts = read(
        session,
        {"kind": "moon", "name": "x"},
        {"kind": "switch", "name": ""},
        good | {"parent": "nobody"},
        good | {"access_point": "nobody"},
        good | {"point_code": "TS-9"},
        good | {"demonstration": "yes"},
        {"kind": "power_area", "name": "Penyulang 1", "parent": "F1"},
        good | {"point_code": "TS-0"},
    )

    assert [one.column for one in verdicts] == [
        "kind", "name", "parent", "access_point", "point_code", "demonstration", "parent", "",
    ]  # fmt: skip
    assert verdicts[-1].kind == "added"
    assert made.aps[0] in upstreams_of(session, session.query(City).one())


def test_what_only_rejected_rows_name_is_not_made(session: Session, made: SmallCity) -> None:
    assert told(read(session, {"kind": "switch", "name": "SW 9", "access_point": "nobody"})) == [
        ("rejected", "access_point")
    ]
    assert {one.name for one in session.scalars(select(Upstream))} == {"F1", "Penyulang 1"}
    assert session.scalars(select(ChangeSet)).all() == []
    assert made.fibre


def test_a_name_of_two_needs_its_kind(session: Session, made: SmallCity) -> None:
    read(session, {"kind": "other", "name": "F1"})

    assert told(read(session, {"kind": "switch", "name": "SW", "parent": "F1"})) == [("rejected", "parent")]
    row = {"kind": "switch", "name": "SW", "parent": "F1", "parent_kind": "fibre"}
    assert told(read(session, row)) == [("added", "")]
    assert made.fibre == session.scalars(select(Upstream.parent_id).where(Upstream.name == "SW")).one()


def test_cells_too_many_are_refused(session: Session, made: SmallCity) -> None:
    city = session.query(City).one()

    verdicts = import_upstreams(session, city, [Row(2, {"kind": "fibre", "name": "x"}, shifted=True)], **BY)

    assert told(verdicts) == [("rejected", "")]
    assert made.fibre
