"""Each thing that goes wrong in practice is found and told with what to do."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text, update

from collectors.echo import HOW_TO_ALLOW
from hotspot import clock, doctor
from hotspot.commands.doctor import doctor as command
from hotspot.doctor import FAIL, OK, WARN, Finding, examine, incidents, packing, roll_ups, sqlite_version
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store import jobruns
from hotspot.store.backlog import Backlog
from hotspot.store.base import writing
from hotspot.store.collector_status import Status, report
from hotspot.store.lease import take
from hotspot.store.models import AccessPoint
from tests.hotspot.polled_city import settle

NOW = 1_795_000_020


@pytest.fixture
def healthy(settings: Settings, sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A city with a working collector."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    tmp_path.chmod(0o700)
    settle(sqlite_engine, master_key(settings), 3, 1161)
    with writing(sqlite_engine) as session:
        take(session, "collector", "here", NOW, 30)
        report(session, [Status(60, "here", NOW - 600, heartbeat=NOW - 5)], {})
        jobruns.claim(session, "roll_up", NOW - 60, "here", NOW - 60)
        jobruns.finish(session, "roll_up", NOW - 60, NOW - 59)
    return settings


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(settings) if finding.level != OK}


def usual(findings: dict[str, Finding]) -> dict[str, Finding]:
    """Without what depends on the machine the tests run on."""
    machine = ("sqlite", "receive buffer", "ping", "open files", "disk")
    return {check: finding for check, finding in findings.items() if check not in machine}


def test_healthy_service_has_nothing_to_do(healthy: Settings) -> None:
    assert usual(found(healthy)) == {}


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ((3, 40, 1), WARN),
        ((3, 44, 5), WARN),
        ((3, 44, 6), OK),
        ((3, 45, 0), WARN),
        ((3, 50, 6), WARN),
        ((3, 50, 7), OK),
        ((3, 51, 2), WARN),
        ((3, 51, 3), OK),
        ((3, 52, 0), OK),
    ],
)
def test_sqlite_with_the_bug_is_named(version: tuple[int, int, int], level: str) -> None:
    assert sqlite_version(version).level == level


def test_missing_data_folder_and_unreachable_database(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path / "none"))
    findings = found(settings)
    assert findings["data folder"].level == FAIL
    assert "unable to open database file" in findings["database"].text
    assert "lease" not in findings


def test_password_of_the_database_is_not_told(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), database_url="postgresql://hotspot:terrible@127.0.0.1:1/hotspot")
    assert found(settings)["database"].level == FAIL
    assert "terrible" not in str(list(examine(settings)))


@pytest.mark.parametrize(("revision", "todo"), [("0001", "run `hotspot migrate`"), ("9999", "upgrade Hotspot")])
def test_schema_of_another_version(healthy: Settings, sqlite_engine: Engine, revision: str, todo: str) -> None:
    with writing(sqlite_engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    assert found(healthy)["database"].todo == todo


@pytest.mark.parametrize(
    ("octets", "todo"),
    [(b"not a database, but long enough to be one", "restore"), (None, "name another in HOTSPOT_DATABASE_URL")],
)
def test_file_that_is_no_database_of_ours(tmp_path: Path, octets: bytes | None, todo: str) -> None:
    file = tmp_path / "hotspot.sqlite"
    if octets is None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE somebody_elses (x)")
    else:
        file.write_bytes(octets)
    finding = found(Settings(data_dir=str(tmp_path)))["database"]
    assert finding.level == FAIL
    assert todo in finding.todo


def test_file_modes(healthy: Settings, tmp_path: Path) -> None:
    own_key = Settings(data_dir=str(tmp_path))
    master_key(own_key)
    (tmp_path / "secret.key").chmod(0o644)
    tmp_path.chmod(0o755)
    findings = found(own_key)
    assert findings["secret key"].todo == f"chmod 600 {tmp_path}/secret.key"
    assert findings["data folder"].level == WARN


def test_credentials_of_another_key(healthy: Settings, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == 2).values(credential=b"\x01" + bytes(40)))
    finding = found(healthy)["credentials"]
    assert finding.level == FAIL
    assert finding.text.startswith("1 of 3 access points can't be polled: AP-1: ")


@pytest.mark.parametrize(
    ("later", "level", "words"),
    [(119, OK, "119 s ago"), (200, FAIL, "200 s ago"), (-3600, FAIL, "3600 s in the future")],
)
def test_heartbeat(healthy: Settings, monkeypatch: pytest.MonkeyPatch, later: int, level: str, words: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + later - 5)
    finding = next(finding for finding in examine(healthy) if finding.check == "heartbeat")
    assert finding.level == level
    assert words in finding.text


def test_nobody_collects(healthy: Settings, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        session.execute(text("UPDATE lease SET until = 0"))
        session.execute(text("DELETE FROM collector_status"))
    findings = found(healthy)
    assert (findings["lease"].level, findings["heartbeat"].level) == (WARN, WARN)


def test_no_city_yet(settings: Settings, sqlite_engine: Engine) -> None:
    assert found(settings)["city"].todo.startswith("run `hotspot init")


def test_ping_that_is_not_allowed(settings: Settings) -> None:
    finding = doctor.ping(settings, HOW_TO_ALLOW)
    assert (finding.level, finding.text) == (
        WARN,
        "pinging is not allowed: who answers pings but not SNMP is called down",
    )
    assert finding.todo.startswith("set `sysctl -w net.ipv4.ping_group_range=")


def test_ping_that_is_allowed_or_not_wanted(settings: Settings) -> None:
    assert doctor.ping(settings, "").level == OK
    assert doctor.ping(replace(settings, ping="off"), HOW_TO_ALLOW).level == OK


def test_trap_port_is_looked_at_where_one_is_set(healthy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", 0))
        port = taken.getsockname()[1]
        of_trap = {one.check: one for one in examine(replace(healthy, trap_port=port))}["trap port"]
        assert (of_trap.level, of_trap.text) == (OK, f"{port} is taken, by the collector if it runs")
    assert doctor.trap_port(port).level == OK
    monkeypatch.setattr(doctor, "TRAP_BUFFER", 1 << 40)
    assert doctor.trap_port(port).level == WARN


def test_trap_port_that_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor, "bound", refused)
    finding = doctor.trap_port(162)
    assert finding.level == FAIL
    assert "CAP_NET_BIND_SERVICE" in finding.text


def test_machine_without_means(settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: 1000)
    monkeypatch.setattr("resource.getrlimit", lambda _: (64, 64))
    monkeypatch.setattr(doctor, "RECEIVE_BUFFER", 1 << 30)
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 1 << 40)
    findings = found(settings)
    assert findings["clock"].level == FAIL
    assert findings["disk"].level == FAIL
    assert "rmem_max" in findings["receive buffer"].todo
    assert findings["open files"].level == WARN


@pytest.mark.parametrize(
    ("rolled_up", "polled", "level", "words"),
    [
        (None, None, OK, "nothing"),
        (None, NOW, WARN, "none"),
        (NOW - 600, NOW, OK, "600 s"),
        (NOW - 660, NOW, FAIL, "11 minutes"),
        (NOW, NOW - 9_000, OK, "0 s"),
    ],
)
def test_backlog_of_roll_ups(rolled_up: int | None, polled: int | None, level: str, words: str) -> None:
    finding = roll_ups(Backlog(polled, rolled_up, None, 2))
    assert (finding.level, words in finding.text) == (level, True)


@pytest.mark.parametrize(
    ("days", "level", "words"), [(None, OK, "nothing"), (4, OK, "of 4 days"), (5, WARN, "of 5 days"), (0, OK, "of 0")]
)
def test_backlog_of_packing(days: int | None, level: str, words: str) -> None:
    finding = packing(Backlog(NOW, NOW, days, 2))
    assert (finding.level, words in finding.text) == (level, True)


@pytest.fixture
def one_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    def examined(_: Settings) -> Iterator[Finding]:
        yield Finding("disk", OK, "9 MB free")
        yield Finding("lease", FAIL, "lost", "look for it")

    monkeypatch.setattr("hotspot.commands.doctor.examine", examined)


@pytest.mark.usefixtures("one_of_each")
def test_command_says_what_to_do_and_fails() -> None:
    result = CliRunner().invoke(command, obj=Settings())
    assert result.exit_code == 1
    assert result.output.splitlines()[0].split() == ["ok", "disk", "9", "MB", "free"]
    assert result.output.splitlines()[-1].strip() == "-> look for it"


@pytest.mark.usefixtures("one_of_each")
def test_command_speaks_json() -> None:
    lines = CliRunner().invoke(command, ["--json"], obj=Settings()).output.splitlines()
    assert json.loads(lines[1]) == {
        "check": "lease",
        "level": "fail",
        "text": "lost",
        "todo": "look for it",
        "city": "",
    }


@pytest.mark.parametrize(("since", "level"), [(None, OK), (NOW - 300, OK), (NOW - 301, FAIL)])
def test_incidents_of_which_nobody_is_told_are_found(since: int | None, level: str) -> None:
    assert incidents(since, NOW).level == level
