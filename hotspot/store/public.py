"""What everybody may know of a point: the only source of the public pages, the open data and the badges.

A field that is not here is in none of them. No address of a device, no name, model or serial number, no contact,
contract, fee or credential is read, and nothing about who uses a point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.inventory import GONE, OPEN_MODES
from hotspot.analytics.service_hours import Schedule
from hotspot.analytics.sla import Rule, RuleError
from hotspot.analytics.spans import union
from hotspot.analytics.stays import FOREVER
from hotspot.store.city import freshness
from hotspot.store.contracts import in_force
from hotspot.store.models import AccessPoint, Area, City, Contract, ContractPoint, Fund, Point, Site
from hotspot.store.placements import placements
from hotspot.store.planned_work import work_around
from hotspot.store.recent import first_midnight, month_figures
from hotspot.store.standing import ap_now, point_now, status
from hotspot.store.strips import daily_figures, month_figure

LISTED = frozenset({"accepted", "active"})  # on the map, in the list and in the open data
HAS_PAGE = LISTED | GONE | {"installed", "suspended"}  # where the sticker on the wall leads
DAYS = 90
DECIMALS = 4  # of coordinates: 11 m, enough to find the door of a hall
MOST_MOVES = 20  # of one service; more are a mistake of the records


@dataclass(frozen=True, slots=True)
class PublicPoint:
    """A point that is listed. `status` is up, degraded, down or unknown; `changed_at` is when a device last went from
    one state to another, `polled_at` when one was last asked. `credit` is the line of a sponsor.

    `id` is the row's, for further questions; it is on no page.
    """

    id: int
    code: str
    name: str
    venue_kind: str
    address: str
    area_code: str
    area: str
    district_code: str
    district: str
    latitude: float | None
    longitude: float | None
    is_open: bool
    since: date | None
    credit: str
    status: str
    changed_at: int | None
    polled_at: int | None
    figure_30d: Figure


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A day in the city's zone; `availability` is None when nobody measured, which is not 0."""

    date: date
    availability: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A point by its code. `stage` is in_service, testing, paused, moved or ended; only one in service is listed, has
    days and a `status` other than out_of_service.

    `moved_to` is code and name of the listed point where its service goes on. `hours` are the weekly ones in which it
    is promised to run: empty is always, None is that nobody said. `work` is when planned work runs, or begins within a
    week, from when to when.
    """

    point: PublicPoint
    stage: str
    days: list[PublicDay]
    figure: Figure
    work: tuple[int, int] | None
    moved_to: tuple[str, str] | None
    hours: Schedule | None


STAGES = {"installed": "testing", "suspended": "paused", "relocated": "moved", "retired": "ended"}
village, district = aliased(Area, name="village"), aliased(Area, name="district")


def public_points(session: Session, city: City, now: int) -> list[PublicPoint]:
    """Every listed point in order of the codes."""
    month = month_figures(session, city, now)
    figures = {row.point_id: month_figure(row) for row in session.execute(select(month))}
    asked = last_asked(session, city, now, None)
    query = whitelisted(session, city, now, None).where(Point.lifecycle.in_(LISTED)).order_by(Point.code)
    return [public_point(row, asked, figures) for row in session.execute(query)]


def public_page(session: Session, city: City, code: str, now: int) -> PublicPage | None:
    """None for a code that nobody may see; an answer for a point that is gone, for its sticker stays on the wall."""
    found = session.execute(
        select(Point.id, Point.lifecycle).where(Point.city_id == city.id, Point.code == code, Point.public)
    ).first()
    if found is None or found.lifecycle not in HAS_PAGE:
        return None
    stage = STAGES.get(found.lifecycle, "in_service")
    row = session.execute(whitelisted(session, city, now, [found.id])).one()
    days = public_days(session, city, now, [found.id]).get(found.id, {}) if stage == "in_service" else {}
    figure = sum(days.values(), Figure())
    asked = last_asked(session, city, now, [found.id])
    return PublicPage(
        public_point(row, asked, {}),
        stage,
        strip_of(city, now, days) if stage == "in_service" else [],
        figure,
        next_work(session, found.id, now) if stage == "in_service" else None,
        successor(session, city, found.id) if stage == "moved" else None,
        promised_hours(session, found.id, day_of(city.time_zone, now)) if stage == "in_service" else None,
    )


def whitelisted(session: Session, city: City, now: int, ids: Sequence[int] | None) -> Select[*tuple[Any, ...]]:
    """The public columns of the points that are public, or of those named."""
    current = point_now(session, city.id, now, ids, dated=False)
    query = (
        select(
            Point.id,
            Point.code,
            Point.name,
            Site.venue_kind,
            Site.address,
            Site.latitude,
            Site.longitude,
            village.code.label("area_code"),
            village.name.label("area"),
            func.coalesce(district.code, village.code).label("district_code"),
            func.coalesce(district.name, village.name).label("district"),
            Point.auth_mode,
            func.coalesce(Point.accepted_on, Point.installed_on).label("since"),
            func.coalesce(Fund.credit_line, "").label("credit"),
            status(current).label("status"),
        )
        .join(Site, Point.site_id == Site.id)
        .join(village, Site.area_id == village.id)
        .outerjoin(district, village.parent_id == district.id)
        .outerjoin(Fund, Point.fund_id == Fund.id)
        .outerjoin(current, current.c.point_id == Point.id)
        .where(Point.city_id == city.id, Point.public)
    )
    return query if ids is None else query.where(Point.id.in_(ids))


def public_point(
    row: Any, asked: Mapping[int, tuple[int | None, int | None]], figures: Mapping[int, Figure]
) -> PublicPoint:
    changed_at, polled_at = asked.get(row.id, (None, None))
    placed = row.latitude is not None and row.longitude is not None
    return PublicPoint(
        id=row.id,
        code=row.code,
        name=row.name,
        venue_kind=row.venue_kind,
        address=row.address,
        area_code=row.area_code,
        area=row.area,
        district_code=row.district_code,
        district=row.district,
        latitude=round(row.latitude, DECIMALS) if placed else None,
        longitude=round(row.longitude, DECIMALS) if placed else None,
        is_open=row.auth_mode in OPEN_MODES,
        since=row.since,
        credit=row.credit,
        status="unknown"
        if row.status == "monitoring_broken"
        else row.status,  # a matter of the office, not of visitors
        changed_at=None if row.status in ("unknown", "monitoring_broken") else changed_at,
        polled_at=polled_at,
        figure_30d=figures.get(row.id, Figure()),
    )


def last_asked(
    session: Session, city: City, now: int, ids: Sequence[int] | None
) -> dict[int, tuple[int | None, int | None]]:
    """When a device of the point last changed its state, and when one was last asked."""
    ap = ap_now(session, city.id, now, ids).c
    query = select(ap.point_id, func.max(ap.since), func.max(ap.last_poll)).where(ap.point_id.is_not(None))
    return {point: (since, polled) for point, since, polled in session.execute(query.group_by(ap.point_id))}


def public_days(
    session: Session, city: City, now: int, ids: Sequence[int] | None = None
) -> dict[int, dict[int, Figure]]:
    """The measured ones of the last 90 days, by point and midnight."""
    first = first_midnight(city, now, DAYS)
    return daily_figures(session, placements(session, city, first, ids), first)


def strip_of(city: City, now: int, days: Mapping[int, Figure]) -> list[PublicDay]:
    """Every one of the 90 days, the oldest first."""
    today = day_of(city.time_zone, now)
    dates = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    found = [(day, days.get(midnight(city.time_zone, day), Figure())) for day in dates]
    return [PublicDay(day, figure.availability, figure.coverage or 0.0) for day, figure in found]


def devices_of(session: Session, point_id: int) -> Sequence[int]:
    return session.scalars(select(AccessPoint.id).where(AccessPoint.point_id == point_id)).all()


def next_work(session: Session, point_id: int, now: int) -> tuple[int, int] | None:
    """When work on it began or will begin, within a week, and when it ends; what follows at once is one with it."""
    around = [(one.start, one.end) for one in work_around(session, devices_of(session, point_id), now)]
    return next(iter(union(around, 0, FOREVER)), None)


def successor(session: Session, city: City, point_id: int) -> tuple[str, str] | None:
    """The first listed point along the moves of the service; None where it went nowhere that is public."""
    for _ in range(MOST_MOVES):
        query = select(Point.id, Point.code, Point.name, Point.lifecycle, Point.public)
        query = query.where(Point.city_id == city.id, Point.relocated_from_id == point_id)
        following = session.execute(query.order_by(Point.id)).first()
        if following is None or not following.public:
            return None
        if following.lifecycle in LISTED:
            return following.code, following.name
        point_id = following.id
    return None


def promised_hours(session: Session, point_id: int, day: date) -> Schedule | None:
    """Of the contract that pays for the point that day; nothing else of it is public."""
    query = select(Contract.sla_rule).join(ContractPoint, ContractPoint.contract_id == Contract.id)
    rule = session.scalar(query.where(ContractPoint.point_id == point_id, in_force(day)).limit(1))
    try:
        return None if rule is None else Rule.read(rule).schedule or ()
    except RuleError:
        return None


@dataclass(frozen=True, slots=True)
class PublicSite:
    """All that is listed, as of `made_at`; `heartbeat` is when the measuring was last heard of (None: never)."""

    points: tuple[PublicPoint, ...]
    made_at: int
    heartbeat: int | None
    stale: bool


def public_site(session: Session, city: City, now: int) -> PublicSite:
    fresh = freshness(session, now)
    return PublicSite(tuple(public_points(session, city, now)), now, fresh.heartbeat, fresh.stale)


def kept_off(session: Session, city: City) -> frozenset[int]:
    """Ids of the points that the city does not show."""
    return frozenset(session.scalars(select(Point.id).where(Point.city_id == city.id, ~Point.public)))
