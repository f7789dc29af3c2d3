"""What the public pages share: the city that is shown, its listed points, and the pages as everybody gets them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hotspot.analytics.availability import Figure
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.clock import now
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.public import PublicPoint, PublicSite, public_site
from hotspot.store.rollout import standing
from hotspot.web import security
from hotspot.web.configured import settings
from hotspot.web.kept import answer, kept
from hotspot.web.place import here
from hotspot.web.words import locale

SLOW_S = 600  # what moves within hours
WORK = ("up", "degraded")


def public_city() -> City:
    """404 where the city shows nothing to the public."""
    city = here()
    return city if city is not None and city.public else abort(404)


def listed(city: City) -> PublicSite:
    return kept(("site", city.id), lambda: public_site(db.session(), city, now()))


@dataclass(frozen=True, slots=True)
class Target:
    """Points that ran lately, against the city's goal (None: there is none)."""

    running: int | None
    goal: int | None
    until: date | None


def target(city: City) -> Target:
    return kept(("target", city.id), lambda: target_of(city), SLOW_S)


def target_of(city: City) -> Target:
    stands = standing(db.session(), city, now())
    goal = stands.goal
    return Target(stands.counts.active, goal.end if goal else None, goal.to_on if goal else None)


@dataclass(frozen=True, slots=True)
class Headline:
    """Of listed points: how many work, are down, are not known; `figure` is of their last 30 days."""

    total: int
    work: int
    down: int
    unknown: int
    figure: Figure


def headline(points: Sequence[PublicPoint]) -> Headline:
    states = [point.status for point in points]
    figure = sum((point.figure_30d for point in points), Figure())
    work = sum(state in WORK for state in states)
    return Headline(len(states), work, states.count("down"), states.count("unknown"), figure)


@dataclass(frozen=True, slots=True)
class Whole:
    """What the home says of all listed points; `texts` are what the search looks through, a text for each point."""

    site: PublicSite
    head: Headline
    texts: tuple[str, ...]
    venues: tuple[str, ...]
    areas: Sequence[tuple[str, Sequence[tuple[str, str, int]]]]


def whole(city: City) -> Whole:
    return kept(("whole", city.id), lambda: whole_of(listed(city)))


def whole_of(site: PublicSite) -> Whole:
    points = site.points
    kinds = {point.venue_kind for point in points}
    texts = tuple(searched(point) for point in points)
    venues = tuple(kind for kind in VENUE_KINDS if kind in kinds)
    return Whole(site, headline(points), texts, venues, areas_of(points))


def searched(point: PublicPoint) -> str:
    """Its names, its code, its place and its kind of venue in both languages."""
    place = (point.code, point.name, point.area, point.district, point.address, *VENUE_KINDS.get(point.venue_kind, ()))
    return " ".join(place).casefold()


def areas_of(points: Sequence[PublicPoint]) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """By district its kelurahan as code, name and number of listed points."""
    counted: dict[str, dict[str, tuple[str, int]]] = {}
    for point in sorted(points, key=lambda point: (point.district, point.area)):
        inside = counted.setdefault(point.district, {})
        inside[point.area_code] = (point.area, inside.get(point.area_code, ("", 0))[1] + 1)
    return [(name, [(code, *told) for code, told in inside.items()]) for name, inside in counted.items()]


def page(template: str, shown: Callable[[], dict[str, object]], asks: Sequence[str] = ()) -> Response:
    """A public page, made once for all who read its language and theme, unless an argument that it heeds is given."""
    heeded = {name: request.args.getlist(name) for name in asks if name in request.args}

    def made() -> str:
        return render_template(template, other_language=other_language(heeded), **shown())

    if heeded or "lang" in request.args:
        response = Response(made())
        response.headers["Cache-Control"] = "no-cache"
        return response
    return answer(("page", public_city().id, request.path, locale(), theme()), made, "text/html")


def open_to_all(response: Response) -> Response:
    """For a blueprint's after_request: pages of others may read what does not depend on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def absolute(address: str) -> str:
    """The whole address of a page that `url_for` gave, as machines and paper need it."""
    return settings().address + address.removeprefix(request.script_root)


def other_language(heeded: dict[str, list[str]]) -> Callable[[str | None], str]:
    """The address of this page in a language or in none; what else somebody hung to its address is left out."""
    address = {**(request.view_args or {}), **heeded}
    return lambda code: url_for(request.endpoint or "public.index", **address, lang=code)


def theme() -> str:
    """As the reader chose it, else as the device is set."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else "auto"


def missing(_error: NotFound) -> ResponseReturnValue:
    """No such page, said in the design of the public pages and with the search."""
    city = here()
    if city is None or not city.public:
        return security.page("404", 404)
    return render_template("public/missing.html", other_language=other_language({})), 404
