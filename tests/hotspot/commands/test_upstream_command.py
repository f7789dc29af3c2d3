"""hotspot import upstreams."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from hotspot.cli import cli
from hotspot.settings import Settings
from hotspot.store.base import reading
from hotspot.store.models import Dependency, Upstream
from tests.hotspot.store.alerts.small_city import build

TABLE = """kind,name,parent,access_point,titik,demonstration
switch,SW 1,F1,ap-20,,
switch,SW 1,,,TS-2,
switch,SW 2,nobody,,,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "upstreams.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(cli, ["import", "upstreams", *words], env={"HOTSPOT_DATA_DIR": settings.data_dir})


def test_a_table_is_looked_at_and_read(sqlite_engine: Engine, settings: Settings, file: Path) -> None:
    build(sqlite_engine)

    looked = run(settings, str(file), "--dry-run")
    assert looked.exit_code == 0, looked.output
    assert "3 rows read\n      2 added\n      0 changed\n      0 unchanged\n      1 rejected" in looked.stdout
    assert "row 4 rejected (SW 2): parent: nobody is not known here" in looked.stdout
    assert "nothing was written" in looked.stdout
    with reading(sqlite_engine) as session:
        assert session.scalar(select(func.count()).select_from(Upstream)) == 2

    told = json.loads(run(settings, str(file), "--json").stdout)
    assert (told["rows"], told["added"], told["outcomes"][2]["column"]) == (3, 2, "parent")
    with reading(sqlite_engine) as session:
        assert session.scalar(select(func.count()).select_from(Upstream)) == 3
        assert session.scalar(select(func.count()).select_from(Dependency)) == 7
    assert "2 unchanged" in run(settings, str(file)).stdout


def test_a_file_that_is_none_and_one_that_is_all_wrong(
    sqlite_engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    build(sqlite_engine)
    wrong, none = tmp_path / "wrong.csv", tmp_path / "none.csv"
    wrong.write_text("kind,name\nmoon,x\n", encoding="utf-8")
    none.write_text("a,b\n1,2\n", encoding="utf-8")

    assert run(settings, str(wrong)).exit_code == 1
    assert "Error: " in run(settings, str(none)).output
