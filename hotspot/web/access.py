"""Who may open an address: @requires(Act.SEE), over sign-ins that are rows and can be revoked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import CHANGING, EVERYWHERE, OUTSIDE, TECHNICIAN, Act
from hotspot.clock import now
from hotspot.store import sign_ins
from hotspot.store.accounts import Person, anybody
from hotspot.store.base import jotting, writing
from hotspot.store.db import db
from hotspot.web.browser_name import browser_name
from hotspot.web.configured import settings
from hotspot.web.place import here
from hotspot.web.words import gettext

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
OPEN = frozenset(  # endpoints, and blueprints but for their views that declare an act, that ask for no sign-in
    (
        "static",
        "sign_in.first_steps",
        "sign_in.sign_in",
        "sign_in.sign_out",
        "sign_in.link",
        "second_step",
        "elsewhere",
        "help",
        "track",
        "well_known",
        "public",  # these four: only what hotspot.store.public lets out
        "public_point",
        "open_data",
        "badges",
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
READING = ("GET", "HEAD", "OPTIONS")
SECRET = "sign_in"  # noqa: S105  # the name of the entry in the signed cookie that holds the sign-in's secret


@dataclass(frozen=True, slots=True)
class Door:
    """What stands before a view; see `requires`."""

    act: Act
    limited: bool

    def lets_in(self, person: Person, method: str) -> bool:
        changes = self.act in CHANGING and method not in READING
        return person.may(self.act, EVERYWHERE if changes and not self.limited else None)


def idle_s() -> int:
    return settings().session_hours * 3600


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


def me() -> Person:
    """Whom `guard` let in; 403 for nobody."""
    return current_account() or abort(403)


def actor() -> str:
    """The name to write into the audit log."""
    account = current_account()
    return account.name if account else "nobody"


def requires(act: Act, *, limited: bool = False) -> Callable[[View], View]:
    """Declares what the view does; `guard` lets in whose role may do it.

    `limited`: accounts that are limited to areas may send its form too, because the view holds what is changed to
    their areas, by `hold` or by what it asks of the store. Without it only who has the whole city changes anything.
    """

    def declare(view: View) -> View:
        view.door = Door(act, limited)  # type: ignore[attr-defined]
        return view

    return declare


def guard() -> ResponseReturnValue | None:
    """Before every request: who isn't signed in is asked to, who may not gets 403.

    An address that declares nothing is open to nobody, so that one forgotten declaration is a page that fails at once
    rather than one that is open to all.
    """
    if request.endpoint is None:
        return None
    door: Door | None = getattr(current_app.view_functions[request.endpoint], "door", None)
    if door is None and (request.endpoint in OPEN or request.blueprint in OPEN):
        return None
    account = current_account()
    if account is None:
        return to_the_door()
    if door is None or not door.lets_in(account, request.method):
        abort(403)
    return None


def hold(act: Act, *areas: str) -> None:
    """403 unless the person may do this at each of these places; EVERYWHERE is the whole city."""
    account = current_account()
    if account is None or not all(account.may(act, area) for area in areas):
        abort(403)


def hold_field(act: Act, field: str, area: str, value: str = "") -> None:
    """As `hold` of a place chosen in a form: raises RejectedError for its field; `value` names the place."""
    account = current_account()
    if account is None or not account.may(act, area):
        raise RejectedError(field, OUTSIDE, value=value or area or gettext("The whole city"))


def own_areas() -> frozenset[str]:
    """Where the person may change things; empty for the whole city."""
    account = current_account()
    return account.areas if account else frozenset()


def may(act: str, area: str | None = None) -> bool:
    """Whether the page offers something: may("network") in a template; may("plan", "") of the whole city."""
    account = current_account()
    return account is not None and account.may(Act(act), area)


def to_the_door() -> ResponseReturnValue:
    if not anybody(db.session()):
        return redirect(url_for("sign_in.first_steps"))
    if request.endpoint == OVERVIEW and shows_public() and not request.headers.get("HX-Request"):
        return redirect(url_for("public.index"))
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    answer = redirect(url_for("sign_in.sign_in", next=request.script_root + wanted if wanted != "/" else None))
    if request.headers.get("HX-Request"):  # a live part of a page whose sign-in ended: the whole page goes to the door
        answer.headers["HX-Redirect"] = url_for("sign_in.sign_in")
        answer.status_code = 401
    return answer


def shows_public() -> bool:
    """Whether the city has a public site, which is then the home of who isn't signed in."""
    city = here()
    return city is not None and city.public


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
        name = browser_name(request.headers.get("User-Agent", ""))
        session[SECRET] = sign_ins.sign_in(transaction, account_id, now(), name)
    session.permanent = True
    db.session.rollback()  # what this request read before it wrote: the sign-in is not in it
    g.pop("account", None)


def leave() -> None:
    secret = session.pop(SECRET, None)
    session.clear()
    if secret:
        with writing(db.engine) as transaction:
            sign_ins.sign_out(transaction, secret)
    g.account = None
