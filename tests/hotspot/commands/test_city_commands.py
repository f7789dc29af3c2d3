"""Cities added, listed, chosen and put aside from the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotspot import cli
from hotspot.commands.collectors import collectors
from hotspot.settings import EX_CONFIG, Settings

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return lambda *words, **extra: CliRunner().invoke(
        cli.cli, words, env={"HOTSPOT_DATA_DIR": str(tmp_path), "HOTSPOT_CITY": "", **extra.pop("env", {})}, **extra
    )


@pytest.fixture
def two(run: Run, tmp_path: Path) -> Path:
    for slug, code in (("tangsel", "36.74"), ("bekasi", "32.75")):
        assert run("city", "add", slug, "--code", code).exit_code == 0
    return tmp_path / "cities"


def test_each_city_has_a_database_and_a_key_of_its_own(two: Path, run: Run) -> None:
    keys = {(two / slug / "secret.key").read_bytes() for slug in ("tangsel", "bekasi")}
    assert len(keys) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in (*two.iterdir(), *two.glob("*/secret.key")))
    listed = run("city", "list").stdout.splitlines()
    assert listed[0].split()[:2] == ["bekasi", "32.75"]
    assert listed[1].endswith("Kota Tangerang Selatan, public, http://127.0.0.1:8080/tangsel/")


def test_a_command_works_on_the_city_it_is_given(two: Path, run: Run) -> None:
    assert two.is_dir()
    assert "/tangsel/link/" in run("--city", "tangsel", "user", "add", "ani").output
    assert "/bekasi/link/" in run("user", "add", "budi", env={"HOTSPOT_CITY": "bekasi"}).output
    assert run("--city", "tangsel", "user", "list").output.split()[0] == "ani"
    assert run("--city", "bekasi", "user", "list").output.split()[0] == "budi"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "list"), "say which city by --city SLUG or HOTSPOT_CITY; there are: bekasi, tangsel"),
        (("--city", "depok", "user", "list"), "there is no city 'depok'; there are: bekasi, tangsel"),
        (("--city", "../x", "user", "list"), "there is no city '../x'"),
        (("--city", "bekasi", "run"), "`hotspot run` is for all cities at once"),
    ],
)
def test_what_is_not_clear_is_a_sentence(
    two: Path, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(two.parent))
    monkeypatch.setattr("sys.argv", ["hotspot", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == EX_CONFIG
    assert said in capsys.readouterr().err


def test_help_needs_no_choice(two: Path, run: Run) -> None:
    assert two.is_dir()
    assert run("poll", "--help").exit_code == 0


@pytest.mark.parametrize("slug", ["static", "../x", "Kota", "kotá", "a b"])
def test_names_that_are_none_are_refused(run: Run, tmp_path: Path, slug: str) -> None:
    result = run("city", "add", slug, "--code", "36.74")
    assert result.exit_code == 2
    assert "is no name for an address" in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_code_leaves_no_folder(run: Run, tmp_path: Path) -> None:
    result = run("city", "add", "tangsel", "--code", "99.99")
    assert (result.exit_code, "99.99 is no Kemendagri code" in result.output) == (1, True)
    assert list((tmp_path / "cities").iterdir()) == []


def test_a_city_that_is_served_alone_is_not_hidden(run: Run) -> None:
    assert run("init", "--city", "36.74").exit_code == 0
    result = run("city", "add", "bekasi", "--code", "32.75")
    assert result.exit_code == 1
    assert "this data folder holds Kota Tangerang Selatan alone" in result.output


def test_a_removed_city_is_put_aside_whole(two: Path, run: Run) -> None:
    assert run("city", "remove", "bekasi", input="n\n").exit_code == 1
    assert (two / "bekasi").is_dir()
    assert run("city", "remove", "bekasi", input="y\n").exit_code == 0
    (kept,) = (two.parent / "removed").iterdir()
    assert {"hotspot.sqlite", "secret.key"} <= {path.name for path in kept.iterdir()}
    assert run("city", "remove", "bekasi", "--yes").exit_code == 1
    assert run("user", "list").exit_code == 0, "the one that is left need not be named"
    kept.rename(two / "bekasi")
    assert "Kota Bekasi" in run("city", "list").output


def test_doctor_and_migrate_go_through_all(two: Path, run: Run) -> None:
    (two / "tangsel" / "hotspot.toml").write_text('hosts = "wifi.example"\ntrap_port = 10162\n')
    (two / "bekasi" / "hotspot.toml").write_text(f'hosts = "wifi.example"\ndatabase_url = "{database(two)}"\n')
    (two / "broken").mkdir()
    (two / "broken" / "hotspot.toml").write_text("misses = [")
    (two / "empty").mkdir()
    (two / "No City").mkdir()
    told = run("doctor", env={"HOTSPOT_SECRET_KEY": "k" * 40})
    assert told.exit_code == 1
    for said in (
        "tangsel: the same as of bekasi",
        "secret_key of the installation are no city's",
        "'No City' is no name",
        "broken: ",
        "empty: there is no database yet",
    ):
        assert said in told.output
    assert told.output.count("tangsel: the same as of bekasi") == 2  # the database and the host name
    migrated = run("migrate")
    assert migrated.exit_code == 1
    assert "tangsel: the database has schema" in migrated.stdout
    assert "empty: there is no database yet" in migrated.stderr
    assert not (two / "empty" / "hotspot.sqlite").exists()


def database(two: Path) -> str:
    return f"sqlite:///{two / 'tangsel' / 'hotspot.sqlite'}"


def test_a_collector_is_wanted_for_each_city(two: Path) -> None:
    wanted = collectors(Settings(data_dir=str(two.parent)))
    assert list(wanted) == ["collector of bekasi", "collector of tangsel"]
    assert wanted["collector of bekasi"][-3:] == ("--city", "bekasi", "collector")
