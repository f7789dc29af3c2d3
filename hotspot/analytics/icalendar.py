"""Events as an iCalendar file (RFC 5545), as calendars of people and offices read it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LINE = 75  # octets, without the break
BREAK = "\r\n"


@dataclass(frozen=True, slots=True)
class Event:
    """`uid` stays the same for ever; `stamp` is when the event was last said to be so."""

    uid: str
    stamp: int
    start: int
    end: int
    summary: str
    location: str
    description: str
    cancelled: bool


def calendar(name: str, product: str, events: Iterable[Event]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{text(product)}", f"X-WR-CALNAME:{text(name)}"]
    for event in events:
        lines += lines_of(event)
    lines.append("END:VCALENDAR")
    return "".join(part + BREAK for line in lines for part in folded(line))


def lines_of(event: Event) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{text(event.uid)}", f"DTSTAMP:{utc(event.stamp)}")
    yield from (f"DTSTART:{utc(event.start)}", f"DTEND:{utc(event.end)}", f"SUMMARY:{text(event.summary)}")
    yield from (f"LOCATION:{text(event.location)}", f"DESCRIPTION:{text(event.description)}")
    yield from (f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}", "TRANSP:TRANSPARENT", "END:VEVENT")


def utc(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    """Escaped as 3.3.11 asks; what ends a line in any reader is a line break, other control characters go."""
    value = "\n".join(value.splitlines())
    for mark in ("\\", ";", ","):
        value = value.replace(mark, f"\\{mark}")
    kept = (letter for letter in value.replace("\n", "\\n") if letter.isprintable() or letter.isspace())
    return "".join(" " if letter.isspace() else letter for letter in kept)


def folded(line: str) -> Iterator[str]:
    """In pieces of LINE octets (3.1), none cut within a letter; a piece that goes on begins with a space."""
    piece, octets = "", 0
    for letter in line:
        length = len(letter.encode())
        if octets + length > LINE:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + letter, octets + length
    yield piece
