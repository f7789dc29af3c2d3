"""The map: every point on the city's own outlines, no tiles from anywhere; a table of areas without JavaScript."""

import json
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.calendar import day_start, hour_start
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.area_map import AreaStanding, area_standing, ground, has_outlines, outlines_version, unplaced
from hotspot.store.db import db
from hotspot.store.fleet import area_figures, map_points, map_points_then
from hotspot.store.models import City
from hotspot.web.access import requires
from hotspot.web.charts import grade
from hotspot.web.place import here

blueprint = Blueprint("map", __name__)

HISTORY_HOURS, HOUR_S = 7 * 24, 3600
FIGURE_DAYS, DAY_S = 29, 86400  # today and the 29 days before it, as in the lists
COLOURS = {"availability": lazy_gettext("Availability, 30 days"), "points": lazy_gettext("Number of points")}


@blueprint.get("/map")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    session = db.session()
    areas = area_standing(session, city, now())
    district = request.args.get("district", "")
    districts = {area.district_code: area.district for area in areas}
    colour = request.args.get("colour", "")
    figures = area_figures(session, city, day_start(city.time_zone, now() - FIGURE_DAYS * DAY_S), now())
    available = {code: figure.availability for code, figure in figures.items()}
    return render_template(
        "map/index.html",
        areas=[area for area in areas if district in ("", area.district_code)],
        districts=districts,
        district=district if district in districts else "",
        colour=colour if colour in COLOURS else "",
        colours=COLOURS,
        available=available,
        shades=shades(colour, areas, available),
        hours=HISTORY_HOURS,
        last_hour=hour_start(city.time_zone, now()),
        unplaced=unplaced(session, city),
        approximate=not has_outlines(outlines_version(session, city)),
    )


def shades(colour: str, areas: Sequence[AreaStanding], available: Mapping[str, float | None]) -> dict[str, str]:
    """The class of each area's ground: its grade by the contracts' share, or a fifth of the most points."""
    if colour == "availability":
        return {code: f"is-{grade(share)}" for code, share in available.items()}
    if colour != "points":
        return {}
    most = max((area.total for area in areas), default=0)
    return {area.code: f"need-{min(4, area.total * 5 // most)}" for area in areas if most}


@blueprint.get("/map/points.json")
@requires(Act.SEE)
def points() -> ResponseReturnValue:
    """GeoJSON of every placed point: s state, n name, c code, d district, k clients; with ?at= of a past hour."""
    city = here() or abort(404)
    at = past_hour(city, request.args.get("at", 0, int))
    found = map_points(db.session(), city, now()) if at is None else map_points_then(db.session(), city, at)
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [point.longitude, point.latitude]},
            "properties": {
                "s": point.state,
                "n": point.name,
                "c": point.code,
                "d": point.district,
                "k": point.clients,
            },
        }
        for point in found
        if point.latitude is not None and point.longitude is not None
    ]
    return collection(features)


def past_hour(city: City, at: int) -> int | None:
    """The beginning of a whole hour of the last HISTORY_HOURS; None: now."""
    last = hour_start(city.time_zone, now())
    return hour_start(city.time_zone, at) if last - HISTORY_HOURS * HOUR_S <= at < last else None


@blueprint.get("/map/areas.json")
@requires(Act.SEE)
def areas() -> ResponseReturnValue:
    """GeoJSON of the outlines; they change so rarely that their version answers for them."""
    city = here() or abort(404)
    version = outlines_version(db.session(), city)
    if version in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{version}"', "Cache-Control": "private, no-cache"})
    below = ground(db.session(), city, [] if has_outlines(version) else area_standing(db.session(), city, now()))
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "geometry": json.loads(outline.boundary),
            "properties": {"n": outline.name, "c": outline.code, "l": outline.level},
        }
        for outline in below.outlines
    ]
    response = collection(features)
    if not below.approximate:
        response.set_etag(version)
    return response


def collection(features: list[dict[str, object]]) -> Response:
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False)
    response = Response(text, mimetype="application/geo+json", headers={"Cache-Control": "private, no-cache"})
    response.add_etag()
    response.make_conditional(request)
    return response
