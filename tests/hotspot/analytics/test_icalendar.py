"""The calendar file, held to what RFC 5545 asks of lines, letters and times."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.icalendar import Event, calendar, folded, text

EVENT = Event("w1@hotspot", 0, 1_795_244_400, 1_795_251_600, "Ganti kabel", "Balai", "diumumkan", cancelled=False)


def test_an_event_is_written_whole() -> None:
    assert calendar("Kota", "-//hotspot//id", [EVENT]).split("\r\n") == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hotspot//id", "X-WR-CALNAME:Kota", "BEGIN:VEVENT",
        "UID:w1@hotspot", "DTSTAMP:19700101T000000Z", "DTSTART:20261121T070000Z", "DTEND:20261121T090000Z",
        "SUMMARY:Ganti kabel", "LOCATION:Balai", "DESCRIPTION:diumumkan", "STATUS:CONFIRMED", "TRANSP:TRANSPARENT",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def test_a_cancelled_one_says_so() -> None:
    assert "\r\nSTATUS:CANCELLED\r\n" in calendar("", "", [replace(EVENT, cancelled=True)])


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a;b,c\\d", "a\\;b\\,c\\\\d"),
        ("one\r\ntwo\nthree", "one\\ntwo\\nthree"),
        ("x\u2028END:VCALENDAR", "x\\nEND:VCALENDAR"),
        ("bell\a\0", "bell"),
    ],
)
def test_text_is_escaped(value: str, written: str) -> None:
    assert text(value) == written


@given(st.text(max_size=400))
def test_no_text_makes_a_line_of_its_own(hostile: str) -> None:
    written = calendar(hostile, "p", [replace(EVENT, summary=hostile, location=hostile)])
    lines = written.split("\r\n")

    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\r" not in "".join(lines)
    unfolded = written.replace("\r\n ", "").split("\r\n")
    assert len(unfolded) == 17
    assert unfolded[3] == f"X-WR-CALNAME:{text(hostile)}"


def test_folding_cuts_no_letter() -> None:
    assert [len(part.encode()) for part in folded("é" * 80)] == [74, 75, 13]
