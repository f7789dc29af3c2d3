"""The roll-out: the four counts, the way to the target, where the gap is, when it closes, and what is on its way."""

from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.calendar import day_of
from hotspot.analytics.goal_row import COLUMNS, NEEDED, Wanted
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import PRE_BUILT
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.inventory_file import FileError, Layout, read
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.goal_edit import add_goal, restore_goal, withdraw_goal
from hotspot.store.goal_file import HEAD, goal_rows, import_goals
from hotspot.store.models import City
from hotspot.store.rollout import CITY, progress
from hotspot.web.access import actor, requires
from hotspot.web.burn_up import burn_up
from hotspot.web.counting import COUNT_NAMES, COUNT_RULES, PAST_RULES
from hotspot.web.forecast_words import chance_words, range_words, reason_words
from hotspot.web.place import here
from hotspot.web.refusals import refuse, sentence
from hotspot.web.rollout_forms import GoalFileForm, GoalForm, goal_form
from hotspot.web.tables import download
from hotspot.web.words import gettext

blueprint = Blueprint("rollout", __name__)
for each in (range_words, reason_words, chance_words):
    blueprint.add_app_template_filter(each)

FIRST_YEAR = 2000
SHOWN = 50  # of the rows that were refused
LAYOUT = Layout(COLUMNS, NEEDED)


@blueprint.get("/rollout")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    today = day_of(city.time_zone, now())
    day, problem = asked_day(today)
    return show(city, goal_form(city), GoalFileForm(), day, problem)


def asked_day(today: date) -> tuple[date, str]:
    """The past day that the address names, or today; and what is wrong with what it names."""
    text = request.args.get("on", "")
    if not text:
        return today, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today, gettext("That is no day; today is shown.")
    if day > today:
        return today, gettext("That day is still to come; today is shown.")
    if day.year < FIRST_YEAR:
        return today, gettext("Before %(year)s there is nothing; today is shown.", year=FIRST_YEAR)
    return day, ""


def show(
    city: City, form: GoalForm, file_form: GoalFileForm, day: date, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    today = day_of(city.time_zone, now())
    past = day if day < today else None
    told = progress(db.session(), city, now(), None, past)
    own = [version.line for version in told.goals if version.scope == CITY and version.counts]
    page = render_template(
        "rollout/index.html",
        told=told,
        stand=told.standing,
        way=told.way,
        past=past,
        today=today,
        problem=problem,
        drawn=burn_up(told.burn_up, told.standing, own),
        stages=[stage for stage in told.way.stages if stage.points or stage.key in PRE_BUILT],
        form=form,
        file_form=file_form,
        COUNT_NAMES=COUNT_NAMES,
        COUNT_RULES=COUNT_RULES | PAST_RULES if past else COUNT_RULES,
    )
    return page, status


@blueprint.post("/rollout")
@requires(Act.PLAN)
def add() -> ResponseReturnValue:
    city = here() or abort(404)
    form = goal_form(city)
    today = day_of(city.time_zone, now())
    if not form.validate():
        return show(city, form, GoalFileForm(formdata=None), today, status=422)
    try:
        with writing(db.engine) as session:
            add_goal(session, city.id, entered(form), today=today, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, GoalFileForm(formdata=None), today, status=422)
    flash(gettext("The new version counts; the line of the old one stays on the chart."), "ok")
    return redirect(url_for("rollout.index"))


def entered(form: GoalForm) -> Wanted:
    return Wanted(
        quantity=form.quantity.data,
        cumulative=form.kind.data == "all",
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        source=form.source.data or "",
        area=form.area.data,
        venue=form.venue.data,
        fund=form.fund.data,
        since=form.since.data,
    )


@blueprint.post("/rollout/targets/<int:goal_id>/<any(withdraw, restore):what>")
@requires(Act.PLAN)
def change(goal_id: int, what: str) -> ResponseReturnValue:
    city = here() or abort(404)
    act = withdraw_goal if what == "withdraw" else restore_goal
    with writing(db.engine) as session:
        done = act(session, city.id, goal_id, now=now(), actor=actor())
    texts = {
        "withdraw": lazy_gettext("The version is withdrawn: it stays listed and counts no more."),
        "restore": lazy_gettext("The version counts again."),
    }
    if done:
        flash(texts[what], "ok")
    else:
        flash(gettext("Nothing was changed: somebody else was quicker."), "warn")
    return redirect(url_for("rollout.index", _anchor="targets"))


@blueprint.get("/rollout/targets.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> Response:
    """Every version, in the columns of the import."""
    city = here() or abort(404)
    return download(city, kind, "targets", HEAD, goal_rows(db.session(), city))


@blueprint.post("/rollout/targets")
@requires(Act.PLAN)
def upload() -> ResponseReturnValue:
    """All versions of the file, or none and why."""
    city = here() or abort(404)
    form = GoalFileForm()
    today = day_of(city.time_zone, now())
    if form.validate():
        try:
            sheet = read(form.file.data.read(), form.file.data.filename or "file", LAYOUT)
            with writing(db.engine) as session:
                plan = import_goals(session, city, sheet.rows, now=now(), actor=actor())
        except FileError as error:
            form.file.errors = [str(error)]
        else:
            if not plan.rejected:
                flash(
                    gettext(
                        "%(added)s versions added, %(known)s known already.", added=plan.added, known=plan.unchanged
                    )
                )
                return redirect(url_for("rollout.index", _anchor="targets"))
            form.file.errors = [gettext("Nothing was imported."), *refused(plan.rejected)]
    return show(city, goal_form(city, formdata=None), form, today, status=422)


def refused(rejected: dict[int, RejectedError]) -> list[str]:
    return [
        gettext("Row %(row)s, %(column)s: %(reason)s", row=row, column=error.column, reason=sentence(error))
        for row, error in list(rejected.items())[:SHOWN]
    ]
