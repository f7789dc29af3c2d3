"""Systems of other agencies: those that open tickets here, those that are sent every event, and the tickets."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.alerts import stream_edit
from hotspot.store.alerts.ticket_sources import LONGEST_NAME, add_source, revoke_source, ticket_sources
from hotspot.store.alerts.tickets import Tickets, tickets_page
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.configured import settings
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("ticket_sources", __name__, url_prefix="/alerts/ticket-sources")

SHOWN_OF_POINT = 3


class SourceForm(FlaskForm):
    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("This field is needed")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )


class StreamForm(FlaskForm):
    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("This field is needed")), Length(max=stream_edit.LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
        id="stream-name",
    )
    channel = SelectField(lazy_gettext("Webhook"), coerce=int, validate_choice=False)


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else listing(city)


def listing(
    city: City, source: SourceForm | None = None, stream: StreamForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """`source` or `stream` is the form that was refused; the other is empty."""
    session, only = db.session(), request.args.get("state") != "all"
    source, stream = source or SourceForm(formdata=None), stream or StreamForm(formdata=None)
    carriers = stream_edit.carriers(session, city)
    stream.channel.choices = [SelectChoice(*one) for one in carriers.items()]
    page = render_template(
        "ticket_sources/index.html",
        sources=ticket_sources(session, city),
        streams=stream_edit.stream_rows(session, city),
        tickets=tickets_page(session, city, open_only=only, page=request.args.get("page", 1, int)),
        open_only=only,
        form=source,
        stream_form=stream,
        carriers=carriers,
    )
    return page, status


@blueprint.post("/")
@requires(Act.PEOPLE)
def create() -> ResponseReturnValue:
    """The secret is the answer to the POST, so that it stands in no address and no log."""
    city, form = here() or abort(404), SourceForm()
    if not form.validate():
        return listing(city, source=form, status=422)
    try:
        with writing(db.engine) as session:
            secret = add_source(session, city, form["name"].data, now(), actor())
    except RejectedError as error:
        refuse(form, error)
        return listing(city, source=form, status=422)
    address = settings().address + url_for("api.tickets")
    return render_template("ticket_sources/made.html", name=form["name"].data.strip(), secret=secret, address=address)


@blueprint.post("/<int:source_id>/revoke")
@requires(Act.PEOPLE)
def revoke(source_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        name = revoke_source(session, city, source_id, now(), actor()) or abort(404)
    flash(gettext("%(name)s is refused from now on. Its tickets stay.", name=name), "ok")
    return redirect(url_for("ticket_sources.index"))


@blueprint.post("/streams")
@requires(Act.PEOPLE)
def add_stream() -> ResponseReturnValue:
    city, form = here() or abort(404), StreamForm()
    if not form.validate():
        return listing(city, stream=form, status=422)
    try:
        with writing(db.engine) as session:
            channel = form.channel.data or 0
            stream_edit.add_stream(session, city, form["name"].data, channel, now(), actor())
    except RejectedError as error:
        refuse(form, error)
        return listing(city, stream=form, status=422)
    flash(gettext("Every event from now on is sent there."), "ok")
    return redirect(url_for("ticket_sources.index"))


@blueprint.post("/streams/<int:route_id>/stop")
@requires(Act.PEOPLE)
def stop_stream(route_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        name = stream_edit.stop_stream(session, city, route_id, now(), actor()) or abort(404)
    flash(gettext("The stream %(name)s is ended.", name=name), "ok")
    return redirect(url_for("ticket_sources.index"))


@blueprint.app_template_global()
def tickets_of(point_id: int) -> Tickets | None:
    """For the page of a point: its open tickets, the newest first; None where there are none."""
    city = here()
    if city is None:
        return None
    found = tickets_page(db.session(), city, point_id=point_id, open_only=True, per_page=SHOWN_OF_POINT)
    return found if found.open else None
