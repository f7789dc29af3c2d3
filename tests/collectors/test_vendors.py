import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

from collectors import vendors
from collectors.profile_file import SOURCES, load, parse

DOCUMENT = Path(__file__).parents[2] / "docs" / "vendors.md"


def test_the_document_is_in_step_with_the_profiles() -> None:
    document = DOCUMENT.read_text("utf-8")

    assert document == vendors.updated(document, load().values()), "run: python -m collectors.vendors docs/vendors.md"


def test_what_is_outside_the_marks_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vendors.md"
    path.write_text(f"before\n{vendors.BEGIN}\nold\n{vendors.END}\nafter\n", "utf-8")
    monkeypatch.setattr("sys.argv", ["vendors", str(path)])

    assert vendors.main() == 0

    written = path.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert "old" not in written
    assert "(`unifi`)" in written


def test_the_example_of_the_document_is_a_profile() -> None:
    _, _, rest = DOCUMENT.read_text("utf-8").partition("```toml\n")
    example, _, _ = rest.partition("```")

    assert [source.metric.name for source in parse("acme", tomllib.loads(dedent(example))).sources] == [
        "clients",
        "ssid_clients",
        "radio_channel",
    ]


def test_every_key_of_a_metric_is_explained() -> None:
    _, _, rest = DOCUMENT.read_text("utf-8").partition("| key of a `[[metric]]`")
    explained, _, _ = rest.partition("\n\n")

    for key in (
        *SOURCES,
        "present_if",
        "with",
        "label",
        "label_column",
        "label_index",
        "label_value",
        "labels",
        "rows",
    ):
        assert f"`{key}`" in explained
    for key in ("scale", "offset", "map", "missing", "decode", "reduce"):
        assert f"`{key}`" in explained
