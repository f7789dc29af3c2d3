"""Saved views of the tables: saving, renaming, sharing and deleting them; the one a page begins with."""

import shlex
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.views import View, change_view, prefer_view, preferred, remove_view, save_view, views
from hotspot.web.access import actor, current_account, requires
from hotspot.web.changes import offer_undo
from hotspot.web.configured import settings
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("views", __name__, url_prefix="/views")

# Of each page that has views: its name, and what of its query the API takes under which name.
PAGES = {
    "points.index": lazy_gettext("Points"),
    "outages.index": lazy_gettext("Outages"),
    "incidents.index": lazy_gettext("Incidents"),
}
TAKEN = {
    "points.index": {
        name: name
        for name in (
            "q", "status", "area", "venue", "fund", "provider", "lifecycle", "auth", "count", "on", "sort",
        )
    },
    "outages.index": {"which": "state", "area": "area", "point": "point", "access_point": "access_point"},
    "incidents.index": {"which": "state"}
    | {name: name for name in ("kind", "severity", "area", "provider", "assignee", "point", "access_point")},
}  # fmt: skip


class ViewForm(FlaskForm):
    page = HiddenField()
    query = HiddenField(validators=[Length(max=5000)])
    name = StringField(lazy_gettext("Name of the view"))
    shared = BooleanField(lazy_gettext("Everybody may use it"))


def whose() -> tuple[City, int]:
    account = current_account()
    city = here() or abort(404)
    return city, account.id if account else abort(403)


def views_here(page: str) -> list[View]:
    """For the bar of a table."""
    city, account_id = whose()
    return views(db.session(), city, account_id, page)


def first_view(page: str) -> ResponseReturnValue | None:
    """The view with which the page begins for this person, where its address says nothing."""
    if request.query_string or request.headers.get("HX-Request"):
        return None
    city, account_id = whose()
    query = preferred(db.session(), city, account_id, page)
    return None if query is None else redirect(f"{url_for(page)}?{query or 'view=all'}")


def everything(page: str) -> str | None:
    """What an address says so that the page does not begin with a view; None where it would not anyhow."""
    city, account_id = whose()
    return None if preferred(db.session(), city, account_id, page) is None else "all"


def curl(page: str, args: MultiDict[str, str]) -> str:
    """The command that asks the API for the same rows; the token stays out of it."""
    asked = [(TAKEN[page][name], value) for name, value in args.items(multi=True) if value and name in TAKEN[page]]
    joined = {name: ",".join(value for one, value in asked if one == name) for name, _ in asked}
    path = url_for(f"api.{page.partition('.')[0]}").removeprefix(request.script_root)
    home = settings().address  # not what the request says of itself
    address = home + path + (f"?{urlencode(joined)}" if joined else "")
    return f'curl -H "Authorization: Bearer $HOTSPOT_TOKEN" {shlex.quote(address)}'


@blueprint.get("/")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else show()


def show(form: ViewForm | None = None, of: int = 0, status: int = 200) -> ResponseReturnValue:
    """`form` was refused; it is that of the view `of`, or of a new one."""
    city, account_id = whose()
    found, account = views(db.session(), city, account_id), current_account()
    name = account.name if account else ""
    return render_template("views/index.html", found=found, form=form, of=of, me=name, PAGES=PAGES), status


@blueprint.post("/")
@requires(Act.SEE, limited=True)
def save() -> ResponseReturnValue:
    city, account_id = whose()
    form = ViewForm()
    page = form.page.data or ""
    if page not in PAGES or not form.validate():
        abort(400)
    try:
        with writing(db.engine) as session:
            save_view(
                session,
                city,
                account_id,
                page=page,
                name=form.name.data or "",
                query=form.query.data or "",
                shared=form.shared.data,
                now=now(),
                actor=actor(),
            )
    except RejectedError as error:
        refuse(form, error)
        return show(form, status=422)
    flash(gettext("The view %(name)s is saved.", name=form.name.data), "ok")
    query = urlencode(parse_qsl(form.query.data or ""))  # whatever was sent, it fits a line of the answer's head
    return redirect(f"{url_for(page)}?{query or 'view=all'}")


@blueprint.post("/<int:view_id>")
@requires(Act.SEE, limited=True)
def change(view_id: int) -> ResponseReturnValue:
    city, account_id = whose()
    form = ViewForm()
    try:
        with writing(db.engine) as session:
            values = {"name": form.name.data or "", "shared": form.shared.data}
            if not change_view(session, city, account_id, view_id, **values, now=now(), actor=actor()):
                abort(404)
    except RejectedError as error:
        refuse(form, error)
        return show(form, view_id, 422)
    flash(gettext("The view %(name)s is saved.", name=form.name.data), "ok")
    return redirect(url_for("views.index"))


@blueprint.post("/<int:view_id>/prefer")
@requires(Act.SEE, limited=True)
def prefer(view_id: int) -> ResponseReturnValue:
    city, account_id = whose()
    wanted = request.form.get("wanted") == "yes"
    with writing(db.engine) as session:
        if not prefer_view(session, city, account_id, view_id, wanted=wanted, now=now(), actor=actor()):
            abort(404)
    return redirect(url_for("views.index"))


@blueprint.post("/<int:view_id>/delete")
@requires(Act.SEE, limited=True)
def delete(view_id: int) -> ResponseReturnValue:
    city, account_id = whose()
    with writing(db.engine) as session:
        gone = remove_view(session, city, account_id, view_id, now=now(), actor=actor())
    if gone is None:
        abort(404)
    fields = {"page": gone.page, "name": gone.name, "query": gone.query} | ({"shared": "y"} if gone.shared else {})
    offer_undo(gettext("The view %(name)s is deleted.", name=gone.name), url_for("views.save"), **fields)
    return redirect(url_for("views.index"))
