"""Routes of messages: the list in words, adding, changing, removing one and bringing it back."""

from datetime import time

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.exc import NoResultFound
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from hotspot.alerts.dispatch import PERSONAL
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.incident_words import KINDS
from hotspot.analytics.permissions import ROLES, Act
from hotspot.analytics.written import LANGUAGES
from hotspot.clock import now
from hotspot.store.accounts import people
from hotspot.store.alerts import route_edit
from hotspot.store.alerts.route_edit import RouteDraft, RouteRow, route_rows
from hotspot.store.alerts.routes import audience
from hotspot.store.base import writing
from hotspot.store.choices import Choices, choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web import route_words
from hotspot.web.access import actor, requires
from hotspot.web.changes import offer_undo
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.roles import name_of
from hotspot.web.words import gettext

blueprint = Blueprint("alert_routes", __name__, url_prefix="/alerts/routes")

EMPTY = RouteDraft(name="", who=f"{route_edit.ROLE}network_admin")
NUMBER = {"inputmode": "numeric"}


class RouteForm(FlaskForm):
    """Fields are named as those of RouteDraft."""

    name = StringField(lazy_gettext("Name"), render_kw={"autocomplete": "off", "maxlength": route_edit.LONGEST_NAME})
    who = SelectField(lazy_gettext("Who hears"))
    channel = SelectField(lazy_gettext("By which channel"), coerce=int)
    least_severity = SelectField(lazy_gettext("Of what"))
    kinds = SelectMultipleField(lazy_gettext("Only these kinds"), validate_choice=False)
    area = SelectField(lazy_gettext("Only in"))
    provider = SelectField(lazy_gettext("Only of the provider"))
    quiet_from = TimeField(lazy_gettext("Quiet from"), validators=[Optional()])
    quiet_to = TimeField(lazy_gettext("Quiet until"), validators=[Optional()])
    digest_min = IntegerField(lazy_gettext("Collect for minutes"), validators=[Optional()], render_kw=NUMBER)
    escalate_after_min = IntegerField(
        lazy_gettext("Only what nobody acknowledged for minutes"), validators=[Optional()], render_kw=NUMBER
    )
    most_an_hour = IntegerField(
        lazy_gettext("At most messages an hour"), validators=[InputRequired()], render_kw=NUMBER
    )
    language = SelectField(lazy_gettext("Language"), choices=[SelectChoice(*one) for one in LANGUAGES.items()])
    enabled = BooleanField(lazy_gettext("Switched on"))

    def draft(self) -> RouteDraft:
        return RouteDraft(
            name=self["name"].data or "",
            who=self.who.data,
            channel=self.channel.data,
            area=self.area.data,
            provider=self.provider.data,
            kinds=tuple(self.kinds.data or ()),
            least_severity=self.least_severity.data,
            quiet_from=minute_of(self.quiet_from.data),
            quiet_to=minute_of(self.quiet_to.data),
            digest_min=self.digest_min.data or 0,
            escalate_after_min=self.escalate_after_min.data,
            most_an_hour=self.most_an_hour.data,
            language=self.language.data,
            enabled=self.enabled.data,
        )


def minute_of(clock: time | None) -> int | None:
    return None if clock is None else clock.hour * 60 + clock.minute


def clock_of(minute: int | None) -> time | None:
    return None if minute is None else time(minute // 60, minute % 60)


def route_form(city: City, draft: RouteDraft) -> RouteForm:
    """What is chosen of it stays among the choices, also when it was removed or disabled since."""
    values = {name: getattr(draft, name) for name in RouteDraft.__slots__}
    form = RouteForm(data=values | {"quiet_from": clock_of(draft.quiet_from), "quiet_to": clock_of(draft.quiet_to)})
    session = db.session()
    persons = [
        SelectChoice(f"{route_edit.ACCOUNT}{one.id}", one.name)
        for one in people(session)
        if one.active or draft.who == f"{route_edit.ACCOUNT}{one.id}"
    ]
    form.who.choices = {
        gettext("Everybody with the role"): [SelectChoice(f"{route_edit.ROLE}{role}", name_of(role)) for role in ROLES],
        gettext("One person"): persons,
        gettext("Nobody by name"): [SelectChoice(route_edit.ITSELF, gettext("Who reads the channel"))],
    }
    ways = audience(session, city, PERSONAL).ways.values()
    form.channel.choices = [
        SelectChoice(0, gettext("In the pages")),
        *(SelectChoice(way.id, way.name) for way in ways if way.works or way.id == draft.channel),
    ]
    form.least_severity.choices = [SelectChoice(key, text) for key, text in route_words.AT_LEAST.items()]
    offered = choices(session, city)
    form.area.choices = areas(offered)
    form.provider.choices = [
        SelectChoice("", gettext("Every provider")),
        *(SelectChoice(name, name) for name in offered.providers),
    ]
    return form


def areas(offered: Choices) -> list[SelectChoice]:
    found = [SelectChoice("", gettext("Whole city"))]
    for district in offered.districts:
        found.append(SelectChoice(district.code, gettext("Kecamatan %(name)s", name=district.name)))
        found += [SelectChoice(code, f"{district.name}: {name}") for code, name in district.villages]
    return found


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, route_form(city, EMPTY))


def show(city: City, form: RouteForm, status: int = 200) -> ResponseReturnValue:
    rows = route_rows(db.session(), city)
    page = render_template(
        "alert_routes/index.html", rows=rows, form=form, opened=bool(form.errors), words=route_words, KINDS=KINDS
    )
    return page, status


@blueprint.post("/")
@requires(Act.PEOPLE)
def add() -> ResponseReturnValue:
    city = here() or abort(404)
    form = route_form(city, EMPTY)
    if not form.validate():
        return show(city, form, 422)
    try:
        with writing(db.engine) as session:
            draft = form.draft()
            route_edit.add_route(session, city, draft, personal=PERSONAL, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("The route is kept. Below you see who would hear by it."), "ok")
    return redirect(url_for("hearers.index"))


def known(city: City, route_id: int) -> RouteRow:
    return next((row for row in route_rows(db.session(), city) if row.id == route_id), None) or abort(404)


@blueprint.get("/<int:route_id>")
@requires(Act.PEOPLE)
def edit(route_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = known(city, route_id)
    return ask(row, route_form(city, row.draft))


def ask(row: RouteRow, form: RouteForm, status: int = 200) -> ResponseReturnValue:
    return render_template("alert_routes/edit.html", row=row, form=form, words=route_words, KINDS=KINDS), status


@blueprint.post("/<int:route_id>")
@requires(Act.PEOPLE)
def change(route_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = known(city, route_id)
    form = route_form(city, row.draft)
    if not form.validate():
        return ask(row, form, 422)
    try:
        with writing(db.engine) as session:
            draft = form.draft()
            changed = route_edit.change_route(
                session, city, route_id, draft, personal=PERSONAL, now=now(), actor=actor()
            )
    except RejectedError as error:
        refuse(form, error)
        return ask(row, form, 422)
    except NoResultFound:
        abort(404)
    flash(gettext("Saved.") if changed else gettext("Nothing was different."), "ok")
    return redirect(url_for("alert_routes.index"))


@blueprint.post("/<int:route_id>/remove")
@requires(Act.PEOPLE)
def remove(route_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    try:
        with writing(db.engine) as session:
            name = route_edit.remove_route(session, city, route_id, now(), actor())
    except NoResultFound:
        abort(404)
    said = gettext("%(name)s is removed. Who was told of something still hears of its end.", name=name)
    offer_undo(said, url_for("alert_routes.restore", route_id=route_id))
    return redirect(url_for("alert_routes.index"))


@blueprint.post("/<int:route_id>/restore")
@requires(Act.PEOPLE)
def restore(route_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    try:
        with writing(db.engine) as session:
            name = route_edit.bring_back(session, city, route_id, now(), actor())
    except NoResultFound:
        abort(404)
    flash(gettext("%(name)s is back.", name=name), "ok")
    return redirect(url_for("alert_routes.index"))
