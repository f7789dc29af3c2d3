"""Signing in at the city's own OpenID provider, where the settings name one.

An account is linked by its invitation, used through that provider; nothing there ever makes an account. State, nonce
and PKCE are Authlib's. The second factor of the account is asked for all the same.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from hotspot.clock import now
from hotspot.settings import Settings
from hotspot.store import accounts, audit, elsewhere, links
from hotspot.store.accounts import AccountError, Person
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.web.access import current_account, first_page
from hotspot.web.configured import settings
from hotspot.web.second_step import admit, kept
from hotspot.web.sign_in import safe
from hotspot.web.words import gettext

log = logging.getLogger(__name__)
blueprint = Blueprint("elsewhere", __name__)

EXTENSION, ASKED = "hotspot-oidc", "asked"  # among the app's extensions; in the signed cookie
TIMEOUT_S = 10


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    if not settings.oidc_issuer:
        return
    from authlib.integrations.flask_client import OAuth  # 15 MB that most cities need not carry

    app.extensions[EXTENSION] = OAuth(app).register(
        "city",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": TIMEOUT_S},
    )


def provider() -> Any:
    """Authlib's client; no page without one."""
    return current_app.extensions.get(EXTENSION) or abort(404)


def provider_name() -> str:
    """What the button says, such as sso.example.go.id; empty when there is none."""
    return urlsplit(settings().oidc_issuer).hostname or ""


@blueprint.get("/sign-in/elsewhere")
def begin() -> ResponseReturnValue:
    from requests import RequestException

    client = provider()
    if current_account() is not None:
        return redirect(first_page())
    for name in [name for name in session if name.startswith("_state_")]:  # of tries that never came back
        session.pop(name)
    session[ASKED] = [request.args.get("link", "")[:100], kept(request.args.get("next", ""))]
    back = settings().address + url_for("elsewhere.back").removeprefix(request.script_root)
    try:
        answer: ResponseReturnValue = client.authorize_redirect(back)
    except (RequestException, RuntimeError, ValueError) as error:
        log.error("the sign-in elsewhere can't be asked: %s", error)
        return refused(gettext("%(name)s does not answer. Try again, or sign in here.", name=provider_name()))
    return answer


@blueprint.get("/sign-in/elsewhere/back")
def back() -> ResponseReturnValue:
    secret, target = session.get(ASKED, ("", ""))
    try:
        known = who_came()
        person = invited(secret, known) if secret else elsewhere.person_of(db.session(), known)
    except AccountError as error:
        log.warning("a sign-in elsewhere failed: %s", error)
        return refused(in_words(error))
    if person is None:
        return refused(
            gettext("No account here is linked with you. Ask an owner for an invitation, and open it first.")
        )
    session.clear()
    return admit(person, safe(target, request.script_root), f"by {provider_name()}")


def who_came() -> str:
    """The subject of a token that is whole, fresh, meant for us and asked for by this browser; raises AccountError."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    client = provider()
    try:
        claims = client.authorize_access_token().get("userinfo") or {}
        issuer = client.load_server_metadata().get("issuer")
    except (AuthlibBaseError, JoseError, RequestException, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise AccountError("failed", f"{type(error).__name__}: {error}"[:300]) from error
    if issuer != settings().oidc_issuer or claims.get("iss") != issuer:
        raise AccountError("failed", f"the provider calls itself {issuer!r:.100}, not {settings().oidc_issuer}")
    return elsewhere.subject(issuer, claims.get("sub"))


def invited(secret: str, known: str) -> Person:
    """Links the invited account; the invitation is used up."""
    with writing(db.engine) as transaction:
        link = links.look_at_link(transaction, secret, now())
        if link is None or link.purpose != links.SET_PASSWORD or link.account_id is None:
            raise AccountError("link", "the invitation has ended")
        elsewhere.link_subject(transaction, link.account_id, known)
        if links.use_link(transaction, secret, now()) is None:
            raise AccountError("link", "the invitation has ended")
        person = accounts.person_by_id(transaction, link.account_id) or abort(404)
        audit.note(transaction, now(), person.name, "link sign-in", person.name, provider_name())
    return person


def refused(problem: str) -> ResponseReturnValue:
    session.clear()
    flash(problem, "bad")
    return redirect(url_for("sign_in.sign_in"))


def in_words(error: AccountError) -> str:
    return {
        "link": gettext("This invitation was used or has ended. Ask an owner for another."),
        "subject": gettext("You are linked with another account here already."),
    }.get(error.key) or gettext("The sign-in at %(name)s failed. Begin again.", name=provider_name())
