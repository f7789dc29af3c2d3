"""A proposed cause in words."""

import re
from pathlib import Path

import pytest

from hotspot.analytics import root_cause
from hotspot.analytics.incident_text import Count, Instant, Length, Said, Word
from hotspot.analytics.root_cause import Evidence, Proposal
from hotspot.analytics.root_cause_text import EVIDENCE, evidence_said, place, said

FIBRE = Proposal("fibre_cut", "upstream", "7", "F1", "fibre", 38, 40, 0.9, ())


def filled(text: Said) -> str:
    return text.msgid % {name: plain(value) for name, value in text.values.items()}


def plain(value: object) -> object:
    match value:
        case Said():
            return filled(value)
        case Word():
            return value.msgid
        case Count(n):
            return n
        case Instant(t):
            return f"at {t}"
        case Length(seconds):
            return f"{seconds} s"
    return value


@pytest.mark.parametrize(
    ("shared", "kind", "cause", "of", "text"),
    [
        ("upstream", "fibre", "fibre_cut", 40, "Fibre cut (Fibre F1, 38 of 40)"),
        ("upstream", "other", "unknown", 40, "Other F1 (38 of 40)"),
        ("ap", "", "device", 1, "Device (F1)"),
        ("upstream", "other", "unknown", 1, "Other F1"),
        ("area", "", "power", 40, "Electricity (Kelurahan F1, 38 of 40)"),
        ("city", "", "line", 40, "Line (Whole city, 38 of 40)"),
    ],
)
def test_a_proposal_is_one_line(shared: str, kind: str, cause: str, of: int, text: str) -> None:
    assert filled(said(Proposal(cause, shared, "7", "F1", kind, 38, of, 0.9, ()))) == text


def test_values_are_written_as_what_they_are() -> None:
    told = evidence_said(Evidence("past_reason", {"count": 2, "last_at": 5, "reason": "power"}))
    assert filled(told) == "incidents here in the last 90 days: 2, the last on at 5, most often: Electricity"

    assert filled(evidence_said(Evidence("together", {"count": 3, "spread_s": 45}))) == "all 3 began within 45 s"
    assert "the last at at 9" in filled(evidence_said(Evidence("others_up", {"count": 3, "seen_at": 9})))
    assert filled(evidence_said(Evidence("others_up", {"count": 3}))) == "3 others there answer"


def test_every_kind_of_evidence_has_a_sentence() -> None:
    source = Path(root_cause.__file__).read_text()
    made = set(re.findall(r'Evidence\("(\w+)"', source)) | set(re.findall(r'kind = "(\w+)"', source))

    assert {"together", "silent", "others_up", "past_reason"} <= made
    assert made <= EVIDENCE.keys()


def test_evidence_of_another_version_does_no_harm() -> None:
    assert filled(evidence_said(Evidence("moon", {}))) == "moon"


def test_a_place_has_its_kind_in_front() -> None:
    assert plain(place(FIBRE)) == "Fibre F1"
