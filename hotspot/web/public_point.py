"""The page of a point for everybody, where the sticker at its place leads."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from hotspot.clock import now
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.public import public_page
from hotspot.web.hours import in_words
from hotspot.web.public_site import listed, missing, page, public_city

blueprint = Blueprint("public_point", __name__, url_prefix="/p")
blueprint.register_error_handler(404, missing)

HEEDS = ("sent",)  # what the forms of citizens say after they were sent


@blueprint.get("/<path:code>")
def index(code: str) -> ResponseReturnValue:
    city = public_city()
    return page("public/point.html", lambda: shown(city, code), HEEDS)


def shown(city: City, code: str) -> dict[str, object]:
    at = now()
    found = public_page(db.session(), city, code, at) or abort(404)
    return {"found": found, "point": found.point, "site": listed(city), "at": at, "hours": in_words(found.hours or ())}
