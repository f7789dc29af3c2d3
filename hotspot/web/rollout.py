"""The roll-out: the four counts, the way to the target, where the gap is, and what is in the pipeline."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import PRE_BUILT
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.choices import districts
from hotspot.store.db import db
from hotspot.store.goal_edit import add_goal
from hotspot.store.models import City
from hotspot.store.pipeline import pipeline
from hotspot.store.points import PointFilter
from hotspot.store.rollout import progress
from hotspot.web.access import actor, admin_required, login_required
from hotspot.web.burn_up import burn_up
from hotspot.web.counting import COUNT_NAMES, COUNT_RULES
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("rollout", __name__)

MONTHS = 24
KINDS = [
    SelectChoice("all", lazy_gettext("points in all")),
    SelectChoice("more", lazy_gettext("points more than at the beginning")),
]


class GoalForm(FlaskForm):
    quantity = IntegerField(lazy_gettext("Number of points"), validators=[InputRequired()])
    kind = SelectField(lazy_gettext("They are"), choices=KINDS, default="all")
    from_on = DateField(lazy_gettext("From"), validators=[InputRequired()])
    to_on = DateField(lazy_gettext("To"), validators=[InputRequired()])
    area = SelectField(lazy_gettext("Area"), default="")
    source = StringField(lazy_gettext("Source document"))


def goal_form(city: City) -> GoalForm:
    form = GoalForm()
    form.area.choices = [
        SelectChoice("", gettext("Whole city")),
        *(SelectChoice(district.code, district.name) for district in districts(db.session(), city)),
    ]
    return form


@blueprint.get("/rollout")
@login_required
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, goal_form(city))


def show(city: City, form: GoalForm, status: int = 200) -> ResponseReturnValue:
    told = progress(db.session(), city, now(), MONTHS)
    own = [version.line for version in told.goals if version.scope == PointFilter()]
    stages = pipeline(db.session(), city)
    page = render_template(
        "rollout/index.html",
        told=told,
        stand=told.standing,
        drawn=burn_up(told.burn_up, told.standing.goal, own, told.standing.day),
        stages=[stage for stage in stages if stage.points or stage.key in PRE_BUILT],
        form=form,
        COUNT_NAMES=COUNT_NAMES,
        COUNT_RULES=COUNT_RULES,
    )
    return page, status


@blueprint.post("/rollout")
@admin_required
def add() -> ResponseReturnValue:
    city = here()
    if city is None:
        return redirect(url_for("rollout.index"))
    form = goal_form(city)
    if not form.validate():
        return show(city, form, 422)
    try:
        with writing(db.engine) as session:
            add_goal(
                session,
                city.id,
                quantity=form.quantity.data,
                cumulative=form.kind.data == "all",
                from_on=form.from_on.data,
                to_on=form.to_on.data,
                source=form.source.data or "",
                area_code=form.area.data,
                today=day_of(city.time_zone, now()),
                now=now(),
                actor=actor(),
            )
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("The new target is in force; the line of the old one stays on the chart."), "ok")
    return redirect(url_for("rollout.index"))
