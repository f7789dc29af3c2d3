"""The public site: the map and list of points, one kelurahan, what is counted, and what a phone keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, json, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.licences import licence
from hotspot.analytics.method import GROUPS
from hotspot.analytics.methods import METHODS
from hotspot.analytics.paging import paged
from hotspot.store.models import City
from hotspot.store.public import PublicPoint
from hotspot.web.kept import answer
from hotspot.web.public_map import features, outlines
from hotspot.web.public_site import SLOW_S, WORK, absolute, headline, listed, missing, page, public_city, target, whole
from hotspot.web.words import gettext, locale

blueprint = Blueprint("public", __name__)
blueprint.add_app_template_global(absolute)
blueprint.register_error_handler(404, missing)

PER_PAGE, LONGEST = 30, 80
HOUR_S = 3600
SHOWN_STATES = {"work": WORK, "down": ("down",), "unknown": ("unknown",)}
GEOLOCATION = "camera=(), geolocation=(self), microphone=()"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a list: page number `page` of `pages`, `total` in all."""

    rows: Sequence[PublicPoint]
    total: int
    page: int
    pages: int


def part(points: Sequence[PublicPoint], number: int) -> Part:
    number, pages = paged(len(points), number, PER_PAGE)
    return Part(points[(number - 1) * PER_PAGE : number * PER_PAGE], len(points), number, pages)


@blueprint.get("/public")
def index() -> ResponseReturnValue:
    city = public_city()
    response = page("public/index.html", lambda: found(city), ("q", "status", "venue", "page"))
    response.headers["Permissions-Policy"] = GEOLOCATION  # "near me", on this page alone; the position stays there
    return response


def found(city: City) -> dict[str, object]:
    """The points of the search in the address."""
    all_of_it = whole(city)
    site = all_of_it.site
    typed = request.args.get("q", "").replace("\0", "")[:LONGEST].strip()
    state, venue = request.args.get("status", ""), request.args.get("venue", "")
    words, states = typed.casefold().split(), SHOWN_STATES.get(state)
    points = [
        point
        for point, text in zip(site.points, all_of_it.texts, strict=True)
        if all(word in text for word in words)
        and (states is None or point.status in states)
        and (venue not in VENUE_KINDS or point.venue_kind == venue)
    ]
    return {
        "site": site,
        "head": all_of_it.head,
        "target": target(city),
        "part": part(points, request.args.get("page", 1, int)),
        "typed": typed,
        "state": state if states else "",
        "venue": venue if venue in VENUE_KINDS else "",
        "venues": all_of_it.venues,
        "areas": all_of_it.areas,
    }


@blueprint.get("/public/areas/<code>")
def area(code: str) -> ResponseReturnValue:
    """A kelurahan, or a district, by its Kemendagri code."""
    city = public_city()
    return page("public/area.html", lambda: in_area(city, code), ("page",))


def in_area(city: City, code: str) -> dict[str, object]:
    site = listed(city)
    points = [point for point in site.points if code in (point.area_code, point.district_code)]
    if not points:
        abort(404)
    first, whole = points[0], points[0].district_code == code
    return {
        "site": site,
        "code": code,
        "name": first.district if whole else first.area,
        "district": None if whole else (first.district_code, first.district),
        "head": headline(points),
        "part": part(points, request.args.get("page", 1, int)),
    }


@blueprint.get("/public/about")
def about() -> ResponseReturnValue:
    city = public_city()
    return page("public/about.html", lambda: {"site": listed(city), "licence": licence(city.licence)})


@blueprint.get("/public/methods")
def methods() -> ResponseReturnValue:
    """The definitions that the office works by, for everybody."""

    def told() -> dict[str, object]:
        mine = 0 if locale() == "id" else 1
        groups = [(title, [one for one in METHODS if one.group == key]) for key, title in GROUPS.items()]
        return {"groups": groups, "mine": mine, "other": 1 - mine, "codes": ("id", "en")}

    return page("public/methods.html", told)


@blueprint.get("/public/points.json")
def points() -> Response:
    """GeoJSON for the map: s state, n name, c code, d kelurahan."""
    city = public_city()
    return answer(("map", city.id), lambda: features(city), "application/geo+json")


@blueprint.get("/public/areas.json")
def areas() -> Response:
    """GeoJSON of the city's own outlines, or of cells around the points where none were loaded."""
    city = public_city()
    return answer(("outlines", city.id), lambda: outlines(city), "application/geo+json", fresh_s=SLOW_S)


@blueprint.get("/public/offline")
def offline() -> ResponseReturnValue:
    """What a phone shows without a line: the points it saw last, with their age."""
    return page("public/offline.html", dict)


@blueprint.get("/public/manifest.webmanifest")
def manifest() -> Response:
    city = public_city()
    return answer(
        ("manifest", city.id, locale()), lambda: manifest_of(city), "application/manifest+json", fresh_s=HOUR_S
    )


def manifest_of(city: City) -> str:
    icon = {"type": "image/png", "purpose": "any"}
    made = {
        "name": gettext("Free Wi-Fi, %(city)s", city=city.name),
        "short_name": gettext("Free Wi-Fi"),
        "lang": locale(),
        "start_url": url_for("public.index"),
        "scope": root(),
        "display": "minimal-ui",
        "background_color": "#f4f6f8",
        "theme_color": "#0f6d66",
        "icons": [
            {"src": url_for("static", filename="icon.svg"), "type": "image/svg+xml", "sizes": "any"},
            {"src": url_for("static", filename="icon-192.png"), "sizes": "192x192", **icon},
            {"src": url_for("static", filename="icon-512.png"), "sizes": "512x512", **icon},
            {"src": url_for("static", filename="icon-maskable.png"), "sizes": "512x512", **icon, "purpose": "maskable"},
        ],
    }
    return json.dumps(made, ensure_ascii=False)


def root() -> str:
    """Where the public site is mounted."""
    return url_for("public.index").removesuffix("public")


@blueprint.get("/public/worker.js")
def worker() -> Response:
    """The service worker of the public pages; its place in the tree bounds it, so it asks for the whole site."""
    public_city()
    script = Path(current_app.static_folder or "") / "public-worker.js"
    response = answer("worker", script.read_bytes, "text/javascript", fresh_s=HOUR_S, cache_s=0)
    response.headers["Service-Worker-Allowed"] = root()
    return response
