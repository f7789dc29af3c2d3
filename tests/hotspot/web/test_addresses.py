"""Pages may be served below a prefix: whatever writes an address lets `url_for` or a template's own page say it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "hotspot/static").glob("*.js"))
MODULES = sorted(path for part in ("web", "api") for path in (ROOT / "hotspot" / part).rglob("*.py"))

ATTRIBUTE = re.compile(r"""\b(?:href|src|srcset|action|formaction|poster|content|hx-[a-z]+|data-[a-z-]+)=["']/""")
CALL = re.compile(
    r"""\b(?:(?:fetch|URL|assign|replace|open|register|import)\(\s*f?["'`]/[A-Za-z]|redirect\(\s*f?["'`]/)"""
)
PATH = re.compile(r"""(?:[Ll]ocation|HX-[A-Z]\w+|\bhref|\baction)["'\]]*\s*[:=]\s*f?["'`]/""")


def violations(text: str, *patterns: re.Pattern[str]) -> list[str]:
    return [line.strip() for line in text.splitlines() if any(pattern.search(line) for pattern in patterns)]


def test_no_address_begins_at_the_root_of_the_host() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (*TEMPLATES, *SCRIPTS, *MODULES)}
    assert len(texts) > 100
    found = {str(path.relative_to(ROOT)): violations(text, ATTRIBUTE, CALL, PATH) for path, text in texts.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        '<a href="/points">',
        "<form action='/points/'>",
        '<div hx-get="/">',
        '<div data-points="/map/points.json">',
        'return redirect("/")',
        "await fetch(`/points/${code}`)",
        'new URL("/points", location.href)',
        'location.href = "/points"',
        'response.headers["Location"] = "/x"',
    ],
)
def test_the_rule_sees_what_it_is_there_for(line: str) -> None:
    assert violations(line, ATTRIBUTE, CALL, PATH)


def test_the_rule_allows_what_knows_its_place() -> None:
    for line in ('<a href="{{ url_for("points.index") }}">', '<a href="#main">', '@blueprint.get("/points")'):
        assert violations(line, ATTRIBUTE, CALL, PATH) == []
