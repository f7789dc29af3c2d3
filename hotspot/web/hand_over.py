"""A role goes from one person to another: to whom, what moves, yes."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from hotspot.analytics.permissions import VIEWER, Act
from hotspot.clock import now
from hotspot.store import hand_over, people
from hotspot.store.accounts import AccountError
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.people import Member
from hotspot.web import roles
from hotspot.web.access import actor, requires
from hotspot.web.errors import in_words
from hotspot.web.place import here
from hotspot.web.words import gettext

blueprint = Blueprint("hand_over", __name__, url_prefix="/users")


class HandOverForm(FlaskForm):
    to = SelectField(lazy_gettext("To whom"), coerce=int)
    role = SelectField(
        lazy_gettext("Role afterwards"), choices=[SelectChoice(*one) for one in roles.NAMES.items()], default=VIEWER
    )


def known(account_id: int) -> tuple[Member, dict[int, Member]]:
    """The giver, and who may take the role."""
    everybody = {one.person.id: one for one in people.members(db.session(), here(), now())}
    giver = everybody.pop(account_id, None) or abort(404)
    return giver, {number: one for number, one in everybody.items() if one.person.active}


@blueprint.get("/<int:account_id>/hand-over")
@requires(Act.PEOPLE)
def index(account_id: int) -> ResponseReturnValue:
    """First to whom; then, with that in the address, what it would move."""
    giver, takers = known(account_id)
    asked = bool(request.args.get("to"))
    form = HandOverForm(request.args if asked else None, meta={"csrf": False})
    return show(giver, takers, form, sure=asked and offer(form, takers).validate())


def offer(form: HandOverForm, takers: dict[int, Member]) -> HandOverForm:
    form.to.choices = [SelectChoice(number, one.person.name) for number, one in takers.items()]
    return form


def show(
    giver: Member, takers: dict[int, Member], form: HandOverForm, *, sure: bool, status: int = 200
) -> ResponseReturnValue:
    offer(form, takers)
    page = render_template(
        "users/hand_over.html",
        giver=giver,
        taker=takers.get(form.to.data) if sure else None,
        takers=takers,
        form=form,
        moves=hand_over.moves(db.session(), giver.person.id),
    )
    return page, status


@blueprint.post("/<int:account_id>/hand-over")
@requires(Act.PEOPLE)
def give(account_id: int) -> ResponseReturnValue:
    giver, takers = known(account_id)
    form = offer(HandOverForm(), takers)
    if not form.validate():
        return show(giver, takers, form, sure=False, status=422)
    try:
        with writing(db.engine) as session:
            old, new = hand_over.hand_over(
                session, here(), account_id, form.to.data, form.role.data, now=now(), actor=actor()
            )
    except AccountError as error:
        form["to" if error.key == "to" else "role"].errors = [in_words(error)]
        return show(giver, takers, form, sure=False, status=422)
    role = roles.name_of(old.role)
    flash(gettext("%(new)s is %(role)s now, in the place of %(old)s.", new=new.name, role=role, old=old.name), "ok")
    return redirect(url_for("users.index"))
