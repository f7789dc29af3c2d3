"""Every page has a help of its own, in both languages, whose links lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotspot.analytics.methods import BY_KEY
from hotspot.web.help import SAME
from tests.browser.pages import NO_PAGES

PROJECT = Path(__file__).parents[3]
FILES = sorted((PROJECT / "templates" / "help").glob("*.toml"))
MACHINES = ("api.", "health.", "metrics.", "openapi.", "help.", "styleguide.")


def pages(app: Flask) -> set[str]:
    """Endpoints that people look at."""
    reads = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {name for name in reads if not name.startswith(MACHINES)} - NO_PAGES | set(SAME)


def test_every_page_has_a_help_and_every_help_a_page(app: Flask) -> None:
    assert {SAME.get(name, name) for name in pages(app)} == {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_languages_tell_the_same(path: Path) -> None:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(told) == {"methods", "document", "id", "en"}
    assert [len(told[code]["next"]) for code in ("id", "en")] == [len(told["id"]["next"])] * 2
    assert len(told["id"].get("words", {})) == len(told["en"].get("words", {}))
    assert told["id"]["answers"] != told["en"]["answers"]
    assert all(20 < len(told[code]["answers"]) < 260 for code in ("id", "en"))
    assert set(told["methods"]) <= set(BY_KEY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_longer_text_is_there(path: Path) -> None:
    name, _, section = tomllib.loads(path.read_text(encoding="utf-8"))["document"].partition("#")
    headings = re.findall(r"^#+ (.*)$", (PROJECT / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert not section or section in [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in headings]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_help_is_read_without_a_sign_in(client: FlaskClient, lang: str) -> None:
    answer = client.get(f"/help/points.index?lang={lang}")
    told = tomllib.loads((PROJECT / "templates/help/points.index.toml").read_text(encoding="utf-8"))[lang]
    assert answer.status_code == 200
    assert told["answers"] in answer.text


def test_a_page_leads_to_its_own_help(city_viewer: FlaskClient) -> None:
    assert 'href="/help/points.index"' in city_viewer.get("/points").text


def test_no_such_help_is_not_found(client: FlaskClient) -> None:
    assert client.get("/help/no.such").status_code == 404
    assert client.get("/help/..%2f..%2fREADME").status_code == 404


def test_the_list_has_them_all(client: FlaskClient) -> None:
    assert client.get("/help/").text.count('href="/help/') >= len(FILES)
