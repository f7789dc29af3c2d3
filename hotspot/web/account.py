"""One's own account: what it may do, its password, where it is signed in, and its second factor."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store import audit, second_factor, sign_ins
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.people import area_names
from hotspot.web.access import SECRET, idle_s, me, requires
from hotspot.web.place import here
from hotspot.web.roles import ACTS
from hotspot.web.second_factor import BeginForm
from hotspot.web.second_step import CodeForm, must_have
from hotspot.web.words import gettext

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    return show()


def show(status: int = 200, **refused: str) -> ResponseReturnValue:
    """`refused`: kind, text and error of an address that could not be kept."""
    person, asks = me(), db.session()
    page = render_template(
        "account/index.html",
        person=person,
        areas=area_names(asks, here()) if person.areas else {},
        browsers=sign_ins.browsers(asks, person.id, session.get(SECRET, ""), now(), idle_s()),
        codes_left=second_factor.codes_left(asks, person.id),
        acts=[label for act, label in ACTS.items() if person.may(act)],
        must_have=must_have(person),
        begin=BeginForm(),
        code=CodeForm(),
        refused=refused,
    )
    return page, status


@blueprint.post("/sessions/<handle>/end")
@requires(Act.SEE)
def end(handle: str) -> ResponseReturnValue:
    person = me()
    with writing(db.engine) as transaction:
        ended = sign_ins.sign_out_one(transaction, person.id, handle)
        if ended:
            audit.note(transaction, now(), person.name, "end sign-in", person.name, "1")
    flash(gettext("That browser is signed out.") if ended else gettext("That browser was signed out already."), "ok")
    return redirect(url_for("account.index"))


@blueprint.post("/sessions/end-others")
@requires(Act.SEE)
def end_others() -> ResponseReturnValue:
    person = me()
    with writing(db.engine) as transaction:
        ended = sign_ins.sign_out_others(transaction, person.id, session.get(SECRET, ""))
        if ended:
            audit.note(transaction, now(), person.name, "end sign-in", person.name, str(ended))
    flash(gettext("All other browsers are signed out."), "ok")
    return redirect(url_for("account.index"))
