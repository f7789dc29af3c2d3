"""The channels by which messages leave: the list with their health, adding, changing, testing, removing them."""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field as FormField
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from hotspot.alerts.channels import CHANNELS, Channel, Field, merged
from hotspot.alerts.guard import guard_of
from hotspot.alerts.post import test_words
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.alerts import channels as store
from hotspot.store.alerts.channels import ChannelRow, LastTest
from hotspot.store.alerts.contacts import contacts
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, me, requires
from hotspot.web.configured import secret_key, settings
from hotspot.web.place import here
from hotspot.web.refusals import refuse, sentence
from hotspot.web.words import gettext, locale

blueprint = Blueprint("alert_channels", __name__, url_prefix="/alerts/channels")

NO_FILLING = {"autocomplete": "off"}
SECRET = {"autocomplete": "new-password"}  # a browser must not put the reader's own password there
MADE_BYTES = 32
TEST_LASTS_S = 90  # a test that waits for longer has nobody to send it


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    rows = store.channel_rows(db.session(), city, now())
    return render_template(
        "alert_channels/index.html",
        rows=[row for row in rows if row.removed_at is None],
        removed=[row for row in rows if row.removed_at is not None],
        KINDS=CHANNELS,
    )


def known(city: City, channel_id: int) -> ChannelRow:
    rows = store.channel_rows(db.session(), city, now())
    return next((row for row in rows if row.id == channel_id), None) or abort(404)


def form_of(kind: Channel, name: str, stored: dict[str, str]) -> FlaskForm:
    """Its fields are those of the kind of channel; secret ones are never filled in."""
    fields: dict[str, Any] = {"name": StringField(lazy_gettext("Name"), render_kw=NO_FILLING)}
    fields |= {one.name: field_of(one) for one in kind.fields}
    form_class: type[FlaskForm] = type("ChannelForm", (FlaskForm,), fields)
    shown = {one.name: stored.get(one.name, one.default) for one in kind.fields if not one.secret}
    return form_class(data={"name": name, **shown})


def field_of(one: Field) -> FormField:
    label = lazy_gettext(one.label)
    if one.choices:
        return SelectField(label, choices=[SelectChoice(value, lazy_gettext(text)) for value, text in one.choices])
    if one.secret:
        return PasswordField(label, render_kw=SECRET)
    return StringField(label, render_kw={**NO_FILLING, "required": one.required})


def typed(kind: Channel, form: FlaskForm) -> dict[str, str]:
    return {one.name: str(form[one.name].data or "") for one in kind.fields}


@blueprint.get("/new/<kind>")
@requires(Act.PEOPLE)
def new(kind: str) -> ResponseReturnValue:
    found = CHANNELS.get(kind) or abort(404)
    return ask(found, form_of(found, "", {}))


def ask(kind: Channel, form: FlaskForm, row: ChannelRow | None = None, status: int = 200) -> ResponseReturnValue:
    return render_template("alert_channels/edit.html", kind=kind, form=form, row=row), status


@blueprint.post("/new/<kind>")
@requires(Act.PEOPLE)
def add(kind: str) -> ResponseReturnValue:
    """A secret made here is shown in the answer alone, so that it stands in no address and no log."""
    city, found = here() or abort(404), CHANNELS.get(kind) or abort(404)
    form = form_of(found, "", {})
    if not form.validate():
        return ask(found, form, status=422)
    words, made = typed(found, form), ""
    rotating = next((one.name for one in found.fields if one.rotates and not words[one.name].strip()), None)
    if rotating:
        words[rotating] = made = secrets.token_urlsafe(MADE_BYTES)
    try:
        config = found.check(words, guard_of(settings().webhook_hosts))
        with writing(db.engine) as session:
            store.add_channel(
                session, secret_key(), city, kind=kind, name=form["name"].data or "", config=config,
                hint=found.hint(config), now=now(), actor=actor(),
            )  # fmt: skip
    except RejectedError as error:
        refuse(form, error)
        return ask(found, form, status=422)
    if made:
        return render_template("alert_channels/secret.html", name=form["name"].data, secret=made, old=False)
    flash(gettext("Kept. Send a test message to see whether it works."), "ok")
    return redirect(url_for("alert_channels.index"))


@blueprint.get("/<int:channel_id>")
@requires(Act.PEOPLE)
def edit(channel_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = known(city, channel_id)
    stored = store.stored_config(db.session(), secret_key(), city, channel_id)
    return ask(CHANNELS[row.kind], form_of(CHANNELS[row.kind], row.name, stored), row)


@blueprint.post("/<int:channel_id>")
@requires(Act.PEOPLE)
def change(channel_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = known(city, channel_id)
    kind, stored = CHANNELS[row.kind], store.stored_config(db.session(), secret_key(), city, channel_id)
    form = form_of(kind, row.name, stored)
    if not form.validate():
        return ask(kind, form, row, 422)
    try:
        changed = save(city, row, form["name"].data or "", stored, typed(kind, form))
    except RejectedError as error:
        refuse(form, error)
        return ask(kind, form, row, 422)
    flash(gettext("Saved. What waits is sent with it.") if changed else gettext("Nothing was different."), "ok")
    return redirect(url_for("alert_channels.index"))


def save(city: City, row: ChannelRow, name: str, stored: dict[str, str], words: dict[str, str]) -> bool:
    """Raises RejectedError."""
    kind = CHANNELS[row.kind]
    config = kind.check(merged(kind, stored, words, now()), guard_of(settings().webhook_hosts))
    with writing(db.engine) as session:
        return store.change_channel(
            session, secret_key(), city, row.id, name=name, config=config, hint=kind.hint(config), now=now(),
            actor=actor(),
        )  # fmt: skip


@blueprint.post("/<int:channel_id>/secret")
@requires(Act.PEOPLE)
def renew(channel_id: int) -> ResponseReturnValue:
    """Another secret, made here; messages carry the signatures of both for a day."""
    city = here() or abort(404)
    row = known(city, channel_id)
    rotating = next((one.name for one in CHANNELS[row.kind].fields if one.rotates), None) or abort(404)
    stored = store.stored_config(db.session(), secret_key(), city, channel_id) or abort(404)
    made = secrets.token_urlsafe(MADE_BYTES)
    try:
        save(city, row, row.name, stored, {**stored, rotating: made})
    except RejectedError as error:
        flash(sentence(error), "bad")
        return redirect(url_for("alert_channels.edit", channel_id=channel_id))
    return render_template("alert_channels/secret.html", name=row.name, secret=made, old=True)


@blueprint.post("/<int:channel_id>/switch")
@requires(Act.PEOPLE)
def switch(channel_id: int) -> ResponseReturnValue:
    city, on = here() or abort(404), request.form.get("on") == "yes"
    row = known(city, channel_id)
    with writing(db.engine) as session:
        store.switch(session, city, channel_id, on, now(), actor())
    said = gettext("%(name)s sends again.", name=row.name) if on else gettext("%(name)s is off.", name=row.name)
    flash(said, "ok")
    return redirect(url_for("alert_channels.index"))


@blueprint.post("/<int:channel_id>/remove")
@requires(Act.PEOPLE)
def remove(channel_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    known(city, channel_id)
    with writing(db.engine) as session:
        name = store.remove(session, city, channel_id, now(), actor())
    flash(gettext("%(name)s is removed. It can be brought back below.", name=name), "ok")
    return redirect(url_for("alert_channels.index") + "#removed")


@blueprint.post("/<int:channel_id>/bring-back")
@requires(Act.PEOPLE)
def bring_back(channel_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    known(city, channel_id)
    with writing(db.engine) as session:
        name = store.bring_back(session, city, channel_id, now(), actor())
    flash(gettext("%(name)s is back.", name=name), "ok")
    return redirect(url_for("alert_channels.index"))


@blueprint.get("/<int:channel_id>/test")
@requires(Act.PEOPLE)
def tested(channel_id: int) -> ResponseReturnValue:
    """The part of the page that tells what came of it; without JavaScript it leads to the page."""
    row = known(here() or abort(404), channel_id)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("alert_channels.index"))
    return render_template("alert_channels/tested.html", row=row, refused="")


@blueprint.post("/<int:channel_id>/test")
@requires(Act.PEOPLE)
def test(channel_id: int) -> ResponseReturnValue:
    """To whoever asks, where the channel reaches persons and has an address; otherwise to the channel itself."""
    city = here() or abort(404)
    row, refused = known(city, channel_id), ""
    mine = contacts(db.session(), secret_key(), me().id)
    words = test_words(db.session(), city, locale(), actor())
    try:
        with writing(db.engine) as session:
            to = me().id if row.kind in mine else None
            store.ask_for_test(
                session, city, channel_id, account_id=to, subject=words.subject, body=words.body, now=now(),
                actor=actor(),
            )  # fmt: skip
    except RejectedError as error:
        refused = sentence(error)
    db.session.rollback()  # what this request read before it wrote
    if request.headers.get("HX-Request"):
        return render_template("alert_channels/tested.html", row=known(city, channel_id), refused=refused)
    if refused:
        flash(refused, "bad")
    return redirect(url_for("alert_channels.index") + f"#test-{channel_id}")


@blueprint.app_template_global()
def is_late(tried: LastTest) -> bool:
    return now() - tried.created_at > TEST_LASTS_S
