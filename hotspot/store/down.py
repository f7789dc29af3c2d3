"""The points that are down now, with what they share: the question behind "is it one cause?"."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.common_cause import Began
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.store.models import AccessPoint, ApState, Area, City, Point, Provider, Site, State, StatusSpan
from hotspot.store.standing import ap_now


@dataclass(frozen=True, slots=True)
class DownPoint:
    """`since` its last access point fell silent; `began_seen`: somebody had seen that one up right before."""

    id: int
    code: str
    name: str
    area_code: str
    district_code: str
    since: int
    began_seen: bool
    began: Began


@dataclass(frozen=True, slots=True)
class Silent:
    since: int
    began_seen: bool
    controller_id: int | None


def down_points(session: Session, city: City, now: int) -> list[DownPoint]:
    """Those in service of which no access point is up and one is down, the longest first.

    Asked from the devices that are down, so that it costs what is down and not what there is.
    """
    silent = _silent(session, city, now)
    if not silent:
        return []
    named = _names(session, city)
    village = aliased(Area)
    query = (
        select(Point.id, Point.code, Point.name, village.id.label("area"), village.parent_id, Point.provider_id)
        .join(Site, Point.site_id == Site.id)
        .join(village, Site.area_id == village.id)
        .where(Point.city_id == city.id, Point.lifecycle.in_(IN_SERVICE), Point.id.in_(_asked(city)))
    )
    found = []
    for row in session.execute(query):
        last = silent.get(row.id)
        if last is None:
            continue
        area, district = named.areas[row.area], named.areas[row.parent_id or row.area]
        began = Began(
            last.since,
            area[1],
            named.providers.get(row.provider_id, ""),
            controller=named.controllers.get(last.controller_id, ""),
            district=district[1],
        )
        found.append(DownPoint(row.id, row.code, row.name, area[0], district[0], last.since, last.began_seen, began))
    return sorted(found, key=lambda point: (point.since, point.code))


def _asked(city: City) -> Select[int | None]:
    """Ids of the points with an access point whose last poll says down."""
    query = select(AccessPoint.point_id).join(ApState, ApState.ap_id == AccessPoint.id)
    return query.where(AccessPoint.city_id == city.id, ApState.state == int(State.DOWN))


def _silent(session: Session, city: City, now: int) -> dict[int, Silent]:
    """The last access point to fall silent of each point that has none up."""
    ap = ap_now(session, city.id, now).c
    before, here = aliased(StatusSpan), aliased(AccessPoint)
    up_before = exists().where(before.ap_id == ap.ap_id, before.end == ap.since, before.state == int(State.UP))
    down = (
        select(ap.point_id, ap.since, up_before.label("seen"), here.controller_id)
        .join(here, here.id == ap.ap_id)
        .where(ap.state == int(State.DOWN), ap.point_id.is_not(None))
    )
    last: dict[int, Silent] = {}
    for point, since, seen, controller in session.execute(down):
        if point not in last or since > last[point].since:
            last[point] = Silent(since, bool(seen), controller)
    if last:
        up = select(ap.point_id).where(ap.state == int(State.UP), ap.point_id.in_(_asked(city)))
        for point in session.scalars(up):
            last.pop(point, None)
    return last


@dataclass(frozen=True, slots=True)
class Names:
    areas: Mapping[int, tuple[str, str]]
    providers: Mapping[int | None, str]
    controllers: Mapping[int | None, str]


def _names(session: Session, city: City) -> Names:
    areas = select(Area.id, Area.code, Area.name).where(Area.city_id == city.id)
    providers = select(Provider.id, Provider.name).where(Provider.city_id == city.id)
    controllers = select(AccessPoint.id, AccessPoint.name).where(
        AccessPoint.city_id == city.id, AccessPoint.kind == "controller"
    )
    return Names(
        {row.id: (row.code, row.name) for row in session.execute(areas)},
        {row.id: row.name for row in session.execute(providers)},
        {row.id: row.name for row in session.execute(controllers)},
    )
