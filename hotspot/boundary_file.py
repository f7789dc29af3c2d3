"""Reads a city's own boundaries from a GeoJSON file (RFC 7946) of unknown origin; sizes and shapes are checked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from hotspot.analytics.areanames import AreaName, Gazetteer, dotted
from hotspot.analytics.import_row import INDONESIA
from hotspot.inventory_file import FileError, plain

LARGEST = 32 * 1024 * 1024  # bytes of the file
MOST_CORNERS = 20_000  # of one area
DECIMALS = 6  # a tenth of a metre
CODES = ("code", "kode", "kodekemendagri", "kodewilayah", "kodekelurahan", "kodekecamatan", "kddesa", "id")
NAMES = ("name", "nama", "namakelurahan", "namadesa", "kelurahan", "desa")
DISTRICTS = ("kecamatan", "namakecamatan", "district")

Place = tuple[float, float]  # longitude, latitude
Polygon = list[list[Place]]  # the outline, then its holes


@dataclass(frozen=True, slots=True)
class Boundary:
    """An area with its GeoJSON geometry and the middle of its largest part."""

    area: AreaName
    geometry: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What could be used, and for each other feature, by its place in the file from 1, the reason why not."""

    found: tuple[Boundary, ...]
    rejected: Mapping[int, str]


class ShapeError(ValueError):
    """The message says what is wrong with one feature."""


def read_boundaries(path: Path, areas: Gazetteer) -> Boundaries:
    """Raises FileError when the file as a whole is of no use."""
    found: dict[str, Boundary] = {}
    rejected: dict[int, str] = {}
    for number, feature in enumerate(features(path), start=1):
        try:
            boundary = boundary_of(feature, areas)
            if boundary.area.code in found:
                raise ShapeError(f"{boundary.area.name} ({boundary.area.code}) came before")
            found[boundary.area.code] = boundary
        except ShapeError as error:
            rejected[number] = str(error)
    return Boundaries(tuple(found.values()), rejected)


def features(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise FileError(f"{path.name} is larger than {LARGEST // 2**20} MiB")
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path.name} is not JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("features"), list):
        raise FileError(f"{path.name} is not a GeoJSON FeatureCollection")
    return list(data["features"])


def boundary_of(feature: Any, areas: Gazetteer) -> Boundary:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise ShapeError("not a feature with properties")
    area = area_of({plain(str(key)): value for key, value in feature["properties"].items()}, areas)
    polygons = list(polygons_of(feature.get("geometry")))
    shape: dict[str, object] = {"type": "MultiPolygon", "coordinates": polygons}
    if len(polygons) == 1:
        shape = {"type": "Polygon", "coordinates": polygons[0]}
    longitude, latitude = middle(max((polygon[0] for polygon in polygons), key=lambda ring: abs(twice_area(ring))))
    return Boundary(area, json.dumps(shape, separators=(",", ":")), round(latitude, 5), round(longitude, 5))


def area_of(properties: Mapping[str, Any], areas: Gazetteer) -> AreaName:
    """By a code in any of its usual properties, else by the name of a kelurahan; a kecamatan needs its code."""
    for key in CODES:
        found = areas.by_code.get(dotted(str(properties.get(key, ""))))
        if found:
            return found
    district = next((str(properties[key]) for key in DISTRICTS if properties.get(key)), "")
    for key in NAMES:
        named = areas.named(str(properties.get(key) or ""), district)
        if len(named) == 1:
            return named[0]
    raise ShapeError("no property holds the code or the name of one area of this city")


def polygons_of(geometry: Any) -> Iterator[Polygon]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ShapeError("the geometry is neither a Polygon nor a MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise ShapeError("the geometry is empty")
    corners = 0
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise ShapeError("the geometry is empty")
        rings = [ring_of(ring) for ring in polygon]
        corners += sum(map(len, rings))
        if corners > MOST_CORNERS:
            raise ShapeError(f"more than {MOST_CORNERS} corners; simplify it first")
        yield rings


def ring_of(ring: Any) -> list[Place]:
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        raise ShapeError("an outline is not a closed ring of four or more corners")
    return [place_of(corner) for corner in ring]


def place_of(corner: Any) -> Place:
    south, north, west, east = INDONESIA
    if not isinstance(corner, list) or not 2 <= len(corner) <= 4:
        raise ShapeError("a corner is not a longitude and a latitude")
    longitude, latitude = corner[:2]
    for value in (longitude, latitude):
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ShapeError("a corner is not a longitude and a latitude")
    if not (west <= longitude <= east and south <= latitude <= north):
        raise ShapeError(f"{longitude:g}, {latitude:g} lies outside Indonesia; GeoJSON has the longitude first")
    return round(longitude, DECIMALS), round(latitude, DECIMALS)


def twice_area(ring: Sequence[Place]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def middle(ring: Sequence[Place]) -> Place:
    """The centroid; of a ring without an area, its first corner."""
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]  # near zero, where the sums below lose no digits
    whole = twice_area(moved)
    if not whole:
        return x0, y0
    pairs = list(pairwise(moved))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * whole)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * whole)
    return x0 + x, y0 + y
