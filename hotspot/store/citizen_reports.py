"""The inbox of what visitors reported: by point, what waits first; closing with a note, and taking that back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.citizens import MANY_PEOPLE, contradicts
from hotspot.analytics.import_row import N_, RejectedError, cleaned
from hotspot.analytics.paging import paged
from hotspot.store.audit import note
from hotspot.store.models import Area, City, FaultReport, Incident, Point, Site
from hotspot.store.standing import point_now, status

DAY_S = 86400
LONGEST_NOTE = 280
MOST_AT_ONCE = 2000
WAITING = ("new", "seen")
STATES = ("waiting", "new", "closed", "all")
SAID_BY_CITIZENS = "citizens"  # a kind of incident


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """`state` is one of STATES; `area` the code of a district or village, `point` of a point; `kind` one of KINDS."""

    state: str = "waiting"
    area: str = ""
    point: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`n` people said it without a comment, or one with; 0: somebody who was counted already adds a comment.

    `incident` is the number of the one that explains it, if any.
    """

    id: int
    at: int
    kind: str
    n: int
    comment: str
    state: str
    closed_at: int | None
    closed_by: str | None
    closed_note: str
    incident: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """The reports of a point, the newest first, beside what it measures as now.

    `contradicts`: many reports within a day of a point that measures as up, which no incident explains.
    """

    code: str
    name: str
    area_code: str
    area: str
    district: str
    status: str
    people: int
    last: int
    contradicts: bool
    reports: list[Report]


@dataclass(frozen=True, slots=True)
class Inbox:
    groups: list[Group]
    total: int
    page: int
    pages: int


def chosen_rows(city: City, chosen: ReportFilter) -> Select[Any]:
    """The reports of the filter, joined to their places."""
    district = aliased(Area, name="district")
    query = (
        select(FaultReport)
        .join(Point, FaultReport.point_id == Point.id)
        .join(Site, Point.site_id == Site.id)
        .join(Area, Site.area_id == Area.id)
        .outerjoin(district, Area.parent_id == district.id)
        .where(Point.city_id == city.id)
    )
    states = {"waiting": WAITING, "new": ("new",), "closed": ("closed",)}.get(chosen.state)
    if states:
        query = query.where(FaultReport.state.in_(states))
    if chosen.area:
        query = query.where((Area.code == chosen.area) | (district.code == chosen.area))
    if chosen.point:
        query = query.where(Point.code == chosen.point)
    if chosen.kind:
        query = query.where(FaultReport.kind == chosen.kind)
    return query.add_columns(
        Point.code.label("code"), Point.name.label("name"), Area.code.label("area_code"), Area.name.label("area"),
        func.coalesce(district.name, Area.name).label("district"),
    )  # fmt: skip


def inbox(session: Session, city: City, chosen: ReportFilter, *, now: int, page: int = 1, per_page: int = 30) -> Inbox:
    """A page of points, those with the newest report first; two questions whatever there is."""
    rows = chosen_rows(city, chosen).subquery("r")
    last = select(rows.c.point_id, func.max(rows.c.at).label("last")).group_by(rows.c.point_id).subquery("last")
    total = session.scalar(select(func.count()).select_from(last)) or 0
    page, pages = paged(total, page, per_page)
    order = select(last.c.point_id).order_by(last.c.last.desc(), last.c.point_id)
    ids = list(session.scalars(order.limit(per_page).offset((page - 1) * per_page)))
    words, lately = statuses(session, city, ids, now), people_lately(session, ids, now)
    found: dict[int, list[Any]] = {point_id: [] for point_id in ids}
    own = select(rows).where(rows.c.point_id.in_(ids)).order_by(rows.c.at.desc(), rows.c.id.desc())
    for row in session.execute(own):
        found[row.point_id].append(row)
    groups = [group_of(found[one], words.get(one, "unknown"), lately.get(one, 0)) for one in ids]
    return Inbox(groups, total, page, pages)


def group_of(rows: Sequence[Any], word: str, lately: int) -> Group:
    first = rows[0]
    return Group(
        first.code, first.name, first.area_code, first.area, first.district, word,
        sum(row.n for row in rows), first.at, contradicts(word, lately), [report_of(row) for row in rows],
    )  # fmt: skip


def report_of(row: Any) -> Report:
    return Report(
        row.id, row.at, row.kind, row.n, row.comment, row.state, row.closed_at, row.closed_by, row.closed_note,
        row.incident_id,
    )  # fmt: skip


def statuses(session: Session, city: City, ids: Sequence[int], now: int) -> dict[int, str]:
    current = point_now(session, city.id, now, ids, dated=False)
    query = select(Point.id, status(current)).outerjoin(current, current.c.point_id == Point.id)
    return {row[0]: row[1] for row in session.execute(query.where(Point.id.in_(ids)))}


def unexplained() -> ColumnElement[bool]:
    """Reports that joined no incident but the one that such reports are themselves the reason of.

    What another incident explains is explained also after that recovered and the point measures as up again.
    """
    own = select(Incident.id).where(Incident.id == FaultReport.incident_id, Incident.kind == SAID_BY_CITIZENS)
    return or_(FaultReport.incident_id.is_(None), own.exists())


def people_lately(session: Session, ids: Collection[int], now: int) -> dict[int, int]:
    """How many reported each of these points within a day, and nothing explains it yet."""
    query = select(FaultReport.point_id, func.sum(FaultReport.n)).where(
        FaultReport.point_id.in_(ids), FaultReport.at > now - DAY_S, FaultReport.at <= now, unexplained()
    )
    return {row[0]: int(row[1]) for row in session.execute(query.group_by(FaultReport.point_id))}


def every(session: Session, city: City, chosen: ReportFilter) -> list[tuple[str, str, str, str, Report]]:
    """All of the filter, the newest first, with code and name of the point, village and district."""
    rows = session.execute(chosen_rows(city, chosen).order_by(FaultReport.at.desc(), FaultReport.id.desc()))
    return [(row.code, row.name, row.area, row.district, report_of(row.FaultReport)) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What nobody closed yet: people, points, and the points among them that measure as up against many reports."""

    people: int
    points: int
    contradicting: int


def waiting(session: Session, city: City, now: int) -> Waiting | None:
    """None when nothing waits."""
    query = select(FaultReport.point_id, func.sum(FaultReport.n)).join(Point, FaultReport.point_id == Point.id)
    query = query.where(Point.city_id == city.id, FaultReport.state.in_(WAITING)).group_by(FaultReport.point_id)
    people = {row[0]: int(row[1]) for row in session.execute(query)}
    if not people:
        return None
    many = [one for one, n in people_lately(session, people, now).items() if n >= MANY_PEOPLE]
    words = statuses(session, city, many, now)
    return Waiting(sum(people.values()), len(people), sum(word == "up" for word in words.values()))


def of_point(session: Session, point_id: int) -> tuple[int, int | None]:
    """How many people ever reported it, and when the last did."""
    query = select(func.sum(FaultReport.n), func.max(FaultReport.at)).where(FaultReport.point_id == point_id)
    people, last = session.execute(query).one()
    return int(people or 0), last


def areas_of(session: Session, city: City, ids: Collection[int]) -> set[str]:
    """Codes of the areas in which the points of these reports lie."""
    query = select(Area.code).join(Site, Site.area_id == Area.id).join(Point, Point.site_id == Site.id)
    query = query.join(FaultReport, FaultReport.point_id == Point.id)
    return set(session.scalars(query.where(Point.city_id == city.id, FaultReport.id.in_(ids)).distinct()))


def explained(session: Session, city: City) -> list[tuple[int, str]]:
    """Reports that wait although the incident which explains them is over: each with the code of its area."""
    whole = aliased(Incident)
    over: ColumnElement[int | None] = case(
        (Incident.merged_into_id.is_(None), Incident.recovered_at), else_=whole.recovered_at
    )
    query = (
        select(FaultReport.id, Area.code)
        .join(Incident, Incident.id == FaultReport.incident_id)
        .outerjoin(whole, whole.id == Incident.merged_into_id)
        .join(Point, Point.id == FaultReport.point_id)
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .where(Point.city_id == city.id, FaultReport.state.in_(WAITING), over.is_not(None))
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(FaultReport.id).limit(MOST_AT_ONCE))]


def close(session: Session, city: City, ids: Collection[int], words: str, *, now: int, actor: str) -> int:
    """How many were still waiting, and are closed now. Raises RejectedError for `note`."""
    if len(words.strip()) > LONGEST_NOTE:
        raise RejectedError("note", N_("a note has at most %(most)s characters"), most=LONGEST_NOTE)
    text = cleaned("note", words)
    changes = {"state": "closed", "closed_at": now, "closed_by": actor, "closed_note": text}
    return changed(session, city, ids, WAITING, changes, "close", now, actor)


def reopen(session: Session, city: City, closed_at: int, *, now: int, actor: str) -> int:
    """Takes back what this person closed at that instant."""
    query = select(FaultReport.id).where(FaultReport.closed_at == closed_at, FaultReport.closed_by == actor)
    changes = {"state": "seen", "closed_at": None, "closed_by": None, "closed_note": ""}
    return changed(session, city, session.scalars(query).all(), ("closed",), changes, "reopen", now, actor)


def see(session: Session, city: City, ids: Collection[int], *, now: int, actor: str) -> int:
    """Marks new ones as seen."""
    return changed(session, city, ids, ("new",), {"state": "seen"}, "see", now, actor)


def changed(
    session: Session,
    city: City,
    ids: Collection[int],
    old: Sequence[str],
    changes: dict[str, Any],
    verb: str,
    now: int,
    actor: str,
) -> int:
    """Only those in an old state: of two people who close the same the first did it."""
    own = select(Point.id).where(Point.city_id == city.id)
    query = update(FaultReport).where(
        FaultReport.id.in_(ids), FaultReport.state.in_(old), FaultReport.point_id.in_(own)
    )
    done = session.execute(query.values(changes).returning(FaultReport.id)).all()
    if done:
        note(
            session,
            now,
            actor,
            verb,
            "citizens' reports",
            f"{len(done)}: {changes.get('closed_note', '')}".rstrip(": "),
        )
    return len(done)
