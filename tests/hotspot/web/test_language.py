"""Pages speak Indonesian and English, and every word of them is translated."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes

import hotspot

PROJECT = Path(__file__).parents[3]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2)}
CATALOGUE = Path(hotspot.__file__).parent / "translations" / "id" / "LC_MESSAGES"


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [
        ("", "", "id"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr", "id"),
        ("?lang=en", "id", "en"),
        ("?lang=xx", "en", "en"),
    ],
)
def test_the_language_is_asked_or_the_browsers_or_the_settings(
    client: FlaskClient, query: str, header: str, lang: str
) -> None:
    text = client.get("/first-steps" + query, headers={"Accept-Language": header}).text
    assert f'<html lang="{lang}"' in text


def test_a_choice_stays_and_the_switch_keeps_the_page(client: FlaskClient) -> None:
    page = client.get("/first-steps?lang=en&x=1").text
    assert 'href="/first-steps?lang=id&amp;x=1"' in page
    assert '<html lang="en"' in client.get("/first-steps").text


def test_no_template_says_no_data_in_the_language_of_its_first_reader(app: Flask) -> None:
    """Jinja works out the filter of a constant once, when the template is compiled; `missing()` is called each time."""
    jinja = app.jinja_env
    for name in jinja.list_templates(filter_func=lambda name: name.endswith(".html")):
        assert jinja.loader
        tree = jinja.parse(jinja.loader.get_source(jinja, name)[0])
        assert nodes.Const(None) not in [each.node for each in tree.find_all(nodes.Filter)], name


def messages() -> dict[tuple[str, ...], tuple[str, ...]]:
    with (CATALOGUE / "messages.po").open("rb") as file:
        return {forms(message.id): forms(message.string) for message in read_po(file) if message.id}


def forms(text: object) -> tuple[str, ...]:
    """Singular and plural, or the one form there is."""
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def test_every_string_is_translated_and_none_is_fuzzy() -> None:
    with (CATALOGUE / "messages.po").open("rb") as file:
        fuzzy = [message.id for message in read_po(file) if message.id and message.fuzzy]
    assert fuzzy == []
    assert [source for source, words in messages().items() if not all(words)] == []


def test_translations_keep_the_places_for_values() -> None:
    place = re.compile(r"%\(\w+\)[a-z]|%%")
    for source, words in messages().items():
        assert {*place.findall(source[0])} == {*place.findall(words[0])}, source


def test_the_compiled_catalogue_is_in_step() -> None:
    with (CATALOGUE / "messages.mo").open("rb") as file:
        compiled = {forms(message.id): forms(message.string) for message in read_mo(file) if message.id}
    assert compiled == messages()


def test_the_catalogue_has_every_string_of_pages_and_code() -> None:
    known = {form for source in messages() for form in source}
    assert {text for folder in ("hotspot", "templates") for text in strings(PROJECT / folder)} - known == set()


def strings(folder: Path) -> Iterator[str]:
    """What pybabel extracts with babel.cfg."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    for _, _, message, _, _ in extract_from_dir(folder, methods, keywords=KEYWORDS, directory_filter=lambda _: True):
        yield from forms(message)
