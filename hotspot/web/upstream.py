"""The page of an upstream: what hangs on it, what happened to it, changing it and taking it out."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.analytics.upstreams import branch
from hotspot.clock import now
from hotspot.store.alerts.dependency_edit import areas_on, by_ids, refuse_outside, unhang
from hotspot.store.alerts.upstream_edit import change_upstream, remove_upstream
from hotspot.store.alerts.upstream_history import incidents_of, joint_outages
from hotspot.store.alerts.upstreams import UpstreamRow, chain, hanging, tree
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, hold, may, own_areas, requires
from hotspot.web.changes import done
from hotspot.web.place import here
from hotspot.web.refusals import refuse, sentence
from hotspot.web.upstreams import SOURCES, UpstreamForm, kinds, upstream_form
from hotspot.web.windows import DAY_S
from hotspot.web.words import gettext

blueprint = Blueprint("upstream", __name__)

LOOKED_AT_DAYS = 90
SHOWN = 20
DIGITS = 18


def known(upstream_id: int) -> tuple[City, list[UpstreamRow], UpstreamRow]:
    city = here() or abort(404)
    rows = tree(db.session(), city, now())
    return city, rows, next((row for row in rows if row.id == upstream_id), None) or abort(404)


def form_of(rows: list[UpstreamRow], one: UpstreamRow) -> UpstreamForm:
    """It may hang on what does not hang on it."""
    below = set(branch({row.id: row.parent_id for row in rows}, one.id))
    values = {"kind": one.kind, "name": one.name, "parent": str(one.parent_id or ""), "note": one.note}
    return upstream_form([row for row in rows if row.id not in below], **values)


@blueprint.get("/upstreams/<int:upstream_id>")
@requires(Act.SEE)
def index(upstream_id: int) -> ResponseReturnValue:
    city, rows, one = known(upstream_id)
    return show(city, rows, one, form_of(rows, one))


def show(
    city: City, rows: list[UpstreamRow], one: UpstreamRow, form: UpstreamForm, status: int = 200
) -> ResponseReturnValue:
    at, below = now(), branch({row.id: row.parent_id for row in rows}, one.id)
    here_on = hanging(db.session(), city, below, at)
    ids = {each.ap_id for each in here_on}
    together = joint_outages(db.session(), ids, at - LOOKED_AT_DAYS * DAY_S)
    page = render_template(
        "upstreams/one.html",
        one=one,
        above=chain(rows, one.id),
        below=[row for row in rows if row.parent_id == one.id],
        names={row.id: row.name for row in rows},
        hanging=here_on,
        incidents=incidents_of(db.session(), city, one.id),
        together=together[:SHOWN],
        together_count=len(together),
        days=LOOKED_AT_DAYS,
        form=form,
        changes=may_change(city, one.id),
        SOURCES=SOURCES,
        KINDS=kinds(),
    )
    return page, status


def may_change(city: City, upstream_id: int) -> bool:
    """Whose account is limited to areas changes what carries nothing outside of them."""
    return may("network") and all(may("network", area) for area in areas_on(db.session(), city, upstream_id))


@blueprint.post("/upstreams/<int:upstream_id>")
@requires(Act.NETWORK, limited=True)
def change(upstream_id: int) -> ResponseReturnValue:
    city, rows, one = known(upstream_id)
    hold(Act.NETWORK, *areas_on(db.session(), city, upstream_id))
    form = form_of(rows, one)
    if not form.validate():
        return show(city, rows, one, form, 422)
    db.session.rollback()
    try:
        with writing(db.engine) as session:
            change_id = change_upstream(session, city, upstream_id, form.said, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, rows, one, form, 422)
    if change_id is None:
        flash(gettext("Nothing was different."), "ok")
    else:
        done(gettext("Saved."), change_id)
    return redirect(url_for("upstream.index", upstream_id=upstream_id))


@blueprint.post("/upstreams/<int:upstream_id>/remove")
@requires(Act.NETWORK, limited=True)
def remove(upstream_id: int) -> ResponseReturnValue:
    city, _, one = known(upstream_id)
    hold(Act.NETWORK, *areas_on(db.session(), city, upstream_id))
    db.session.rollback()
    with writing(db.engine) as session:
        change_id = remove_upstream(session, city, upstream_id, now=now(), actor=actor())
    done(gettext("%(name)s is taken out.", name=one.name), change_id)
    return redirect(url_for("upstreams.index"))


@blueprint.post("/upstreams/<int:upstream_id>/take-off")
@requires(Act.NETWORK, limited=True)
def take_off(upstream_id: int) -> ResponseReturnValue:
    """Those ticked hang on it no more; those that hang on something below it stay there."""
    city, _, _ = known(upstream_id)
    ids = [
        int(text) for text in request.form.getlist("ap") if text.isascii() and text.isdigit() and len(text) <= DIGITS
    ]
    try:
        refuse_outside(by_ids(db.session(), city, ids), own_areas())
    except RejectedError as error:
        flash(sentence(error), "bad")
        return redirect(url_for("upstream.index", upstream_id=upstream_id))
    db.session.rollback()
    with writing(db.engine) as session:
        count, change_id = unhang(session, city, upstream_id, ids, now=now(), actor=actor())
    if change_id is None:
        flash(gettext("Tick access points that hang on it directly."), "warn")
    else:
        text = ngettext("%(num)s access point hangs on it no more.", "%(num)s access points hang on it no more.", count)
        done(text, change_id)
    return redirect(url_for("upstream.index", upstream_id=upstream_id))
