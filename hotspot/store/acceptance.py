"""What is known of points on the day on which somebody accepts them, for the gates of analytics.acceptance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.acceptance import TARGET, WINDOW_DAYS, Evidence
from hotspot.analytics.calendar import midnight
from hotspot.analytics.geography import contains, rings
from hotspot.analytics.service_hours import Schedule
from hotspot.analytics.sla import Rule
from hotspot.store.availability import Hours
from hotspot.store.bulk import slices
from hotspot.store.figures import told
from hotspot.store.models import (
    AccessPoint,
    Area,
    City,
    Contract,
    ContractPoint,
    Point,
    PointPhoto,
    Site,
    StatusSpan,
)
from hotspot.store.placements import presences_at
from hotspot.store.scopes import Scope

TOGETHER = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class Claim:
    """That a point was accepted on a day by a record; `photos` come with the claim itself."""

    day: date
    record: str = ""
    photos: int = 0


def evidence(session: Session, city: City, claims: Mapping[int, Claim], now: int) -> dict[int, Evidence]:
    """By the ids of the points."""
    rows = {row.id: row for row in places(session, claims)}
    photos = {
        id_: count for some in slices(list(claims), TOGETHER) for id_, count in session.execute(photographs(some))
    }
    rules = promised(session, claims)
    hours = {rows[id_].code: rule.schedule for id_, rule in rules.items() if rule.schedule}
    days = {rows[id_].code: claim.day for id_, claim in claims.items()}
    seconds = measured(session, city, days, hours, first_measured(session, claims), now)
    return {
        id_: Evidence(
            record=claim.record,
            photos=claim.photos + photos.get(id_, 0),
            located=rows[id_].latitude is not None and rows[id_].longitude is not None,
            inside=inside(rows[id_]),
            area=rows[id_].area,
            up_s=seconds[rows[id_].code][0],
            down_s=seconds[rows[id_].code][1],
            target=rules[id_].target if id_ in rules else TARGET,
        )
        for id_, claim in claims.items()
    }


def places(session: Session, ids: Iterable[int]) -> Iterable[Any]:
    query = select(Point.id, Point.code, Site.latitude, Site.longitude, Area.name.label("area"), Area.boundary)
    query = query.join(Site, Site.id == Point.site_id).join(Area, Area.id == Site.area_id)
    for some in slices(list(ids), TOGETHER):
        yield from session.execute(query.where(Point.id.in_(some)))


def inside(row: Any) -> bool | None:
    """Whether the site lies within its kelurahan; None where one of the two is not known."""
    if row.latitude is None or row.longitude is None or not row.boundary or not rings(row.boundary):
        return None
    return contains(row.boundary, (row.latitude, row.longitude))


def photographs(ids: Sequence[int]) -> Any:
    query = select(PointPhoto.point_id, func.count()).where(PointPhoto.point_id.in_(ids))
    return query.group_by(PointPhoto.point_id)


def promised(session: Session, claims: Mapping[int, Claim]) -> dict[int, Rule]:
    """The rule of the contract that covers the day, or of the next one to begin."""
    found: dict[int, Rule] = {}
    query = select(ContractPoint.point_id, ContractPoint.ends_on, Contract.sla_rule)
    query = query.join(Contract, Contract.id == ContractPoint.contract_id).order_by(ContractPoint.starts_on)
    for some in slices(list(claims), TOGETHER):
        for id_, ends_on, rule in session.execute(query.where(ContractPoint.point_id.in_(some))):
            if ends_on >= claims[id_].day:
                found.setdefault(id_, Rule.read(rule))
    return found


def first_measured(session: Session, ids: Iterable[int]) -> int | None:
    """When the first of the devices that stand or stood at these points was first polled; None: never.

    Asked of each device by its key, for the spans of a whole city are many.
    """
    devices = {one.ap_id for some in slices(list(ids), TOGETHER) for one in presences_at(session, some)}
    began = select(func.min(StatusSpan.start)).where(StatusSpan.ap_id == AccessPoint.id).scalar_subquery()
    query = select(func.min(began))
    found = (session.scalar(query.where(AccessPoint.id.in_(some))) for some in slices(list(devices), TOGETHER))
    return min((at for at in found if at is not None), default=None)


def measured(
    session: Session,
    city: City,
    days: Mapping[str, date],
    hours: Mapping[str, Schedule],
    first: int | None,
    now: int,
) -> dict[str, tuple[int, int]]:
    """Seconds up and down of each code in the window up to the end of its day, means over its access points.

    Of a code with service `hours` only the seconds in them. Nothing was measured before `first`.
    """
    found = dict.fromkeys(days, (0, 0))
    together: dict[tuple[date, Schedule | None], list[str]] = defaultdict(list)
    for code, day in days.items():
        together[day, hours.get(code)].append(code)
    for (day, schedule), codes in together.items():
        b = min(midnight(city.time_zone, day + timedelta(days=1)), now)
        if first is None or b <= first:
            continue
        a = midnight(city.time_zone, day - timedelta(days=WINDOW_DAYS - 1))
        scope = Scope(point=codes[0]) if len(codes) == 1 else Scope()
        kept = Hours(schedule, city.time_zone) if schedule else None
        wanted = frozenset(codes)
        for member, answer in told(session, city, scope, a, b, now, by="point", hours=kept).members:
            if member.key in wanted and answer.access_points:
                devices = answer.access_points
                found[member.key] = (answer.figure.up_s // devices, answer.figure.down_s // devices)
    return found
