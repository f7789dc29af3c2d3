"""hotspot availability, on the world of the web tests."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from hotspot.cli import cli
from hotspot.settings import Settings
from tests.hotspot.web.world import DOWN_TOGETHER, NOW, build


@pytest.fixture(autouse=True)
def _filled(sqlite_engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(Path(settings.data_dir)))
    build(sqlite_engine)
    with time_machine.travel(NOW, tick=False):
        yield


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["availability", *arguments])


def test_city_of_the_last_thirty_days_as_a_table() -> None:
    done = run()
    assert done.exit_code == 0, done.output
    window, _, head, whole = done.stdout.splitlines()
    assert window == "2026-10-23T00:00:00+07:00 to 2026-11-21T14:00:00+07:00"
    assert head.split()[:3] == ["devices", "available", "coverage"]
    assert "%" in whole


def test_members_and_what_they_are_together() -> None:
    lines = run("--by", "district", "--period", "2026-11").stdout.splitlines()
    assert lines[3].startswith("36.74.01 ")
    assert lines[-1].startswith("together")


def test_csv_has_a_line_a_member() -> None:
    rows = list(csv.DictReader(io.StringIO(run("--by", "provider", "--format", "csv").stdout)))
    assert {row["by"] for row in rows} == {"provider"}
    assert rows[0]["key"] == "-" or rows[0]["name"]


def test_json_is_the_answer_of_the_api() -> None:
    told = json.loads(run("--point", DOWN_TOGETHER[0], "--from", "2026-11-21T06:30", "--format", "json").stdout)
    assert (told["availability"], told["point"], told["area"]) == (0.8, DOWN_TOGETHER[0], None)
    assert told["members"] == []


def test_never_measured_is_no_data() -> None:
    assert "no data" in run("--point", DOWN_TOGETHER[0], "--from", "2020-01-01", "--to", "2020-01-02").stdout


def test_service_hours_are_told_beside_the_window() -> None:
    window = run("--hours", "Mon-Fri 07:00-17:00").stdout.splitlines()[0]
    assert window.endswith(", Mon-Fri 07:00-17:00")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--point", "nix"], "point: there is none named 'nix'"),
        (["--period", "soon"], "period: is not a period like 2026, 2026-11, 2026-11-21, 24h or 30d"),
        (["--period", "24h", "--from", "2026-11-01"], "from: give either a period or a beginning"),
        (["--hours", "always"], "hours: 'always' is not like Mon-Fri 07:00-17:00"),
    ],
)
def test_mistake_is_one_sentence(arguments: list[str], sentence: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr
