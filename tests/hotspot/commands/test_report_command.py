import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotspot.cli import cli
from hotspot.settings import Settings
from tests.hotspot.web.conftest import built, world  # noqa: F401  # fixtures
from tests.hotspot.web.world import World


@pytest.fixture
def run(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # noqa: F811
    monkeypatch.setenv("HOTSPOT_DATA_DIR", settings.data_dir)

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["report", *words])

    return run


def test_report_is_made_listed_and_taken_out(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = run("make", "mayor", "--form", "csv", "--to", str(tmp_path / "a.csv"))
    assert made.exit_code == 0, made.output
    assert "report 1: mayor, 2026-10, csv" in made.output

    data = (tmp_path / "a.csv").read_bytes()
    listed = run("list").output
    assert hashlib.sha256(data).hexdigest() in listed
    assert run("get", "1", str(tmp_path / "b.csv")).exit_code == 0
    assert (tmp_path / "b.csv").read_bytes() == data
    assert run("get", "1").stdout_bytes == data


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("make", "mayor", "--month", "2027-01"), "period: 2027-01 is still to come"),
        (("make", "provider", "Nobody"), "key: there is no Nobody here"),
        (("make", "district"), "key: say whose report it is"),
        (("get", "9"), "there is no report 9"),
        (("make", "mayor", "--form", "csv", "--to", "/no/such/folder/x"), "No such file or directory"),
    ],
)
def test_what_can_not_be_is_one_sentence(run, words: tuple[str, ...], says: str) -> None:  # type: ignore[no-untyped-def]
    done = run(*words)

    assert done.exit_code != 0
    assert says in done.output
    assert "Traceback" not in done.output
