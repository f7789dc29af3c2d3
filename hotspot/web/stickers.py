"""Stickers for the places of points: a QR code that leads to the point's public page, as SVG and PDF."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten, wrap

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.inventory import BUILT, OPEN_MODES
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.pdf import pdf
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.points import PointFilter, every_point
from hotspot.store.public import kept_off
from hotspot.web.access import requires
from hotspot.web.place import here
from hotspot.web.points import asked
from hotspot.web.public_site import absolute
from hotspot.web.tables import attached
from hotspot.web.words import gettext, locale

blueprint = Blueprint("stickers", __name__)

MOST = 800  # in one file: a hundred sheets
FREE = ("Wi-Fi gratis", "Free Wi-Fi")  # each sticker is in both languages
OPEN = ("Wi-Fi gratis, tanpa sandi", "Free Wi-Fi, no password")
REPORT = ("Laporkan gangguan", "Not working? Tell us")
QUIET = 4  # modules of white around a code, by ISO/IEC 18004


@dataclass(frozen=True, slots=True)
class Sticker:
    code: str
    name: str
    is_open: bool

    @property
    def address(self) -> str:
        return absolute(url_for("public_point.index", code=self.code))

    @property
    def free(self) -> tuple[str, str]:
        """Only where there is no password it says so."""
        return OPEN if self.is_open else FREE


@blueprint.get("/points/<path:code>/sticker.<any(svg, pdf):kind>")
@requires(Act.NETWORK)
def one(code: str, kind: str) -> ResponseReturnValue:
    city = here() or abort(404)
    found = [one for one in stickers(city, PointFilter(q=code)) if one.code == code]
    if not found:
        flash(gettext("A sticker is for a point that is built and on the public site; this one is not."), "warn")
        return redirect(url_for("point.index", code=code))
    name = f"sticker-{code.replace('/', '-')}.{kind}"
    if kind == "pdf":
        return attached(printed(city, found, sheet=False), "application/pdf", name)
    return attached(drawn(city, found[0]), "image/svg+xml; charset=utf-8", name)


@blueprint.get("/points/stickers.pdf")
@requires(Act.NETWORK)
def many() -> ResponseReturnValue:
    """Of every point of the filter that is built and public, eight on a sheet."""
    city = here() or abort(404)
    chosen = asked(request.args)
    found = stickers(city, chosen)
    if not found or len(found) > MOST:
        none = gettext("No point of this filter is built and on the public site, so there is no sticker to print.")
        many = gettext(
            "These are %(n)s stickers; one file has up to %(most)s. Choose a district first.", n=len(found), most=MOST
        )
        flash(many if found else none, "warn")
        return redirect(f"{url_for('points.index')}?{request.query_string.decode('latin-1')}")
    return attached(printed(city, found, sheet=True), "application/pdf", f"stickers-{city.code}.pdf")


def stickers(city: City, chosen: PointFilter) -> list[Sticker]:
    hidden = kept_off(db.session(), city)
    points = every_point(db.session(), city, chosen, now=now())
    return [
        Sticker(one.code, one.name, one.auth_mode in OPEN_MODES)
        for one in points
        if one.lifecycle in BUILT and one.id not in hidden
    ]


def qr(address: str) -> segno.QRCode:
    """A quarter of it may be dirty or torn (level Q)."""
    return segno.make(address, error="q", micro=False, boost_error=False)


def qr_svg(address: str) -> str:
    out = io.BytesIO()
    qr(address).save(out, kind="svg", border=QUIET, xmldecl=False, light="#fff", svgclass=None, lineclass=None)
    return out.getvalue().decode()


def drawn(city: City, sticker: Sticker) -> str:
    """In millimetres, 95 by 66; the code is one path, a row of modules at a time."""
    code = qr(sticker.address)
    size = code.symbol_size(border=QUIET)[0]
    return render_template(
        "public/sticker.svg",
        sticker=sticker,
        city=city.name,
        lines=wrap(shorten(sticker.name, 66, placeholder="…"), 22),
        path=modules([bytes(row) for row in code.matrix]),
        size=size,
        quiet=QUIET,
        report=REPORT,
    )


def modules(matrix: Sequence[bytes]) -> str:
    """The `d` of the dark modules: runs of each row, as M x y h length v1 h-length z."""
    parts = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            length = next((n for n in range(len(row) - x) if not row[x + n]), len(row) - x)
            if length:
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length + 1
    return "".join(parts)


def printed(city: City, found: Sequence[Sticker], *, sheet: bool) -> bytes:
    told = [
        {
            "name": shorten(one.name, 90, placeholder="…"),
            "code": one.code,
            "free": one.free,
            "address": one.address,
            "shown": one.address.partition("://")[2],
            "qr": qr_svg(one.address),
        }
        for one in found
    ]
    title = gettext("Stickers, %(city)s", city=city.name)
    return pdf(
        "stickers",
        {
            "language": locale(),
            "title": title,
            "city": city.name,
            "sheet": sheet,
            "report": REPORT,
            "scan": gettext("QR code that leads to"),
            "stickers": told,
        },
    )
