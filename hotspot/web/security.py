"""Headers, cookies, CSRF and the pages shown when something goes wrong."""

import logging
from datetime import timedelta

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.routing import RequestRedirect

from hotspot.settings import Settings
from hotspot.store.base import DAMAGED
from hotspot.store.db import db
from hotspot.web.access import actor, current_account

log = logging.getLogger(__name__)
csrf = CSRFProtect()

CSP = "; ".join(  # noqa: FLY002  # a line each
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
YEAR_S = 365 * 86400


def is_https(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    secure = is_https(settings)
    cookie = f"hotspot-{settings.city}" if settings.city else "hotspot"  # cities of one host are told apart by name
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-{cookie}" if secure else cookie,
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the sign-in; a form left open overnight still works
    )
    csrf.init_app(app)
    app.after_request(harden)
    app.register_error_handler(CSRFError, csrf_failed)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(DatabaseError, no_database)
    app.register_error_handler(Exception, crashed)


def harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR_S}; includeSubDomains"
    if isinstance(request.routing_exception, RequestRedirect):  # to the slash that was left out or doubled
        response.location = request.routing_exception.new_url.removeprefix(request.host_url.rstrip("/"))
        response.set_data("")  # it says whatever host the request says
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"  # pages of people who signed in stay out of every cache
    return response


def wants_page() -> bool:
    return not request.path.startswith("/api/")


def address() -> str:
    """For the log; the secret of a link stays out of it."""
    secret = (request.view_args or {}).get("secret")
    path = request.path.replace(secret, "<secret>") if secret else request.path
    return request.script_root + path[:200]


def csrf_failed(error: CSRFError) -> ResponseReturnValue:
    log.info("CSRF check failed at %s: %s", address(), error.description)
    return page("csrf", 400)


def failed(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or not wants_page():
        return error
    if isinstance(error, BadHost):  # a page could not even link its stylesheet
        return Response("Bad Request\n", 400, mimetype="text/plain")
    if error.code == 403:
        log.warning("refused to %s: %s %s", actor(), request.method, address())
    return page(str(error.code), error.code)


def no_database(error: DatabaseError) -> ResponseReturnValue:
    """Lost, locked, full or damaged; what else a database refuses is a mistake of ours."""
    if not isinstance(error, OperationalError) and not any(word in str(error.orig) for word in DAMAGED):
        return crashed(error)
    log.error("database: %s", error.orig)
    return page("503", 503, plain=True) if wants_page() else ({"title": "database unreachable", "status": 503}, 503)


def crashed(error: Exception) -> ResponseReturnValue:
    if not wants_page():
        raise error
    log.error("%s %s", request.method, address(), exc_info=error)
    return page("500", 500, plain=True)


def page(kind: str, status: int, *, plain: bool = False) -> ResponseReturnValue:
    """An error in the design; `plain` asks the database nothing, because the database may be what failed."""
    if not plain:
        try:
            current_account()
        except DBAPIError:
            plain = True
    if plain:
        db.session.rollback()
    return render_template("error.html", kind=kind, status=status, plain=plain), status
