"""One headline and a few lines for each kind of incident, the same for pages and messages."""

from dataclasses import replace

import pytest

from hotspot.analytics.incident_text import IncidentFacts, Said, Voice, headline, lines, one_line, spoken, subject
from hotspot.analytics.incident_words import KINDS, SHARED, TELLING
from hotspot.analytics.written import NBSP, Writer

BEGAN = 1_795_280_400  # 21 Nov 2026 17:00 UTC, midnight in Jakarta
ENGLISH = Voice(str, Writer("en", "Asia/Jakarta"))
SWITCH = IncidentFacts(
    id=7, kind="outage", severity="warning", shared="upstream", name="Switch Serpong 3", began=BEGAN,
    recovered_at=None, members=40, down=40, point_count=12,
    points=("Balai Warga", "Taman", "Masjid", "Pasar", "Sekolah", "Gereja"),
)  # fmt: skip
LONELY = replace(SWITCH, shared="ap", name="AP-1", members=1, down=1, point_count=1, points=("Taman Kota",))
FULL = replace(
    SWITCH, kind="capacity", shared="city", name="Capacity", members=2, down=1, labels=("AP-1", "AP-2"), still=("AP-2",)
)


def said(facts: IncidentFacts) -> str:
    return ENGLISH.say(headline(facts)).replace(NBSP, " ")


def told(facts: IncidentFacts) -> list[str]:
    return spoken(ENGLISH, lines(facts)).replace(NBSP, " ").splitlines()


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (SWITCH, "Switch Serpong 3: 40 access points at 12 points down"),
        (LONELY, "AP-1: down"),
        (replace(LONELY, shared="point", name="Taman Kota"), "Taman Kota: one access point down"),
        (replace(SWITCH, shared="area", name="Buaran"), "Kelurahan Buaran: 40 access points at 12 points down"),
        (replace(SWITCH, shared="city", members=1500), "Whole city: 1,500 access points at 12 points down"),
        (replace(SWITCH, recovered_at=BEGAN + 2_520), "Switch Serpong 3: up again after 42 min"),
        (FULL, "Clients at capacity: Whole city (2)"),
        (replace(FULL, members=1), "Clients at capacity: AP-1"),
        (replace(FULL, members=1, labels=()), "Clients at capacity: Whole city"),
        (replace(FULL, recovered_at=BEGAN + 60), "Clients at capacity, over: Whole city"),
    ],
)
def test_headline_tells_what_and_where(facts: IncidentFacts, wanted: str) -> None:
    assert said(facts) == wanted


def test_every_kind_place_and_event_has_a_headline() -> None:
    for kind in KINDS:
        for shared in SHARED:
            for event in TELLING:
                assert ENGLISH.say(subject(event, replace(SWITCH, kind=kind, shared=shared)))


def test_a_kind_nobody_knows_is_shown_as_it_is() -> None:
    assert said(replace(FULL, kind="later")) == "later: Whole city (2)"


def test_lines_of_an_open_incident() -> None:
    facts = replace(
        SWITCH, down=2, still=("AP-8", "AP-9"), cause=Said("all at once"), acknowledged_by="sari", assignee="budi",
        due_at=BEGAN + 14_400, flapping=True,
    )  # fmt: skip
    assert told(facts) == [
        "Since 22 Nov 2026 00:00 WIB",
        "Points: Balai Warga, Taman, Masjid, Pasar, Sekolah and 7 more",
        "Still down: AP-8, AP-9",
        "It comes and goes. Nothing more is said of it until it is quiet.",
        "Probably: all at once",
        "Acknowledged by sari",
        "Assigned to budi",
        "To be mended by 22 Nov 2026 04:00 WIB, by contract",
    ]


def test_lines_of_one_that_is_over_name_its_reason_and_nobody() -> None:
    facts = replace(SWITCH, recovered_at=BEGAN + 3_600, reason="power", cause="a fibre", acknowledged_by="sari")
    assert told(facts)[0] == "From 22 Nov 2026 00:00 WIB to 22 Nov 2026 01:00 WIB: 1 h"
    assert told(facts)[2:] == ["Reason: Electricity"]


def test_lines_of_a_rule_name_what_it_found() -> None:
    assert told(FULL)[1:] == ["Found: AP-1, AP-2", "Still: AP-2"]


def test_a_point_does_not_name_itself_again() -> None:
    assert len(told(replace(LONELY, shared="point", name="Taman Kota"))) == 1
    assert told(LONELY)[1:] == ["Points: Taman Kota"]


@pytest.mark.parametrize("name", ["a\r\nBcc: x@example.org", "a" * 300, "100 %s %(x)s {y}"])
def test_names_of_others_stay_one_line_and_say_nothing_else(name: str) -> None:
    text = said(replace(LONELY, name=name))
    assert "\n" not in text
    assert "\r" not in text
    assert len(text) <= 90
    assert one_line(name) in text


def test_an_event_says_what_else_happened() -> None:
    assert ENGLISH.say(subject("reopened", LONELY)) == "Again: AP-1: down"
    assert subject("opened", LONELY) == headline(LONELY)
