"""The columns of the open data, what each means, and the JSON Schemas of the files, which say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hotspot.analytics.import_row import N_
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.spreadsheet import Cell
from hotspot.store.models import City
from hotspot.store.public import PublicPoint, PublicSite
from hotspot.web.tables import iso

STATES = ("up", "degraded", "down", "unknown")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
NUMBER = r"^(-?\d+(\.\d+)?([eE]-?\d+)?)?$"
INSTANT = r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d)?$"
DAY = r"^(\d{4}-\d\d-\d\d)?$"

Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`means` is English, for schemas, and translated on the page. `shape` is its JSON Schema; `pattern` bounds it as
    text, as a row of a CSV file has it.
    """

    means: str
    shape: Shape
    pattern: str = ""


def text(**more: object) -> Shape:
    return {"type": "string", **more}


def maybe(kind: str, **more: object) -> Shape:
    return {"type": [kind, "null"], **more}


SHARE = maybe("number", minimum=0, maximum=1)
CODE = r"^[\d.]+$"
POINT_COLUMNS: Final[Mapping[str, Column]] = {
    "code": Column(N_("the point's own code; it stays when the point is renamed"), text(), "."),
    "name": Column(N_("its name"), text()),
    "city_code": Column(N_("Kemendagri code of the city"), text(), CODE),
    "district_code": Column(N_("Kemendagri code of the kecamatan"), text(), CODE),
    "district": Column(N_("its name"), text()),
    "area_code": Column(N_("Kemendagri code of the kelurahan"), text(), CODE),
    "area": Column(N_("its name"), text()),
    "address": Column(N_("street"), text()),
    "venue_kind": Column(N_("kind of place"), text(enum=list(VENUE_KINDS))),
    "latitude": Column(N_("WGS 84, to about ten metres"), maybe("number"), NUMBER),
    "longitude": Column(N_("WGS 84, to about ten metres"), maybe("number"), NUMBER),
    "open": Column(N_("whether it needs no password"), {"type": "boolean"}, "^(true|false)$"),
    "since": Column(N_("first day of service"), maybe("string", pattern=DAY), DAY),
    "sponsor": Column(N_("credit line of the sponsor, if there is one"), text()),
    "status": Column(N_("now: up, degraded (in part), down, unknown (not measured)"), text(enum=list(STATES))),
    "status_since": Column(N_("when a device there last changed"), maybe("string", pattern=INSTANT), INSTANT),
    "availability_30d": Column(N_("share of the measured time of 30 days; empty: none was measured"), SHARE, NUMBER),
    "coverage_30d": Column(N_("share of 30 days in which somebody looked"), SHARE, NUMBER),
    "as_of": Column(N_("when the row was true"), text(pattern=INSTANT), INSTANT),
}
DAY_COLUMNS: Final = {
    "code": N_("the point's own code"),
    "area_code": N_("Kemendagri code of the kelurahan"),
    "date": N_("a day in the city's time zone"),
    "availability": N_("share of the measured time of the day; empty: nobody measured"),
    "coverage": N_("share of the day in which somebody looked"),
}


def as_object(city: City, site: PublicSite, point: PublicPoint) -> dict[str, object]:
    """In the order of POINT_COLUMNS."""
    return {
        "code": point.code,
        "name": point.name,
        "city_code": city.code,
        "district_code": point.district_code,
        "district": point.district,
        "area_code": point.area_code,
        "area": point.area,
        "address": point.address,
        "venue_kind": point.venue_kind,
        "latitude": point.latitude,
        "longitude": point.longitude,
        "open": point.is_open,
        "since": point.since.isoformat() if point.since else None,
        "sponsor": point.credit,
        "status": point.status,
        "status_since": iso(point.changed_at),
        "availability_30d": point.figure_30d.availability,
        "coverage_30d": point.figure_30d.coverage,
        "as_of": iso(site.made_at),
    }


def as_cells(city: City, site: PublicSite, point: PublicPoint) -> list[Cell]:
    """As a row of a CSV file; true and false are words there."""
    return [str(value).lower() if isinstance(value, bool) else value for value in as_object(city, site, point).values()]  # type: ignore[misc]


def row_schema(title: str, columns: Mapping[str, tuple[str, str, Shape]]) -> Shape:
    """Of a row of a CSV file: a text in each cell."""
    cells = {
        name: {"type": "string", "description": means, **({"pattern": pattern} if pattern else {}), **more}
        for name, (means, pattern, more) in columns.items()
    }
    return {"$schema": DRAFT, "title": title, **closed(cells)}


def closed(properties: Mapping[str, Shape]) -> Shape:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


POINT = closed({name: {**column.shape, "description": column.means} for name, column in POINT_COLUMNS.items()})
ENVELOPE: Final[Mapping[str, Shape]] = {
    "city_code": text(),
    "city": text(),
    "as_of": text(pattern=INSTANT),
    "measured_at": maybe("string", pattern=INSTANT),
    "licence": text(description="SPDX identifier"),
    "demonstration": {"type": "boolean", "description": "true: the points and their history are invented"},
}
PLACE: Final[Shape] = {
    "oneOf": [
        {"type": "null"},
        closed(
            {
                "type": {"const": "Point"},
                "coordinates": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            }
        ),
    ]
}
FEATURE = closed({"type": {"const": "Feature"}, "id": text(), "geometry": PLACE, "properties": POINT})
SCHEMAS: Final[Mapping[str, Shape]] = {
    "points-json": {
        "$schema": DRAFT,
        "title": "Public Wi-Fi points",
        **closed({**ENVELOPE, "points": {"type": "array", "items": POINT}}),
    },
    "points-geojson": {
        "$schema": DRAFT,
        "title": "Public Wi-Fi points as GeoJSON (RFC 7946)",
        **closed({"type": {"const": "FeatureCollection"}, **ENVELOPE, "features": {"type": "array", "items": FEATURE}}),
    },
    "points-csv": row_schema(
        "A row of the public Wi-Fi points",
        {
            name: (column.means, column.pattern, {key: column.shape[key] for key in ("enum",) if key in column.shape})
            for name, column in POINT_COLUMNS.items()
        },
    ),
    "availability-csv": row_schema(
        "A day of a public Wi-Fi point",
        {
            name: (means, {"date": DAY, "availability": NUMBER, "coverage": NUMBER}.get(name, ""), {})
            for name, means in DAY_COLUMNS.items()
        },
    ),
}
