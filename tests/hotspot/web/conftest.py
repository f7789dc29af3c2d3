"""The world of world.py, signed-in browsers for it, and a clock that stands still."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from hotspot import create_app, secrets
from hotspot.settings import Settings
from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate
from tests.hotspot.web.world import NOW, World, build

KEY = "a key for tests that is long enough"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A database file with the world, made once; tests work on copies."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("world")), secret_key=KEY)
    engine = make_engine(settings.database)
    migrate(engine)
    made = build(engine, key=secrets.master_key(settings))
    engine.dispose()
    return settings.folder / "hotspot.sqlite", made


@pytest.fixture
def world(built: tuple[Path, World], settings: Settings) -> Iterator[World]:
    """The world in the database of `settings`, at the instant NOW."""
    settings.folder.mkdir(exist_ok=True)
    shutil.copy(built[0], settings.folder / "hotspot.sqlite")
    with time_machine.travel(NOW, tick=False):
        yield built[1]


@pytest.fixture
def city_app(world: World, settings: Settings) -> Flask:
    """The web application on the world."""
    assert world.city
    return create_app(settings)
