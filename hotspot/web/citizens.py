"""What a visitor says of a point, in two taps: no account, no cookie, no JavaScript; see decision 0030."""

import hmac
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.citizens import KINDS, LEAST_SHOWN, STARS, happy_share, is_foreign
from hotspot.clock import now
from hotspot.secrets import derive
from hotspot.store import citizens
from hotspot.store.base import writing
from hotspot.store.citizens import TooManyError
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.public import public_page
from hotspot.web.configured import secret_key, settings
from hotspot.web.place import here
from hotspot.web.public_site import missing, public_city
from hotspot.web.security import csrf

blueprint = Blueprint("citizens", __name__, url_prefix="/p")
blueprint.register_error_handler(404, missing)
csrf.exempt(blueprint)  # whoever has no cookie has no token either; `sent_from_here` stands in its place

HOUR_S = 3600
FORM_HOURS = 24  # a page that was left open, or kept by a phone without a line
ASKED = ("in_service", "testing", "paused")  # stages of the points whose pages have the forms
HONEYPOT = "website"  # a field that people don't see


@blueprint.app_template_global()
def form_token(code: str, hour: int | None = None) -> str:
    """Proof that a form of this point was given out in an hour; the same for everybody, so that pages can be kept."""
    given = now() // HOUR_S if hour is None else hour
    proof = hmac.digest(derive(secret_key(), "form of citizens"), f"{given} {code}".encode(), "sha256").hex()[:32]
    return f"{given}.{proof}"


@blueprint.app_template_global()
def citizen_voice(point_id: int) -> dict[str, object]:
    """What everybody may know of what people said: nothing below LEAST_SHOWN."""
    city = here()
    if city is None:
        return {"today": None, "rating": None}
    said = citizens.voice(db.session(), city, point_id, now())
    return {"today": said.today if said.today >= LEAST_SHOWN else None, "rating": happy_share(said.by_stars)}


@blueprint.app_template_global()
def fault_kinds() -> dict[str, str]:
    return dict(KINDS)


def is_current(token: str, code: str) -> bool:
    hour, dot, _ = token.partition(".")
    if not dot or not hour.isascii() or not hour.isdigit() or len(hour) > len(str(now())):
        return False
    right = hmac.compare_digest(token.encode(), form_token(code, int(hour)).encode())
    return right and 0 <= now() // HOUR_S - int(hour) <= FORM_HOURS


def sent_from_here() -> bool:
    """A form of these pages, sent by their own site."""
    address = urlsplit(settings().address)
    own = (f"{address.scheme}://{address.netloc}", request.host_url.rstrip("/"))
    return not is_foreign(request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", ""), own)


@blueprint.post("/<path:code>/report")
def report(code: str) -> ResponseReturnValue:
    kind = request.form.get("kind", "")

    def act(city: City, point_id: int) -> None:
        with writing(db.engine) as session:
            words = request.form.get("comment", "")
            citizens.report(session, secret_key(), city, point_id, kind, words, request.remote_addr or "", now())

    return received(code, "report", act, sensible=kind in KINDS)


@blueprint.post("/<path:code>/rate")
def rate(code: str) -> ResponseReturnValue:
    typed = request.form.get("stars", "")
    stars = int(typed) if typed in {str(star) for star in STARS} else 0

    def act(city: City, point_id: int) -> None:
        with writing(db.engine) as session:
            citizens.rate(session, secret_key(), city, point_id, stars, request.remote_addr or "", now())

    return received(code, "rating", act, sensible=stars in STARS)


def received(code: str, what: str, act: Callable[[City, int], None], *, sensible: bool) -> ResponseReturnValue:
    """Thanks, or a page that says kindly why not; a machine that fills the hidden field is thanked for nothing."""
    city = public_city()
    found = public_page(db.session(), city, code, now())
    if found is None:
        return refused("unknown", 404)
    if found.stage not in ASKED:
        return refused("gone", 410, code)
    db.session.rollback()  # nothing is read any more: the write may begin
    if not sent_from_here():
        return refused("elsewhere", 403, code)
    if not is_current(request.form.get("token", ""), code) or not sensible:
        return refused("old", 400, code)
    if request.form.get(HONEYPOT):
        return thanks(code, what)
    try:
        act(city, found.point.id)
    except TooManyError as error:
        return refused(f"{what} {error.of}", 429, code)
    return thanks(code, what)


def thanks(code: str, what: str) -> ResponseReturnValue:
    return redirect(url_for("public_point.index", code=code, sent=what) + "#said", 303)


def refused(why: str, status: int, code: str = "") -> ResponseReturnValue:
    """`code` of a point to go back to; what was written stays on the page, for the person to copy."""
    page = render_template(
        "citizens/refused.html",
        why=why,
        code=code,
        comment=request.form.get("comment", "")[:1000],
        other_language=other_language_of(code),
        site=None,
    )
    return page, status


def other_language_of(code: str) -> Callable[[str | None], str]:
    """This address answers no GET: another language is that of the point's page."""
    if not code:
        return lambda lang: url_for("public.index", lang=lang)
    return lambda lang: url_for("public_point.index", code=code, lang=lang)
