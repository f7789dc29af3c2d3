"""Where next: the indicators of the city, the kelurahan by need, and what more points would change."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from hotspot.analytics.equity import CityEquity
from hotspot.analytics.permissions import Act
from hotspot.analytics.underserved import DEFAULTS, MOST_WEIGHT, PARTS, TOP, TRIALS, Ranked
from hotspot.analytics.what_if import MOST, Put, puts
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.choices import districts
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.proposals import known_places
from hotspot.store.siting import COUNTS, Changed, Siting, changed, siting
from hotspot.web.access import requires
from hotspot.web.counting import COUNT_NAMES, COUNT_RULES
from hotspot.web.place import here
from hotspot.web.tables import download
from hotspot.web.words import gettext

blueprint = Blueprint("siting", __name__)

CLASSES = 5  # of the map: fifths of the ranking
LONGEST_PUT = 60
PART_NAMES = {
    "points": lazy_gettext("Few points for the people"),
    "reach": lazy_gettext("Little ground within 300 m"),
    "poor": lazy_gettext("Many poor people"),
    "schools": lazy_gettext("Many schools for a point"),
    "umkm": lazy_gettext("Many UMKM for a point"),
}
SORTS: Mapping[str, Callable[[Ranked], object]] = {
    "rank": lambda row: row.rank,
    "name": lambda row: row.area.name,
    "district": lambda row: row.area.district,
    "points": lambda row: row.area.points,
    "people": lambda row: row.area.value("population"),
    "per_10000": lambda row: row.area.per_10000,
    "near": lambda row: row.area.reach and row.area.reach.near_share,
    "walk": lambda row: row.area.reach and row.area.reach.walk_share,
    "distance": lambda row: row.area.reach and row.area.reach.mean_m,
    "poor": lambda row: row.area.poor_share,
    "stays": lambda row: row.stays,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what makes no sense asks for nothing."""

    count: str
    weights: Mapping[str, int]
    sort: str
    put: tuple[str, ...]


def asked(args: MultiDict[str, str]) -> Asked:
    weights = {part: weight_of(args.get(f"w_{part}"), default) for part, default in DEFAULTS.items()}
    count, sort = args.get("count", ""), args.get("sort", "")
    texts = [*args.getlist("put"), *more_put(args)]
    return Asked(
        count if count in COUNTS else COUNTS[0],
        weights if any(weights.values()) else DEFAULTS,
        sort if sort.removeprefix("-") in SORTS else "rank",
        tuple(text.replace(" ", "")[:LONGEST_PUT] for text in texts if text.strip())[:MOST],
    )


def weight_of(text: str | None, default: int) -> int:
    return min(MOST_WEIGHT, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 9 else default


def more_put(args: MultiDict[str, str]) -> list[str]:
    """What the form adds: a number of points into the gaps of an area, and one at a place."""
    area, number = args.get("into", ""), args.get("number", "")
    return [*([f"{area}*{weight_of(number, 1) or 1}"] if area else []), args.get("at", "")]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page, the files and the map show: the city as it is and, with points put, as it would be."""

    asked: Asked
    found: Siting
    put: Sequence[Put]
    refused: Sequence[tuple[str, str]]
    after: Changed | None

    @property
    def rows(self) -> list[Ranked]:
        """As the points put would make it, in the order asked for; what is missing comes last either way."""
        rows = self.after.ranking if self.after else self.found.ranking
        key, down = SORTS[self.asked.sort.removeprefix("-")], self.asked.sort.startswith("-")
        known = sorted((row for row in rows if key(row) is not None), key=key, reverse=down)  # type: ignore[arg-type]
        return [*known, *(row for row in rows if key(row) is None)]

    @property
    def before(self) -> dict[str, Ranked]:
        return {row.area.code: row for row in self.found.ranking}


def shown(city: City, args: MultiDict[str, str]) -> Shown:
    wanted = asked(args)
    found = siting(db.session(), city, now=now(), count=wanted.count, weights=wanted.weights)
    put, refused = puts(found.ground, wanted.put, known_places(db.session(), city, wanted.put))
    said = [(text, gettext(error.reason.text, **error.reason.values)) for text, error in refused]
    return Shown(wanted, found, put, said, changed(found, put, wanted.weights) if put else None)


@blueprint.get("/siting")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    told = shown(city, request.args)
    return render_template(
        "siting/index.html",
        told=told,
        asked=told.asked,
        stand=told.found.city,
        then=told.after.city if told.after else None,
        curve=curve_path(told.found.curve),
        curve_then=curve_path(told.after.curve) if told.after else "",
        counts={name: COUNT_NAMES[name] for name in COUNTS},
        rule=COUNT_RULES[told.asked.count],
        parts=PART_NAMES,
        defaults=DEFAULTS,
        districts=districts(db.session(), city),
        top=TOP,
        trials=TRIALS,
        query=request.query_string.decode("latin-1"),
    )


def curve_path(curve: Sequence[tuple[float, float]]) -> str:
    """The `d` of the Lorenz curve on 100 by 100."""
    return "M" + "L".join(f"{x * 100:.2f} {100 - y * 100:.2f}" for x, y in curve) if curve else ""


@blueprint.get("/siting/map.json")
@requires(Act.SEE)
def layer() -> ResponseReturnValue:
    """Outlines with name, code and class of need (0 least, 4 most, null: no rank), the points and those put."""
    city = here() or abort(404)
    told = shown(city, request.args)
    rows = {row.area.code: row for row in told.rows}
    ranks = sum(row.rank is not None for row in rows.values())
    features = [
        {"type": "Feature", "geometry": json.loads(boundary), "properties": properties(rows[code], ranks)}
        for code, boundary in told.found.ground.outlines
    ]
    content = {
        "areas": {"type": "FeatureCollection", "features": features},
        "points": [[*point.place, point.code, point.name] for point in told.found.points if point.place],
        "put": [[*one.place, one.label] for one in told.put],
    }
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return Response(text, mimetype="application/json", headers={"Cache-Control": "private, no-cache"})


def properties(row: Ranked, ranks: int) -> dict[str, object]:
    need = None if row.rank is None else CLASSES - 1 - (row.rank - 1) * CLASSES // ranks
    return {"c": row.area.code, "n": row.area.name, "k": need, "r": row.rank, "p": row.area.points}


HEAD = (
    "rank", "area_code", "area_name", "district_name", "count", "points", "people", "people_as_of", "estimate",
    "points_per_10000", "people_per_point", "km2", "share_within_300m", "share_within_500m", "mean_distance_m",
    "poor_share", "score", *(f"need_{part}" for part in PARTS), "stays_in_top_ten", "as_of",
)  # fmt: skip


@blueprint.get("/siting.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """The kelurahan of the page in its order, with the points put if there are any."""
    city = here() or abort(404)
    told = shown(city, request.args)
    return download(city, kind, "siting", HEAD, (cells(row, told.found) for row in told.rows))


def cells(row: Ranked, found: Siting) -> tuple[Cell, ...]:
    """In the order of HEAD."""
    area, people, reach = row.area, row.area.stated.get("population"), row.area.reach
    stated: tuple[Cell, ...] = (None, None, None)
    if people:
        stated = people.value, people.as_of, "yes" if people.estimate else "no"
    near: tuple[Cell, ...] = (reach.near_share, reach.walk_share, reach.mean_m) if reach else (None, None, None)
    return (
        row.rank, area.code, area.name, area.district, found.count, area.points, *stated, area.per_10000,
        area.people_per_point, area.km2, *near, area.poor_share, row.score, *row.needs.values(), row.stays, found.day,
    )  # fmt: skip


@blueprint.app_template_global()
def equity_rows(stand: CityEquity, then: CityEquity | None) -> list[tuple[str, float | None, float | None]]:
    """Key, value now and value with the points put, in the order of the cards."""
    keys = ("per_10000", "people_per_point", "near_share", "walk_share", "people_near_share", "mean_m", "gini")
    return [(key, getattr(stand, key), getattr(then, key) if then else None) for key in keys]
