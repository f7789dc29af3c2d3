"""Where each access point stood when: moving it, so that what was measured before stays with where it was."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.stays import FOREVER, Stay, moved
from hotspot.store.area_sums import sum_again
from hotspot.store.models import AccessPoint, City, MaintenanceWindow, PastPlacement, Point, Site, StatusSpan
from hotspot.store.recent import forget_recent
from hotspot.store.rollups import roll_up_again


def stays_of(session: Session, ap_id: int) -> list[Stay]:
    """In order of time; the last one is where it stands now."""
    past = select(PastPlacement).where(PastPlacement.ap_id == ap_id).order_by(PastPlacement.since)
    ap = session.get_one(AccessPoint, ap_id)
    before = [Stay(row.since, row.until, row.point_id) for row in session.scalars(past)]
    return [*before, Stay(ap.placed_since, FOREVER, ap.point_id)]


def move(session: Session, ap_id: int, to_point_id: int | None, day: date | None, now: int) -> bool:
    """The access point stands at that point, or at none, from the midnight of `day` on; what was before stays there.

    Without a day the present stay is corrected, as it is where nothing was measured before that midnight: the device
    never was where the inventory said. The sums of the areas follow; the caller writes the record of changes. False
    when it stands there already. Raises RejectedError of the column "day" for one to come, or before the device came
    to where it stands now.
    """
    ap = session.get_one(AccessPoint, ap_id)
    city = session.get_one(City, ap.city_id)
    if day is not None and day > day_of(city.time_zone, now):
        reject("day", N_("%(day)s is still to come"), day=day)
    change = _move(session, city, ap, to_point_id, day)
    if change is None:
        return False
    _sum_again(session, city, [change], now)
    return True


def move_today(session: Session, city: City, to_points: Mapping[int, int | None], now: int) -> None:
    """The access points stand there from today on; for its first point a device counts from its first poll on."""
    today, changes = day_of(city.time_zone, now), []
    for ap_id, to_point_id in to_points.items():
        ap = session.get_one(AccessPoint, ap_id)
        changes.append(_move(session, city, ap, to_point_id, None if ap.point_id is None else today))
    _sum_again(session, city, [change for change in changes if change], now)


class Change(NamedTuple):
    """What was measured since then belongs to other points than before."""

    ap_id: int
    since: int
    point_ids: tuple[int | None, int | None]


def _move(session: Session, city: City, ap: AccessPoint, to_point_id: int | None, day: date | None) -> Change | None:
    at = ap.placed_since if day is None else midnight(city.time_zone, day)
    if at < ap.placed_since:
        came = day_of(city.time_zone, ap.placed_since)
        reject("day", N_("%(name)s came to where it stands on %(day)s"), name=ap.name, day=came)
    first = session.scalar(select(func.min(StatusSpan.start)).where(StatusSpan.ap_id == ap.id))
    if first is None or first >= at:
        at = ap.placed_since
    before = stays_of(session, ap.id)
    after = moved(before, to_point_id, at)
    if after == before:
        return None
    session.execute(delete(PastPlacement).where(PastPlacement.ap_id == ap.id))
    session.add_all(PastPlacement(ap_id=ap.id, **stay._asdict()) for stay in after[:-1])
    change = Change(ap.id, max(at, first or FOREVER), (ap.point_id, to_point_id))
    ap.point_id, ap.placed_since = after[-1].point_id, after[-1].since
    session.flush()
    return change


def _sum_again(session: Session, city: City, changes: Sequence[Change], now: int) -> None:
    point_ids = {point_id for change in changes for point_id in change.point_ids}
    areas = select(Site.area_id).join(Point, Point.site_id == Site.id).where(Point.id.in_(point_ids)).distinct()
    since = min((change.since for change in changes), default=FOREVER)
    if since >= now:
        return
    forget_recent(session, city)
    window = MaintenanceWindow
    of_a_place = (window.point_id, window.area_id, window.provider_id, window.list_id)
    local = select(func.min(window.start), func.max(window.end)).where(
        window.city_id == city.id, window.end > since, or_(*(column.is_not(None) for column in of_a_place))
    )
    start, end = session.execute(local).one()
    if start is not None:
        roll_up_again(session, city, {change.ap_id for change in changes}, max(start, since), end, now)
    sum_again(session, city, list(session.scalars(areas)), since, now)
