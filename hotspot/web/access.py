"""Who may open an address: @requires(Act.SEE), over sign-ins that are rows and can be revoked."""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.permissions import TECHNICIAN, Act
from hotspot.clock import now
from hotspot.store import sign_ins
from hotspot.store.accounts import Person, anybody
from hotspot.store.base import jotting, writing
from hotspot.store.db import db

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
OPEN = frozenset(  # endpoints, and blueprints but for their views that declare an act, that ask for no sign-in
    (
        "static",
        "sign_in.first_steps",
        "sign_in.sign_in",
        "sign_in.sign_out",
        "sign_in.link",
        "help",
        "track",
        "public",  # only what hotspot.store.public lets out
        "citizens",  # reports and ratings, bounded by source
        "wall",  # a secret address
        "api",  # asks for a token or a sign-in itself, as /metrics does
        "metrics",
        "openapi",
        "health",
    )
)
OVERVIEW = "overview.index"
FIRST_PAGES = {TECHNICIAN: "field.index"}
SECRET = "sign_in"  # noqa: S105  # the name of the entry in the signed cookie that holds the sign-in's secret


def idle_s() -> int:
    hours: int = current_app.config["SETTINGS"].session_hours
    return hours * 3600


def current_account() -> Person | None:
    """The person signed in, asked once a request; notes once a minute that the browser is still used."""
    if "account" not in g:
        g.account = look_up(session.get(SECRET, ""))
    account: Person | None = g.account
    return account


def look_up(secret: str) -> Person | None:
    if not secret:
        return None
    found = sign_ins.signed_in(db.session(), secret, now(), idle_s())
    if found is None:
        return None
    if found.is_stale(now()):
        jotting(db.engine, lambda transaction: sign_ins.touch(transaction, secret, now()))
    return found.person


def actor() -> str:
    """The name to write into the audit log."""
    account = current_account()
    return account.name if account else "nobody"


def requires(act: Act) -> Callable[[View], View]:
    """Declares what the view does; `guard` lets in whose role may do it."""

    def declare(view: View) -> View:
        view.act = act  # type: ignore[attr-defined]
        return view

    return declare


def guard() -> ResponseReturnValue | None:
    """Before every request: who isn't signed in is asked to, who may not gets 403.

    An address that declares nothing is open to nobody, so that one forgotten declaration is a page that fails at once
    rather than one that is open to all.
    """
    if request.endpoint is None:
        return None
    act = getattr(current_app.view_functions[request.endpoint], "act", None)
    if act is None and (request.endpoint in OPEN or request.blueprint in OPEN):
        return None
    account = current_account()
    if account is None:
        return to_the_door()
    if act is None or not account.may(act):
        abort(403)
    return None


def may(act: str, area: str | None = None) -> bool:
    """Whether the page offers something: may("network") in a template."""
    account = current_account()
    return account is not None and account.may(Act(act), area)


def to_the_door() -> ResponseReturnValue:
    if not anybody(db.session()):
        return redirect(url_for("sign_in.first_steps"))
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    answer = redirect(url_for("sign_in.sign_in", next=request.script_root + wanted if wanted != "/" else None))
    if request.headers.get("HX-Request"):  # a live part of a page whose sign-in ended: the whole page goes to the door
        answer.headers["HX-Redirect"] = url_for("sign_in.sign_in")
        answer.status_code = 401
    return answer


def first_page() -> str:
    """Where a person begins who asked for no page: a technician at the points to work at, others at the overview."""
    account = current_account()
    begins = FIRST_PAGES.get(account.role, OVERVIEW) if account else OVERVIEW
    return url_for(begins if begins in current_app.view_functions else OVERVIEW)


def enter(account_id: int) -> None:
    """Sign this browser in with a new secret and a new CSRF token."""
    old = session.get(SECRET)
    session.clear()
    with writing(db.engine) as transaction:
        if old:
            sign_ins.sign_out(transaction, old)
        session[SECRET] = sign_ins.sign_in(transaction, account_id, now())
    session.permanent = True
    g.pop("account", None)


def leave() -> None:
    secret = session.pop(SECRET, None)
    session.clear()
    if secret:
        with writing(db.engine) as transaction:
            sign_ins.sign_out(transaction, secret)
    g.account = None
