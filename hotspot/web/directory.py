"""The first page of an installation of several cities: those whose public site is on; and whether all is well."""

import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from hotspot import cities
from hotspot.clock import now
from hotspot.settings import SettingError, Settings
from hotspot.store.several import Seen, look_at
from hotspot.web import assets, language, security

UNAVAILABLE = "hotspot.unavailable"  # set in the environment of a request for a city that can't be served
KEPT_S = 10  # what the databases of all cities said


@dataclass(slots=True)
class Looks:
    """The cities as they were a moment ago: a page many may ask for must not open every database each time."""

    installation: Settings
    seen: tuple[tuple[Seen, str], ...] = ()
    at: float = -KEPT_S

    def now(self) -> tuple[tuple[Seen, str], ...]:
        """Each city that has settings, and its address."""
        if time.monotonic() - self.at >= KEPT_S:
            self.seen, self.at = tuple(self.look(slug) for slug in cities.slugs(self.installation)), time.monotonic()
        return self.seen

    def look(self, slug: str) -> tuple[Seen, str]:
        try:
            settings = cities.settings_of(self.installation, slug)
        except SettingError as error:
            return Seen(slug, trouble=str(error)), ""
        usual = settings.address == f"{self.installation.address}/{slug}"
        return look_at(settings, now()), "" if usual else f"{settings.address}/"


def build(installation: Settings, templates: Path, static: Path) -> Flask:
    """An application without accounts and without a database of its own."""
    app = Flask(__name__, template_folder=str(templates), static_folder=str(static))
    app.config.update(SETTINGS=installation, SESSION_COOKIE_SECURE=security.is_https(installation))
    looks = Looks(installation)
    language.init_app(app)
    assets.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(refuse_what_is_broken)
    app.after_request(security.harden)
    app.register_error_handler(HTTPException, failed)
    app.add_url_rule("/", "index", lambda: index(looks))
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.add_url_rule("/readyz", "readyz", lambda: readyz(looks))
    app.add_url_rule("/<slug>", "bare", lambda slug: bare(installation, slug))
    return app


def refuse_what_is_broken() -> None:
    if request.environ.get(UNAVAILABLE):
        abort(503)


def index(looks: Looks) -> ResponseReturnValue:
    listed = [(seen, address) for seen, address in looks.now() if seen.public and not seen.trouble]
    return render_template("directory/index.html", cities=sorted(listed, key=lambda one: one[0].name))


def bare(installation: Settings, slug: str) -> ResponseReturnValue:
    """The address of a city without the slash at its end."""
    if not cities.is_slug(slug) or not cities.home(installation, slug).is_dir():
        abort(404)
    return redirect(f"{request.script_root}/{slug}/", 308)


def readyz(looks: Looks) -> ResponseReturnValue:
    """503 when no city can be served; one that can't must not take the others out of service. No name is told."""
    seen = [one for one, _ in looks.now()]
    served = sum(not one.trouble for one in seen)
    told = {
        "status": "ready" if served else "not ready",
        "cities": len(seen),
        "served": served,
        "collected": sum(one.collected for one in seen),
    }
    return told, 200 if served else 503


def failed(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None:
        return error
    return Response(render_template("error.html", kind=str(error.code), status=error.code, plain=True), error.code)
