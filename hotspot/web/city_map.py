"""The small map drawn on the server: the city's outlines and a donut of statuses for each area or district."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from hotspot.store.area_map import AreaStanding, Outline, ground
from hotspot.store.models import City

WIDTH, HEIGHT, MARGIN = 760, 520, 26
LEAST_STEP = 1.2  # units of the drawing; closer corners of an outline can't be told apart
# The few reds first, or a nearly green ring hides them.
ORDER = ("down", "degraded", "monitoring_broken", "unknown", "planned", "up")

Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to units of the drawing; flat, with the city's own width of a degree."""

    west: float
    north: float
    per_degree: float
    squeeze: float
    left: float
    top: float

    def xy(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.squeeze * self.per_degree + self.left
        return x, (self.north - latitude) * self.per_degree + self.top


def projection(places: Sequence[tuple[float, float]]) -> Projection:
    """`places` are longitude and latitude; they fill the drawing."""
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    south, north = min(y for _, y in places), max(y for _, y in places)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-4), max(north - south, 1e-4)
    per_degree = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    return Projection(
        west, north, per_degree, squeeze, (WIDTH - wide * per_degree) / 2, (HEIGHT - high * per_degree) / 2
    )


def rings(outline: Outline) -> list[Ring]:
    """The rings of a Polygon or MultiPolygon; anything else has none."""
    try:
        shape = json.loads(outline.boundary)
        polygons = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}.get(shape["type"], [])
        return [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def path(ring: Ring, project: Projection) -> str:
    """The `d` of an outline with the corners that can be seen."""
    kept: Ring = []
    for place in ring:
        x, y = project.xy(*place)
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= LEAST_STEP:
            kept.append((x, y))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "z" if len(kept) > 2 else ""


@dataclass(frozen=True, slots=True)
class Arc:
    status: str
    d: str  # empty: the whole ring


@dataclass(frozen=True, slots=True)
class Donut:
    code: str
    name: str
    x: float
    y: float
    r: float
    total: int
    by_status: Mapping[str, int]
    arcs: list[Arc]


def arcs(by_status: Mapping[str, int], r: float) -> list[Arc]:
    total = sum(by_status.values())
    found: list[Arc] = []
    angle = -math.pi / 2
    for status in ORDER:
        n = by_status.get(status, 0)
        if n == total:
            return [Arc(status, "")]
        if n:
            end = angle + n / total * 2 * math.pi
            start_xy, end_xy = (f"{r * math.cos(a):.2f} {r * math.sin(a):.2f}" for a in (angle, end))
            large = int(n / total > 0.5)
            found.append(Arc(status, f"M{start_xy}A{r:g} {r:g} 0 {large} 1 {end_xy}"))
            angle = end
    return found


def donut(code: str, name: str, place: tuple[float, float], by_status: Mapping[str, int], size: float) -> Donut:
    total = sum(by_status.values())
    r = round(size * (0.8 + 0.14 * math.log2(1 + total)), 1)
    return Donut(code, name, round(place[0], 1), round(place[1], 1), r, total, by_status, arcs(by_status, r))


@dataclass(frozen=True, slots=True)
class CityMap:
    """`villages` is drawn where there is room, `districts` on a phone."""

    outlines: list[tuple[str, str]]
    villages: list[Donut]
    districts: list[Donut]
    approximate: bool
    width: int = WIDTH
    height: int = HEIGHT


def city_map(session: Session, city: City, standing: Sequence[AreaStanding]) -> CityMap | None:
    """None when no area has an outline and no point has a place."""
    below = ground(session, city, standing)
    drawn = draw(below.outlines)
    if drawn.project is None:
        return None
    villages = [
        donut(area.code, area.name, drawn.project.xy(area.longitude, area.latitude), area.by_status, 11)
        for area in standing
        if area.longitude is not None and area.latitude is not None
    ]
    districts = list(district_donuts(standing, drawn.project))
    return CityMap(drawn.outlines, villages, districts, below.approximate)


def district_donuts(standing: Iterable[AreaStanding], project: Projection) -> Iterable[Donut]:
    by_district: dict[str, list[AreaStanding]] = {}
    for area in standing:
        if area.longitude is not None:
            by_district.setdefault(area.district_code, []).append(area)
    for code, members in by_district.items():
        total = sum(area.total for area in members)
        longitude = sum((area.longitude or 0) * area.total for area in members) / total
        latitude = sum((area.latitude or 0) * area.total for area in members) / total
        sums = {status: sum(area.by_status.get(status, 0) for area in members) for status in ORDER}
        yield donut(code, members[0].district, project.xy(longitude, latitude), sums, 26)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The outlines as (name of the area, `d` of its path)."""

    project: Projection | None
    outlines: list[tuple[str, str]]


@lru_cache(maxsize=8)  # by the outlines themselves: versions are a city's own, and a process may serve several
def draw(found: tuple[Outline, ...]) -> Drawing:
    """Villages if any has an outline, else districts."""
    level = "village" if any(one.level == "village" for one in found) else "district"
    shapes = [(one.name, rings(one)) for one in found if one.level == level]
    places = [place for _, shape in shapes for ring in shape for place in ring]
    if not places:
        return Drawing(None, [])
    project = projection(places)
    return Drawing(project, [(name, "".join(path(ring, project) for ring in shape)) for name, shape in shapes])
