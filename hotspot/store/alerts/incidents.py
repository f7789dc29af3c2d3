"""The incidents of rules: one a rule as long as it finds anything; what it finds are the members."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.incident_course import REOPEN_S, has_grown
from hotspot.store.alerts.incident_events import add, told_of
from hotspot.store.models import City, Incident, IncidentMember


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: `subject` as in IncidentMember, `value` what was read, as people read it."""

    subject: str
    label: str
    since: int
    value: str = ""
    ap_id: int | None = None
    point_id: int | None = None


def open_found(
    session: Session,
    city: City,
    *,
    rule_id: int,
    kind: str,
    severity: str,
    shared: str,
    shared_key: str,
    name: str,
    found: Sequence[Found],
    now: int,
) -> int:
    """The id of the rule's incident with these subjects in it, opened where none is open and told of at once.

    A subject that is a member already gets its newest value; those that are not named stay. An incident of the rule
    that recovered a short time ago goes on instead of a new one. `found` is not empty.
    """
    incident = _latest(session, rule_id, now)
    if incident is None:
        incident = Incident(
            city_id=city.id, kind=kind, rule_id=rule_id, severity=severity, shared=shared, shared_key=shared_key,
            name=name, began=min(one.since for one in found), opened_at=now, announced_at=now,
        )  # fmt: skip
        session.add(incident)
        session.flush()
        _join(session, incident, found)
        add(session, incident.id, at=now, kind="opened", data={"members": incident.members})
        return incident.id
    _join(session, incident, found)
    if incident.recovered_at is not None:
        incident.recovered_at = None
        add(session, incident.id, at=now, kind="reopened", data={"members": incident.members})
    elif not (told := told_of(session, incident.id)).grew and has_grown(told.members, incident.members):
        add(session, incident.id, at=now, kind="grew", data={"members": incident.members})
    return incident.id


def end_found(session: Session, rule_id: int, subjects: Collection[str], *, now: int, actor: str = "") -> None:
    """These subjects of the rule's open incident are over; with the last of them it recovers.

    `actor` is who switched the rule off, where that is why.
    """
    query = select(Incident).where(Incident.rule_id == rule_id, Incident.recovered_at.is_(None))
    for incident in session.scalars(query).all():
        mine = IncidentMember.incident_id == incident.id, IncidentMember.ended_at.is_(None)
        session.execute(update(IncidentMember).where(*mine, IncidentMember.subject.in_(subjects)).values(ended_at=now))
        if session.scalar(select(func.count()).select_from(IncidentMember).where(*mine)) == 0:
            incident.recovered_at = now
            add(session, incident.id, at=now, kind="recovered", actor=actor, data={"members": incident.members})


def open_subjects(session: Session, rule_id: int) -> frozenset[str]:
    """What the rule's open incident counts as not over."""
    query = (
        select(IncidentMember.subject)
        .join(Incident, Incident.id == IncidentMember.incident_id)
        .where(Incident.rule_id == rule_id, Incident.recovered_at.is_(None), IncidentMember.ended_at.is_(None))
    )
    return frozenset(session.scalars(query))


def _latest(session: Session, rule_id: int, now: int) -> Incident | None:
    """The open incident of a rule, else one that recovered a short time ago."""
    query = select(Incident).where(Incident.rule_id == rule_id, Incident.merged_into_id.is_(None))
    last = session.scalars(query.order_by(Incident.id.desc()).limit(1)).first()
    recent = last is not None and (last.recovered_at is None or now - last.recovered_at < REOPEN_S)
    return last if recent else None


def _join(session: Session, incident: Incident, found: Sequence[Found]) -> None:
    """New subjects become members; `members` counts each subject once, however often it came back."""
    query = select(IncidentMember).where(IncidentMember.incident_id == incident.id)
    rows = session.scalars(query).all()
    ever = {row.subject for row in rows}
    standing: Mapping[str, IncidentMember] = {row.subject: row for row in rows if row.ended_at is None}
    at: Mapping[tuple[str, int], IncidentMember] = {(row.subject, row.since): row for row in rows}
    for one in found:
        row = standing.get(one.subject) or at.get((one.subject, one.since))
        if row is None:
            session.add(
                IncidentMember(
                    incident_id=incident.id, subject=one.subject, ap_id=one.ap_id, point_id=one.point_id,
                    label=one.label, since=one.since, value=one.value,
                )
            )  # fmt: skip
        else:
            row.ended_at, row.value, row.label = None, one.value, one.label
    incident.members = len(ever | {one.subject for one in found})
    session.flush()
