"""Writes what became of incidents of outages: members, events, and how each stands."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.incident_course import GONE
from hotspot.analytics.incident_groups import Group
from hotspot.analytics.incident_sayings import Recover, Say
from hotspot.analytics.incident_text import NAMED
from hotspot.analytics.incident_words import OUTAGE, SEVERITIES
from hotspot.analytics.incidents import Case, Form, Join, Reopen, Silent
from hotspot.analytics.root_cause import to_json
from hotspot.store.alerts.causes import Fell, proposed_causes
from hotspot.store.alerts.incident_contracts import due_at
from hotspot.store.alerts.incident_events import add
from hotspot.store.bulk import slices
from hotspot.store.models import AccessPoint, Area, City, Incident, IncidentMember, Point, Provider, Upstream

LEAST = next(iter(SEVERITIES))
TOGETHER = 500


def end_members(session: Session, ended: Iterable[tuple[int, int, bool]]) -> None:
    """Each an id, when it was over, and whether it is gone; few questions, also where a whole city comes back."""
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for member_id, at, gone in ended:
        alike[at, GONE if gone else ""].append(member_id)
    for (at, value), ids in alike.items():
        for some in slices(ids, TOGETHER):
            over = update(IncidentMember).where(IncidentMember.id.in_(some))
            session.execute(over.values(ended_at=at, value=value))


def join(session: Session, change: Join) -> None:
    incident = session.get_one(Incident, change.incident_id)
    add_members(session, incident, change.silent)
    count(session, incident)


def form(session: Session, city: City, change: Form, now: int) -> None:
    """A new incident, or an untold one that is another group now; what is untold of the same goes into it."""
    if change.incident_id is None:
        incident = new_incident(session, city, change.group, now)
    else:
        incident = session.get_one(Incident, change.incident_id)
        name = name_of(session, city, change.group)
        incident.shared, incident.shared_key, incident.name = *change.group, name
    for other in change.merged:
        merge(session, session.get_one(Incident, other), incident, now)
    take(session, incident, [one.subject for one in change.silent])
    add_members(session, incident, change.silent)
    count(session, incident)


def new_incident(session: Session, city: City, group: Group, now: int) -> Incident:
    incident = Incident(
        city_id=city.id, kind=OUTAGE, severity=LEAST, shared=group.shared, shared_key=group.key,
        name=name_of(session, city, group), began=now, opened_at=now,
    )  # fmt: skip
    session.add(incident)
    session.flush()
    return incident


def merge(session: Session, one: Incident, into: Incident, now: int) -> None:
    """Of two that nobody was told of, silently; what people did with the first is found through the second."""
    mine = IncidentMember.incident_id == one.id
    session.execute(update(IncidentMember).where(mine).values(incident_id=into.id))
    one.merged_into_id, one.recovered_at = into.id, now
    session.execute(update(Incident).where(Incident.merged_into_id == one.id).values(merged_into_id=into.id))
    add(session, one.id, at=now, kind="merged", text=into.name, data={"into": into.id}, quiet=True)


def take(session: Session, incident: Incident, subjects: Collection[str]) -> None:
    """Those that stand in another incident that nobody was told of go over."""
    untold = select(Incident.id).where(
        Incident.city_id == incident.city_id, Incident.kind == OUTAGE, Incident.announced_at.is_(None),
        Incident.recovered_at.is_(None), Incident.id != incident.id,
    )  # fmt: skip
    theirs = IncidentMember.incident_id.in_(untold), IncidentMember.ended_at.is_(None)
    moved = update(IncidentMember).where(*theirs, IncidentMember.subject.in_(subjects))
    session.execute(moved.values(incident_id=incident.id))


def add_members(session: Session, incident: Incident, silent: Sequence[Silent]) -> None:
    """Those that do not stand in it yet; an outage that ended in it and goes on after all is not two."""
    query = select(IncidentMember).where(IncidentMember.incident_id == incident.id)
    rows = session.scalars(query).all()
    standing = {row.subject for row in rows if row.ended_at is None}
    known = {(row.subject, row.since): row for row in rows}
    new = []
    for one in silent:
        if one.subject in standing:
            continue
        if row := known.get((one.subject, one.outage.start)):
            row.ended_at = None
            continue
        named = {"subject": one.subject, "ap_id": one.ap_id, "point_id": one.point_id, "label": one.label}
        new.append({"incident_id": incident.id, "since": one.outage.start} | named)
    session.flush()
    if new:
        session.execute(insert(IncidentMember), new)


def count(session: Session, incident: Incident) -> None:
    """What the members tell: when the first began, and how many there ever were."""
    session.flush()
    sums = select(func.min(IncidentMember.since), func.count(IncidentMember.subject.distinct()))
    mine = sums.where(IncidentMember.incident_id == incident.id)
    incident.began, incident.members = session.execute(mine).one()


def reopen(session: Session, change: Reopen) -> None:
    """It is told of again once that lasts."""
    incident = session.get_one(Incident, change.incident_id)
    incident.recovered_at = None
    add_members(session, incident, change.silent)
    count(session, incident)


def say(session: Session, city: City, case: Case, change: Say, now: int) -> None:
    incident = session.get_one(Incident, case.id)
    if change.severity:
        incident.severity = change.severity
    incident.flapping = change.kind == "flapping"
    incident.announced_at = incident.announced_at or now
    if change.kind != "grew":
        incident.due_at = due_at(session, city, incident.id, incident.began)
        fell = [Fell(one.ap_id, one.since, one.ended_at) for one in case.members if one.ap_id is not None]
        incident.cause = to_json(proposed_causes(session, city, fell, now))
    add(session, case.id, at=now, kind=change.kind, data={"members": case.count}, quiet=change.quiet)


def recover(session: Session, city: City, case: Case, change: Recover, now: int) -> None:
    """With the names of those that stay down, which are told of as little as if they had been there for ever.

    What is back tells by its clock whether it had lost power, so that the cause is proposed anew.
    """
    incident = session.get_one(Incident, case.id)
    incident.recovered_at, incident.flapping = max(change.at, incident.began), False
    columns = IncidentMember.ap_id, IncidentMember.since, IncidentMember.ended_at
    rows = session.execute(select(*columns).where(IncidentMember.incident_id == case.id))
    fell = [Fell(ap_id, since, ended_at) for ap_id, since, ended_at in rows if ap_id is not None]
    incident.cause = to_json(proposed_causes(session, city, fell, now)) or incident.cause
    data: dict[str, Any] = {"members": case.count}
    if change.unopened:
        add(session, case.id, at=now, kind=change.unopened, data=data, quiet=True)
    if change.left:
        labels = [set_apart(session, city, member.id, now) for member in change.left]
        data |= {"left": labels[:NAMED], "left_behind": len(labels)}
    add(session, case.id, at=now, kind="recovered", data=data, quiet=change.quiet)


def set_apart(session: Session, city: City, member_id: int, now: int) -> str:
    """Its label; it becomes an incident of its own."""
    member = session.get_one(IncidentMember, member_id)
    group = Group("ap", str(member.ap_id or ""))
    incident = new_incident(session, city, group, now)
    incident.name = incident.name or member.label
    member.incident_id, incident.announced_at = incident.id, now
    session.flush()
    count(session, incident)
    add(session, incident.id, at=now, kind="opened", data={"members": 1}, quiet=True)
    return member.label


def name_of(session: Session, city: City, group: Group) -> str:
    """As people know it; empty for what is there no more."""
    if group.shared == "city":
        return city.name
    if group.shared in ("area", "district"):
        query = select(Area.name).where(Area.city_id == city.id, Area.code == group.key)
    else:
        models: dict[str, Any] = {
            "ap": AccessPoint, "controller": AccessPoint, "point": Point, "upstream": Upstream, "provider": Provider,
        }  # fmt: skip
        model = models[group.shared]
        query = select(model.name).where(model.city_id == city.id, model.id == int(group.key or 0))
    return session.scalar(query) or ""
