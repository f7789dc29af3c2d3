"""Fixtures every test may use."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from hotspot import create_app
from hotspot.settings import Settings
from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate

SHARED = (
    Path(__file__).resolve().parents[1].parent / "shared"
)  # recordings and agents beside the checkout, where there are any
POSTGRES_BIN = next((path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1:]), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `shared` are extra: they exist only where the folder is."""
    if not SHARED.is_dir():
        extra = [item for item in items if item.get_closest_marker("shared")]
        items[:] = [item for item in items if item not in extra]
        config.hook.pytest_deselected(items=extra)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: what could not be had there must be installed by the set-up."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("skipped tests fail the run in CI", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), secret_key="a key for tests that is long enough")


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the newest schema to copy; sooner there than migrated anew."""
    path = tmp_path_factory.mktemp("empty") / "hotspot.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_engine(settings: Settings, empty_sqlite: Path) -> Iterator[Engine]:
    """An empty database of the newest schema in a file of its own, or the one that another fixture has put there."""
    if not (settings.folder / "hotspot.sqlite").exists():
        shutil.copy(empty_sqlite, settings.folder / "hotspot.sqlite")
    engine = make_engine(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL of this test run's own, on a socket in a temporary folder."""
    if POSTGRES_BIN is None:
        pytest.skip("no PostgreSQL on this machine (package postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="hotspot-pg-"))
    owner = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    if owner:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True, **owner}
    subprocess.run([POSTGRES_BIN / "initdb", "-D", data, "-U", "hotspot", "-A", "trust", "-N"], **quiet)  # type: ignore[call-overload]
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([POSTGRES_BIN / "pg_ctl", "-D", data, "-w", "-o", options, "start"], **quiet)  # type: ignore[call-overload]
    yield f"postgresql+psycopg://hotspot@/{{name}}?host={folder}"
    subprocess.run([POSTGRES_BIN / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def empty_postgres(postgres_server: str) -> str:
    """The name of a database of the newest schema to copy."""
    command_server(postgres_server, "CREATE DATABASE empty")
    engine = make_engine(postgres_server.format(name="empty"))
    migrate(engine)
    engine.dispose()
    return "empty"


@pytest.fixture
def postgres_engine(postgres_server: str, empty_postgres: str, tmp_path: Path) -> Iterator[Engine]:
    name = "t" + str(abs(hash(tmp_path)))
    command_server(postgres_server, f"CREATE DATABASE {name} TEMPLATE {empty_postgres}")
    engine = make_engine(postgres_server.format(name=name))
    yield engine
    engine.dispose()
    command_server(postgres_server, f"DROP DATABASE {name}")


def command_server(address: str, command: str) -> None:
    """What can't be done in a transaction or in the database it is about."""
    engine = make_engine(address.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on both engines."""
    made: Engine = request.getfixturevalue(f"{request.param}_engine")
    return made


@pytest.fixture
def app(settings: Settings, sqlite_engine: Engine) -> Flask:
    """The web application on an empty database of the newest schema."""
    return create_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
