"""The stylesheet: contrast computed from its tokens in both themes, and no rule for what no page has."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
SHEET = (PROJECT / "hotspot" / "static" / "app.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
THEMES = ("light", "dark")
TOKENS = {
    name: dict(zip(THEMES, colours, strict=True))
    for name, *colours in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", RULES)
}
WORDS = 4.5  # WCAG 2.2, 1.4.3: text
SHAPES = 3.0  # 1.4.11: what has to be seen to be understood

TEXTS = [
    *((ink, ground) for ink in ("text", "muted", "brand", "bad") for ground in ("ground", "card", "raised")),
    *((ink, "card") for ink in ("up", "warn", "plan")),
    *(("text", f"{soft}-soft") for soft in ("brand", "up", "warn", "bad", "plan")),
    *(("muted", f"{soft}-soft") for soft in ("brand", "up", "warn", "bad", "plan")),
    ("brand", "brand-soft"),
    ("brand", "bad-soft"),
    ("bad", "bad-soft"),
]
DRAWN = [(shape, "card") for shape in ("up", "warn", "bad", "plan", "work", "brand", "line-strong")]

# Classes put together by a template: what follows the dash comes from a value.
MADE = ("g-", "h-", "is-", "need-", "s-", "series-", "tone-")
FOREIGN = ("leaflet-", "u-")  # of the libraries


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read(ink: str, ground: str, theme: str) -> None:
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= WORDS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), DRAWN)
def test_shapes_can_be_told_from_their_ground(shape: str, ground: str, theme: str) -> None:
    assert contrast(TOKENS[shape][theme], TOKENS[ground][theme]) >= SHAPES


@pytest.mark.parametrize("theme", THEMES)
def test_white_can_be_read_on_the_main_button(theme: str) -> None:
    assert contrast("#ffffff", TOKENS["brand-fill"][theme]) >= WORDS


def test_every_class_of_the_stylesheet_is_on_a_page() -> None:
    sources = [
        *PROJECT.glob("templates/**/*.html"),
        *PROJECT.glob("hotspot/static/*.js"),
        *PROJECT.glob("hotspot/**/*.py"),
    ]
    written = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    known = set(re.findall(r"[\w-]+", written))
    selectors = re.sub(r"\{[^{}]*\}", "{}", RULES)
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r'url\("[^"]*"\)', "", selectors)))
    assert {name for name in classes - known if not name.startswith((*MADE, *FOREIGN))} == set()


def test_every_property_is_defined_and_used() -> None:
    used, defined = set(re.findall(r"var\((--[\w-]+)", RULES)), set(re.findall(r"(--[\w-]+):", RULES))
    assert used == defined


def test_sizes_of_letters_come_from_the_scale() -> None:
    assert re.findall(r"font-size: [\d.]+rem", RULES) == []


def test_no_sheet_locks_the_orientation() -> None:
    """WCAG 2.2, 1.3.4, which axe can't read out of sheets under the content security policy of the pages."""
    sheets = sorted((PROJECT / "hotspot" / "static").glob("*.css"))
    assert len(sheets) > 1
    assert [sheet.name for sheet in sheets if "orientation" in sheet.read_text(encoding="utf-8")] == []
