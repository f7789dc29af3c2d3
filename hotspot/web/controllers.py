"""Controllers: the list, one with the access points that are followed through it, and adding one by hand."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms import StringField

from hotspot.analytics.import_row import CONTROLLER, RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.access_points import ApFilter, access_points_page
from hotspot.store.base import writing
from hotspot.store.controllers import Team, add_controller, controllers, teams_of
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.placing import count_unplaced
from hotspot.store.standing import AP_STATES
from hotspot.web import access_point
from hotspot.web.access import actor, requires
from hotspot.web.access_point import CELLS, AskingForm
from hotspot.web.configured import secret_key
from hotspot.web.place import here
from hotspot.web.poll_errors import trouble
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("controllers", __name__)

PER_PAGE, LONGEST = 100, 100


class ControllerForm(AskingForm):
    ap_name = StringField(lazy_gettext("Name"))


@blueprint.get("/controllers")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city, ControllerForm())


def show(city: City, form: ControllerForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "controllers/index.html",
        rows=controllers(db.session(), city, now()),
        unplaced=count_unplaced(db.session(), city),
        form=form,
        trouble=trouble,
    )
    return page, status


@blueprint.post("/controllers")
@requires(Act.NETWORK)
def add() -> ResponseReturnValue:
    city = here() or abort(404)
    form = ControllerForm()
    if not form.validate():
        return show(city, form, 422)
    cells = {column: str(form[column].data or "") for column in ("ap_name", *CELLS)}
    try:
        with writing(db.engine) as session:
            name = add_controller(
                session,
                secret_key(),
                city,
                cells,
                poll_interval_s=form.poll_interval_s.data,
                now=now(),
                actor=actor(),
            )
    except RejectedError as error:
        refuse(form, error)
        return show(city, form, 422)
    flash(gettext("Added. It is asked within a minute or two; what it manages appears by itself."), "ok")
    return redirect(url_for("controllers.one", name=name))


@blueprint.get("/controllers/<path:name>")
@requires(Act.SEE)
def one(name: str) -> ResponseReturnValue:
    city, found = access_point.known(name)
    if found.row.kind != CONTROLLER:
        abort(404)
    chosen = asked(name)
    page = access_points_page(
        db.session(), city, chosen, now=now(), page=request.args.get("page", 1, int), per_page=PER_PAGE
    )
    team = teams_of(db.session(), city, now()).get(found.row.id, Team())
    return access_point.look(city, found, team=team, members=page, chosen=chosen, states=tuple(AP_STATES.values()))


def asked(name: str) -> ApFilter:
    """The filter in the URL; what makes no sense filters nothing."""
    args = request.args
    state, placed = args.get("state", ""), args.get("placed", "")
    return ApFilter(
        q=args.get("q", "").replace("\0", "")[:LONGEST].strip(),
        state=state if state in AP_STATES.values() else "",
        controller=name,
        placed={"yes": True, "no": False}.get(placed),
    )
