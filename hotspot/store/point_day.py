"""How a point stood on a past day: its stage, its place, its devices; and where its service came from and went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.lifecycle import Steps, stage_on
from hotspot.store.lifecycle import lives
from hotspot.store.models import AccessPoint, Area, Attachment, City, PastPlacement, Point, PointPhoto, Site, StatusSpan


@dataclass(frozen=True, slots=True)
class DayState:
    """`stage` is None before the first step; `devices` are the names of those that were measured there by then."""

    day: date
    stage: str | None
    site: str
    area: str
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The point whose service goes on elsewhere, or from elsewhere."""

    code: str
    name: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Photo:
    attachment_id: int
    name: str
    taken_on: date


def life(session: Session, city: City, point_id: int, now: int) -> Steps:
    return lives(session, [point_id], day_of(city.time_zone, now))[point_id]


def day_state(session: Session, city: City, point_id: int, day: date, now: int) -> DayState:
    site, area = session.execute(
        select(Site.name, Area.name)
        .join(Point, Point.site_id == Site.id)
        .join(Area, Area.id == Site.area_id)
        .where(Point.id == point_id)
    ).one()
    stage = stage_on(life(session, city, point_id, now), day)
    return DayState(day, stage, site, area, devices_on(session, city, point_id, day))


def devices_on(session: Session, city: City, point_id: int, day: date) -> tuple[str, ...]:
    """In the order of their names; devices move at midnights, so that a day has one place."""
    start, end = (midnight(city.time_zone, day + timedelta(days=days)) for days in (0, 1))
    past = select(PastPlacement.ap_id).where(
        PastPlacement.point_id == point_id, PastPlacement.since <= start, PastPlacement.until > start
    )
    seen = select(func.min(StatusSpan.start)).where(StatusSpan.ap_id == AccessPoint.id).scalar_subquery()
    here = (AccessPoint.point_id == point_id) & (AccessPoint.placed_since <= start)
    query = select(AccessPoint.name).where(or_(here, AccessPoint.id.in_(past)), seen < end)
    return tuple(session.scalars(query.order_by(AccessPoint.name)))


def relocated_to(session: Session, point_id: int) -> list[Neighbour]:
    rows = session.execute(
        select(Point.code, Point.name, Point.installed_on).where(Point.relocated_from_id == point_id).order_by(Point.id)
    )
    return [Neighbour(*row) for row in rows]


def relocated_from(session: Session, point_id: int) -> Neighbour | None:
    here = select(Point.relocated_from_id).where(Point.id == point_id).scalar_subquery()
    row = session.execute(select(Point.code, Point.name, Point.installed_on).where(Point.id == here)).first()
    return Neighbour(*row) if row else None


def photos(session: Session, point_id: int) -> Sequence[Photo]:
    """The newest first."""
    query = (
        select(PointPhoto.attachment_id, Attachment.name, PointPhoto.taken_on)
        .join(Attachment, Attachment.id == PointPhoto.attachment_id)
        .where(PointPhoto.point_id == point_id)
        .order_by(PointPhoto.taken_on.desc(), PointPhoto.id.desc())
    )
    return [Photo(*row) for row in session.execute(query)]
