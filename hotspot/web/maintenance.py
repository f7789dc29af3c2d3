"""Maintenance: what runs, comes and comes again; announcing, looking at it before, making longer, cancelling."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import DateTimeLocalField
from wtforms.validators import InputRequired

from hotspot.analytics import icalendar
from hotspot.analytics.calendar import Period, day_of
from hotspot.analytics.import_row import N_, RejectedError, reject
from hotspot.analytics.permissions import EVERYWHERE, Act
from hotspot.analytics.recurrence import checked, next_occurrences, occurrences
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.maintenance import WindowRow, areas_of_window, codes_listed, window_row, windows
from hotspot.store.maintenance_edit import announce, cancel, check_times, extend
from hotspot.store.maintenance_look import Look, look, look_at_window
from hotspot.store.maintenance_series import AHEAD_S, announce_series, areas_of_series, end_series, series
from hotspot.store.models import City
from hotspot.web.access import actor, hold, may, requires
from hotspot.web.maintenance_form import WindowForm, number, where, window_form
from hotspot.web.maintenance_words import pattern_words
from hotspot.web.place import here, zone
from hotspot.web.refusals import refuse, sentence
from hotspot.web.tables import attached
from hotspot.web.windows import instant_of
from hotspot.web.words import gettext

blueprint = Blueprint("maintenance", __name__)

STATES = {
    "now": lazy_gettext("Running now"),
    "coming": lazy_gettext("Coming"),
    "over": lazy_gettext("Over"),
    "cancelled": lazy_gettext("Cancelled"),
}
PREFILLED = ("point", "access_point", "code", "all", "instead")


class ExtendForm(FlaskForm):
    until = DateTimeLocalField(lazy_gettext("Goes on until"), [InputRequired()], format="%Y-%m-%dT%H:%M")


@blueprint.get("/maintenance")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, window_form(city))


def show(city: City, form: WindowForm, status: int = 200, looked: Look | None = None) -> ResponseReturnValue:
    at, series_id = now(), number(request.args.get("series", "")) or None
    found = windows(db.session(), city, at, series_id)
    page = render_template(
        "maintenance/index.html",
        groups={state: [row for row in found if row.state == state] for state in STATES},
        series=series(db.session(), city, at, series_id),
        one_series=series_id,
        form=form,
        opened=bool(form.errors or looked or any(name in request.args for name in PREFILLED)),
        looked=looked,
        STATES=STATES,
        pattern_words=pattern_words,
    )
    return page, status


@blueprint.post("/maintenance/look")
@requires(Act.NETWORK, limited=True)
def preview() -> ResponseReturnValue:
    """What the announcement would mean; the part that htmx takes out of the page comes with 200 in any case."""
    city = here() or abort(404)
    form = window_form(city)
    refused = 200 if request.headers.get("HX-Request") else 422
    if not form.validate():
        return show(city, form, refused)
    try:
        chosen = where(db.session(), city, form)
        looked = look(db.session(), city, chosen, periods(city, form), now(), form.replaced)
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, refused)
    return show(city, form, looked=looked)


def periods(city: City, form: WindowForm) -> Sequence[Period]:
    """The window, or those that a series would announce at once: at least its next one."""
    if form.is_once:
        start, end = form.period()
        check_times(start, end, now())
        return [(start, end)]
    pattern = checked(form.pattern(), day_of(city.time_zone, now()))
    ahead = occurrences(pattern, city.time_zone, now(), now() + AHEAD_S)
    return ahead or next_occurrences(pattern, city.time_zone, now(), 1) or reject("last", N_("it is over already"))


@blueprint.post("/maintenance")
@requires(Act.NETWORK, limited=True)
def add() -> ResponseReturnValue:
    city = here() or abort(404)
    form = window_form(city)
    if not form.validate():
        return show(city, form, 422)
    try:
        late = announced(city, form)
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    if late:
        flash(gettext("The window is announced late: it keeps alerts quiet, and counts in no figure."), "warn")
    else:
        flash(gettext("The window is announced.") if form.is_once else gettext("The series is announced."), "ok")
    return redirect(url_for("maintenance.index"))


def announced(city: City, form: WindowForm) -> bool:
    """Whether it is late; with what it takes the place of cancelled in the same step."""
    with writing(db.engine) as session:
        chosen, reason = where(session, city, form), form.reason.data or ""
        replace(session, city, form)
        if not form.is_once:
            announce_series(session, city, chosen, form.pattern(), reason=reason, now=now(), actor=actor())
            return False
        start, end = form.period()
        announce(session, city, chosen, start=start, end=end, reason=reason, now=now(), actor=actor())
        return start <= now()


@blueprint.get("/maintenance.ics")
@requires(Act.SEE)
def calendar() -> ResponseReturnValue:
    """The windows that the page lists, for the calendars of people."""
    city = here() or abort(404)
    product = "-//hotspot//maintenance//EN"
    events = (event(city, row) for row in windows(db.session(), city, now()))
    name = gettext("Maintenance, %(city)s", city=city.name)
    return attached(icalendar.calendar(name, product, events), "text/calendar; charset=utf-8", "maintenance.ics")


def event(city: City, row: WindowRow) -> icalendar.Event:
    late = gettext("announced late") if row.late else ""
    place = row.place
    points = ngettext("%(points)s point", "%(points)s points", place.points, points=place.points)
    return icalendar.Event(
        f"maintenance-{row.id}@{city.code}",
        row.cancelled_at or row.announced_at,
        row.start,
        row.end,
        row.reason,
        place.name or (points if place.points else city.name),
        late,
        row.state == "cancelled",
    )


def replace(session: Session, city: City, form: WindowForm) -> None:
    if form.replaced:
        hold_window(session, city, form.replaced)
        cancel(session, city, form.replaced, now(), actor())


def hold_window(session: Session, city: City, window_id: int) -> None:
    areas = areas_of_window(session, city, window_id)
    hold(Act.NETWORK, *(abort(404) if areas is None else areas))


@blueprint.get("/maintenance/<int:window_id>")
@requires(Act.SEE)
def one(window_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    return show_one(city, window_id, ExtendForm())


def show_one(city: City, window_id: int, form: ExtendForm, status: int = 200) -> ResponseReturnValue:
    row = window_row(db.session(), city, window_id, now()) or abort(404)
    page = render_template(
        "maintenance/one.html",
        row=row,
        form=form,
        looked=look_at_window(db.session(), city, row, now()),
        codes=codes_listed(db.session(), window_id) if row.place.points else [],
        may_change=may_change(areas_of_window(db.session(), city, window_id) or frozenset([EVERYWHERE])),
        STATES=STATES,
    )
    return page, status


def may_change(areas: frozenset[str]) -> bool:
    return all(may("network", area) for area in areas)


@blueprint.post("/maintenance/<int:window_id>/extend")
@requires(Act.NETWORK, limited=True)
def longer(window_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    hold_window(db.session(), city, window_id)
    form = ExtendForm()
    if not form.validate():
        return show_one(city, window_id, form, 422)
    try:
        until = instant_of(form.until.data.isoformat(), zone()) or 0
        with writing(db.engine) as session:
            done = extend(session, city, window_id, until=until, now=now(), actor=actor())
    except RejectedError as error:
        form.until.errors = [sentence(error)]
        return show_one(city, window_id, form, 422)
    if done:
        flash(gettext("Another window is announced that begins where this one ends."), "ok")
    else:
        flash(gettext("The window is over or was cancelled before: announce another."), "warn")
    return redirect(url_for("maintenance.index"))


@blueprint.post("/maintenance/<int:window_id>/cancel")
@requires(Act.NETWORK, limited=True)
def stop(window_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    hold_window(db.session(), city, window_id)
    with writing(db.engine) as session:
        done = cancel(session, city, window_id, now(), actor())
    if done:
        flash(gettext("The window is cancelled; what has passed of it stays maintenance."), "ok")
    else:
        flash(gettext("Nothing to cancel: the window is over or was cancelled before."), "warn")
    return redirect(url_for("maintenance.index"))


@blueprint.post("/maintenance/series/<int:series_id>/end")
@requires(Act.NETWORK, limited=True)
def finish(series_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    areas = areas_of_series(db.session(), city, series_id)
    hold(Act.NETWORK, *(abort(404) if areas is None else areas))
    with writing(db.engine) as session:
        cancelled = end_series(session, city, series_id, now(), actor())
    if cancelled is None:
        flash(gettext("Nothing to end: the series was ended before."), "warn")
    else:
        flash(gettext("The series is ended; %(count)s windows to come are cancelled.", count=cancelled), "ok")
    return redirect(url_for("maintenance.index"))
