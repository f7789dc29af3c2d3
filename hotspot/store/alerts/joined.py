"""What joins an incident from outside: tickets of other agencies and what citizens report of its points.

The collector does this beside its other looks, so that neither a visitor's form nor another agency's request waits for
it, and nobody can tell from how long a form takes whether there is an incident.
"""

import json
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.incident_words import OUTAGE
from hotspot.store.alerts.incident_events import add
from hotspot.store.citizen_reports import DAY_S, WAITING
from hotspot.store.models import City, FaultReport, Incident, IncidentEvent, IncidentMember, Ticket, TicketSource

HOUR_S = 3600
BEFORE_S = 2 * HOUR_S  # reports that came so long before it began belong to it, too
TICKET_WAITS_S = 12 * HOUR_S  # so long an open ticket waits for an incident of its point
SAYS_EVERY_S = HOUR_S  # an incident's history tells of reports no more often
UNSEEN = ("firmware", "expiry", "disk", "collector")  # kinds of incidents that no visitor can notice


def join_waiting(session: Session, city: City, now: int) -> None:
    """A step of the collector's look: tickets and reports to the open incidents of their points."""
    join_tickets(session, city, now)
    join_reports(session, city, now)
    tell_of_reports(session, city, now)


def standing(city_id: int) -> tuple[ColumnElement[bool], ...]:
    """Incidents that are open and told of by themselves."""
    return Incident.city_id == city_id, Incident.recovered_at.is_(None), Incident.merged_into_id.is_(None)


OUTAGES_LAST = (case((Incident.kind == OUTAGE, 1), else_=0), Incident.id)  # the newest of them at the end


def join_tickets(session: Session, city: City, now: int, ticket_id: int | None = None) -> None:
    """Open tickets of points to the incidents that those belong to now: one ticket, or all that wait since a day.

    An incident that is not announced yet says so first.
    """
    query = (
        select(Ticket, Incident.id)
        .join(IncidentMember, IncidentMember.point_id == Ticket.point_id)
        .join(Incident, Incident.id == IncidentMember.incident_id)
        .where(
            Ticket.city_id == city.id,
            Ticket.incident_id.is_(None),
            Ticket.closed_at.is_(None),
            Ticket.opened_at > Incident.began - TICKET_WAITS_S,
            IncidentMember.ended_at.is_(None),
            Incident.announced_at.is_not(None),
            *standing(city.id),
        )
        .order_by(*OUTAGES_LAST)
    )
    query = query.where(Ticket.opened_at > now - DAY_S if ticket_id is None else Ticket.id == ticket_id)
    found = {ticket.id: (ticket, incident) for ticket, incident in session.execute(query)}
    for ticket, incident in found.values():
        ticket.incident_id = incident
        tell_of_ticket(session, ticket, "ticket_opened", now)


def tell_of_ticket(session: Session, ticket: Ticket, kind: str, now: int) -> None:
    """A line of the history of the incident that it belongs to, or that this one was merged into."""
    whole = select(func.coalesce(Incident.merged_into_id, Incident.id)).where(Incident.id == ticket.incident_id)
    incident_id = session.scalar(whole)
    if incident_id is None:
        return
    name = session.scalar(select(TicketSource.name).where(TicketSource.id == ticket.source_id)) or ""
    text = ticket.closed_note if kind == "ticket_closed" else ticket.title
    data = {"ticket": ticket.id, "source": name, "ref": ticket.ref}
    add(session, incident_id, at=now, kind=kind, actor=name, text=text, data=data)


def join_reports(session: Session, city: City, now: int) -> None:
    """What people said while their point belonged to an open incident, or within BEFORE_S before it did."""
    member = and_(
        IncidentMember.point_id == FaultReport.point_id,
        IncidentMember.since <= FaultReport.at + BEFORE_S,
        or_(IncidentMember.ended_at.is_(None), IncidentMember.ended_at >= FaultReport.at),
    )
    query = (
        select(FaultReport.id, Incident.id)
        .join(IncidentMember, member)
        .join(Incident, Incident.id == IncidentMember.incident_id)
        .where(
            FaultReport.state.in_(WAITING),
            FaultReport.at > now - DAY_S,
            FaultReport.incident_id.is_(None),
            Incident.kind.not_in(UNSEEN),
            *standing(city.id),
        )
        .order_by(*OUTAGES_LAST)
    )
    chosen = {row[0]: row[1] for row in session.execute(query)}
    by_incident: dict[int, list[int]] = defaultdict(list)
    for report, incident in chosen.items():
        by_incident[incident].append(report)
    for incident, reports in by_incident.items():
        session.execute(update(FaultReport).where(FaultReport.id.in_(reports)).values(incident_id=incident))


def tell_of_reports(session: Session, city: City, now: int) -> None:
    """How many people said something of each open incident since its history last told, once in SAYS_EVERY_S."""
    query = (
        select(Incident.id, func.sum(FaultReport.n), func.count(FaultReport.point_id.distinct()))
        .join(FaultReport, FaultReport.incident_id == Incident.id)
        .where(Incident.announced_at.is_not(None), *standing(city.id))
        .group_by(Incident.id)
    )
    said = {incident: (int(people), points) for incident, people, points in session.execute(query)}
    told = last_told(session, said) if said else {}
    for incident, (people, points) in said.items():
        at, before = told.get(incident, (now - SAYS_EVERY_S, 0))
        if people > before and now - at >= SAYS_EVERY_S:
            data = {"people": people - before, "people_in_all": people, "points": points}
            add(session, incident, at=now, kind="report", data=data)


def last_told(session: Session, incident_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """When the history of each of these last told of reports, and of how many people in all."""
    last = (
        select(func.max(IncidentEvent.id))
        .where(IncidentEvent.incident_id.in_(incident_ids), IncidentEvent.kind == "report")
        .group_by(IncidentEvent.incident_id)
    )
    rows = session.execute(
        select(IncidentEvent.incident_id, IncidentEvent.at, IncidentEvent.data).where(IncidentEvent.id.in_(last))
    )
    return {incident: (at, int(json.loads(data)["people_in_all"])) for incident, at, data in rows}
