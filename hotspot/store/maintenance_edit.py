"""Maintenance windows made and ended by people: announced, made longer by another, cancelled; each step is noted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.analytics.permissions import EVERYWHERE
from hotspot.store.audit import note
from hotspot.store.maintenance import Extent, areas_of, extent_of
from hotspot.store.maintenance_lists import made_list, points_listed
from hotspot.store.models import (
    AccessPoint,
    Area,
    City,
    MaintenanceSeries,
    MaintenanceWindow,
    Point,
    Provider,
    Site,
)
from hotspot.store.removal import listed

LONGEST_S = 31 * 86_400
FARTHEST_S = 2 * 366 * 86_400
MOST_POINTS = 5000
SUBJECT = "maintenance"


@dataclass(frozen=True, slots=True)
class Place:
    """As people name it: codes of points or one access point's name, or an area's code, or a provider; or the city."""

    names: tuple[str, ...] = ()
    area: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """`point_ids` are those of a list that is not stored yet; `areas` are what accounts are held to, `field` names
    where the place was chosen, `label` is how the log calls it.
    """

    extent: Extent
    point_ids: tuple[int, ...]
    areas: frozenset[str]
    field: str
    label: str


def chosen(session: Session, city: City, place: Place) -> Chosen:
    """Raises RejectedError with the field."""
    named = {"point": place.names, "provider": place.provider, "area": place.area}
    ways = [field for field, name in named.items() if name]
    if len(ways) > 1:
        reject(ways[1], N_("choose points, a provider or an area, not several of them"))
    if place.names:
        return chosen_points(session, city, place.names)
    if place.provider:
        found = session.scalar(select(Provider.id).where(Provider.city_id == city.id, Provider.name == place.provider))
        provider = found or reject("provider", N_("%(value)s is not known here"), value=place.provider)
        return Chosen(Extent(provider_id=provider), (), frozenset([EVERYWHERE]), "provider", place.provider)
    if place.area:
        found = session.scalar(select(Area.id).where(Area.city_id == city.id, Area.code == place.area))
        area = found or reject("area", N_("%(value)s is not known here"), value=place.area)
        return Chosen(Extent(area_id=area), (), frozenset([place.area]), "area", place.area)
    return Chosen(Extent(), (), frozenset([EVERYWHERE]), "area", "city")


def chosen_points(session: Session, city: City, names: Sequence[str]) -> Chosen:
    names = list(dict.fromkeys(names))
    if len(names) > MOST_POINTS:
        reject("point", N_("more than %(most)s points; choose an area or a provider"), most=MOST_POINTS)
    query = select(Point.code, Point.id, Area.code).join(Site, Site.id == Point.site_id)
    query = query.join(Area, Area.id == Site.area_id).where(Point.city_id == city.id, Point.code.in_(names))
    found = {code: (point_id, area) for code, point_id, area in session.execute(query)}
    missing = [name for name in names if name not in found]
    if len(names) == 1 and missing:
        return chosen_device(session, city, names[0])
    if missing:
        reject("point", N_("%(value)s is not known here"), value=listed([name[:40] for name in missing]))
    ids, areas = (tuple(part) for part in zip(*(found[name] for name in names), strict=True))
    if len(ids) == 1:
        return Chosen(Extent(point_id=ids[0]), (), frozenset(areas), "point", names[0])
    return Chosen(Extent(), tuple(sorted(ids)), frozenset(areas), "point", f"{len(ids)} points: {listed(names)}")


def chosen_device(session: Session, city: City, name: str) -> Chosen:
    found = session.scalar(select(AccessPoint.id).where(AccessPoint.city_id == city.id, AccessPoint.name == name))
    extent = Extent(ap_id=found or reject("point", N_("%(value)s is not known here"), value=name[:40]))
    return Chosen(extent, (), areas_of(session, extent), "point", name)


def announce(
    session: Session, city: City, where: Chosen, *, start: int, end: int, reason: str, now: int, actor: str
) -> MaintenanceWindow:
    """One that has begun already is late: `analytics.spans.is_late`. Raises RejectedError with field and reason."""
    reason = cleaned("reason", reason) or reject("reason", N_("empty"))
    check_times(start, end, now)
    one_at_a_time(session, city)
    refuse_twice(session, city, where, start, end)
    extent = stored(session, city, where)
    window = MaintenanceWindow(
        city_id=city.id, start=start, end=end, reason=reason, announced_at=now, announced_by=actor, **asdict(extent)
    )
    session.add(window)
    session.flush()
    late = ", late" if start <= now else ""
    note(session, now, actor, "announce", SUBJECT, f"{where.label}, {period(city, start, end)}{late}: {reason}")
    return window


def check_times(start: int, end: int, now: int) -> None:
    if start < now - LONGEST_S:
        reject("start", N_("more than 31 days ago"))
    if start > now + FARTHEST_S:
        reject("start", N_("more than two years ahead"))
    if end <= start:
        reject("end", N_("the end must come after the beginning"))
    if end <= now:
        reject("end", N_("it is over already: late work keeps alerts quiet while it runs, and counts in no figure"))
    if end - start > LONGEST_S:
        reject("end", N_("longer than 31 days"))


def one_at_a_time(session: Session, city: City) -> None:
    """Who announces at the same time waits, so that pressing twice is seen; SQLite has one writer anyway."""
    session.execute(select(City.id).where(City.id == city.id).with_for_update())


def refuse_twice(session: Session, city: City, where: Chosen, start: int, end: int) -> None:
    window = MaintenanceWindow
    query = select(window.list_id).where(window.start == start, window.end == end, window.cancelled_at.is_(None))
    if exists_for(session, query.where(window.city_id == city.id), window, where):
        reject("start", N_("the same window is announced already"))


def exists_for(
    session: Session,
    query: Select[int | None],
    table: type[MaintenanceWindow] | type[MaintenanceSeries],
    where: Chosen,
) -> bool:
    """Whether one of these windows or series, asked for their list, has that very place."""
    names = [name for name in asdict(where.extent) if name != "list_id"]
    query = query.where(*(getattr(table, name).is_not_distinct_from(getattr(where.extent, name)) for name in names))
    lists = session.scalars(query).all()
    if not where.point_ids:
        return where.extent.list_id in lists
    return any(tuple(points_listed(session, one)) == where.point_ids for one in lists if one)


def stored(session: Session, city: City, where: Chosen) -> Extent:
    """With its list of points written down, if it has one."""
    if not where.point_ids:
        return where.extent
    return replace(where.extent, list_id=made_list(session, city, where.point_ids))


def extend(session: Session, city: City, window_id: int, *, until: int, now: int, actor: str) -> bool:
    """Another window at the same place that begins where this one ends; False where this one is over or cancelled."""
    one = live(session, city, window_id, now)
    if one is None:
        return False
    where = Chosen(extent_of(one), (), frozenset(), "point", f"window {window_id} goes on")
    announce(session, city, where, start=one.end, end=until, reason=one.reason, now=now, actor=actor)
    return True


def live(session: Session, city: City, window_id: int, now: int) -> MaintenanceWindow | None:
    """The window, while it runs or comes."""
    window = MaintenanceWindow
    query = select(window).where(window.city_id == city.id, window.id == window_id, window.end > now)
    return session.scalar(query.where(window.cancelled_at.is_(None)))


def cancel(session: Session, city: City, window_id: int, now: int, actor: str) -> bool:
    """False when it is over, cancelled already, or no window of this city."""
    changed = session.execute(
        update(MaintenanceWindow)
        .where(
            MaintenanceWindow.id == window_id,
            MaintenanceWindow.city_id == city.id,
            MaintenanceWindow.cancelled_at.is_(None),
            MaintenanceWindow.end > now,
        )
        .values(cancelled_at=now)
        .returning(MaintenanceWindow.start, MaintenanceWindow.end)
    ).first()
    if changed:
        note(session, now, actor, "cancel", SUBJECT, f"window {window_id}, {period(city, *changed)}")
    return changed is not None


def period(city: City, start: int, end: int) -> str:
    """As the log says it: the city's time."""
    first, last = (datetime.fromtimestamp(t, ZoneInfo(city.time_zone)) for t in (start, end))
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"
