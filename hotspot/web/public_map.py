"""GeoJSON of the public map: the listed points, and the city's own outlines below them."""

import json
from collections.abc import Sequence
from typing import Any

from hotspot.store.area_map import Spot, has_outlines, kept_ground, outlines_version, stand_in
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.public import PublicPoint
from hotspot.web.public_site import listed


def features(city: City) -> str:
    site = listed(city)
    rows: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [point.longitude, point.latitude]},
            "properties": {"s": point.status, "n": point.name, "c": point.code, "d": point.area},
        }
        for point in site.points
        if point.latitude is not None
    ]
    shown = {"type": "FeatureCollection", "made_at": site.made_at, "features": rows}
    return json.dumps(shown, separators=(",", ":"), ensure_ascii=False, sort_keys=False)


def outlines(city: City) -> str:
    version = outlines_version(db.session(), city)
    below = kept_ground(db.session(), city, version) if has_outlines(version) else stand_in(spots(listed(city).points))
    rows = (
        f'{{"type":"Feature","geometry":{one.boundary},"properties":'
        f"{json.dumps({'n': one.name, 'c': one.code, 'l': one.level})}}}"
        for one in below.outlines
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(rows)}]}}'


def spots(points: Sequence[PublicPoint]) -> tuple[Spot, ...]:
    """Where the listed points of each kelurahan are, and no others."""
    placed = [point for point in points if point.latitude is not None and point.longitude is not None]
    by_area: dict[str, list[PublicPoint]] = {}
    for point in placed:
        by_area.setdefault(point.area_code, []).append(point)
    return tuple(spot(code, inside) for code, inside in sorted(by_area.items()))


def spot(code: str, inside: Sequence[PublicPoint]) -> Spot:
    corners = tuple((point.longitude or 0.0, point.latitude or 0.0) for point in inside)
    middle = (sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners))
    return Spot(code, inside[0].area, middle, corners)
