"""The contracts under which the points of an incident were served, so that its time can be excluded there."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.sla import Rule
from hotspot.store.contracts import in_force
from hotspot.store.models import City, Contract, ContractPoint, IncidentMember, Point

HOUR_S = 3600
EXCLUDES = {"power": "power", "theft": "vandalism", "fibre_cut": "third_party"}
"""Reasons of incidents that contracts exclude, and the reason of the exclusion (analytics.sla.REASONS)."""


@dataclass(frozen=True, slots=True)
class Served:
    """A contract with how many of the incident's points it paid for that day."""

    contract_id: int
    number: str
    points: int


def contracts_of(session: Session, city: City, incident_id: int, day: date) -> list[Served]:
    query = (
        select(Contract.id, Contract.number, func.count(ContractPoint.point_id.distinct()))
        .join(ContractPoint, ContractPoint.contract_id == Contract.id)
        .join(IncidentMember, IncidentMember.point_id == ContractPoint.point_id)
        .where(Contract.city_id == city.id, IncidentMember.incident_id == incident_id, in_force(day))
        .group_by(Contract.id, Contract.number)
        .order_by(Contract.number)
    )
    return [Served(*row) for row in session.execute(query)]


def due_at(session: Session, city: City, incident_id: int, began: int) -> int | None:
    """By the shortest time to mend in the contracts of its points; None where none gives one."""
    day = day_of(city.time_zone, began)
    members = select(IncidentMember.point_id).where(IncidentMember.incident_id == incident_id)
    query = select(Contract.sla_rule).join(ContractPoint, ContractPoint.contract_id == Contract.id)
    rules = session.scalars(query.where(ContractPoint.point_id.in_(members), in_force(day)).distinct())
    hours = [rule.mend_hours for rule in map(Rule.read, rules) if rule.mend_hours]
    return began + min(hours) * HOUR_S if hours else None


def point_codes(session: Session, city: City, incident_id: int) -> list[str]:
    """Of the points that ever belonged to it."""
    mine = select(IncidentMember.point_id).where(IncidentMember.incident_id == incident_id)
    query = select(Point.code).where(Point.city_id == city.id, Point.id.in_(mine))
    return list(session.scalars(query.order_by(Point.code)))
