"""What people noted at a point: who, when, and what."""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.store.audit import note
from hotspot.store.models import Point, PointNote

LONGEST = 2000
OLDEST_S = 60 * 86_400  # a phone that claims an older note has a wrong clock


@dataclass(frozen=True, slots=True)
class Noted:
    """`received_at` is later than `at` where the line was bad."""

    at: int
    received_at: int
    actor: str
    text: str


def notes(session: Session, point_id: int, limit: int = 20) -> list[Noted]:
    """The newest first."""
    query = select(PointNote).where(PointNote.point_id == point_id).order_by(PointNote.at.desc(), PointNote.id.desc())
    return [Noted(row.at, row.received_at, row.actor, row.text) for row in session.scalars(query.limit(limit))]


def add_note(session: Session, point_id: int, text: str, *, at: int, now: int, actor: str) -> None:
    """`at` is when it was written, as the phone says. Raises RejectedError of `text`."""
    text = tidy(text)
    if not text:
        reject("text", N_("empty"))
    if len(text) > LONGEST:
        reject("text", N_("longer than %(most)s characters"), most=LONGEST)
    point = session.get_one(Point, point_id)
    session.add(PointNote(point_id=point_id, at=written_at(at, now), received_at=now, actor=actor, text=text))
    session.flush()
    note(session, now, actor, "note", f"point {point.code}", f"{len(text)} characters")


def tidy(text: str) -> str:
    """Lines are kept, what can do harm or shows nothing is left out."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    kept = ("".join(letter for letter in line if unicodedata.category(letter)[0] != "C").rstrip() for line in lines)
    return "\n".join(kept).strip()


def written_at(at: int, now: int) -> int:
    return at if now - OLDEST_S <= at <= now else now
