"""The incidents as people look for them: open ones first, with how many members still are down and who works on it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.incident_text import IncidentFacts
from hotspot.analytics.incident_words import OUTAGE, SEVERITIES, WEIGHTS
from hotspot.analytics.paging import paged
from hotspot.analytics.permissions import EVERYWHERE
from hotspot.store.alerts.incident_facts import incident_facts
from hotspot.store.models import AccessPoint, Account, Area, City, Incident, IncidentMember, Point, Provider, Site

NOBODY = "-"  # as the name of who an incident is assigned to
WEIGHT = case(WEIGHTS, value=Incident.severity, else_=0)


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """`which` is open or all; the window holds what lasted into it, and all that is open.

    `area` is a code, `provider`, `assignee`, `point` and `access_point` are names or codes; NOBODY as assignee: who
    has none.
    """

    which: str = "all"
    kind: str = ""
    severity: str = ""
    area: str = ""
    provider: str = ""
    assignee: str = ""
    point: str = ""
    access_point: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """`areas` are codes of where its members are, with EVERYWHERE where one is at no point: who changes it may do so
    in all of them. `announced_at` is None while it is still asked what belongs to it.
    """

    facts: IncidentFacts
    shared_key: str
    opened_at: int
    announced_at: int | None
    acknowledged_at: int | None
    assignee_id: int | None
    merged_into: int | None
    version: int
    areas: frozenset[str]

    @property
    def id(self) -> int:
        return self.facts.id

    @property
    def is_open(self) -> bool:
        return self.facts.recovered_at is None

    def lasted_s(self, now: int) -> int:
        """Up to now while it is open."""
        return max(0, (now if self.facts.recovered_at is None else self.facts.recovered_at) - self.facts.began)

    def is_overdue(self, now: int) -> bool:
        return self.facts.due_at is not None and self.facts.due_at < (self.facts.recovered_at or now)


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Of all that were chosen: how many there are, are open, and are open without anybody's acknowledgement."""

    rows: list[IncidentRow]
    total: int
    open: int
    unacknowledged: int
    page: int
    pages: int


def incidents_page(
    session: Session, city: City, chosen: IncidentFilter, *, page: int = 1, per_page: int = 50
) -> IncidentPage:
    """Open ones first, the gravest and newest before; then those that ended, the last one before."""
    where = conditions(city, chosen)
    still = Incident.recovered_at.is_(None)
    counts = select(
        func.count(),
        func.coalesce(func.sum(case((still, 1), else_=0)), 0),
        func.coalesce(func.sum(case((still & Incident.acknowledged_at.is_(None), 1), else_=0)), 0),
    )
    total, open_, unseen = session.execute(counts.where(*where)).one()
    page, pages = paged(total, page, per_page)
    order = (
        Incident.recovered_at.is_not(None),
        case((still, WEIGHT), else_=0).desc(),
        func.coalesce(Incident.recovered_at, Incident.began).desc(),
        Incident.id.desc(),
    )
    query = select(Incident).where(*where).order_by(*order).offset((page - 1) * per_page).limit(per_page)
    return IncidentPage(rows_of(session, query), total, int(open_), int(unseen), page, pages)


def open_incidents(session: Session, city: City, *, kind: str = "", most: int = 200) -> list[IncidentRow]:
    """As the first lines of the list."""
    return incidents_page(session, city, IncidentFilter(which="open", kind=kind), per_page=most).rows


def open_by_severity(session: Session, city: City) -> dict[str, int]:
    """How many are open, of every severity."""
    still = select(Incident.severity, func.count()).where(*conditions(city, IncidentFilter(which="open")))
    found = {row.severity: row[1] for row in session.execute(still.group_by(Incident.severity))}
    return {word: found.get(word, 0) for word in SEVERITIES}


def incident_row(session: Session, city: City, incident_id: int) -> IncidentRow | None:
    """One that was merged into another, too; None for a number that no row has."""
    if not 0 < incident_id < 2**63:
        return None
    rows = rows_of(session, select(Incident).where(Incident.city_id == city.id, Incident.id == incident_id))
    return rows[0] if rows else None


def last_recovered(session: Session, city: City) -> IncidentRow | None:
    """For a day on which nothing is wrong."""
    ended = select(Incident).where(*conditions(city, IncidentFilter()), Incident.recovered_at.is_not(None))
    rows = rows_of(session, ended.order_by(Incident.recovered_at.desc(), Incident.id.desc()).limit(1))
    return rows[0] if rows else None


def same_cause(session: Session, city: City, row: IncidentRow, since: int, most: int = 20) -> list[IncidentRow]:
    """Others of the same kind that shared the same and began after `since`, the newest first."""
    same = (
        Incident.id != row.id,
        Incident.kind == row.facts.kind,
        Incident.shared == row.facts.shared,
        Incident.shared_key == row.shared_key,
        Incident.name == row.facts.name,
        Incident.began >= since,
    )
    query = select(Incident).where(*conditions(city, IncidentFilter()), *same)
    return rows_of(session, query.order_by(Incident.began.desc(), Incident.id.desc()).limit(most))


def incident_of_points(session: Session, city: City, point_ids: Collection[int]) -> dict[int, int]:
    """The newest open incident of outages by the point that belongs to it now."""
    query = (
        select(IncidentMember.point_id, func.max(Incident.id))
        .join(Incident, Incident.id == IncidentMember.incident_id)
        .where(*conditions(city, IncidentFilter(which="open", kind=OUTAGE)), IncidentMember.ended_at.is_(None))
        .where(IncidentMember.point_id.in_(list(point_ids)))
        .group_by(IncidentMember.point_id)
    )
    return {point: incident for point, incident in session.execute(query) if point is not None}


def incident_of_outages(session: Session, outages: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The incident of each of these outages that belongs to one, by access point and beginning."""
    member = IncidentMember
    query = select(member.ap_id, member.since, func.max(member.incident_id)).group_by(member.ap_id, member.since)
    query = query.join(Incident, Incident.id == member.incident_id).where(Incident.kind == OUTAGE)
    ap_ids, starts = {ap_id for ap_id, _ in outages}, {since for _, since in outages}
    query = query.where(member.ap_id.in_(ap_ids), member.since.in_(starts))
    found = {(ap_id, since): incident for ap_id, since, incident in session.execute(query) if ap_id is not None}
    return {one: found[one] for one in outages if one in found}


def conditions(city: City, chosen: IncidentFilter) -> list[ColumnElement[bool]]:
    """What was merged into another is told by that one."""
    where: list[ColumnElement[bool]] = [Incident.city_id == city.id, Incident.merged_into_id.is_(None)]
    if chosen.which == "open":
        where.append(Incident.recovered_at.is_(None))
    elif chosen.since is not None:
        where.append(or_(Incident.recovered_at.is_(None), Incident.recovered_at > chosen.since))
    if chosen.until is not None:
        where.append(Incident.began < chosen.until)
    if chosen.kind:
        where.append(Incident.kind == chosen.kind)
    if chosen.severity:
        where.append(Incident.severity == chosen.severity)
    if chosen.assignee == NOBODY:
        where.append(Incident.assignee_id.is_(None))
    elif chosen.assignee:
        where.append(Incident.assignee_id.in_(select(Account.id).where(Account.name == chosen.assignee)))
    if place := at_places(chosen):
        where.append(Incident.id.in_(joined(select(IncidentMember.incident_id)).where(*place)))
    return where


def at_places(chosen: IncidentFilter) -> list[ColumnElement[bool]]:
    """What area, provider, point and access point of the filter ask of a member."""
    where: list[ColumnElement[bool]] = []
    if chosen.area:
        where.append(or_(Area.code == chosen.area, DISTRICT.code == chosen.area))
    if chosen.provider:
        where.append(Provider.name == chosen.provider)
    if chosen.point:
        where.append(Point.code == chosen.point)
    if chosen.access_point:
        where.append(AccessPoint.name == chosen.access_point)
    return where


DISTRICT = aliased(Area)


def joined(members: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Each member with its access point, point, areas and provider, as far as it has them."""
    return (
        members.outerjoin(AccessPoint, AccessPoint.id == IncidentMember.ap_id)
        .outerjoin(Point, Point.id == IncidentMember.point_id)
        .outerjoin(Site, Site.id == Point.site_id)
        .outerjoin(Area, Area.id == Site.area_id)
        .outerjoin(DISTRICT, DISTRICT.id == Area.parent_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
    )


def rows_of(session: Session, query: Select[Incident]) -> list[IncidentRow]:
    """In the order of the query; a handful of questions however many rows there are."""
    found = session.scalars(query).all()
    ids = [one.id for one in found]
    facts, areas = incident_facts(session, ids), areas_of(session, ids)
    return [
        IncidentRow(
            facts[one.id], one.shared_key, one.opened_at, one.announced_at, one.acknowledged_at, one.assignee_id,
            one.merged_into_id, one.version, areas.get(one.id, frozenset((EVERYWHERE,))),
        )
        for one in found
    ]  # fmt: skip


def areas_of(session: Session, incident_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Codes of the areas of their members, EVERYWHERE for one at no point; an incident without members has none."""
    query = joined(select(IncidentMember.incident_id, func.coalesce(Area.code, EVERYWHERE)).distinct())
    codes: dict[int, set[str]] = defaultdict(set)
    for incident, code in session.execute(query.where(IncidentMember.incident_id.in_(list(incident_ids)))):
        codes[incident].add(code)
    return {incident: frozenset(found) for incident, found in codes.items()}


def assignees(session: Session, city: City) -> list[str]:
    """Names of those to whom an incident was ever given, for the filter."""
    given = select(Incident.assignee_id).where(Incident.city_id == city.id)
    return list(session.scalars(select(Account.name).where(Account.id.in_(given)).order_by(Account.name)))
