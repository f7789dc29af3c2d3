"""Upstreams that there seem to be, each with what speaks for it: taken, ignored, noticed again."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.incident_text import Said
from hotspot.analytics.permissions import Act
from hotspot.analytics.root_cause_text import evidence_said
from hotspot.analytics.upstream_proposals import Proposed
from hotspot.clock import now
from hotspot.store.alerts.dependency_edit import by_ids, refuse_outside
from hotspot.store.alerts.upstream_proposals import ignore, ignored_rows, notice, proposal_of, proposed, take
from hotspot.store.alerts.upstreams import tree
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.changes import done, offer_undo
from hotspot.web.place import here
from hotspot.web.refusals import sentence
from hotspot.web.upstreams import SOURCES, kinds, offered
from hotspot.web.words import gettext

blueprint = Blueprint("upstream_proposals", __name__, url_prefix="/upstreams/proposed")

SURE, LIKELY = 0.8, 0.55
WORDS = {"sure": lazy_gettext("Very likely"), "likely": lazy_gettext("Likely"), "possible": lazy_gettext("Possible")}
NAMED, SHOWN = 8, 20


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal as the page shows it."""

    one: Proposed
    names: Sequence[str]
    said: Sequence[Said]

    @property
    def word(self) -> str:
        return "sure" if self.one.confidence >= SURE else "likely" if self.one.confidence >= LIKELY else "possible"


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show(city)


def show(city: City, wrong: str = "", error: str = "", status: int = 200) -> ResponseReturnValue:
    """The surest; `wrong` is the proposal that was refused, which keeps what was typed."""
    session = db.session()
    every = proposed(session, city, now())
    found = [one for place, one in enumerate(every) if place < SHOWN or one.digest == wrong]
    names = {one.id: one.name for one in by_ids(session, city, [ap for one in found for ap in one.members])}
    lines = [
        Line(
            one, sorted(names[ap] for ap in one.members if ap in names), [evidence_said(each) for each in one.evidence]
        )
        for one in found
    ]
    page = render_template(
        "upstreams/proposed.html",
        lines=lines,
        more=len(every) - len(found),
        ignored=ignored_rows(session, city),
        parents=offered(tree(session, city, now()), gettext("nothing that is known")),
        wrong=wrong,
        error=error,
        typed=request.form,
        KINDS=kinds(),
        SOURCES=SOURCES,
        WORDS=WORDS,
        NAMED=NAMED,
    )
    return page, status


@blueprint.post("/take")
@requires(Act.NETWORK, limited=True)
def accept() -> ResponseReturnValue:
    city, digest = here() or abort(404), request.form.get("digest", "")
    said = {name: request.form.get(name, "") for name in ("kind", "name", "parent")}
    try:
        with writing(db.engine) as session:
            one = proposal_of(proposed(session, city, now()), digest)
            refuse_outside(by_ids(session, city, one.members), own_areas())
            taken = take(session, city, one, said, now=now(), actor=actor())
    except RejectedError as error:
        return show(city, digest, sentence(error), 422)
    text = ngettext(
        "%(name)s: %(num)s access point hangs on it.",
        "%(name)s: %(num)s access points hang on it.",
        taken.count,
        name=taken.name,
    )
    done(text, taken.change_id)
    return redirect(url_for("upstream_proposals.index"))


@blueprint.post("/ignore")
@requires(Act.NETWORK, limited=True)
def leave() -> ResponseReturnValue:
    city, digest = here() or abort(404), request.form.get("digest", "")
    try:
        with writing(db.engine) as session:
            one = proposal_of(proposed(session, city, now()), digest)
            refuse_outside(by_ids(session, city, one.members), own_areas())
            ignore(session, city, one, now=now(), actor=actor())
    except RejectedError as error:
        return show(city, digest, sentence(error), 422)
    text = gettext("%(name)s is not proposed again.", name=one.name)
    offer_undo(text, url_for("upstream_proposals.look_again"), digest=digest)
    return redirect(url_for("upstream_proposals.index"))


@blueprint.post("/notice")
@requires(Act.NETWORK, limited=True)
def look_again() -> ResponseReturnValue:
    city = here() or abort(404)
    with writing(db.engine) as session:
        count = notice(session, city, request.form.getlist("digest"), now=now(), actor=actor())
    if count:
        flash(ngettext("%(num)s proposal is looked at again.", "%(num)s proposals are looked at again.", count), "ok")
    return redirect(url_for("upstream_proposals.index"))
