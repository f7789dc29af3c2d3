"""Help for each page, /help/<endpoint>: what it answers, its words, what to do next; written in templates/help/*.toml.

To add one: copy a file, name it after the page's endpoint, and write both languages side by side. A page that is a step
of another has a line in SAME instead.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.methods import BY_KEY
from hotspot.web.words import locale

blueprint = Blueprint("help", __name__)

SAME: Mapping[str, str] = {
    "alert_channels.edit": "alert_channels.index",
    "alert_channels.new": "alert_channels.index",
    "alert_routes.edit": "alert_routes.index",
    "annex_import.look": "annex_import.index",
    "audit.check": "audit.index",
    "denominators.look": "denominators.index",
    "import.look": "import.index",
    "person.index": "users.index",
    "lifecycle_import.look": "lifecycle_import.index",
    "maintenance.one": "maintenance.index",
    "proposal_steps.look": "proposal_steps.upload",
    "proposals.edit": "proposals.one",
    "public.about": "public.index",
    "public.area": "public.index",
    "second_step.code": "account.index",
    "sign_in.first_steps": "sign_in.sign_in",
    "sign_in.link": "sign_in.sign_in",
    "sla.polls": "sla.point",
    "track.one": "track.index",
    "upstreams.hang_page": "upstreams.index",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """In one language; `words` are those that need saying, `steps` what to do next, `methods` keys of /methods.

    `document` is the longer text in the documentation, "docs/planners.md#the-target", or empty.
    """

    endpoint: str
    title: str
    answers: str
    words: Mapping[str, str]
    steps: tuple[str, ...]
    methods: tuple[str, ...]
    document: str


@blueprint.get("/help/")
def index() -> ResponseReturnValue:
    """All of them; open to everybody, because who can't sign in may need it most."""
    told = sorted((entry for name in names() if (entry := find(name))), key=lambda entry: entry.title)
    return render_template("help/index.html", entries=told)


@blueprint.get("/help/<page>")
def one(page: str) -> ResponseReturnValue:
    return render_template("help/one.html", entry=find(page) or abort(404), method_name=method_name)


@blueprint.app_template_global("help_url")
def help_url() -> str | None:
    """The help of this very page, the list of all on a page without."""
    if request.endpoint is None or request.blueprint == "help":
        return None
    known = SAME.get(request.endpoint, request.endpoint) in names()
    return url_for("help.one", page=request.endpoint) if known else url_for("help.index")


def find(endpoint: str) -> Entry | None:
    name = SAME.get(endpoint, endpoint)
    if name not in names():
        return None
    written = read(str(names()[name]))
    told = written[locale() if locale() in written else "id"]
    return Entry(
        name,
        told["title"],
        told["answers"],
        told.get("words", {}),
        tuple(told["next"]),
        tuple(written.get("methods", ())),
        written.get("document", ""),
    )


def method_name(key: str) -> str:
    return BY_KEY[key].name[0 if locale() == "id" else 1]


def names() -> dict[str, Path]:
    """The file of each endpoint that has one."""
    return files(str(current_app.jinja_loader.searchpath[0]))  # type: ignore[union-attr]


@cache
def files(templates: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted(Path(templates, "help").glob("*.toml"))}


@cache
def read(path: str) -> dict[str, Any]:
    return tomllib.loads(Path(path).read_text(encoding="utf-8"))
