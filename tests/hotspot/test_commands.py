"""The commands that run the service: what they print, how they end, and one sentence for each mistake."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from hotspot import clock
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.city import cycles, freshness
from hotspot.store.lease import take
from tests.hotspot.polled_city import address, devices, settle, until


def environment(folder: Path, **settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOTSPOT_")}
    return clean | {"HOTSPOT_DATA_DIR": str(folder), "HOTSPOT_POLL_TIMEOUT": "0.3,0.5"} | settings


def hotspot(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hotspot", *arguments],
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def taken() -> Iterator[int]:
    """A port in use."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def free(taken: int) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def city(sqlite_engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """Three devices; the second is silent, the third has another community."""
    key = master_key(Settings(data_dir=str(tmp_path)))
    with devices(3) as (agents, port):
        agents[1].silent = True
        settle(sqlite_engine, key, 3, port)
        with writing(sqlite_engine) as session:
            session.execute(text("UPDATE access_point SET credential = NULL WHERE id = 3"))
        yield sqlite_engine


def stored(engine: Engine) -> list[tuple[int, int | None]]:
    with reading(engine) as session:
        rows = session.execute(text("SELECT ap_id, up FROM poll_hot ORDER BY ap_id"))
        return [(row.ap_id, row.up) for row in rows]


def test_poll_once_speaks_json_and_records(city: Engine, tmp_path: Path) -> None:
    done = hotspot(tmp_path, "poll", "--once", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert {**first, "rtt_ms": None, "profile": None, "uptime_s": 0} == {
        "point": "P-1",
        "access_point": "AP-0",
        "address": address(0),
        "profile": None,
        "reachable": True,
        "clients": None,
        "uptime_s": 0,
        "rtt_ms": None,
        "ping_loss": None,  # nobody pings this machine's own addresses
        "ping_ms": None,
        "error": None,
    }
    assert first["rtt_ms"] > 0
    assert first["uptime_s"] >= 86400
    assert second["reachable"] is False
    assert "no answer" in second["error"]
    assert third["reachable"] is None
    assert third["error"] == "no SNMP credential is stored for this access point"
    assert stored(city) == [(1, 1), (2, 0), (3, None)]


def test_poll_once_keeps_the_pages_fresh_without_a_collector(city: Engine, tmp_path: Path) -> None:
    longer_than_a_second = "1.2"  # so long the silent device is waited for: by then the answers of the others are past
    assert hotspot(tmp_path, "poll", "--once", HOTSPOT_POLL_TIMEOUT=longer_than_a_second).returncode == 0
    with reading(city) as session:
        assert not freshness(session, clock.now()).stale
        assert [(one.polled, one.answered) for one in cycles(session)] == [(3, 1)]
        assert session.execute(text("SELECT ap_id FROM rollup_hour WHERE polls > 0")).scalars().all() == [1, 2]
        jobs = session.execute(text("SELECT job FROM job_run WHERE finished_at IS NOT NULL ORDER BY job"))
        assert jobs.scalars().all() == ["retention", "roll_up"]


def test_poll_once_of_a_city_without_access_points_has_nothing_to_say(city: Engine, tmp_path: Path) -> None:
    with writing(city) as session:
        session.execute(text("UPDATE access_point SET polling = false"))
    done = hotspot(tmp_path, "poll", "--once", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_poll_once_beside_a_collector_only_prints(city: Engine, tmp_path: Path) -> None:
    with writing(city) as session:
        take(session, "collector", "another", clock.now(), 60)
    done = hotspot(tmp_path, "poll", "--once")
    assert done.returncode == 0
    assert "printed, not recorded" in done.stderr
    heading, first, *_ = (line.split() for line in done.stdout.splitlines())
    assert heading[:3] == ["point", "access_point", "address"]
    assert first[:3] == ["P-1", "AP-0", address(0)]
    assert stored(city) == []


def test_poll_needs_once(tmp_path: Path) -> None:
    assert "--once" in hotspot(tmp_path, "poll").stderr


@pytest.mark.parametrize("command", ["collector", "web", "run", "poll --once"])
def test_unreachable_database_is_one_sentence(tmp_path: Path, free: int, command: str) -> None:
    url = "postgresql://hotspot:terrible@127.0.0.1:1/hotspot"
    done = hotspot(tmp_path, *command.split(), HOTSPOT_DATABASE_URL=url, HOTSPOT_BIND=f"127.0.0.1:{free}")
    said = done.stdout + done.stderr
    assert done.returncode not in (0, 78)
    assert said.count("can't be used") == 1
    assert "Traceback" not in said
    assert "terrible" not in said


@pytest.mark.parametrize("command", ["web", "run"])
def test_port_in_use_is_one_sentence(tmp_path: Path, taken: int, command: str) -> None:
    done = hotspot(tmp_path, command, HOTSPOT_BIND=f"127.0.0.1:{taken}")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"Error: HOTSPOT_BIND 127.0.0.1:{taken} can't be used: Address already in use\n"


def test_config_shows_every_setting_and_no_secret(tmp_path: Path) -> None:
    done = hotspot(tmp_path, "config", HOTSPOT_SECRET_KEY="x" * 40, HOTSPOT_POLL_WINDOW="99")
    assert "HOTSPOT_SECRET_KEY=********  (set)" in done.stdout
    assert "HOTSPOT_POLL_WINDOW=99  (set)\n    requests in flight at once" in done.stdout
    assert "HOTSPOT_MISSES=3\n" in done.stdout
    assert "xxx" not in done.stdout


def test_run_serves_and_polls_survives_the_death_of_a_child_and_ends_clean(
    city: Engine, tmp_path: Path, free: int
) -> None:
    url = f"http://127.0.0.1:{free}/healthz"
    log = tmp_path / "log"
    settings = {"HOTSPOT_BIND": f"127.0.0.1:{free}", "HOTSPOT_LEASE_SECONDS": "3"}
    with log.open("wb") as out:
        command = [sys.executable, "-m", "hotspot", "run"]
        service = subprocess.Popen(command, env=environment(tmp_path, **settings), stdout=out, stderr=out)
    try:
        until(lambda: answers(url))
        assert until(lambda: stored(city))
        collector = child(service.pid, "collector")
        os.kill(collector, signal.SIGKILL)
        until(lambda: child(service.pid, "collector") not in (0, collector))
        until(lambda: log.read_text().count("working: lease") == 2)
        assert answers(url)
        children = [child(service.pid, name) for name in ("collector", "web")]
        service.terminate()
        assert service.wait(10) == 0
    finally:
        service.kill()
        service.wait()
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    said = log.read_text()
    assert "/link/" in said
    assert "Traceback" not in said


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def child(parent: int, command: str) -> int:
    """The process id of `hotspot <command>` under the supervisor; 0 when there is none now."""
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except OSError:
            continue
        if command in arguments:
            return int(pid)
    return 0
