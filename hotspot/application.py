"""Assembles the Flask application from settings, database, pages and API."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from hotspot import api, secrets, web
from hotspot.api import tickets
from hotspot.settings import Settings, load
from hotspot.store import audit
from hotspot.store.db import db
from hotspot.web import second_step, security
from hotspot.web.compiled import Compiled

HERE = Path(__file__).resolve().parent
TEMPLATES = next(path for path in (HERE.parent / "templates", HERE / "templates") if path.is_dir())

STATIC = HERE / "static"
ONE_OF_SEVERAL = {"pool_size": 1}  # at rest a city holds one connection; beyond it they are opened when needed


def build(settings: Settings | None = None) -> Flask:
    settings = settings or load()
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=str(STATIC))
    key = secrets.master_key(settings)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=secrets.derive(key, "cookies"),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS={"execution_options": audit.seal_key(key)}
        | (ONE_OF_SEVERAL if settings.city else {}),
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_env.bytecode_cache = Compiled()
    db.init_app(app)
    web.init_app(app)
    api.init_app(app, signed_in=second_step.may_see)
    security.csrf.exempt(tickets.receive)  # no cookie opens it: a machine sends its secret
    return app
