"""What a map of the city needs: the outlines of its areas, and what the points of each village-level area do now."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.cells import cells
from hotspot.analytics.inventory import GONE, PRE_BUILT
from hotspot.store.models import Area, City, Point, Site
from hotspot.store.points import points


@dataclass(frozen=True, slots=True)
class Outline:
    """An area with the GeoJSON geometry it was loaded with; an area without one is missing from the map's ground."""

    code: str
    name: str
    level: str
    boundary: str


def outlines_version(session: Session, city: City) -> str:
    """Changes when an outline does; cheap to ask, so that what is drawn from outlines can be kept."""
    query = select(func.count(), func.sum(func.length(Area.boundary)), func.max(Area.id))
    n, length, newest = session.execute(query.where(Area.city_id == city.id, Area.boundary.is_not(None))).one()
    return f"{city.id}-{n}-{length or 0}-{newest or 0}"


def has_outlines(version: str) -> bool:
    return version.split("-")[1] != "0"


def outlines(session: Session, city: City) -> list[Outline]:
    query = select(Area.code, Area.name, Area.level, Area.boundary)
    rows = session.execute(query.where(Area.city_id == city.id, Area.boundary.is_not(None)).order_by(Area.code))
    return [Outline(row.code, row.name, row.level, row.boundary or "") for row in rows]


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """The points of an area by status, and the middle and the corners (west, south, east, north) of those placed."""

    code: str
    name: str
    district_code: str
    district: str
    latitude: float | None
    longitude: float | None
    by_status: Mapping[str, int]
    box: tuple[float, float, float, float] | None = None

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def area_standing(session: Session, city: City, now: int) -> list[AreaStanding]:
    """Every village-level area that has a point, in order of the codes; points out of service are left out."""
    p = points(session, city, now).subquery("p")
    c = p.c
    query = (
        select(
            c.area_code,
            c.area,
            c.district_code,
            c.district,
            c.status,
            func.count().label("n"),
            func.count(c.latitude).label("placed"),
            func.sum(c.latitude).label("latitude"),
            func.sum(c.longitude).label("longitude"),
            func.min(c.longitude).label("west"),
            func.min(c.latitude).label("south"),
            func.max(c.longitude).label("east"),
            func.max(c.latitude).label("north"),
        )
        .where(c.status != "out_of_service")
        .group_by(c.area_code, c.area, c.district_code, c.district, c.status)
        .order_by(c.area_code)
    )
    by_area: dict[str, list[Row[tuple[object, ...]]]] = {}
    for row in session.execute(query):
        by_area.setdefault(row.area_code, []).append(row)
    return [standing_of(rows) for rows in by_area.values()]


def standing_of(rows: list[Row[tuple[object, ...]]]) -> AreaStanding:
    first = rows[0]
    placed = sum(row.placed for row in rows)
    return AreaStanding(
        first.area_code,
        first.area,
        first.district_code,
        first.district,
        sum(row.latitude or 0 for row in rows) / placed if placed else None,
        sum(row.longitude or 0 for row in rows) / placed if placed else None,
        {row.status: row.n for row in rows},
        box_of([row for row in rows if row.placed]),
    )


def box_of(rows: Sequence[Row[tuple[object, ...]]]) -> tuple[float, float, float, float] | None:
    if not rows:
        return None
    return (
        min(row.west for row in rows),
        min(row.south for row in rows),
        max(row.east for row in rows),
        max(row.north for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the points. `approximate`: no outline was loaded, the areas are cut between their points."""

    version: str
    outlines: tuple[Outline, ...]
    approximate: bool


def ground(session: Session, city: City, standing: Sequence[AreaStanding]) -> Ground:
    version = outlines_version(session, city)
    return kept_ground(session, city, version) if has_outlines(version) else stand_in(spots(standing))


KEPT: dict[tuple[object, str], Ground] = {}  # by database and version: outlines rarely change and take long to read
MOST_KEPT = 8  # cities: each is half a megabyte


def kept_ground(session: Session, city: City, version: str) -> Ground:
    where = (session.get_bind().engine.url, version)
    kept = KEPT.get(where)
    if kept is None:
        if len(KEPT) >= MOST_KEPT:
            KEPT.clear()
        kept = KEPT[where] = Ground(version, tuple(outlines(session, city)), approximate=False)
    return kept


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an area's points are, to four decimals (11 m)."""

    code: str
    name: str
    middle: tuple[float, float]
    corners: tuple[tuple[float, float], ...]


def spots(standing: Sequence[AreaStanding]) -> tuple[Spot, ...]:
    return tuple(
        Spot(
            area.code,
            area.name,
            (round(area.longitude, 4), round(area.latitude, 4)),
            tuple((round(area.box[i], 4), round(area.box[j], 4)) for i in (0, 2) for j in (1, 3)),
        )
        for area in standing
        if area.longitude is not None and area.latitude is not None and area.box
    )


@lru_cache(maxsize=4)
def stand_in(found: tuple[Spot, ...]) -> Ground:
    corners = [corner for spot in found for corner in spot.corners]
    rings = cells([spot.middle for spot in found], corners)
    drawn = tuple(
        Outline(spot.code, spot.name, "village", json.dumps({"type": "Polygon", "coordinates": [ring]}))
        for spot, ring in zip(found, rings, strict=True)
    )
    return Ground(hashlib.sha256(repr(found).encode()).hexdigest()[:20], drawn, approximate=True)


def unplaced(session: Session, city: City) -> int:
    """Points that nobody gave coordinates; they are in no map."""
    query = select(func.count()).select_from(Point).join(Site, Point.site_id == Site.id)
    built = Point.lifecycle.not_in(PRE_BUILT | GONE)
    return session.scalar(query.where(Point.city_id == city.id, Site.latitude.is_(None), built)) or 0
