"""init, import, export, user and token from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from hotspot.cli import cli
from hotspot.store.base import make_engine, reading
from hotspot.store.models import City, Goal

HEADER = "point_code,point_name,venue_kind,area_name,installed_on,ap_name,ap_address,snmp_community"
GOOD = "TS-1,Masjid Al Ikhlas,masjid,Rawa Buntu,2021-03-04,ts-1-a,10.0.0.1,rahasia"
BAD = "TS-2,Taman Kota,taman,Rawa Bintu,2021-03-04,ts-2-a,10.0.0.2,rahasia"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def city(folder: Path) -> Path:
    run("init", "--city", "36.74", "--target", "1000", "--target-date", "2099-12-31")
    return folder


@pytest.fixture
def file(city: Path) -> Path:
    path = city / "points.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n{BAD}\n", encoding="utf-8")
    return path


def test_init_makes_the_city_once(folder: Path) -> None:
    first = run("init", "--city", "36.74")
    assert "Kota Tangerang Selatan (36.74), Asia/Jakarta; 7 kecamatan, 54 kelurahan or desa" in first.stdout
    run("init", "--city", "36.74", "--target", "1000", "--target-date", "2099-12-31", "--name", "Tangsel")
    run("init", "--city", "3674", "--target", "1000", "--target-date", "2099-12-31")
    with reading(make_engine(f"sqlite:///{folder}/data/hotspot.sqlite")) as session:
        assert [city.name for city in session.scalars(select(City))] == ["Tangsel"]
        assert [goal.quantity for goal in session.scalars(select(Goal))] == [1000]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--city", "99.99"], "99.99 is no Kemendagri code"),
        (["--city", "36"], "36 is no Kemendagri code"),
        (["--city", "36.74", "--time-zone", "Mars/Base"], "Mars/Base is no IANA time zone"),
        (["--city", "36.74", "--target", "10", "--target-date", "2001-01-01"], "has passed"),
    ],
)
def test_init_says_what_is_wrong(folder: Path, arguments: list[str], reason: str) -> None:
    result = run("init", *arguments, code=1)
    assert reason in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_poll_interval_of_the_city_can_be_changed(city: Path) -> None:
    assert "a poll every 60 s" in run("init", "--city", "36.74").stdout
    assert "a poll every 300 s" in run("init", "--city", "36.74", "--poll-interval", "300").stdout
    assert "a poll every 300 s" in run("init", "--city", "36.74").stdout


def test_init_refuses_another_city(city: Path) -> None:
    assert "belongs to Kota Tangerang Selatan" in run("init", "--city", "32.76", code=1).stderr


def test_command_without_a_city_says_what_to_do(folder: Path) -> None:
    path = folder / "points.csv"
    path.write_text(HEADER, encoding="utf-8")
    assert "the database is empty; run `hotspot init --city CODE`" in run("import", "points", str(path), code=1).stderr
    run("migrate")
    assert "run `hotspot init --city CODE`" in run("import", "points", str(path), code=1).stderr


def test_dry_run_reports_and_writes_nothing(file: Path) -> None:
    report = run("import", "points", str(file), "--dry-run").stdout
    assert "2 rows read" in report
    assert "1 added  rows 2" in report
    assert "row 3 rejected (TS-2 ts-2-a): area_name: Rawa Bintu is no kelurahan of this city" in report
    assert "nothing was written" in report
    assert "rahasia" not in report
    assert run("export", "points").stdout.count("\n") == 1


def test_import_then_export_then_import_is_unchanged(file: Path) -> None:
    run("import", "points", str(file))
    target = file.parent / "out.xlsx"
    run("export", "points", str(target))
    report = json.loads(run("import", "points", str(target), "--json").stdout)
    assert (report["rows"], report["unchanged"], report["added"]) == (1, 1, 0)
    assert report["outcomes"][0]["access_point"] == "ts-1-a"


def test_change_is_shown_without_the_secret(file: Path) -> None:
    run("import", "points", str(file))
    file.write_text(f"{HEADER}\n{GOOD.replace('rahasia', 'lain').replace('10.0.0.1', '10.0.0.7')}\n", encoding="utf-8")
    report = run("import", "points", str(file)).stdout
    assert "row 2 changed (TS-1 ts-1-a): ap_address: 10.0.0.1 -> 10.0.0.7; snmp_community replaced" in report
    assert "lain" not in report


def test_file_of_bad_rows_alone_fails(file: Path) -> None:
    file.write_text(f"{HEADER}\n{BAD}\n", encoding="utf-8")
    run("import", "points", str(file), code=1)


def test_unreadable_file_is_one_sentence(file: Path) -> None:
    file.write_bytes(b"PK\x03\x04 broken")
    assert run("import", "points", str(file), code=1).stderr.strip() == "Error: points.csv is not a whole XLSX file"


STRANGE = "Nombre;Barrio;Latitud;Longitud\nA;{area};-6,31;106,67\nB;Centro;106,68;-6,32\nA;{area};-6,31;106,67\n"


@pytest.fixture
def strange(city: Path) -> Path:
    path = city / "lugares.csv"
    path.write_bytes(STRANGE.format(area="Rawa Buntu").encode("utf-16"))
    return path


def test_a_strange_file_is_checked_without_a_city(strange: Path, tmp_path: Path) -> None:
    report = json.loads(run("import", "--check", str(strange), "--json").stdout)
    assert report["rows"] == report["accepted"] + report["merged"] + report["rejected"] == 3
    assert (report["merged"], report["mended"], report["encoding"]) == (1, 1, "utf-16")
    assert report["columns"]["point_name"]["column"] == "Nombre"
    assert "check: nothing was written" in run("import", str(strange), "--check").stdout


def test_a_strange_file_is_imported_and_undone(strange: Path) -> None:
    report = run("import", str(strange)).stdout
    assert "by themselves 2 accepted, 1 merged, 0 rejected" in report
    assert "rejected" in report
    assert "1 added" in report
    assert run("export", "points").stdout.count("\n") == 2
    assert "lugares.csv" in run("import", "list").stdout
    assert "undone" in run("import", "undo", "1").stdout
    assert run("export", "points").stdout.count("\n") == 1
    assert "has undone this already" in run("import", "undo", "1", code=1).stderr
    assert "there is no import 7" in run("import", "undo", "7", code=1).stderr


def test_columns_may_be_said(strange: Path) -> None:
    report = json.loads(run("import", str(strange), "--dry-run", "--json", "--map", "point_name=Barrio", code=1).stdout)
    assert set(report["columns"]) == {"point_name"}
    assert "say it as OURS=THEIRS" in run("import", str(strange), "--map", "x", code=1).stderr
    assert "neither a column" in run("import", str(strange), "--map", "point_name=x", code=1).stderr


def test_accounts_from_the_command_line(city: Path) -> None:
    link = run("user", "add", "sari", "--role", "owner").stdout.splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8080/link/")
    assert run("user", "list").stdout.split() == ["sari", "owner", "whole", "city", "no", "password", "yet"]
    assert run("user", "link", "SARI").stdout.strip() != link
    assert "already" in run("user", "add", "sari", code=1).stderr
    assert "last active owner" in run("user", "disable", "sari", code=1).stderr
    run("user", "add", "budi", "--role", "owner")
    run("user", "disable", "sari")
    assert "disabled" in run("user", "link", "sari", code=1).stderr
    run("user", "enable", "sari")
    assert "no account named" in run("user", "disable", "tono", code=1).stderr


def test_tokens_from_the_command_line(city: Path) -> None:
    secret = run("token", "create", "grafana").stdout.strip()
    assert secret.startswith("hs_")
    listed = run("token", "list").stdout
    assert "grafana" in listed
    assert secret not in listed
    run("token", "revoke", "grafana")
    assert "no working token" in run("token", "revoke", "grafana", code=1).stderr


def test_unreachable_database_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOT_DATABASE_URL", "postgresql://hotspot:rahasia@127.0.0.1:9/none")
    result = run("user", "list", code=1)
    assert "can't be used" in result.stderr
    assert "rahasia" not in result.stderr
