import gzip
from pathlib import Path

import pytest

from hotspot.web import vendor


def test_the_files_are_copied(tmp_path: Path) -> None:
    for name in vendor.FILES:
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).write_text("x")
    written = vendor.copy(tmp_path / "from", tmp_path / "to")
    assert sorted(path.name for path in written) == sorted(vendor.FILES.values())
    assert all(gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == b"x" for path in written)


def test_a_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(*_: Path) -> list[Path]:
        return list(map(Path, [(tmp_path / "htmx").read_text()]))

    monkeypatch.setattr(vendor, "copy", nothing)
    assert vendor.main() == 1
    assert "htmx is missing; run `npm ci` first" in capsys.readouterr().err
