"""backup, restore, move, export --all and migrate as an operator calls them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotspot.cli import cli
from hotspot.store.base import make_engine
from hotspot.store.migrate import known, migrate
from tests.hotspot.store.test_transfer import contents, lived_in


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a city that was polled a little."""
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(tmp_path))
    engine = make_engine(f"sqlite:///{tmp_path / 'hotspot.sqlite'}")
    migrate(engine)
    lived_in(engine)
    engine.dispose()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_a_backup_goes_to_the_data_folder_and_comes_back(folder: Path) -> None:
    made = run("backup")
    assert made.exit_code == 0, made.output
    assert "Testing, schema" in made.output
    (copy,) = (folder / "backups").iterdir()
    assert "15 rows of poll_hot" in run("backup", "--check", str(copy)).output

    restored = run("restore", str(copy))
    assert restored.exit_code == 0, restored.output
    (kept,) = folder.glob("hotspot.before-restore-*.sqlite")
    assert str(kept) in restored.output


def test_everything_is_exported_and_restored(folder: Path) -> None:
    before = contents(make_engine(f"sqlite:///{folder / 'hotspot.sqlite'}"))
    assert run("export", "--all", str(folder / "all.zip")).exit_code == 0
    (folder / "hotspot.sqlite").unlink()
    assert run("restore", str(folder / "all.zip")).exit_code == 0
    assert contents(make_engine(f"sqlite:///{folder / 'hotspot.sqlite'}")) == before


def test_a_database_is_moved(folder: Path) -> None:
    moved = run("move", f"sqlite:///{folder / 'other.sqlite'}")
    assert moved.exit_code == 0, moved.output
    assert "rows copied and compared" in moved.output
    assert "that is the database in use" in run("move", f"sqlite:///{folder / 'hotspot.sqlite'}").output
    assert "not empty" in run("move", f"sqlite:///{folder / 'other.sqlite'}").output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("backup", "--check"), "needs the FILE"),
        (("backup", "/nowhere/at/all"), "No such file"),
        (("restore", __file__), "not an archive of Hotspot"),
        (("restore", "/dev/zero"), "is no file"),
        (("backup", "--check", "/dev/zero"), "is no file"),
        (("export", "points", "points.pdf"), "kind .pdf"),
        (("discover", "--json", "--csv"), "not both"),
        (("discover", "--name", "x"), "go with --add"),
        (("export",), "say --all FILE"),
        (("move", "nonsense://x"), "not the address of a database"),
        (("move", "sqlite://"), "not the address of a database"),  # in memory: copied, and gone
        (("move", f"sqlite:///{__file__}"), "file is not a database"),
        (("export", "--all", "x.zip", "points"), "leave out what follows"),
        (("export", "--all", __file__), "exists already"),
    ],
)
def test_a_mistake_is_one_sentence(folder: Path, arguments: tuple[str, ...], reason: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert reason in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_migration_makes_a_copy_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(tmp_path))
    migrate(make_engine(f"sqlite:///{tmp_path / 'hotspot.sqlite'}"), known()[0])
    result = run("migrate")
    assert result.exit_code == 0, result.output
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name.startswith(f"before-migration-of-{known()[0]}-")
    assert f"schema {known()[0]}" in run("backup", "--check", str(copy)).output
    assert run("migrate").exit_code == 0
    assert len(list((tmp_path / "backups").iterdir())) == 1
