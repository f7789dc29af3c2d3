"""Questions to the filled world of tests/hotspot/conftest.py, which only read."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from hotspot.store.base import reading
from hotspot.store.city import current_city
from hotspot.store.models import City
from tests.hotspot.web.world import World


@pytest.fixture
def session(filled: tuple[Engine, World]) -> Iterator[Session]:
    with reading(filled[0]) as session:
        yield session


@pytest.fixture
def filled_world(filled: tuple[Engine, World]) -> World:
    return filled[1]


@pytest.fixture
def city(session: Session) -> City:
    found = current_city(session)
    assert found is not None
    return found


@pytest.fixture
def statements(filled: tuple[Engine, World]) -> Iterator[list[str]]:
    """Every question sent from now on."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(filled[0], "before_cursor_execute", note)
    yield sent
    event.remove(filled[0], "before_cursor_execute", note)
