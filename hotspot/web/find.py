"""One search over everything: the palette that Ctrl-K opens, and a page of its own; and the keys of the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.permissions import Act
from hotspot.store.db import db
from hotspot.store.find import LONGEST, Found, find
from hotspot.web.access import current_account, may, requires
from hotspot.web.place import here
from hotspot.web.roles import name_of

blueprint = Blueprint("find", __name__)

OF_KIND, IN_PALETTE = 20, 5
KINDS = {
    "page": lazy_gettext("Pages"),
    "point": lazy_gettext("Points"),
    "area": lazy_gettext("Areas"),
    "access_point": lazy_gettext("Access points"),
    "contract": lazy_gettext("Contracts"),
    "incident": lazy_gettext("Incidents"),
    "account": lazy_gettext("People"),
}
JUMPS: Mapping[str, str] = {  # g and then this letter
    "o": "overview.index",
    "p": "points.index",
    "m": "map.index",
    "d": "outages.index",
    "n": "incidents.index",
    "u": "usage.index",
    "r": "rollout.index",
    "l": "lifecycle.index",
    "c": "contracts.index",
    "w": "maintenance.index",
    "i": "import.index",
    "h": "changes.index",
}


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    title: str
    note: str
    url: str


@blueprint.get("/find")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    """With `part` only the hits, for the palette."""
    text, part = request.args.get("q", "").strip()[:LONGEST], "part" in request.args
    hits = list(found(text, IN_PALETTE if part else OF_KIND)) if text else []
    page = "find/hits.html" if part else "find/index.html"
    return render_template(page, text=text, hits=hits, KINDS=KINDS)


def found(text: str, limit: int) -> Iterable[Hit]:
    yield from pages(text)
    city = here()
    if city is None:
        return
    devices, people = may(Act.NETWORK) or may(Act.FIELD), may(Act.PEOPLE)
    for one in find(db.session(), city, text, devices=devices, people=people, limit=limit):
        yield Hit(one.kind, one.title, name_of(one.note) if one.kind == "account" else one.note, address(one))


def address(one: Found) -> str:
    leads: Mapping[str, tuple[str, str]] = {
        "point": ("point.index", "code"),
        "access_point": ("access_point.index", "name"),
        "area": ("points.index", "area"),
        "contract": ("contracts.one", "contract_id"),
        "incident": ("incident.index", "incident_id"),
    }
    if one.kind not in leads:
        return url_for("users.index")
    endpoint, name = leads[one.kind]
    key: dict[str, Any] = {name: one.key}
    return url_for(endpoint, **key)


def lines() -> list[Any]:
    """Of the menus, as far as this person may open them."""
    menus: Mapping[str, Any] = current_app.jinja_env.globals
    every = [*menus["MENU"], *(line for _, group in menus["MENU_GROUPS"] for line in group), *menus["ADMIN_MENU"]]
    return [line for line in every if may(line.act)]


def pages(text: str) -> list[Hit]:
    words = text.casefold()
    hits = [line for line in lines() if words in str(line.label).casefold()]
    hits.sort(key=lambda line: not str(line.label).casefold().startswith(words))
    return [Hit("page", str(line.label), "", line.url) for line in hits]


def jumps() -> list[tuple[str, str, str]]:
    """Key, label and address of the pages that two keys lead to."""
    if current_account() is None:
        return []
    known = {line.endpoint: line for line in lines()}
    return [(key, known[page].label, known[page].url) for key, page in JUMPS.items() if page in known]
