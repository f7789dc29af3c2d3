"""hotspot import denominators, import proposals, export denominators."""

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from hotspot.cli import cli
from hotspot.settings import Settings
from hotspot.store.base import reading
from hotspot.store.models import Denominator, Proposal
from tests.hotspot.small_city import build
from tests.hotspot.web.world import NOW

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on a small city, at the instant NOW."""
    build(sqlite_engine)
    monkeypatch.setenv("HOTSPOT_DATA_DIR", settings.data_dir)

    def invoke(*words: str | Path) -> Result:
        with time_machine.travel(NOW, tick=False):
            return CliRunner().invoke(cli, [str(word) for word in words])

    return invoke


def test_numbers_are_told_row_by_row_and_read_back(run: Run, sqlite_engine: Engine, tmp_path: Path) -> None:
    file, out = tmp_path / "angka.csv", tmp_path / "out.csv"
    file.write_text("kode_wilayah;per_tanggal;penduduk;sekolah\n36.74.01.1001;2025;12.345;7\n36.74.01.1002;2099;5;1\n")
    dry = run("import", "denominators", file, "--dry-run")
    assert dry.exit_code == 0
    assert "row 3 rejected (36.74.01.1002): as_of: 2099-06-30 lies in the future" in dry.output
    assert dry.output.endswith("dry run: nothing was written\n")
    with reading(sqlite_engine) as session:
        assert session.scalars(select(Denominator)).all() == []
    assert run("import", "denominators", file).exit_code == 0
    assert run("export", "denominators", out).exit_code == 0
    again = run("import", "denominators", out, "--dry-run")
    assert "      2 unchanged\n" in again.output


def test_a_file_of_which_no_row_is_good_ends_with_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "angka.csv"
    file.write_text("area_code,as_of,population\n36.74.01.1001,2025,-1\n")
    assert run("import", "denominators", file).exit_code == 1
    file.write_text("nothing,of,this\n1,2,3\n")
    refused = run("import", "denominators", file)
    assert refused.exit_code == 1
    assert "has no column area_code or area_name" in refused.output


def test_proposals_are_taken_in_without_printing_who_asked(run: Run, sqlite_engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "usulan.csv"
    file.write_text(
        "tempat,kode_kelurahan,alasan,kontak\nBalai,36.74.01.1001,Perlu,Ibu Sari\nTaman,99,Perlu,Pak Budi\n"
    )
    told = run("import", "proposals", file, "--dry-run")
    assert "row 3 rejected (Taman): area_code: 99 is no area of this city" in told.output
    done = run("import", "proposals", file)
    assert "Sari" not in told.output + done.output
    assert "Budi" not in told.output + done.output
    with reading(sqlite_engine) as session:
        (row,) = session.scalars(select(Proposal))
        assert row.contact is not None
        assert b"Sari" not in row.contact
    assert "      1 unchanged\n" in run("import", "proposals", file).output
