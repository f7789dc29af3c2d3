"""The record of who changed what; only ever appended, never with a secret in it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Entry:
    at: int
    actor: str
    action: str
    subject: str
    detail: str


def note(session: Session, now: int, actor: str, action: str, subject: str, detail: str = "") -> None:
    """`actor` is an account's name or "command line", `action` a verb such as "import", `subject` its object."""
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, detail=detail))
    session.flush()


def entries(session: Session, limit: int = 100) -> list[Entry]:
    """The newest first."""
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))
    return [Entry(row.at, row.actor, row.action, row.subject, row.detail) for row in rows]
