from pathlib import Path

import pytest

from hotspot.analytics.method import GROUPS, Method
from hotspot.analytics.methods import BY_KEY, METHODS, markdown

DOCS = Path(__file__).resolve().parents[3] / "docs" / "methods.md"


def test_page_of_the_documents_is_the_one_made_from_the_data() -> None:
    assert DOCS.read_text() == markdown()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.key)
def test_every_definition_is_whole_in_both_languages(method: Method) -> None:
    assert method.group in GROUPS
    assert all(len(text) == 2 and all(text) for text in (method.name, method.short, method.text))
    assert bool(method.formula[0]) == bool(method.formula[1])
    assert method.text[0] != method.text[1]


def test_keys_are_unique() -> None:
    assert len(BY_KEY) == len(METHODS)
