"""Which language a page speaks: ?lang=, the cookie, what the browser asks for, the setting."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, request, url_for
from flask_babel import Babel

from hotspot.web.configured import settings
from hotspot.web.words import locale

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = "language"
YEAR_S = 365 * 86400


def language() -> str:
    """The language of this request's answer."""
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    return request.accept_languages.best_match(LANGUAGES) or settings().language


def remember(response: Response) -> Response:
    """A language chosen by ?lang= stays, also without JavaScript."""
    response.headers["Content-Language"] = locale()
    response.vary.update(("Accept-Language", "Cookie"))
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(COOKIE, asked, max_age=YEAR_S, samesite="Lax", secure=secure, httponly=True)
    return response


def url_with(**changes: Any) -> str:
    """This page with other query arguments; a value of None takes one away.

    A form that was refused at an address of its own is shown there: then it is the page on which the form stood.
    """
    if request.endpoint is None:
        return "?" + "&".join(f"{name}={value}" for name, value in changes.items())
    asked = request.args.to_dict(flat=False) | changes
    query = urlencode({name: value for name, value in asked.items() if value is not None}, doseq=True)
    path = url_for(request.endpoint, **(request.view_args or {}))
    if request.url_rule is not None and "GET" not in (request.url_rule.methods or ()):
        path = stood_on() or path
    return path + (f"?{query}" if query else "")


def stood_on() -> str:
    """The path of the page from which a form was sent; empty where the browser does not tell."""
    told = urlsplit(request.referrer or "")
    return told.path if told.netloc == request.host and not told.path.startswith("//") else ""


def init_app(app: Flask) -> None:
    Babel(app, default_locale=app.config["SETTINGS"].language, locale_selector=language)
    app.after_request(remember)
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES
    app.add_template_global(language)
    app.add_template_global(url_with)
