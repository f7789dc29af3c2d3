"""The city's own words: placeholders of a list and nothing else, refused with their name and place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.incident_text import IncidentFacts, Voice
from hotspot.analytics.incident_words import MESSAGES
from hotspot.analytics.message_template import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    MOST_LISTED,
    OURS,
    PLACEHOLDERS,
    Template,
    checked,
    filled,
    usable,
    values_of,
    values_of_list,
)
from hotspot.analytics.written import Writer

ENGLISH = Voice(str, Writer("en", "Asia/Jakarta"))
FACTS = IncidentFacts(
    id=1, kind="outage", severity="critical", shared="area", name="Buaran", began=1_795_280_400, recovered_at=None,
    members=4, down=4, point_count=2, points=("Balai {city}", "Taman"), reason="power",
)  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "body", "column", "said"),
    [
        ("{headline}", "{detail}", "body", "{detail}, at character 1"),
        ("a {x.y} b", "text", "subject", "{x.y}, at character 3"),
        ("{headline!r}", "text", "subject", "{headline!r}, at character 1"),
        ("{headline:>9}", "text", "subject", "{headline:>9}, at character 1"),
        ("{}", "text", "subject", "{}, at character 1"),
        ("{0}", "text", "subject", "{0}, at character 1"),
        ("{city.__class__}", "text", "subject", "{city.__class__}"),
        ("{ city }", "text", "subject", "{ city }"),
        ("{count}", "text", "subject", "{count}"),
        ("a } b", "text", "subject", "a lone brace, at character 3"),
        ("{{city}}", "text", "subject", "a lone brace, at character 1"),
        ("{city", "text", "subject", "a lone brace, at character 1"),
        ("", "text", "subject", "empty"),
        ("text", " \n ", "body", "empty"),
        ("x" * (LONGEST_SUBJECT + 1), "text", "subject", "longer than 200"),
        ("text", "x" * (LONGEST_BODY + 1), "body", "longer than 2000"),
        ("two\nlines", "text", "subject", "more than one line"),
        ("a\x00b", "text", "subject", "a character that is not seen, at character 2"),
        ("text", "a\u202eb", "body", "a character that is not seen, at character 2"),
    ],
)
def test_what_is_refused_is_named(subject: str, body: str, column: str, said: str) -> None:
    with pytest.raises(RejectedError) as refused:
        checked("opened", subject, body)
    assert refused.value.column == column
    assert said in str(refused.value)
    assert usable("opened", subject, body) is None


def test_an_event_nobody_knows_is_refused() -> None:
    with pytest.raises(RejectedError, match="event"):
        checked("later", "a", "b")


def test_ours_are_usable_for_each_message_and_language() -> None:
    assert {event for event, _ in OURS} == set(MESSAGES) == set(PLACEHOLDERS)
    for (event, language), ours in OURS.items():
        assert language in ("id", "en")
        assert checked(event, ours.subject, ours.body) == ours


def test_what_is_put_in_is_not_looked_at_again() -> None:
    values = values_of("opened", FACTS, ENGLISH, "{headline}")
    assert filled(Template("{city}", "{points}"), values) == Template("{headline}", "Balai {city}, Taman")


def test_every_placeholder_has_a_value() -> None:
    assert set(values_of("opened", FACTS, ENGLISH, "Kota")) == set(PLACEHOLDERS["opened"])
    assert set(values_of_list([FACTS], ENGLISH, "Kota", 12)) == set(PLACEHOLDERS["storm"])
    assert values_of("opened", FACTS, ENGLISH, "Kota")["cause"] == "Electricity"


def test_ours_say_what_happened() -> None:
    made = filled(OURS["opened", "en"], values_of("opened", FACTS, ENGLISH, "Kota"))
    assert made.subject == "Critical: Kelurahan Buaran: 4 access points at 2 points down"
    assert made.body.splitlines()[-1] == "Hotspot Kota"


def test_a_long_list_ends_with_how_many_more() -> None:
    listed = values_of_list([FACTS] * (MOST_LISTED + 3), ENGLISH, "Kota")
    assert listed["list"].count("- ") == MOST_LISTED
    assert listed["list"].endswith("and 3 more")
    assert listed["count"] == "15"
    assert values_of_list([], ENGLISH, "Kota")["first"] == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_refused_or_stays_within_bounds(subject: str, body: str) -> None:
    template = usable("opened", subject, body)
    if template is not None:
        made = filled(template, values_of("opened", FACTS, ENGLISH, "Kota"))
        assert len(made.subject) <= LONGEST_SUBJECT
        assert not re.search(r"[\r\n]", made.subject)
