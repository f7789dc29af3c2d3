"""The world of the web tests on both engines, filled once; the questions only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from hotspot.settings import Settings
from hotspot.store.base import make_engine, reading
from hotspot.store.city import current_city
from hotspot.store.migrate import migrate
from hotspot.store.models import City
from tests.hotspot.web.world import World, build


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, World]]:
    yield from built(Settings(data_dir=str(tmp_path_factory.mktemp("filled"))).database)


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: str) -> Iterator[tuple[Engine, World]]:
    admin = make_engine(postgres_server.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE filled"))
    admin.dispose()
    yield from built(postgres_server.format(name="filled"))


def built(address: str) -> Iterator[tuple[Engine, World]]:
    engine = make_engine(address)
    migrate(engine)
    yield engine, build(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest) -> tuple[Engine, World]:
    made: tuple[Engine, World] = request.getfixturevalue(f"filled_{request.param}")
    return made


@pytest.fixture(params=["sqlite", "postgres"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, World]]:
    """A copy of the filled database that the test may change; sooner there than filled anew."""
    filled, world = request.getfixturevalue(f"filled_{request.param}")
    filled.dispose()
    if request.param == "sqlite":
        with filled.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM INTO '{tmp_path / 'copy.sqlite'}'")
        engine = make_engine(f"sqlite:///{tmp_path / 'copy.sqlite'}")
        yield engine, world
        engine.dispose()
        return
    server = request.getfixturevalue("postgres_server")
    admin = make_engine(server.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE own TEMPLATE filled"))
    engine = make_engine(server.format(name="own"))
    yield engine, world
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE own"))
    admin.dispose()


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
