"""Access points without a point: each with the point its name proposes; placing many at once, with a look before."""

from collections.abc import Iterable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from hotspot.analytics.permissions import Act
from hotspot.analytics.placement import NAMED, WORDS
from hotspot.clock import now
from hotspot.store.access_points import ApFilter
from hotspot.store.base import writing
from hotspot.store.bounds import outside
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.placing import BARRED, HAS_POINT, NO_POINT, place, placings, point_names, take_back, unplaced
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.place import here
from hotspot.web.words import gettext

blueprint = Blueprint("unplaced", __name__, url_prefix="/unplaced")

PER_PAGE, LONGEST, LONGEST_ID = 100, 100, 18
REASONS = {
    NAMED: lazy_gettext("its name contains the point's code or name"),
    WORDS: lazy_gettext("words of its name"),
}
REFUSED = {
    NO_POINT: lazy_gettext("There is no point of this code."),
    HAS_POINT: lazy_gettext("It has a point already."),
    BARRED: lazy_gettext("This point lies outside the areas of your account."),
}


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city)


def show(city: City, status: int = 200) -> ResponseReturnValue:
    """A page of them, with the codes that were typed."""
    texts = {name: request.args.get(name, "").replace("\0", "")[:LONGEST].strip() for name in ("q", "controller")}
    chosen = ApFilter(**texts, placed=False, polling=True)
    number = request.args.get("page", 1, int)
    found = unplaced(db.session(), city, chosen, now=now(), page=number, per_page=PER_PAGE)
    page = render_template(
        "unplaced/index.html", found=found, chosen=chosen, names=point_names(db.session(), city), REASONS=REASONS
    )
    return page, status


def wanted(ids: Iterable[str]) -> dict[int, str]:
    """The code beside each chosen access point; one without a code is not meant."""
    known = [ap_id for ap_id in ids if ap_id.isdecimal() and len(ap_id) <= LONGEST_ID]
    codes = {int(ap_id): request.form.get(f"point-{ap_id}", "").replace("\0", "").strip() for ap_id in known}
    return {ap_id: code for ap_id, code in codes.items() if code}


def barred(city: City) -> frozenset[str]:
    return outside(db.session(), city, own_areas())


@blueprint.post("/review")
@requires(Act.NETWORK, limited=True)
def review() -> ResponseReturnValue:
    """What placing the chosen ones would do."""
    city = here() or abort(404)
    rows = placings(db.session(), city, wanted(request.form.getlist("ap")), barred(city))
    if not rows:
        flash(gettext("Choose access points and name a point for each first."), "warn")
        return show(city, 422)
    return render_template(
        "unplaced/review.html", rows=rows, good=[row for row in rows if not row.refused], REFUSED=REFUSED
    )


@blueprint.post("/place")
@requires(Act.NETWORK, limited=True)
def confirm() -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        done = place(session, city, wanted(request.form.getlist("ap")), barred(city), now=now(), actor=actor())
    return render_template("unplaced/done.html", rows=done)


@blueprint.post("/take-back")
@requires(Act.NETWORK, limited=True)
def undo() -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        ours = {ap: code for ap, code in wanted(request.form.getlist("ap")).items() if code not in barred(city)}
        count = take_back(session, city, ours, now=now(), actor=actor())
    flash(gettext("%(count)s access points are without a point again.", count=count), "ok")
    return redirect(url_for("unplaced.index"))
