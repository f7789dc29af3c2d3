"""Annexes from and to files on the command line."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from hotspot.analytics.sla import Rule
from hotspot.cli import cli
from hotspot.store.base import make_engine, writing
from hotspot.store.city import current_city
from hotspot.store.contract_edit import Facts, add_contract
from hotspot.store.models import ContractPoint

POINTS = "point_code,point_name,venue_kind,area_name\nTS-1,Masjid,masjid,Rawa Buntu\nTS-2,Taman,taman,Rawa Buntu\n"


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with two points and a contract."""
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(tmp_path / "data"))
    run("init", "--city", "36.74")
    (tmp_path / "points.csv").write_text(POINTS, encoding="utf-8")
    run("import", "points", str(tmp_path / "points.csv"))
    with writing(make_engine(f"sqlite:///{tmp_path}/data/hotspot.sqlite")) as session:
        city = current_city(session)
        assert city
        rule = Rule.read('{"target": 99, "kind": "proportional"}')
        facts = Facts("K/1", "", "Nusa Link", "", date(2026, 1, 1), date(2026, 12, 31), rule)
        add_contract(session, city, facts, 0, "tests")
    return tmp_path


def lines(folder: Path) -> list[int]:
    with writing(make_engine(f"sqlite:///{folder}/data/hotspot.sqlite")) as session:
        return list(session.scalars(select(ContractPoint.monthly_fee_rp).order_by(ContractPoint.point_id)))


def test_an_annex_is_tried_imported_and_exported(folder: Path) -> None:
    file = folder / "annex.csv"
    file.write_text("Nomor Kontrak;Kode Titik;Biaya;Warna\nK/1;TS-1;Rp450.000;x\nK/1;TS-2;500000;\n", encoding="utf-8")
    tried = run("import", "contracts", str(file), "--dry-run").stdout
    assert "2 added" in tried
    assert "nothing was written" in tried
    assert "unknown columns, not read: Warna" in tried
    assert lines(folder) == []
    assert run("import", "contracts", str(file)).stdout.endswith("done\n")
    assert lines(folder) == [450_000, 500_000]
    for name in ("out.csv", "out.xlsx"):
        run("export", "contracts", str(folder / name))
        assert "2 unchanged" in run("import", "contracts", str(folder / name)).stdout


def test_one_bad_row_holds_the_file_back(folder: Path) -> None:
    file = folder / "annex.csv"
    file.write_text("contract_number,point_code,monthly_fee\nK/1,TS-1,1\nK/1,TS-9,1\n", encoding="utf-8")
    said = run("import", "contracts", str(file), code=1).stdout
    assert "row 3 rejected (K/1 TS-9): point_code: there is no point TS-9 in the inventory" in said
    assert "nothing was written" in said
    told = json.loads(run("import", "contracts", str(file), "--json", code=1).stdout)
    assert (told["rejected"], told["added"], told["written"]) == (1, 1, False)
    assert lines(folder) == []


def test_a_file_that_is_none(folder: Path) -> None:
    file = folder / "annex.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "has no column contract_number" in run("import", "contracts", str(file), code=1).output
