"""No word of a page bypasses the translation: not in the templates, and not on the Indonesian pages themselves."""

import re
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

import hotspot
from tests.browser.pages import PAGES
from tests.hotspot.web.world_incidents import Incidents, incidents

__all__ = ["incidents"]

PROJECT = Path(__file__).parents[3]
CATALOGUE = Path(hotspot.__file__).parent / "translations" / "id" / "LC_MESSAGES" / "messages.po"
TEMPLATES = PROJECT / "templates"
FOR_DEVELOPERS = {"styleguide/index.html"}
SPOKEN = ("aria-label", "title", "placeholder", "alt", "label", "summary")
UNSPOKEN = {"script", "style", "code", "pre", "kbd"}

# Names, abbreviations and units that are the same in both languages.
PROPER = re.compile(
    r"\b(Hotspot|Wi-Fi|SNMP|CSV|XLSX|JSON|GeoJSON|PDF|SVG|QR|API|UTC|PNG|JPEG|UMKM|MTTR|Ctrl|Esc|Enter|Shift|Gini|SHA"
    r"|TOTP|OIDC|EPSG|ID|Rp|ms|km)\b"
)
ADDRESS = re.compile(r"#[\w-]+|[?&]?\w+=")  # what a template puts behind an address
EXAMPLES = {"7KQ2-M9XB", "python -m hotspot.evidence PACK.zip", "JSON Schema", "catalog.json", "points", "availability"}
# EXAMPLES are typed, and files named, as they are in both languages.
BOTH = {"methods"}  # pages that show both languages side by side


class Words(HTMLParser):
    """Texts and spoken attributes of a page, one after the other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.silent: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSPOKEN:
            self.silent.append(tag)
        told = dict(attrs)
        self.found += [told[name] or "" for name in SPOKEN if name in told]
        if tag == "input" and told.get("type") in ("submit", "button"):
            self.found.append(told.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            self.silent.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def words(html: str) -> list[str]:
    """Without those that say nothing, white space made even."""
    parser = Words()
    parser.feed(html)
    parser.close()
    return [text for each in parser.found if (text := " ".join(each.split()))]


def bare(app: Flask, name: str) -> list[str]:
    """What a template says that is no expression: every expression and statement is taken for a gap."""
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    source = re.sub(r"<{{.*?}}", "<div", source)  # a tag that is chosen
    left = "".join(value if kind == "data" else " " for _, kind, value in app.jinja_env.lex(source))
    texts = [ADDRESS.sub("", PROPER.sub("", text)) for text in words(left) if text not in EXAMPLES]
    return [text for text in texts if re.search(r"[^\W\d_]{2}", text)]


def test_templates_say_nothing_that_is_not_translated(app: Flask) -> None:
    names = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")} - FOR_DEVELOPERS
    assert {name: told for name in sorted(names) if (told := bare(app, name))} == {}


def english() -> re.Pattern[str]:
    """The catalogue's sentences of two words and more that Indonesian says otherwise, with any value at its places."""
    told = []
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            sources = message.id if isinstance(message.id, (list, tuple)) else [message.id]
            others = message.string if isinstance(message.string, (list, tuple)) else [message.string]
            told += [text for text in sources if text and text not in others and re.search(r"[a-z]{3} [a-z]{3}", text)]
    patterns = (re.sub(r"%\\\(\w+\\\)[a-z]", ".{1,80}?", re.escape(" ".join(text.split()))) for text in told)
    return re.compile(r"^(?:" + "|".join(patterns) + r")$", re.MULTILINE)


def test_an_indonesian_page_has_no_english_sentence(city_admin: FlaskClient, incidents: Incidents) -> None:
    city_admin.set_cookie("language", "id")
    sentences = english()
    found = {}
    for name, path in PAGES.items():
        page = city_admin.get(path)
        told = words(page.text) if page.mimetype == "text/html" else []
        if name not in BOTH and (hits := sentences.findall("\n".join(told))):
            found[name] = hits
    assert found == {}
