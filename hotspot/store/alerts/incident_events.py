"""The one log of incidents: what the pages show, what is sent on, and what other systems are told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.store.models import IncidentEvent

QUIET = 0  # as `told_at`: nobody gets a message of it


def add(
    session: Session,
    incident_id: int,
    *,
    at: int,
    kind: str,
    actor: str = "",
    text: str = "",
    data: Mapping[str, Any] | None = None,
    quiet: bool = False,
) -> int:
    """A line of an incident's history; its id. `kind` is a key of analytics.incident_words.EVENTS.

    `quiet`: what is past, or what no rule wants to hear of, is on record and causes no message.
    """
    told = json.dumps(data, ensure_ascii=False, sort_keys=True) if data else ""
    event = IncidentEvent(
        incident_id=incident_id, at=at, kind=kind, actor=actor, text=text, data=told, told_at=QUIET if quiet else None
    )
    session.add(event)
    session.flush()
    return event.id


def untold_since(session: Session) -> int | None:
    """When the oldest event happened of which no messages were made yet; None as nearly always."""
    return session.scalar(select(func.min(IncidentEvent.at)).where(IncidentEvent.told_at.is_(None)))


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of an incident since it last opened or came back: with how many members, and that it grew."""

    members: int
    grew: bool


def told_of(session: Session, incident_id: int) -> Told:
    """0 members where nothing was said yet."""
    kinds = ("opened", "reopened", "grew")
    query = (
        select(IncidentEvent.kind, IncidentEvent.data)
        .where(IncidentEvent.incident_id == incident_id, IncidentEvent.kind.in_(kinds))
        .order_by(IncidentEvent.id.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return Told(0, grew=False) if row is None else Told(json.loads(row.data)["members"], row.kind == "grew")
