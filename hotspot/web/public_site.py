"""What the public pages share: the city that is shown, its listed points, and the pages as everybody gets them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, abort, current_app, render_template, request, url_for

from hotspot.analytics.availability import Figure
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.public import PublicPoint, PublicSite, public_site
from hotspot.store.rollout import standing
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


def matches(point: PublicPoint, words: Sequence[str]) -> bool:
    """Whether every word is in its names, its code, its place or its kind of venue, in either language."""
    place = (point.code, point.name, point.area, point.district, point.address, *VENUE_KINDS.get(point.venue_kind, ()))
    text = " ".join(place).casefold()
    return all(word in text for word in words)


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


def absolute(address: str) -> str:
    """The whole address of a page that `url_for` gave, as machines and paper need it."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.address + address.removeprefix(request.script_root)


def other_language(heeded: dict[str, list[str]]) -> Callable[[str | None], str]:
    """The address of this page in a language or in none; what else somebody hung to its address is left out."""
    address = {**(request.view_args or {}), **heeded}
    return lambda code: url_for(request.endpoint or "public.index", **address, lang=code)


def theme() -> str:
    """As the reader chose it, else as the device is set."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else "auto"
