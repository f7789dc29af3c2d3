"""Open data: the listed points and their days as files for everybody, each with its schema and its licence."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.licences import licence
from hotspot.clock import now
from hotspot.spreadsheet import csv_bytes
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.public import DAYS, public_days, strip_of
from hotspot.web.kept import answer
from hotspot.web.open_data_shapes import DAY_COLUMNS, POINT_COLUMNS, SCHEMAS, as_cells, as_object
from hotspot.web.public_site import SLOW_S, absolute, listed, open_to_all, page, public_city
from hotspot.web.tables import iso

blueprint = Blueprint("open_data", __name__, url_prefix="/open-data")

FRESH_S = 60
TITLES = {"points": "Titik Wi-Fi publik gratis", "availability": "Ketersediaan harian titik Wi-Fi publik gratis"}
DESCRIPTIONS = {
    "points": "Titik Wi-Fi publik gratis yang beroperasi: lokasi, jenis tempat, keadaan kini, ketersediaan 30 hari.",
    "availability": f"Ketersediaan dan cakupan pengukuran per titik dan hari, {DAYS} hari terakhir.",
}


blueprint.after_request(open_to_all)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    city = public_city()

    def shown() -> dict[str, object]:
        return {"site": listed(city), "licence": licence(city.licence), "columns": POINT_COLUMNS, "days": DAY_COLUMNS}

    return page("public/open_data.html", shown)


@blueprint.get("/points.csv")
def points_csv() -> Response:
    city = public_city()

    def made() -> bytes:
        site = listed(city)
        return csv_bytes(list(POINT_COLUMNS), (as_cells(city, site, point) for point in site.points))

    return file(city, "points.csv", made, MEDIA["csv"])


@blueprint.get("/points.json")
def points_json() -> Response:
    city = public_city()

    def made() -> str:
        site = listed(city)
        return written({**envelope(city), "points": [as_object(city, site, point) for point in site.points]})

    return file(city, "points.json", made, "application/json")


@blueprint.get("/points.geojson")
def points_geojson() -> Response:
    city = public_city()

    def made() -> str:
        site = listed(city)
        features = []
        for point in site.points:
            told = as_object(city, site, point)
            place = (
                None if point.latitude is None else {"type": "Point", "coordinates": [point.longitude, point.latitude]}
            )
            features.append({"type": "Feature", "id": point.code, "geometry": place, "properties": told})
        return written({"type": "FeatureCollection", **envelope(city), "features": features})

    return file(city, "points.geojson", made, "application/geo+json")


@blueprint.get("/availability.csv")
def availability_csv() -> Response:
    """A row for each listed point and day; a day that nobody measured has an empty availability."""
    city = public_city()

    def made() -> bytes:
        days = public_days(db.session(), city, now())
        rows = (
            (point.code, point.area_code, day.date, day.availability, day.coverage)
            for point in listed(city).points
            for day in strip_of(city, now(), days.get(point.id, {}))
        )
        return csv_bytes(list(DAY_COLUMNS), rows)

    return file(city, "availability.csv", made, MEDIA["csv"], SLOW_S)


def file(city: City, name: str, make: Callable[[], str | bytes], mimetype: str, fresh_s: int = FRESH_S) -> Response:
    response = answer(("open data", city.id, name), make, mimetype, fresh_s=fresh_s)
    response.headers["Content-Disposition"] = f'inline; filename="wifi-publik-{city.code}-{name}"'
    schema = url_for("open_data.schema", name=name.replace(".", "-"))
    response.headers["Link"] = f'<{licence(city.licence).url}>; rel="license", <{schema}>; rel="describedby"'
    return response


def envelope(city: City) -> dict[str, object]:
    """What every file says of itself."""
    site = listed(city)
    return {
        "city_code": city.code,
        "city": city.name,
        "as_of": iso(site.made_at),
        "measured_at": iso(site.heartbeat),
        "licence": city.licence,
        "demonstration": city.demonstration,
    }


def written(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@blueprint.get("/schema/<name>.json")
def schema(name: str) -> Response:
    """The JSON Schema of a file; of a CSV file that of a row, each cell as its text."""
    city = public_city()
    shape = SCHEMAS.get(name) or abort(404)
    told = {"$id": absolute(url_for("open_data.schema", name=name)), **shape}
    return answer(
        ("schema", city.id, name), lambda: json.dumps(told, indent=1), "application/schema+json", fresh_s=3600
    )


@blueprint.get("/catalog.json")
def catalog() -> Response:
    """A catalogue in the words of DCAT (W3C, version 3), for portals that collect from others."""
    city = public_city()
    return answer(("catalogue", city.id), lambda: written(catalogue(city)), "application/ld+json", fresh_s=FRESH_S)


def catalogue(city: City) -> dict[str, object]:
    changed = datetime.fromtimestamp(listed(city).made_at, UTC).isoformat()
    home = absolute(url_for("open_data.index"))
    publisher = {"@type": "foaf:Organization", "foaf:name": city.name}
    common = {
        "@type": "dcat:Dataset",
        "dct:publisher": publisher,
        "dct:license": licence(city.licence).url,
        "dct:language": ["id", "en"],
        "dct:modified": changed,
        "dct:spatial": {"@type": "dct:Location", "dct:identifier": city.code, "skos:prefLabel": city.name},
        "dcat:keyword": ["wifi publik", "internet gratis", "titik akses", city.name],
        "dcat:landingPage": home,
        "dcat:contactPoint": {"@type": "vcard:Organization", "vcard:fn": city.name, "vcard:note": city.contact},
    }
    datasets = [
        {
            **common,
            "dct:identifier": f"wifi-publik-{city.code}-{key}",
            "dct:title": title,
            "dct:description": DESCRIPTIONS[key],
            "dct:accrualPeriodicity": {"points": "continuous", "availability": "daily"}[key],
            "dcat:distribution": [distribution(city, name) for name in FILES[key]],
        }
        for key, title in TITLES.items()
    ]
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
        },
        "@type": "dcat:Catalog",
        "@id": home,
        "dct:title": f"Wi-Fi publik gratis {city.name}",
        "dct:publisher": publisher,
        "dcat:dataset": datasets,
    }


FILES = {"points": ("points.csv", "points.json", "points.geojson"), "availability": ("availability.csv",)}
MEDIA = {"csv": "text/csv", "json": "application/json", "geojson": "application/geo+json"}


def distribution(city: City, name: str) -> dict[str, object]:
    address = absolute(url_for("open_data.index") + name)
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": MEDIA[name.rpartition(".")[2]],
        "dct:license": licence(city.licence).url,
        "dct:conformsTo": absolute(url_for("open_data.schema", name=name.replace(".", "-"))),
    }
