"""The documents name what the code has, settings to addresses, and their links lead somewhere."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from hotspot.api.operations import OPERATIONS
from hotspot.cli import COMMANDS
from hotspot.inventory_file import COLUMNS
from hotspot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def settings_table() -> dict[str, str]:
    """Setting: default, as docs/operations.md has them."""
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", text("operations.md"), re.MULTILINE)
    return {name: default.strip(" `") for name, default in rows}


def test_operations_lists_every_setting_with_its_default() -> None:
    documented = settings_table()
    assert {item.name: str(item.default) for item in fields(Settings)} == {
        item.name: documented.get(item.name) for item in fields(Settings)
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_operations_names_every_command(command: str) -> None:
    assert f"`hotspot {command}" in text("operations.md")


@pytest.mark.parametrize("column", COLUMNS)
def test_admins_names_every_import_column(column: str) -> None:
    rows = [line.split("|")[1] for line in text("admins.md").splitlines() if line.startswith("| `")]
    assert any(f"`{column}`" in row for row in rows)


@pytest.mark.parametrize("path", [operation.path for operation in OPERATIONS])
def test_api_names_every_address(path: str) -> None:
    assert f"{path}`" in text("api.md")


def test_every_decision_is_in_the_index() -> None:
    linked = LINK.findall(text("decisions/README.md"))
    assert linked == sorted(path.name for path in (DOCS / "decisions").glob("0*.md"))


def test_security_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text("security.md"))
    assert len(named) > 20
    for path, test in named:
        assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


def links(page: Path) -> Iterator[str]:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            yield target


def anchors(page: Path) -> set[str]:
    """As forges make them: letters, digits and hyphens of a heading."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page: Path) -> None:
    broken = []
    for target in links(page):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert not broken
