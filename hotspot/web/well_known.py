"""What machines look for at fixed addresses: robots.txt, the list of public pages, and whom to tell of a weakness."""

import re
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, url_for

from hotspot.clock import now
from hotspot.store.models import City
from hotspot.web.kept import answer
from hotspot.web.place import here
from hotspot.web.public_site import SLOW_S, absolute, listed, public_city

blueprint = Blueprint("well_known", __name__)

DAY_S, TEXT = 86_400, "text/plain; charset=utf-8"
VALID_DAYS = 180  # RFC 9116 wants less than a year
MOST = 50_000  # addresses in one sitemap, by its specification
MAIL, WEB = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), re.compile(r"https://[^\s<>\"']+")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """The public pages, and nothing behind the sign-in."""
    city = here()
    lines = ["User-agent: *"]
    if city is not None and city.public:
        paths = [url_for("public.index"), url_for("open_data.index"), url_for("static", filename="")]
        paths += [
            url_for("public_point.index", code="-").removesuffix("-"),
            url_for("badges.city").removesuffix("city.svg"),
        ]
        lines += [f"Allow: {path}" for path in (f"{url_for('overview.index')}$", *paths)]
    lines += ["Disallow: /"]
    if city is not None and city.public:
        lines += ["", f"Sitemap: {absolute(url_for('well_known.sitemap'))}"]
    return plain(lines)


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """RFC 9116: whom to tell of a weakness. It is renewed each day, without anybody's hand."""
    until = datetime.fromtimestamp((now() // DAY_S + VALID_DAYS) * DAY_S, UTC)
    return plain(
        [
            f"Contact: {contact(here())}",
            f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: id, en",
            f"Canonical: {absolute(url_for('well_known.security'))}",
        ]
    )


def contact(city: City | None) -> str:
    """The first mail address of the office, else its web page, else the page that tells of the office."""
    written = city.contact if city else ""
    if found := MAIL.search(written):
        return f"mailto:{found[0]}"
    if found := WEB.search(written):
        return found[0]
    return absolute(url_for("public.about") + "#contact")


def plain(lines: list[str]) -> Response:
    return Response("\n".join(lines) + "\n", content_type=TEXT, headers={"Cache-Control": f"public, max-age={SLOW_S}"})


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    city = public_city()
    return answer(("sitemap", city.id), lambda: sitemap_of(city), "application/xml", fresh_s=SLOW_S)


def sitemap_of(city: City) -> str:
    points = listed(city).points
    pages = [url_for(name) for name in ("public.index", "public.about", "public.methods", "open_data.index")]
    areas = sorted({code for point in points for code in (point.area_code, point.district_code)})
    pages += [url_for("public.area", code=code) for code in areas]
    pages += [url_for("public_point.index", code=point.code) for point in points]
    return render_template("public/sitemap.xml", addresses=[absolute(page) for page in pages[:MOST]])
