"""The same values for many points: choose what to change, see what it would do to each, say yes."""

import json
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import AUTH_MODES, VENUE_KINDS
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.bulk_edit import CHANGE, FIELDS, NONE, REFUSED, SAME, Preview, apply, preview
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.point_edit import NO, YES
from hotspot.store.points import ids_of, ids_of_codes
from hotspot.store.removal import listed
from hotspot.web import uploads
from hotspot.web.access import actor, requires
from hotspot.web.changes import done
from hotspot.web.format import auth_mode, number, venue
from hotspot.web.place import here
from hotspot.web.point_edit import PUBLIC, allowed
from hotspot.web.points import FIELDS as FILTERS
from hotspot.web.points import asked
from hotspot.web.refusals import refuse, sentence, spoken
from hotspot.web.table_file import data_dir
from hotspot.web.words import gettext

blueprint = Blueprint("bulk_edit", __name__, url_prefix="/edit-points")

VERDICTS = {
    CHANGE: lazy_gettext("will change"),
    SAME: lazy_gettext("already so"),
    REFUSED: lazy_gettext("refused"),
}
POLLING = {YES: lazy_gettext("On"), NO: lazy_gettext("Off")}
SHOWN = 200  # rows of each verdict that the preview lists
SELECTION = frozenset(("code", "all", "q", "status", "count", "on", *FILTERS))  # what names the points
LEAVE = lazy_gettext("– leave as it is –")


class BulkForm(FlaskForm):
    """An empty field is left as it is."""

    fund = SelectField(lazy_gettext("Fund"), default="")
    provider = SelectField(lazy_gettext("Provider"), default="")
    venue_kind = SelectField(lazy_gettext("Venue"), default="")
    auth_mode = SelectField(lazy_gettext("Access for visitors"), default="")
    public = SelectField(lazy_gettext("Public site"), default="")
    poll_interval_s = StringField(lazy_gettext("Seconds between two polls"), render_kw={"inputmode": "numeric"})
    polling = SelectField(lazy_gettext("Polling"), default="")

    @property
    def wanted(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in FIELDS}


def bulk_form(city: City) -> BulkForm:
    form, known = BulkForm(prefix="set_"), choices(db.session(), city)  # the filter has a fund, too
    offers = {
        "fund": [(NONE, gettext("No fund")), *((name, name) for name in known.funds)],
        "provider": [(NONE, gettext("No provider")), *((name, name) for name in known.providers)],
        "venue_kind": [(key, venue(key)) for key in VENUE_KINDS],
        "auth_mode": [(key, auth_mode(key)) for key in AUTH_MODES],
        "public": list(PUBLIC.items()),
        "polling": list(POLLING.items()),
    }
    for name, offered in offers.items():
        form[name].choices = [SelectChoice("", LEAVE), *(SelectChoice(*one) for one in offered)]
    return form


def chosen_ids(city: City) -> Sequence[int]:
    """The points that the address or the form names: one by one, or all of a filter."""
    if request.values.get("all"):
        return ids_of(db.session(), city, asked(request.values), now())
    return ids_of_codes(db.session(), city, request.values.getlist("code"))


@blueprint.get("/")
@requires(Act.NETWORK)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    ids = chosen_ids(city)
    if not ids:
        flash(gettext("Choose points first: tick them in the table, or filter it."), "warn")
        return redirect(url_for("points.index"))
    return ask(bulk_form(city), len(ids))


def ask(form: BulkForm, count: int, status: int = 200) -> ResponseReturnValue:
    sent = [(name, value) for name, value in request.values.items(multi=True) if name in SELECTION]
    return render_template("bulk_edit/form.html", form=form, count=count, sent=sent), status


@blueprint.post("/preview")
@requires(Act.NETWORK, limited=True)
def look() -> ResponseReturnValue:
    city = here() or abort(404)
    form, ids = bulk_form(city), chosen_ids(city)
    if not form.validate():
        return ask(form, len(ids), 422)
    try:
        found = preview(db.session(), city, ids, form.wanted, allowed)
    except RejectedError as error:
        return refused(form, error, len(ids))
    return review(city, form, found)


def refused(form: BulkForm, error: RejectedError, count: int) -> ResponseReturnValue:
    if error.column in form:
        refuse(form, error)
    else:
        flash(sentence(error), "bad")
    return ask(form, count, 422)


def review(city: City, form: BulkForm, found: Preview, moved: Sequence[str] = ()) -> ResponseReturnValue:
    """What it would do; the points as they were looked at wait for the yes."""
    waiting = {"city": city.id, "stamps": {one.id: one.stamp for one in found.looks}}
    return render_template(
        "bulk_edit/review.html",
        form=form,
        found=found,
        counts=found.verdicts,
        groups={verdict: [one for one in found.looks if one.verdict == verdict] for verdict in VERDICTS},
        key=uploads.keep(data_dir(), "edit", json.dumps(waiting).encode()),
        moved=listed(moved) if moved else "",
        VERDICTS=VERDICTS,
        SHOWN=SHOWN,
        spoken=spoken,
        words=words,
    )


def words(field: str, text: str) -> str:
    """A value as people read it."""
    if text == NONE:
        return gettext("the city's") if field == "poll_interval_s" else gettext("none")
    known = {
        "venue_kind": lambda: venue(text),
        "auth_mode": lambda: auth_mode(text),
        "public": lambda: str(PUBLIC.get(text, text)),
        "polling": lambda: str(POLLING.get(text, text)),
        "poll_interval_s": lambda: gettext("%(num)s s", num=text),
    }
    return known[field]() if field in known else text


@blueprint.post("/yes")
@requires(Act.NETWORK, limited=True)
def commit() -> ResponseReturnValue:
    """Makes the changes that the preview showed; names the points that somebody changed meanwhile."""
    city = here() or abort(404)
    form, key = bulk_form(city), request.form.get("key", "")
    file = uploads.waiting(data_dir(), key)
    waited = json.loads(file.content) if file and file.name == "edit" else {}
    if waited.get("city") != city.id or not form.validate():
        flash(gettext("This preview is too old. Choose the points again; nothing was changed."), "warn")
        return redirect(url_for("points.index"))
    stamps = {int(id_): stamp for id_, stamp in waited["stamps"].items()}
    change_id = None
    try:
        with writing(db.engine) as session:
            found = preview(session, city, list(stamps), form.wanted, allowed)
            moved = [one.code for one in found.looks if one.stamp != stamps[one.id]]
            if not moved and found.verdicts[CHANGE]:
                change_id = apply(session, city, found, form.wanted, now=now(), actor=actor())
    except RejectedError as error:
        return refused(form, error, len(stamps))
    uploads.forget(data_dir(), key)
    if change_id is None:
        return review(city, form, found, moved)
    count = found.verdicts[CHANGE]
    done(gettext("%(count)s points are changed.", count=number(count)), change_id)
    return redirect(url_for("changes.index"))
