"""A city to measure on: a data folder, an inventory imported from a CSV, real collector and web processes."""

import csv
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COLUMNS = (
    "point_code", "point_name", "site_name", "venue_kind", "area_code", "lifecycle", "installed_on", "accepted_on",
    "ap_name", "ap_address", "ap_port", "snmp_version", "snmp_community",
)  # fmt: skip
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    address: str
    port: int
    community: str = "public"


@dataclass
class City:
    """A data folder; `run` calls the `hotspot` command on it, `start` a process that goes on."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        chosen = {f"HOTSPOT_{name.upper()}": value for name, value in self.settings.items()}
        return os.environ | {"HOTSPOT_DATA_DIR": str(self.folder), "PYTHONUNBUFFERED": "1"} | chosen

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "hotspot", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"hotspot {' '.join(arguments)} exited {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    @contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hotspot", *arguments], env=self.environment, stdout=log, stderr=log
            )
            try:
                yield process
            finally:
                process.terminate()
                process.wait(15)

    def create(self, devices: Sequence[Device], interval_s: int) -> dict[str, int]:
        """A city of one point a device; returns the importer's counts."""
        self.run("init", "--city", "36.74")
        self.write("UPDATE city SET poll_interval_s = ?", interval_s)
        with (self.folder / "points.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS)
            for number, device in enumerate(devices):
                hall = f"Balai warga {number}"
                place = (f"TS-{number:05d}", hall, hall, "community_hall", "36.74.01.1001", "active")
                asked = (device.name, device.address, device.port, "2c", device.community)
                rows.writerow((*place, "2022-01-10", "2022-02-01", *asked))
        report: dict[str, int] = json.loads(self.run("import", "points", str(self.folder / "points.csv"), "--json"))
        return report

    def ask(self, question: str, *values: object) -> list[tuple[int, ...]]:
        with sqlite3.connect(f"file:{self.folder / 'hotspot.sqlite'}?mode=ro", uri=True, timeout=10) as database:
            return database.execute(question, values).fetchall()

    def write(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.folder / "hotspot.sqlite", timeout=10) as database:
            database.execute(statement, values)


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll `condition` until it holds; TimeoutError names what did not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def memory_mb(pid: int) -> float:
    """Proportional resident memory of a process and its descendants, in megabytes."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return own / 1024 + sum(memory_mb(int(child)) for child in children)


def tell(report: Mapping[str, Any], *, as_json: bool) -> None:
    """What was measured, with a line for each of its `pages`."""
    if as_json:
        print(json.dumps(report))
        return
    print(json.dumps({key: value for key, value in report.items() if key != "pages"}))
    for page, figures in report["pages"].items():
        print(f"{page:<30} {figures}")
