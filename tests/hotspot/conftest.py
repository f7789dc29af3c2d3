"""Tests of the service may be coroutines; the world of the web tests on both engines, filled once for all of them."""

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotspot.settings import Settings
from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate
from tests.conftest import command_server
from tests.hotspot.web.world import World, build

LONGEST_S = 60


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    named = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in named}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**arguments), LONGEST_S))
    return True


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, World]]:
    yield from built(Settings(data_dir=str(tmp_path_factory.mktemp("filled"))).database)


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: str) -> Iterator[tuple[Engine, World]]:
    command_server(postgres_server, "CREATE DATABASE filled")
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
    command_server(server, "CREATE DATABASE own TEMPLATE filled")
    engine = make_engine(server.format(name="own"))
    yield engine, world
    engine.dispose()
    command_server(server, "DROP DATABASE own")
