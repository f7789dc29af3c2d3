"""A database of every released version, with rows in each table, becomes one of this version and loses none."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.store.base import Base, reading
from hotspot.store.migrate import migrate, revisions
from tests.hotspot.old_schema import RELEASED, contents, make, reflected


@pytest.fixture
def emptied(engine: Engine) -> Engine:
    """A database without tables, on either engine."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    engine.dispose()
    return engine


@pytest.mark.parametrize("released", RELEASED)
def test_every_row_of_a_released_version_is_there_afterwards(emptied: Engine, released: str) -> None:
    before = make(emptied, released, rows=7)
    old = reflected(emptied)
    assert {len(rows) for tables in before.values() for rows in tables.values()} == {7}

    assert migrate(emptied) == (released, revisions(emptied)[1])

    assert contents(emptied, old) == before
    with reading(emptied) as session:
        assert_every_model_can_be_read(session)


def assert_every_model_can_be_read(session: Session) -> None:
    """A column without a default that old rows lack would fail here."""
    for mapper in Base.registry.mappers:
        session.query(mapper.class_).all()
