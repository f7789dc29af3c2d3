"""A city of simulated devices, and the collector as a real process that may be killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from collectors.agent import Agent
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import reading
from tests.hotspot.polled_city import devices, settle

DEVICES = 40
INTERVAL_S = 3
LEASE_S = 3


@dataclass
class Town:
    """The devices, their database, and the collectors started on it."""

    engine: Engine
    folder: Path
    agents: list[Agent]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: str = "collector", **settings: str) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOT_")}
        environment |= {
            "HOTSPOT_DATA_DIR": str(self.folder),
            "HOTSPOT_DATABASE_URL": self.engine.url.render_as_string(hide_password=False),
            "HOTSPOT_LEASE_SECONDS": str(LEASE_S),
            "HOTSPOT_POLL_TIMEOUT": "0.3,0.5",
            **settings,
        }
        with self.log(len(self.started)).open("wb") as log:
            words = [sys.executable, "-m", "hotspot", command]
            process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        self.started.append(process)
        return process

    def log(self, number: int) -> Path:
        return self.folder / f"collector-{number}.log"

    def said(self, number: int, words: str) -> bool:
        return words in self.log(number).read_text()

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with reading(self.engine) as session:
            return [tuple(row) for row in session.execute(text(query), values)]

    def value(self, query: str, **values: object) -> Any:
        return self.rows(query, **values)[0][0]

    def polls(self) -> set[tuple[int, int]]:
        return {(slot, ap_id) for slot, ap_id in self.rows("SELECT slot, ap_id FROM poll_hot")}

    def newest_slot(self) -> int:
        return int(self.value("SELECT coalesce(max(slot), 0) FROM poll_hot"))


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[[Engine], Town]]:
    """Makes a town on an engine; what it started ends with the test."""
    towns: list[Town] = []
    with ExitStack() as stack:

        def make(engine: Engine) -> Town:
            agents, port = stack.enter_context(devices(DEVICES))
            settle(engine, master_key(Settings(data_dir=str(tmp_path))), DEVICES, port, INTERVAL_S)
            towns.append(Town(engine, tmp_path, agents))
            return towns[-1]

        yield make
        for town in towns:
            for process in town.started:
                process.kill()
                process.wait()
