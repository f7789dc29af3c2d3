"""Finding devices: asking for a search of address ranges, and how far it is."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from hotspot.analytics.address_ranges import MOST, ranges
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.searches import (
    CANCELLED,
    DONE,
    INTERRUPTED,
    RUNNING,
    WAITING,
    cancel,
    port_of_agents,
    searches,
)
from hotspot.store.searches import request as request_search
from hotspot.web.access import actor, requires
from hotspot.web.credentials import rows as credential_rows
from hotspot.web.found import STATES, WORDS, listing
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("discover", __name__, url_prefix="/discover")

RATE, SHOWN_SEARCHES, LONGEST = 100, 5, 1_000
SEARCH_STATES = {
    WAITING: lazy_gettext("Waiting for the collector"),
    RUNNING: lazy_gettext("Searching"),
    INTERRUPTED: lazy_gettext("Interrupted; goes on when the collector works"),
    DONE: lazy_gettext("Done"),
    CANCELLED: lazy_gettext("Cancelled"),
}


class SearchForm(FlaskForm):
    ranges = TextAreaField(lazy_gettext("Addresses"), render_kw={"rows": 2, "spellcheck": "false"})
    sets = SelectMultipleField(
        lazy_gettext("Credentials, tried in this order"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    rate = IntegerField(lazy_gettext("Addresses a second"), [InputRequired()], default=RATE)
    port = IntegerField(lazy_gettext("SNMP port"), [InputRequired()], default=161)


def search_form(city: City) -> SearchForm:
    """All credentials are chosen unless the address names one."""
    known = [(row.id, row.name) for row in credential_rows(city)]
    ids = [set_id for set_id, _ in known]
    named = [set_id for set_id in ids if str(set_id) in request.args.getlist("sets")]
    port, text = request.args.get("port", 161, int), request.args.get("ranges", "")[:LONGEST]
    form = SearchForm(ranges=text, sets=named or ids, port=port)
    form.sets.choices = known
    return form


@blueprint.get("/")
@requires(Act.NETWORK)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, search_form(city))


def show(city: City, form: SearchForm, status: int = 200) -> ResponseReturnValue:
    listed = listing(city)
    asked = searches(db.session(), city.id, SHOWN_SEARCHES)
    page = render_template(
        "discover/index.html",
        form=form,
        asked=asked,
        active=any(one.is_open(now()) for one in asked),
        found=listed.part,
        views=listed.views,
        chosen=listed.chosen,
        MOST=MOST,
        LONGEST=LONGEST,
        demonstration_port=port_of_agents(db.session(), city) if city.demonstration else None,
        STATES=STATES,
        SEARCH_STATES=SEARCH_STATES,
        **WORDS,
    )
    return page, status


@blueprint.post("/")
@requires(Act.NETWORK)
def begin() -> ResponseReturnValue:
    city = here() or abort(404)
    form = search_form(city)
    if not form.validate():
        return show(city, form, 422)
    try:
        found = ranges(form.ranges.data or "")
        in_order = [set_id for set_id, _ in form.sets.choices if set_id in (form.sets.data or ())]
        with writing(db.engine) as session:
            asked = {"port": form.port.data, "rate": form.rate.data, "now": now(), "actor": actor()}
            request_search(session, city.id, found, in_order, **asked)
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("The search is asked for; the collector begins within seconds."), "ok")
    return redirect(url_for("discover.index", _anchor="searches"))


@blueprint.post("/searches/<int:search_id>/cancel")
@requires(Act.NETWORK)
def stop(search_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        done = cancel(session, city.id, search_id, now(), actor())
    if done:
        flash(gettext("The search is cancelled; what it found stays."), "ok")
    else:
        flash(gettext("The search was over before."), "warn")
    return redirect(url_for("discover.index", _anchor="searches"))
