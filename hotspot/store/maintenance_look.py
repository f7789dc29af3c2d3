"""What an announcement would mean, before it is made: whom it covers, what it overlaps, which contracts it touches."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import Period, day_of
from hotspot.analytics.stays import FOREVER
from hotspot.store.bulk import slices
from hotspot.store.maintenance import WindowRow, at_points, devices, extent_of, rows
from hotspot.store.maintenance_edit import Chosen
from hotspot.store.models import AccessPoint, City, Contract, ContractPoint, MaintenanceWindow, Point
from hotspot.store.planned_work import Key, keyed, keys_of, places

SHOWN, TOGETHER = 20, 1000


@dataclass(frozen=True, slots=True)
class ContractMonth:
    """A month (2026-11) of a contract into which the work falls, and how many of the points are on its annex then."""

    number: str
    month: str
    points: int


@dataclass(frozen=True, slots=True)
class Look:
    """`periods` are those looked at; `overlaps` the first SHOWN windows that are not cancelled and share an access
    point with them, `overlapping` counts all.
    """

    points: int
    access_points: int
    periods: tuple[Period, ...]
    late: bool
    overlaps: list[WindowRow]
    overlapping: int
    contracts: list[ContractMonth]


def look(session: Session, city: City, where: Chosen, periods: Sequence[Period], now: int, but: int = 0) -> Look:
    """Of the points and devices as they stand now; the window `but` overlaps nothing, for it is what is looked at."""
    ap_ids = session.scalars(ap_query(city, where)).all()
    met = [window_id for window_id in overlapping(session, city, ap_ids, periods) if window_id != but]
    named = [MaintenanceWindow.id.in_(met[:SHOWN])]
    return Look(
        session.scalar(select(func.count()).select_from(point_query(city, where).subquery())) or 0,
        len(ap_ids),
        tuple(periods),
        any(start <= now for start, _ in periods),
        rows(session, now, named, MaintenanceWindow.start, MaintenanceWindow.id, limit=SHOWN),
        len(met),
        contract_months(session, city, where, periods),
    )


def look_at_window(session: Session, city: City, row: WindowRow, now: int) -> Look:
    """What a window that is there means."""
    one = session.get_one(MaintenanceWindow, row.id)
    where = Chosen(extent_of(one), (), frozenset(), "", "")
    return look(session, city, where, [(row.start, row.end)], now, but=row.id)


def ap_query(city: City, where: Chosen) -> Select[int]:
    if not where.point_ids:
        return devices(city, [where.extent])
    return select(AccessPoint.id).where(AccessPoint.point_id.in_(where.point_ids))


def point_query(city: City, where: Chosen) -> Select[int]:
    """The ids of the points, also of those that are no list yet."""
    here = Point.id.in_(where.point_ids) if where.point_ids else at_points([where.extent], Point.id)
    return select(Point.id).where(Point.city_id == city.id, here)


def overlapping(session: Session, city: City, ap_ids: Sequence[int], periods: Sequence[Period]) -> list[int]:
    """The ids of the windows not cancelled that meet one of the periods at one of the access points, by time."""
    if not ap_ids or not periods:
        return []
    window, first, last = MaintenanceWindow, min(start for start, _ in periods), max(end for _, end in periods)
    query = select(window).where(window.city_id == city.id, window.cancelled_at.is_(None))
    query = query.where(window.start < last, window.end > first).order_by(window.start, window.id)
    met = [one for one in session.scalars(query) if any(one.start < end and one.end > start for start, end in periods)]
    if not met:
        return []
    here: set[Key] = set()
    for some in slices(ap_ids, TOGETHER):
        standing = (row for row in places(session, some) if row[2] == FOREVER)
        here.update(key for ap_id, _, _, *place in standing for key in keys_of(ap_id, *place))
    return list(dict.fromkeys(one.id for key, one in keyed(session, met) if key in here))


def contract_months(session: Session, city: City, where: Chosen, periods: Sequence[Period]) -> list[ContractMonth]:
    """By month and number."""
    days: dict[str, list[date]] = defaultdict(list)
    for at in (edge for start, end in periods for edge in (start, end - 1)):
        day = day_of(city.time_zone, at)
        days[f"{day:%Y-%m}"].append(day)
    line, found = ContractPoint, []
    for month, theirs in sorted(days.items()):
        query = select(Contract.number, func.count(line.point_id.distinct())).join(Contract)
        query = query.where(line.starts_on <= max(theirs), line.ends_on >= min(theirs))
        query = query.where(line.point_id.in_(point_query(city, where))).group_by(Contract.number)
        found += [ContractMonth(number, month, points) for number, points in session.execute(query)]
    return sorted(found, key=lambda one: (one.month, one.number))
