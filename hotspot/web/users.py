"""Accounts of people: the list, inviting somebody by a link, and what each role may do."""

from collections.abc import Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from hotspot.analytics.permissions import ROLES, VIEWER, Act
from hotspot.clock import now
from hotspot.store import accounts, audit, links, people
from hotspot.store.accounts import AccountError, Person
from hotspot.store.base import writing
from hotspot.store.choices import District, districts
from hotspot.store.db import db
from hotspot.web import roles
from hotspot.web.access import actor, requires
from hotspot.web.configured import settings
from hotspot.web.errors import in_words
from hotspot.web.place import here

blueprint = Blueprint("users", __name__, url_prefix="/users")


class StandingForm(FlaskForm):
    """Role and areas; no areas are the whole city."""

    role = SelectField(lazy_gettext("Role"), choices=[SelectChoice(*one) for one in roles.NAMES.items()])
    areas = SelectMultipleField(lazy_gettext("Areas"), validate_choice=False)

    @property
    def codes(self) -> list[str]:
        return list(self.areas.data or ())


class InviteForm(StandingForm):
    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("This field is needed")), Length(max=64)],
        render_kw={"autocomplete": "off"},
    )


def areas_to_choose() -> Sequence[District]:
    city = here()
    return districts(db.session(), city) if city else ()


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    return listing(InviteForm(role=VIEWER))


def listing(form: InviteForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "users/index.html",
        members=people.members(db.session(), here(), now()),
        form=form,
        districts=areas_to_choose(),
        ROLES=ROLES,
        NAMES=roles.NAMES,
        ACTS=roles.ACTS,
    )
    return page, status


@blueprint.post("/")
@requires(Act.PEOPLE)
def create() -> ResponseReturnValue:
    form = InviteForm()
    if not form.validate():
        return listing(form, 422)
    try:
        with writing(db.engine) as session:
            person = accounts.create_account(session, form.name.data, form.role.data, now())
            people.set_standing(session, here(), person.id, form.role.data, form.codes)
            secret = links.make_link(session, links.SET_PASSWORD, now(), person.id)
            told = " ".join((person.role, *sorted(form.codes)))
            audit.note(session, now(), actor(), "create account", person.name, told)
    except AccountError as error:
        form[error.key].errors = [in_words(error)]
        return listing(form, 422)
    return invitation(person, secret)


def invitation(person: Person, secret: str) -> ResponseReturnValue:
    """The link is shown once; it is the answer to the POST, so that it stands in no address and no log."""
    url = settings().address + links.link_path(secret)
    days = links.LIFETIMES_S[links.SET_PASSWORD] // 86400
    return render_template("users/invitation.html", person=person, url=url, days=days)
