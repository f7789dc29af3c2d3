"""The world of world.py, signed-in browsers for it, and a clock that stands still."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from hotspot import create_app, secrets
from hotspot.settings import Settings
from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate
from tests.hotspot.web.visitor import come_in
from tests.hotspot.web.world import ADMIN, NOW, VIEWER, World, build

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
def city_engine(world: World, settings: Settings) -> Iterator[Engine]:
    """Of the world's database."""
    assert world.city
    made = make_engine(settings.database)
    yield made
    made.dispose()


@pytest.fixture
def city_app(world: World, settings: Settings) -> Flask:
    """The web application on the world."""
    assert world.city
    return create_app(settings)


@pytest.fixture
def city_admin(city_app: Flask, world: World, settings: Settings) -> FlaskClient:
    """A browser of the world's admin."""
    return signed_in(city_app, settings, world.accounts[ADMIN])


@pytest.fixture
def city_viewer(city_app: Flask, world: World, settings: Settings) -> FlaskClient:
    """A browser of somebody who may look at everything and change nothing."""
    return signed_in(city_app, settings, world.accounts[VIEWER])


def signed_in(app: Flask, settings: Settings, account_id: int) -> FlaskClient:
    browser = app.test_client()
    engine = make_engine(settings.database)
    come_in(browser, engine, account_id)
    engine.dispose()
    browser.set_cookie("language", "en")
    return browser
