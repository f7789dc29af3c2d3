"""What people do with an incident: acknowledge it, give it to somebody, say what it was; each a line of its history."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.incident_words import REASONS
from hotspot.analytics.permissions import Act, within
from hotspot.store.accounts import Person, people, person_by_id
from hotspot.store.alerts.incident_events import add
from hotspot.store.alerts.incident_pages import IncidentRow, incident_row
from hotspot.store.audit import note
from hotspot.store.models import City, Incident
from hotspot.store.point_edit import ConflictError
from hotspot.store.point_notes import tidy

LONGEST = 2000  # letters of a comment
MOST = 500  # acknowledged at once
DIGITS = 19


@dataclass(frozen=True, slots=True)
class Work:
    """Who is to mend it and what it was, as a form says it: the id of an account and a key of REASONS, or empty."""

    assignee: str
    reason: str
    note: str = ""


def acknowledge(session: Session, city: City, incident_ids: Sequence[int], *, now: int, actor: str) -> list[int]:
    """Those that are open and had nobody's acknowledgement before."""
    unseen = (
        update(Incident)
        .where(Incident.city_id == city.id, Incident.id.in_(list(incident_ids)[:MOST]))
        .where(Incident.recovered_at.is_(None), Incident.acknowledged_at.is_(None), Incident.merged_into_id.is_(None))
        .values(acknowledged_at=now, acknowledged_by=actor)
    )
    done = sorted(session.scalars(unseen.returning(Incident.id)).all())
    for one in done:
        add(session, one, at=now, kind="acknowledged", actor=actor)
    if done:
        note(session, now, actor, "acknowledge", subject_of(done), numbers(done))
    return done


def unacknowledge(session: Session, city: City, incident_id: int, *, now: int, actor: str) -> bool:
    """False where nobody had acknowledged it, or it is over."""
    seen = (
        update(Incident)
        .where(Incident.city_id == city.id, Incident.id == incident_id)
        .where(Incident.acknowledged_at.is_not(None), Incident.recovered_at.is_(None))
        .values(acknowledged_at=None, acknowledged_by=None)
    )
    if session.scalar(seen.returning(Incident.id)) is None:
        return False
    add(session, incident_id, at=now, kind="unacknowledged", actor=actor)
    note(session, now, actor, "take back", subject_of([incident_id]), "acknowledgement")
    return True


def change_work(
    session: Session, city: City, incident_id: int, wanted: Work, version: str, *, now: int, actor: str
) -> bool:
    """Whether anything was new. Raises RejectedError of `assignee`, `reason` or `note`, and ConflictError when the
    version is not that of the row any more: then nothing is changed.
    """
    row = session.get_one(Incident, incident_id, with_for_update=True)
    stands = incident_row(session, city, incident_id)
    text, person = bounded(wanted.note), assignable(session, stands, wanted.assignee)
    if wanted.reason and wanted.reason not in REASONS:
        reject("reason", N_("must be one of %(words)s"), words=", ".join(REASONS))
    given, explained = (person.id if person else None) != row.assignee_id, wanted.reason != row.reason
    if (given or explained) and version != str(row.version):
        raise ConflictError(stands)
    if given:
        row.assignee_id = person.id if person else None
        add(session, incident_id, at=now, kind="assigned", actor=actor, text=person.name if person else "")
    if explained:
        row.reason = wanted.reason
        add(session, incident_id, at=now, kind="reason", actor=actor, text=text, data={"reason": wanted.reason})
    elif text:
        add(session, incident_id, at=now, kind="comment", actor=actor, text=text)
    if not (given or explained or text):
        return False
    row.version += int(given or explained)
    said = f"for {person.name if person else 'nobody'}, reason {wanted.reason or 'none'}"
    note(session, now, actor, "change", subject_of([incident_id]), said)
    session.flush()
    return True


def bounded(text: str) -> str:
    text = tidy(text)
    if len(text) > LONGEST:
        reject("note", N_("longer than %(most)s characters"), most=LONGEST)
    return text


def workers(session: Session, row: IncidentRow) -> list[Person]:
    """To whom the incident may be given: those who work on the network or at points, wherever it is."""
    return [person for person in people(session) if may_work(person, row.areas)]


def may_work(person: Person, areas: frozenset[str]) -> bool:
    works = person.may(Act.NETWORK) or person.may(Act.FIELD)
    return works and any(within(area, person.areas) for area in areas)


def assignable(session: Session, row: IncidentRow | None, assignee: str) -> Person | None:
    """The person of this id; None for nobody. Raises RejectedError of `assignee`."""
    if not assignee:
        return None
    number = int(assignee) if assignee.isascii() and assignee.isdigit() and len(assignee) < DIGITS else 0
    person = person_by_id(session, number)
    if person is None or row is None or not (person.id == row.assignee_id or may_work(person, row.areas)):
        reject("assignee", N_("choose somebody who works there"))
    return person


def subject_of(incident_ids: Sequence[int]) -> str:
    return f"incident {incident_ids[0]}" if len(incident_ids) == 1 else f"{len(incident_ids)} incidents"


def numbers(incident_ids: Sequence[int]) -> str:
    shown = ", ".join(map(str, incident_ids[:50]))
    return shown if len(incident_ids) > 1 else ""
