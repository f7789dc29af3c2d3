"""Distances, areas and a grid over the outlines of a city, in plain Python: no GIS library is needed for 165 km2."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from json import loads
from math import asin, atanh, ceil, cos, floor, radians, sin, sqrt

Place = tuple[float, float]  # latitude, longitude
Ring = list[tuple[float, float]]  # of GeoJSON: longitude, latitude, closed

EARTH_M = 6_371_008.8  # mean radius, IUGG
WGS84_M, FLATTENING = 6_378_137.0, 1 / 298.257223563
ECCENTRICITY = sqrt(FLATTENING * (2 - FLATTENING))
STEP_M = 150


def distance_m(a: Place, b: Place) -> float:
    """Along the great circle (haversine formula)."""
    up, along = radians(b[0] - a[0]), radians(b[1] - a[1])
    h = sin(up / 2) ** 2 + cos(radians(a[0])) * cos(radians(b[0])) * sin(along / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(h)))


@lru_cache(maxsize=1024)
def rings(boundary: str) -> list[Ring]:
    """Every ring of a GeoJSON Polygon or MultiPolygon, holes too; of anything else none."""
    try:
        shape = loads(boundary)
        polygons = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}.get(shape["type"], [])
        return [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


@lru_cache(maxsize=2048)
def area_km2(boundary: str) -> float | None:
    """On the ellipsoid of WGS 84, by its equal-area cylinder (Snyder, Map Projections, 1987, 3-12); None: no outline.

    Edges are taken as straight on that cylinder, which for edges of a city changes nothing that shows.
    """
    try:
        shape = loads(boundary)
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        return sum(
            ring_km2(ring) if n == 0 else -ring_km2(ring) for polygon in polygons for n, ring in enumerate(polygon)
        )
    except (ValueError, TypeError, KeyError):
        return None


def ring_km2(ring: Sequence[Sequence[float]]) -> float:
    flat = [(radians(x), authalic(y)) for x, y, *_ in ring]
    x0, y0 = flat[0]
    twice = sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(flat))
    return abs(twice) / 2 * WGS84_M**2 / 2 / 1e6


def authalic(latitude: float) -> float:
    s, e = sin(radians(latitude)), ECCENTRICITY
    return (1 - e * e) * (s / (1 - (e * s) ** 2) + atanh(e * s) / e)


@dataclass(frozen=True, slots=True)
class Flat:
    """Metres east and north of a middle. Within a city of 30 km it is off from the great circle by less than 0.1 %."""

    latitude: float
    longitude: float
    squeeze: float

    def xy(self, place: Place) -> tuple[float, float]:
        per_degree = radians(EARTH_M)
        return (place[1] - self.longitude) * self.squeeze * per_degree, (place[0] - self.latitude) * per_degree

    def place(self, x: float, y: float) -> Place:
        per_degree = radians(EARTH_M)
        return self.latitude + y / per_degree, self.longitude + x / (self.squeeze * per_degree)


@dataclass(frozen=True, eq=False)
class Grid:
    """The middles of squares of STEP_M that lie within each outline, in metres by `flat`; equal only to itself."""

    flat: Flat
    cells: Mapping[str, tuple[tuple[float, float], ...]]
    boxes: Mapping[str, tuple[float, float, float, float]] = field(init=False, repr=False)  # west, south, east, north

    def __post_init__(self) -> None:
        boxes = {}
        for code, cells in self.cells.items():
            xs, ys = [x for x, _ in cells], [y for _, y in cells]
            boxes[code] = (min(xs), min(ys), max(xs), max(ys))
        object.__setattr__(self, "boxes", boxes)


@lru_cache(maxsize=4)
def grid(outlines: tuple[tuple[str, str], ...]) -> Grid:
    """Over `outlines`, pairs of a code and a GeoJSON geometry; one that is none has no cells.

    A cell belongs to the outline that its middle lies in; an outline smaller than a cell has the middle of its box.
    """
    shapes = {code: rings(boundary) for code, boundary in outlines}
    corners = [corner for shape in shapes.values() for ring in shape for corner in ring]
    if not corners:
        return Grid(Flat(0.0, 0.0, 1.0), {})
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    middle = (south + north) / 2
    flat = Flat(middle, (west + east) / 2, cos(radians(middle)))
    return Grid(
        flat,
        {
            code: tuple(within([[flat.xy((y, x)) for x, y in ring] for ring in shape]))
            for code, shape in shapes.items()
            if shape
        },
    )


def within(shape: Sequence[Ring]) -> Iterator[tuple[float, float]]:
    """The middles of the squares inside, row by row: between the crossings of a row with the edges (even-odd rule)."""
    crossings: defaultdict[int, list[float]] = defaultdict(list)
    for ring in shape:
        for (ax, ay), (bx, by) in pairwise(ring):
            low, high = min(ay, by), max(ay, by)
            for row in range(ceil(low / STEP_M - 0.5), ceil(high / STEP_M - 0.5)):  # of a corner only one edge counts
                y = (row + 0.5) * STEP_M
                crossings[row].append(ax + (y - ay) / (by - ay) * (bx - ax))
    found = False
    for row, crossed in sorted(crossings.items()):
        crossed.sort()
        for left, right in zip(crossed[::2], crossed[1::2], strict=False):
            for column in range(ceil(left / STEP_M - 0.5), floor(right / STEP_M - 0.5) + 1):
                found = True
                yield (column + 0.5) * STEP_M, (row + 0.5) * STEP_M
    if not found:
        places = [place for ring in shape for place in ring]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        yield (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def contains(boundary: str, place: Place) -> bool:
    """Whether the place lies inside (even-odd rule)."""
    y, x = place
    odd = False
    for ring in rings(boundary):
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                odd = not odd
    return odd


def area_at(outlines: Iterable[tuple[str, str]], place: Place) -> str | None:
    """The code of the outline that the place lies in."""
    return next((code for code, boundary in outlines if contains(boundary, place)), None)
