"""A point that moves: the old one ends where it was, a new one goes on with its devices; both keep their histories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, Table, delete, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.areanames import VILLAGE
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import N_, cleaned, code_of, coordinates, needed, reject, word
from hotspot.analytics.lifecycle import Step, added
from hotspot.store.audit import note
from hotspot.store.base import Base
from hotspot.store.lifecycle import NewStep, complete, lives, settle, steps_of, tidy, withdraw_rows, write
from hotspot.store.models import AccessPoint, Area, City, LifecycleChange, Point, Site
from hotspot.store.stays import move


@dataclass(frozen=True, slots=True)
class NewPlace:
    """The new point and its site as they were typed, by the columns of the inventory; `step` is the relocation."""

    cells: Mapping[str, str]
    step: NewStep


def relocate(session: Session, city: City, point_id: int, place: NewPlace, *, now: int, actor: str) -> str:
    """The code of the new point, installed that day. Raises RejectedError, of `day` where a device can't move."""
    old = session.get_one(Point, point_id, with_for_update=True)
    cells = {column: cleaned(column, text) for column, text in place.cells.items()}
    code, step = code_of(cells), tidy(place.step)
    if session.scalar(select(Point.id).where(Point.city_id == city.id, Point.code == code)) is not None:
        reject("point_code", N_("there is a point of this code already"))
    today = day_of(city.time_zone, now)
    life = lives(session, [point_id], today)[point_id]
    end = Step("relocated", step.since)
    beside = tuple(one for one in added(life, end, today) if one != end)
    site_id = site_of(session, city, cells)
    if site_id == old.site_id:
        reject("site_name", N_("the point is at this site already"))
    new = Point(
        city_id=city.id,
        site_id=site_id,
        fund_id=old.fund_id,
        provider_id=old.provider_id,
        code=code,
        name=needed(cells, "point_name"),
        lifecycle="installed",
        auth_mode=old.auth_mode,
        relocated_from_id=old.id,
    )
    session.add(new)
    session.flush()
    complete(session, {point_id: beside}, now, actor)
    write(session, point_id, step, {}, now=now, actor=actor)
    write(session, new.id, NewStep("installed", step.since, document=step.document), {}, now=now, actor=actor)
    moved = move_devices(session, point_id, new.id, step.since, now)
    was = old.code
    settle(session, [point_id, new.id])
    note(session, now, actor, "relocate", f"point {was}", f"to {code} on {step.since}, {moved} access points")
    return code


def move_devices(session: Session, from_id: int, to_id: int, day: date, now: int) -> int:
    query = select(AccessPoint.id).where(AccessPoint.point_id == from_id).order_by(AccessPoint.id)
    return sum(move(session, ap_id, to_id, day, now) for ap_id in session.scalars(query).all())


def site_of(session: Session, city: City, cells: Mapping[str, str]) -> int:
    """An existing site of that name in the kelurahan as it is, else a new one of the cells."""
    area_id = session.scalar(
        select(Area.id).where(Area.city_id == city.id, Area.code == cells.get("area_code"), Area.level == VILLAGE)
    )
    if area_id is None:
        reject("area_code", N_("choose the kelurahan"))
    name = cells.get("site_name") or needed(cells, "point_name")
    found = session.scalar(select(Site.id).where(Site.area_id == area_id, Site.name == name))
    if found is not None:
        return found
    latitude, longitude = cells.get("latitude", ""), cells.get("longitude", "")
    north, east = coordinates(latitude, longitude) if latitude or longitude else (None, None)
    site = Site(
        city_id=city.id,
        area_id=area_id,
        name=name,
        venue_kind=word("venue_kind", needed(cells, "venue_kind")),
        address=cells.get("address", ""),
        latitude=north,
        longitude=east,
    )
    session.add(site)
    session.flush()
    return site.id


def may_undo(session: Session, city: City, point_id: int, now: int) -> bool:
    """Whether the point came into being by a relocation that was recorded today."""
    point = session.get_one(Point, point_id)
    step = ended(session, point)
    return step is not None and day_of(city.time_zone, step.recorded_at) == day_of(city.time_zone, now)


def ended(session: Session, point: Point) -> LifecycleChange | None:
    """The step that ended the point before this one."""
    query = select(LifecycleChange).where(
        LifecycleChange.point_id == point.relocated_from_id,
        LifecycleChange.stage == "relocated",
        LifecycleChange.withdrawn_at.is_(None),
    )
    return session.scalars(query).first()


def undo(session: Session, city: City, point_id: int, *, now: int, actor: str) -> str:
    """The devices go back, the old point goes on, the new one is gone; the old one's code. Raises RejectedError."""
    point = session.get_one(Point, point_id, with_for_update=True)
    step, old_id = ended(session, point), point.relocated_from_id
    if step is None or old_id is None or not may_undo(session, city, point_id, now):
        reject("point", N_("a relocation is undone on the day on which it was recorded"))
    if len(steps_of(session, [point_id])[point_id]) > 1 or used(session, point_id):
        reject("point", N_("the new point is in use already; withdraw that first"))
    code, day = point.code, step.since
    move_devices(session, point_id, old_id, day, now)
    withdraw_rows(session, [step.id], now, actor)
    session.execute(delete(LifecycleChange).where(LifecycleChange.point_id == point_id))
    site_id = point.site_id
    session.delete(point)
    session.flush()
    if not session.scalar(select(func.count()).where(Point.site_id == site_id)):
        session.execute(delete(Site).where(Site.id == site_id))
    settle(session, [old_id])
    old = session.get_one(Point, old_id).code
    note(session, now, actor, "undo relocation", f"point {old}", f"from {code}, {day}")
    return old


def used(session: Session, point_id: int) -> bool:
    """Whether anything but its own steps and its devices speaks of the point."""
    its_own = {"lifecycle_change", "access_point"}
    for table in Base.metadata.tables.values():
        for key in references(table):
            if table.name not in its_own and session.scalar(select(key.parent).where(key.parent == point_id).limit(1)):
                return True
    return False


def references(table: Table) -> list[ForeignKey]:
    return [key for key in table.foreign_keys if key.column is Point.__table__.c.id]
