"""Badges: a small SVG that tells a status, for the pages of others."""

from collections.abc import Callable, Hashable

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from hotspot.store.models import City
from hotspot.web.kept import answer
from hotspot.web.public_site import headline, listed, open_to_all, public_city
from hotspot.web.words import gettext, locale

blueprint = Blueprint("badges", __name__, url_prefix="/badge")

FRESH_S = 60
LONGEST = 34  # letters of a name; the status is never cut
NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMW@%")
COLOURS = {"up": "#15803d", "degraded": "#b45309", "down": "#c81e1e", "unknown": "#5b6675"}


blueprint.after_request(open_to_all)


@blueprint.get("/city.svg")
def city() -> Response:
    """How many of the listed points work now."""
    shown = public_city()
    return badge(("badge", shown.id, locale()), lambda: of_city(shown))


@blueprint.get("/<path:code>.svg")
def point(code: str) -> ResponseReturnValue:
    shown = public_city()
    found = next((point for point in listed(shown).points if point.code == code), None) or abort(404)
    words = {
        "up": gettext("works"),
        "degraded": gettext("works in part"),
        "down": gettext("down"),
    }
    said = (found.name, words.get(found.status, gettext("not known")), found.status)
    return badge(("badge", shown.id, code, locale()), lambda: said)


Said = tuple[str, str, str]  # of whom, in words, the status whose colour and shape it has


def of_city(city: City) -> Said:
    site = listed(city)
    head = headline(site.points)
    name = gettext("Free Wi-Fi, %(city)s", city=city.name)
    if site.stale or not head.total:
        return name, gettext("not known"), "unknown"
    said = gettext("%(work)s of %(total)s work", work=head.work, total=head.total)
    return name, said, "up" if head.work == head.total else "degraded" if head.work else "down"


def badge(key: Hashable, say: Callable[[], Said]) -> Response:
    response = answer(key, lambda: drawn(*say()), "image/svg+xml", fresh_s=FRESH_S)
    response.headers["Content-Language"] = locale()
    return response


def drawn(name: str, word: str, status: str) -> str:
    """`textLength` fits the letters into the width that was counted on, whatever font there is."""
    short = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
    return render_template(
        "public/badge.svg",
        name=short,
        word=word,
        status=status,
        colour=COLOURS[status],
        left=width(short),
        right=width(word),
    )


def width(text: str) -> int:
    """About what the text takes in a sans-serif of 11 units."""
    return round(sum(3.6 if one in NARROW else 9.6 if one in WIDE else 6.6 for one in text))
