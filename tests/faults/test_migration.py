"""What must hold when `hotspot migrate` is killed: the old schema or the new one, every row, and it can be repeated."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hotspot.store.base import make_engine
from hotspot.store.migrate import known, revisions
from tests.faults.long import saved, times
from tests.hotspot.old_schema import RELEASED, contents, make, reflected

KILLS, ROWS = times(4, 20), times(1_000, 3_000)
Fresh = Callable[[], Engine]


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """Gives an empty database, another one at each call."""
    made: list[Engine] = []
    address = request.getfixturevalue("postgres_server") if request.param == "postgres" else ""

    def empty() -> Engine:
        name = f"killed_{len(made)}"
        if address:
            admin = make_engine(address.format(name="postgres")).execution_options(isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            admin.dispose()
        url = address.format(name=name) if address else f"sqlite:///{tmp_path / name}.sqlite"
        made.append(make_engine(url))
        return made[-1]

    yield empty
    for engine in made:
        engine.dispose()


def migrating(engine: Engine, folder: Path) -> subprocess.Popen[bytes]:
    shutil.rmtree(folder, ignore_errors=True)  # else the second copy of the same second is refused
    settings = {
        "HOTSPOT_DATA_DIR": str(folder),
        "HOTSPOT_DATABASE_URL": engine.url.render_as_string(hide_password=False),
    }
    return subprocess.Popen([sys.executable, "-m", "hotspot", "migrate"], env=os.environ | settings)


@pytest.mark.parametrize("released", RELEASED)
def test_killed_migration_leaves_every_row_and_can_be_repeated(fresh: Fresh, released: str, tmp_path: Path) -> None:
    engine = fresh()
    before = make(engine, released, ROWS)
    old, folder = reflected(engine), tmp_path / "data"
    whole = fresh()
    make(whole, released, ROWS)
    began = time.monotonic()
    assert migrating(whole, folder).wait() == 0
    length_s = time.monotonic() - began

    chance, interrupted = random.Random(4), 0
    for _ in range(KILLS):
        process = migrating(engine, folder)
        time.sleep(chance.random() * length_s)
        process.kill()
        process.wait()
        engine.dispose()
        found = revisions(engine)[0]
        assert found in (released, known()[-1])
        interrupted += found == released
        assert contents(engine, old) == before
        if found != released:  # it was quicker than the kill: begin again
            engine = fresh()
            make(engine, released, ROWS)

    assert interrupted
    assert migrating(engine, folder).wait() == 0
    assert revisions(engine)[0] == known()[-1]
    assert contents(engine, old) == before
    saved(f"migration from {released} killed, {engine.dialect.name}", kills=KILLS, interrupted=interrupted, lost=0)
