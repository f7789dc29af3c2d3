"""Cells around centre points, and their unions: boundaries of our own.

Seeds outside the city, whose cells are thrown away, give it an edge that looks grown rather than ruled.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from hotspot.analytics.cells import Place, Ring, cell, hull, turn

ASPECT = math.cos(math.radians(6.3))  # a degree of longitude against one of latitude, here
REACH = 0.0125  # degrees that a border cell reaches out, about 1.4 km
STEP = 0.009  # between the seeds outside
GRID = 1e-5  # corners nearer than this are one corner


def cells(centres: Mapping[str, Place]) -> dict[str, Ring]:
    """The part of the plane that is nearest to each centre, as an anticlockwise ring."""
    outside = seeds_outside(list(centres.values()))
    seeds, frame = flat([*centres.values(), *outside]), flat(bounds(outside))
    corners = Corners()
    return {key: corners.ring([(x / ASPECT, y) for x, y in cell(own, seeds, frame)]) for own, key in enumerate(centres)}


def flat(places: Iterable[Place]) -> Ring:
    """With one scale both ways, for what measures distances."""
    return [(x * ASPECT, y) for x, y in places]


def distance(one: Place, other: Place) -> float:
    """In degrees of latitude."""
    return math.hypot((one[0] - other[0]) * ASPECT, one[1] - other[1])


def seeds_outside(centres: Sequence[Place]) -> list[Place]:
    """An uneven grid around the city, at least REACH from its border centres."""
    west, east = min(x for x, _ in centres), max(x for x, _ in centres)
    south, north = min(y for _, y in centres), max(y for _, y in centres)
    inner = hull(centres)
    seeds = []
    for row in range(-4, int((north - south) / STEP) + 5):
        for column in range(-4, int((east - west) / STEP) + 5):
            bend = math.sin(3.7 * row + 1.9 * column), math.sin(2.3 * row - 3.1 * column)
            seed = (west + (column + 0.3 * bend[0]) * STEP, south + (row + 0.3 * bend[1]) * STEP)
            if not inside(seed, inner) and min(distance(seed, centre) for centre in centres) > REACH:
                seeds.append(seed)
    return seeds


def bounds(places: Sequence[Place]) -> Ring:
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    south, north = min(y for _, y in places), max(y for _, y in places)
    return [(west, south), (east, south), (east, north), (west, north)]


def inside(place: Place, convex: Ring) -> bool:
    return all(turn(a, b, place) >= 0 for a, b in zip(convex, [*convex[1:], convex[0]], strict=True))


class Corners:
    """Rounds corners so that those that neighbours share are the same numbers."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], Place] = {}

    def ring(self, ring: Ring) -> Ring:
        shared = [self.shared(corner) for corner in ring]
        return [corner for corner, before in zip(shared, [shared[-1], *shared], strict=False) if corner != before]

    def shared(self, corner: Place) -> Place:
        column, row = round(corner[0] / GRID), round(corner[1] / GRID)
        for place in ((column + dx, row + dy) for dx in (0, -1, 1) for dy in (0, -1, 1)):
            if place in self.known:
                return self.known[place]
        return self.known.setdefault((column, row), (round(corner[0], 5), round(corner[1], 5)))


def union(rings: Iterable[Ring]) -> list[Ring]:
    """The outlines of neighbouring rings together: borders that two of them share in opposite directions go."""
    edges = {(a, b) for ring in rings for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)}
    following: dict[Place, list[Place]] = defaultdict(list)
    for a, b in sorted(edges):
        if (b, a) not in edges:
            following[a].append(b)
    outlines: list[Ring] = []
    while following:
        start = corner = next(iter(following))
        outline: Ring = []
        while True:
            outline.append(corner)
            ways = following[corner]
            corner = ways.pop()
            if not ways:
                del following[outline[-1]]
            if corner == start:
                break
        outlines.append(outline)
    return outlines


def geometry(rings: Sequence[Ring]) -> str:
    """A GeoJSON Polygon, or MultiPolygon of several."""
    closed = [[[*ring, ring[0]]] for ring in rings]
    if len(closed) == 1:
        return json.dumps({"type": "Polygon", "coordinates": closed[0]}, separators=(",", ":"))
    return json.dumps({"type": "MultiPolygon", "coordinates": closed}, separators=(",", ":"))


def area(ring: Ring) -> float:
    """Square kilometres."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return twice / 2 * ASPECT * 111.2**2
