"""What access points hang on: the tree of upstreams, making one, hanging access points on one, and files of it all."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.analytics.upstreams import KINDS
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.alerts.dependency_edit import chosen, hang, refuse_outside
from hotspot.store.alerts.upstream_edit import add_upstream
from hotspot.store.alerts.upstreams import Above, UpstreamRow, above, hanging, tree
from hotspot.store.base import writing
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, own_areas, requires
from hotspot.web.changes import done
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.tables import download
from hotspot.web.words import gettext

blueprint = Blueprint("upstreams", __name__)

SOURCES = {
    "": lazy_gettext("said by somebody"),
    "lldp": lazy_gettext("LLDP"),
    "outages": lazy_gettext("joint outages"),
    "controller": lazy_gettext("controller"),
    "subnet": lazy_gettext("subnet"),
}
HEAD = ("kind", "name", "parent_kind", "parent", "access_point", "point_code", "note", "state")


class UpstreamForm(FlaskForm):
    kind = SelectField(lazy_gettext("Kind"))
    name = StringField(lazy_gettext("Name"))
    parent = SelectField(lazy_gettext("Hangs on"), default="")
    note = StringField(lazy_gettext("Note"))

    @property
    def said(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in ("kind", "name", "parent", "note")}


class HangForm(FlaskForm):
    """Access points by what names them; the fields together name all that any of them does."""

    upstream = SelectField(lazy_gettext("Upstream"), default="")
    points = TextAreaField(lazy_gettext("Codes of points"), render_kw={"rows": 3})
    names = TextAreaField(lazy_gettext("Names of access points"), render_kw={"rows": 3})
    area = SelectField(lazy_gettext("Area"), default="")
    provider = SelectField(lazy_gettext("Provider"), default="")


def offered(rows: Sequence[UpstreamRow], nothing: str) -> list[SelectChoice]:
    """The upstreams as choices, each under what it hangs on."""
    named = [(str(row.id), f"{'· ' * row.depth}{gettext(KINDS[row.kind])} {row.name}") for row in rows]
    return [SelectChoice("", nothing), *(SelectChoice(*one) for one in named)]


def upstream_form(rows: Sequence[UpstreamRow], **values: str) -> UpstreamForm:
    form = UpstreamForm(prefix="set_", **values)
    form.kind.choices = [SelectChoice(key, gettext(label)) for key, label in KINDS.items()]
    form.parent.choices = offered(rows, gettext("nothing that is known"))
    return form


def hang_form(city: City, rows: Sequence[UpstreamRow], **named: str) -> HangForm:
    """`named` is what the fields say at first."""
    form, known = HangForm(**named), choices(db.session(), city)
    form.upstream.choices = offered(rows, gettext("– choose –"))
    areas = [SelectChoice("", gettext("– none –"))]
    for district in known.districts:
        areas.append(SelectChoice(district.code, gettext("Kecamatan %(name)s", name=district.name)))
        areas += [SelectChoice(code, f"{district.name}: {name}") for code, name in district.villages]
    form.area.choices = areas
    form.provider.choices = [
        SelectChoice("", gettext("– none –")),
        *(SelectChoice(one, one) for one in known.providers),
    ]
    return form


@blueprint.get("/upstreams")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    rows = tree(db.session(), city, now())
    return show(rows, upstream_form(rows))


def show(rows: Sequence[UpstreamRow], form: UpstreamForm, status: int = 200) -> ResponseReturnValue:
    names = {row.id: row.name for row in rows}
    return render_template("upstreams/index.html", rows=rows, names=names, form=form, KINDS=kinds()), status


@blueprint.post("/upstreams")
@requires(Act.NETWORK, limited=True)
def add() -> ResponseReturnValue:
    city = here() or abort(404)
    rows = tree(db.session(), city, now())
    form = upstream_form(rows)
    if not form.validate():
        return show(rows, form, 422)
    db.session.rollback()
    try:
        with writing(db.engine) as session:
            id_, change_id = add_upstream(session, city, form.said, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(rows, form, 422)
    done(gettext("%(name)s is made. Say now what hangs on it.", name=form.name.data), change_id)
    return redirect(url_for("upstream.index", upstream_id=id_))


@blueprint.get("/upstreams/hang")
@requires(Act.NETWORK)
def hang_page() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    args = request.args
    named = {
        "points": "\n".join(args.getlist("code")),
        "names": args.get("ap", ""),
        "upstream": args.get("upstream", ""),
    }
    return ask(hang_form(city, tree(db.session(), city, now()), **named))


def ask(form: HangForm, status: int = 200) -> ResponseReturnValue:
    return render_template("upstreams/hang.html", form=form), status


@blueprint.post("/upstreams/hang")
@requires(Act.NETWORK, limited=True)
def hang_many() -> ResponseReturnValue:
    """What several fields name hangs on it together; a name that nobody knows, and nothing is written."""
    city = here() or abort(404)
    form = hang_form(city, tree(db.session(), city, now()))
    if not form.validate():
        return ask(form, 422)
    if not form.upstream.data:
        form.upstream.errors = [gettext("Choose what they hang on.")]
        return ask(form, 422)
    texts = {name: form[name].data or "" for name in ("points", "names", "area", "provider")}
    db.session.rollback()
    try:
        with writing(db.engine) as session:
            found = chosen(session, city, **texts)
            refuse_outside(found, own_areas())
            ids = [one.id for one in found]
            count, change_id = hang(session, city, int(form.upstream.data), ids, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return ask(form, 422)
    told(count, change_id, len(ids))
    return redirect(url_for("upstream.index", upstream_id=int(form.upstream.data)))


def told(count: int, change_id: int | None, of: int) -> None:
    if change_id is not None:
        done(
            ngettext("%(num)s access point hangs on it now.", "%(num)s access points hang on it now.", count), change_id
        )
    elif of:
        flash(gettext("All of them hung on it already."), "ok")
    else:
        flash(gettext("No access point was named."), "warn")


@blueprint.get("/upstreams.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """A row for each access point on an upstream, and one for each upstream on which none hangs directly."""
    city = here() or abort(404)
    return download(city, kind, "upstreams", HEAD, lines(city))


def lines(city: City) -> Iterator[Sequence[Cell]]:
    rows = tree(db.session(), city, now())
    by_id = {row.id: row for row in rows}
    mine: dict[int, list[tuple[str, str, str]]] = {}
    for one in hanging(db.session(), city, list(by_id), now()):
        mine.setdefault(one.on, []).append((one.name, one.point_code, one.state))
    for row in rows:
        parent = by_id.get(row.parent_id) if row.parent_id is not None else None
        head = (row.kind, row.name, parent.kind if parent else "", parent.name if parent else "")
        for name, code, state in mine.get(row.id, [("", "", "")]):
            yield (*head, name, code, row.note, state)


@blueprint.app_template_global("upstreams_above")
def of_access_point(ap_id: int) -> list[Above]:
    city = here()
    return above(db.session(), city, ap_id) if city else []


@blueprint.app_template_global("upstream_kinds")
def kinds() -> dict[str, str]:
    """In the reader's language."""
    return {key: gettext(label) for key, label in KINDS.items()}
