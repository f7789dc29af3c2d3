"""Styles and scripts are packed once, and again when they change."""

import gzip
import os
from pathlib import Path

from hotspot.web.assets import pack


def test_a_text_is_packed_beside_itself_and_again_when_it_changed(tmp_path: Path) -> None:
    style, packed = tmp_path / "app.css", tmp_path / "app.css.gz"
    for text, second in (("a {}", 1_000), ("b {}", 4_000_000_000)):
        style.write_text(text)
        os.utime(style, (second, second))
        pack(tmp_path)
        assert gzip.decompress(packed.read_bytes()).decode() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.css", "app.css.gz"]


def test_what_is_packed_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app.js").write_text("1")
    (tmp_path / "app.js.gz").write_bytes(b"as it came")
    pack(tmp_path)
    assert (tmp_path / "app.js.gz").read_bytes() == b"as it came"


def test_an_installation_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "app.js").write_text("1")
    (tmp_path / f"app.js.gz.{os.getpid()}").mkdir()
    pack(tmp_path)
    assert not (tmp_path / "app.js.gz").exists()
