"""A mistake of the person who runs the service is one sentence that names the thing, never a traceback."""

import io
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr
from pathlib import Path

import pytest
from click.testing import CliRunner

from collectors import profile_file
from hotspot.cli import cli, main
from hotspot.secrets import master_key
from hotspot.settings import SettingError, Settings, load
from hotspot.store import base
from hotspot.store.base import make_engine
from hotspot.store.migrate import migrate


def refused(folder: Path, *arguments: str) -> str:
    done = CliRunner(env={"HOTSPOT_DATA_DIR": str(folder)}).invoke(cli, arguments)
    assert done.exit_code != 0
    if isinstance(done.exception, SettingError):  # main() prints it
        return str(done.exception)
    assert isinstance(done.exception, SystemExit)
    return done.output.strip()


@pytest.mark.parametrize("command", ["migrate", "collector", "poll --once", "user list", "init --city 36.74"])
def test_a_data_folder_that_is_a_file(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("")
    said = refused(tmp_path / "file", *command.split())
    assert said == f"HOTSPOT_DATA_DIR {tmp_path / 'file'} can't be made a folder: File exists"


def test_a_database_of_something_else(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hotspot.sqlite") as database:
        database.execute("CREATE TABLE city (name TEXT)")
    database.close()
    assert "tables of something else" in refused(tmp_path, "migrate")


def test_a_newer_schema_is_not_called_an_older_one(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hotspot.sqlite") as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    assert "upgrade Hotspot" in refused(tmp_path, "user", "list")


def test_an_empty_database_asks_for_init(tmp_path: Path) -> None:
    assert "hotspot init" in refused(tmp_path, "user", "list")


@pytest.mark.parametrize("content", [b"AAAA", b"\xff!!", b""])
def test_a_key_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(SettingError, match="not a key made by Hotspot"):
        master_key(Settings(data_dir=str(tmp_path)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIND", "127.0.0.1:²"),
        ("WEB_WORKERS", "1000000"),
        ("POLL_INTERVAL", "9" * 30),
        ("PUBLIC_URL", "javascript:alert(1)"),
        ("PUBLIC_URL", "ht tp://"),
        ("REFERENCE_HOSTS", "nonsense"),
        ("REFERENCE_HOSTS", "router:x"),
        ("DATABASE_URL", "sqlite:nonsense"),
        ("DATABASE_URL", "postgresql://host:port/name"),
        ("DATABASE_URL", "postgresql://[host/name"),
    ],
)
def test_nonsense_in_a_setting(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"HOTSPOT_{name} is"):
        load(environ={f"HOTSPOT_{name}": value})


def test_a_secret_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match=r"HOTSPOT_SECRET_KEY_FILE: .* is not UTF-8 text"):
        load(environ={"HOTSPOT_SECRET_KEY_FILE": str(tmp_path / "key")})


@pytest.mark.parametrize("command", ["collector", "poll --once"])
def test_a_broken_profile_names_file_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    (tmp_path / "broken.toml").write_text('vendor = "V"\ndevices = "D"\nnonsense = 1\n')
    monkeypatch.setattr(profile_file.load, "__defaults__", (tmp_path,))
    assert "broken.toml line 3: nonsense: there is no such key" in refused(tmp_path, *command.split())


def test_web_with_a_wrong_key_ends_in_one_sentence(tmp_path: Path) -> None:
    engine = make_engine(Settings(data_dir=str(tmp_path)).database)
    migrate(engine)
    engine.dispose()
    (tmp_path / "secret.key").write_bytes(b"AAAA")
    done = subprocess.run(
        [sys.executable, "-m", "hotspot", "web"],
        env={"HOTSPOT_DATA_DIR": str(tmp_path), "HOTSPOT_BIND": "127.0.0.1:0"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said


def test_an_export_to_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    environment = {"HOTSPOT_DATA_DIR": str(tmp_path)}
    hotspot = [sys.executable, "-m", "hotspot"]
    subprocess.run([*hotspot, "init", "--city", "36.74"], env=environment, check=True, capture_output=True)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*hotspot, "export", "points"], env=environment, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == b"Error: -: No space left on device\n"


def test_a_database_that_refuses_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(Settings(data_dir=str(tmp_path)).database)
    migrate(engine)
    engine.dispose()
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(base, "WAIT_MS", 1)
    monkeypatch.setattr(sys, "argv", ["hotspot", "user", "add", "ani"])
    said = io.StringIO()
    with closing(sqlite3.connect(tmp_path / "hotspot.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with redirect_stderr(said), pytest.raises(SystemExit, match="1"):
            main()
    assert said.getvalue() == "hotspot: the database refused: database is locked\n"
