"""Two incidents that are one, and one that is two: outages go from one to the other, and back."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.incident_words import OUTAGE, at_least
from hotspot.store.alerts.case_edit import count
from hotspot.store.alerts.incident_events import add
from hotspot.store.audit import note
from hotspot.store.models import City, Incident, IncidentEvent, IncidentMember


def merge(session: Session, city: City, incident_id: int, into_id: int, *, now: int, actor: str) -> None:
    """The outages of the first belong to the second from now on. Raises RejectedError of `into`."""
    open_ = locked(session, city, incident_id, into_id)
    one, other = open_.get(incident_id), open_.get(into_id)
    if other is None or other.id == incident_id or other.announced_at is None:
        reject("into", N_("choose another incident that is open and told of"))
    if one is None:
        reject("into", N_("this incident is over, or was merged before"))
    rows = moved(session, one.id, other.id)
    before = {"severity": other.severity, "due_at": other.due_at}
    other.severity = one.severity if at_least(one.severity, other.severity) else other.severity
    other.due_at = min((due for due in (one.due_at, other.due_at) if due is not None), default=None)
    one.merged_into_id, one.recovered_at, one.version = other.id, now, one.version + 1
    count(session, other)
    inside = hand_on(session, one.id, other.id)
    data = {"incident": one.id, "rows": rows, "before": before, "inside": inside}
    add(session, other.id, at=now, kind="merged", actor=actor, text=one.name, data=data)
    add(session, one.id, at=now, kind="merged", actor=actor, text=other.name, data={"into": other.id})
    note(session, now, actor, "merge", f"incident {one.id}", f"into incident {other.id}")
    session.flush()


def unmerge(session: Session, city: City, incident_id: int, *, now: int, actor: str) -> bool:
    """What joined the other later stays there.

    False where nobody merged it, one of the two would be left empty, or all of it is over and was told so.
    """
    one = session.scalars(of(city, incident_id).with_for_update()).first()
    if one is None or one.merged_into_id is None:
        return False
    other = locked(session, city, one.merged_into_id).get(one.merged_into_id)
    if other is None:
        return False
    data = last_merge(session, other.id, one.id)
    theirs = set(session.scalars(select(IncidentMember.id).where(member_of(other))))
    rows = theirs & set(data.get("rows", ()))
    if not rows or rows == theirs:
        return False
    session.execute(update(IncidentMember).where(IncidentMember.id.in_(rows)).values(incident_id=one.id))
    other.severity, other.due_at = data["before"]["severity"], data["before"]["due_at"]
    one.merged_into_id, one.recovered_at, one.version = None, None, one.version + 1
    hand_on(session, other.id, one.id, data.get("inside", ()))
    for incident, beside in ((one, other), (other, one)):
        add(session, incident.id, at=now, kind="parted", actor=actor, text=beside.name, data={"incident": beside.id})
        count(session, incident)
    note(session, now, actor, "part", f"incident {one.id}", f"from incident {other.id}")
    session.flush()
    return True


def take_out(session: Session, city: City, incident_id: int, member_id: int, *, now: int, actor: str) -> int:
    """The id of a new incident of this one access point alone; raises RejectedError of `member`.

    It was told of with the others, and whoever took it out knows of it: it is acknowledged, and nobody hears again.
    """
    one, member = locked(session, city, incident_id).get(incident_id), session.get(IncidentMember, member_id)
    if one is None or member is None or member.incident_id != incident_id or member.ended_at is not None:
        reject("member", N_("it is over, or belongs to another incident by now"))
    if one.announced_at is None:
        reject("member", N_("what belongs to this incident is still asked; try again in a minute"))
    if one.members == 1:
        reject("member", N_("it is the only one of its incident"))
    new = Incident(
        city_id=city.id, kind=one.kind, severity=one.severity, shared="ap", shared_key=str(member.ap_id or ""),
        name=member.label, began=member.since, opened_at=now, announced_at=now, due_at=one.due_at,
        acknowledged_at=now, acknowledged_by=actor,
    )  # fmt: skip
    session.add(new)
    session.flush()
    same = member_of(one) & (IncidentMember.subject == member.subject)
    session.execute(update(IncidentMember).where(same).values(incident_id=new.id))
    for incident, beside in ((one, new), (new, one)):
        count(session, incident)
        add(session, incident.id, at=now, kind="parted", actor=actor, text=member.label, data={"incident": beside.id})
    add(session, new.id, at=now, kind="opened", actor=actor, data={"members": new.members}, quiet=True)
    note(session, now, actor, "part", f"incident {one.id}", f"{member.label} is incident {new.id}")
    session.flush()
    return new.id


def of(city: City, incident_id: int) -> Any:
    return select(Incident).where(Incident.city_id == city.id, Incident.id == incident_id)


def locked(session: Session, city: City, *incident_ids: int) -> dict[int, Incident]:
    """Those that are open incidents of outages, by id; what a rule finds is one incident a rule.

    In the order of their ids: two people who merge the same two opposite ways wait for each other only once.
    """
    query = select(Incident).where(Incident.city_id == city.id, Incident.id.in_(incident_ids), Incident.kind == OUTAGE)
    still = query.where(Incident.recovered_at.is_(None), Incident.merged_into_id.is_(None))
    return {one.id: one for one in session.scalars(still.order_by(Incident.id).with_for_update())}


def hand_on(session: Session, from_id: int, to_id: int, only: Collection[int] | None = None) -> list[int]:
    """What was merged into the first is part of the second: who was told of it hears how that ends. Their ids."""
    inside = update(Incident).where(Incident.merged_into_id == from_id, Incident.id != to_id)
    if only is not None:
        inside = inside.where(Incident.id.in_(only))
    return sorted(session.scalars(inside.values(merged_into_id=to_id).returning(Incident.id)).all())


def moved(session: Session, from_id: int, to_id: int) -> list[int]:
    """Ids of the members that go over; one that the other has as well stays."""
    there = aliased(IncidentMember)
    same = select(there.id).where(
        there.incident_id == to_id, there.subject == IncidentMember.subject, there.since == IncidentMember.since
    )
    query = select(IncidentMember.id).where(IncidentMember.incident_id == from_id, ~same.exists())
    rows = list(session.scalars(query.order_by(IncidentMember.id)))
    session.execute(update(IncidentMember).where(IncidentMember.id.in_(rows)).values(incident_id=to_id))
    return rows


def member_of(incident: Incident) -> ColumnElement[bool]:
    return IncidentMember.incident_id == incident.id


def last_merge(session: Session, into_id: int, incident_id: int) -> dict[str, Any]:
    query = select(IncidentEvent.data).where(IncidentEvent.incident_id == into_id, IncidentEvent.kind == "merged")
    for text in session.scalars(query.order_by(IncidentEvent.id.desc())):
        data: dict[str, Any] = json.loads(text or "{}")
        if data.get("incident") == incident_id:
            return data
    return {}
