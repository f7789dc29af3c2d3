"""The page of an access point: what it answers, how the last 24 hours went, and how it is asked."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import Optional

from hotspot.analytics.import_row import AUTH_PROTOCOLS, CONTROLLER, PRIV_PROTOCOLS, RejectedError
from hotspot.analytics.permissions import EVERYWHERE, Act
from hotspot.analytics.stays import Presence
from hotspot.clock import now
from hotspot.store.access_point_edit import Asking, asking, change_asking, profiles_in_use
from hotspot.store.access_points import ApDetail, access_point_detail
from hotspot.store.base import writing
from hotspot.store.bounds import areas_of
from hotspot.store.db import db
from hotspot.store.events import events_of
from hotspot.store.extras import extras_of
from hotspot.store.models import City
from hotspot.store.outages import OutageFilter
from hotspot.store.placing import assign
from hotspot.store.point_edit import ConflictError
from hotspot.store.polls import polls_of
from hotspot.web.access import actor, hold, hold_field, may, own_areas, requires
from hotspot.web.changes import done
from hotspot.web.configured import secret_key
from hotspot.web.conflict import base, conflict_page, resolved
from hotspot.web.measured import measured
from hotspot.web.place import here, zone
from hotspot.web.poll_curves import curves, loss, steps
from hotspot.web.poll_errors import trouble
from hotspot.web.radio_curves import METRICS, groups
from hotspot.web.refusals import refuse
from hotspot.web.windows import DAY_S, window
from hotspot.web.words import gettext

blueprint = Blueprint("access_point", __name__)

CHANGE = "access_point.change"
EVENTS_DAYS = 400
EVENTS = {
    "reboot": lazy_gettext("The device restarted"),
    "agent_restart": lazy_gettext("Its SNMP agent restarted"),
    "identity": lazy_gettext("It says something else of itself"),
    "trap": lazy_gettext("It sent a trap and was asked at once"),
    "collector_gap": lazy_gettext("The collector did not look"),
    "link_storm": lazy_gettext("The collector's own link failed"),
    "clock_step": lazy_gettext("The collector's clock was set"),
    "certificate": lazy_gettext("The certificate of these pages is another"),
}
CELLS = (
    "ap_address", "ap_port", "snmp_version", "snmp_community", "snmp_user", "snmp_auth_protocol", "snmp_auth_password",
    "snmp_priv_protocol", "snmp_priv_password", "snmp_context", "profile",
)  # fmt: skip


SECRET = {"autocomplete": "new-password"}  # a browser must not put the reader's own password there


class AskingForm(FlaskForm):
    """Fields are named as the columns of the import; the secret ones are never filled in, by the page or a browser."""

    versions = HiddenField()
    ap_address = StringField(lazy_gettext("Address"))
    ap_port = StringField(lazy_gettext("Port"), default="161")
    snmp_version = SelectField(lazy_gettext("SNMP version"), choices=["1", "2c", "3"])
    snmp_community = PasswordField(lazy_gettext("Community (versions 1 and 2c)"), render_kw=SECRET)
    snmp_user = StringField(lazy_gettext("User (version 3)"), render_kw={"autocomplete": "username"})
    snmp_auth_protocol = SelectField(lazy_gettext("Authentication"), choices=["", *AUTH_PROTOCOLS], default="")
    snmp_auth_password = PasswordField(lazy_gettext("Authentication password"), render_kw=SECRET)
    snmp_priv_protocol = SelectField(lazy_gettext("Privacy"), choices=["", *PRIV_PROTOCOLS], default="")
    snmp_priv_password = PasswordField(lazy_gettext("Privacy password"), render_kw=SECRET)
    snmp_context = StringField(lazy_gettext("Context"))
    profile = StringField(lazy_gettext("Profile"))
    poll_interval_s = IntegerField(lazy_gettext("Seconds between two polls"), validators=[Optional()])
    polling = BooleanField(lazy_gettext("Poll this device"))
    any_source = BooleanField(lazy_gettext("It answers from another address than it is asked at"))
    short_ids = BooleanField(lazy_gettext("It gives back only half of each request's number"))


class PlaceForm(FlaskForm):
    point = StringField(lazy_gettext("Code of the point"))


def form_of(stored: Asking) -> AskingForm:
    sent = resolved(stored.texts) if request.endpoint == CHANGE else None
    return AskingForm(
        formdata=sent,
        versions=str(stored.version),
        ap_address=stored.address,
        ap_port=stored.port,
        snmp_version=stored.snmp_version,
        profile=stored.profile,
        poll_interval_s=stored.poll_interval_s,
        polling=stored.polling,
        any_source=stored.any_source,
        short_ids=stored.short_ids,
    )


def known(name: str) -> tuple[City, ApDetail]:
    city = here() or abort(404)
    return city, access_point_detail(db.session(), city, name, now()) or abort(404)


@blueprint.get("/access-points/<path:name>")
@requires(Act.SEE)
def index(name: str) -> ResponseReturnValue:
    city, found = known(name)
    if found.row.kind == CONTROLLER:
        return redirect(url_for("controllers.one", name=name))
    return look(city, found)


def look(city: City, found: ApDetail, **more: Any) -> ResponseReturnValue:
    stored = asking(db.session(), found.row.id)
    return show(city, found, stored, form_of(stored), **more)


def show(
    city: City, found: ApDetail, stored: Asking, form: AskingForm, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """`more` is what the page of a controller shows besides."""
    at, ap_id = now(), found.row.id
    chosen = window(request.args, zone(), at)
    only = OutageFilter(access_point=found.row.name, since=chosen.a, until=chosen.b)
    interval_s = found.row.interval_s or stored.poll_interval_s or city.poll_interval_s
    over = steps(at - DAY_S, at, interval_s)
    page = render_template(
        "access_point/index.html",
        ap=found.row,
        found=found,
        stored=stored,
        form=form,
        base=base(stored.texts) if request.endpoint == CHANGE else stored.texts,
        interval_s=interval_s,
        told=measured(db.session(), city, [Presence(ap_id)], chosen, only, at),
        last_day=curves(polls_of(db.session(), ap_id, at - DAY_S, at + 1).rows, over),
        groups=groups(extras_of(db.session(), ap_id, at - DAY_S, at + 1)[0], over),
        METRICS=METRICS,
        events=events_of(db.session(), city.id, at - EVENTS_DAYS * DAY_S, at + 1, [ap_id])[:25],
        EVENTS=EVENTS,
        ping_loss=loss([found.row.ping_sent], [found.row.ping_received]),
        trouble=trouble(found.row.error, answers_ping=found.row.state == "monitoring_broken"),
        profiles=profiles_in_use(db.session(), city.id),
        extras=said_besides(found),
        may_change=may("network") and (not own_areas() or all(may("network", area) for area in areas(city, found))),
        **({"place_form": PlaceForm(point=found.row.point_code), "team": None} | more),
    )
    return page, status


def areas(city: City, found: ApDetail) -> frozenset[str]:
    """Where it stands; what stands at no point, as a controller, is of the whole city."""
    return areas_of(db.session(), city, [found.row.point_code or ""]) or frozenset((EVERYWHERE,))


@blueprint.post("/access-points/<path:name>")
@requires(Act.NETWORK, limited=True)
def change(name: str) -> ResponseReturnValue:
    city, found = known(name)
    hold(Act.NETWORK, *areas(city, found))
    stored = asking(db.session(), found.row.id)
    form = form_of(stored)
    if not form.validate():
        return show(city, found, stored, form, 422)
    cells = {column: str(form[column].data or "") for column in CELLS}
    try:
        with writing(db.engine) as session:
            changed = change_asking(
                session,
                secret_key(),
                found.row.id,
                cells,
                poll_interval_s=form.poll_interval_s.data,
                polling=form.polling.data,
                any_source=form.any_source.data,
                short_ids=form.short_ids.data,
                now=now(),
                actor=actor(),
                version=int(form.versions.data) if (form.versions.data or "").isdigit() else None,
            )
    except RejectedError as error:
        refuse(form, error)
        return show(city, found, stored, form, 422)
    except ConflictError as error:
        return clash(found, form, error.theirs)
    if changed is None:
        flash(gettext("Nothing was different."), "ok")
    else:
        done(gettext("Saved. The next poll uses it."), changed)
    return redirect(url_for("access_point.index", name=name))


def clash(found: ApDetail, form: AskingForm, theirs: Asking) -> ResponseReturnValue:
    names = ("polling",) if found.row.controller else tuple(theirs.texts)
    sent = {name: str(form[name].data if form[name].data is not None else "") for name in names}
    yours = {name: {"True": "y", "False": ""}.get(text, text) for name, text in sent.items()}
    return conflict_page(
        gettext("Edit %(name)s", name=found.row.name),
        url_for("access_point.index", name=found.row.name),
        {name: form[name].label.text for name in names},
        {name: theirs.texts[name] for name in names},
        yours,
        str(theirs.version),
        lambda _, text: gettext("yes") if text == "y" else text,
        gettext("A community or password that you typed is not repeated here; type it again afterwards."),
    )


@blueprint.post("/access-points/<path:name>/point")
@requires(Act.NETWORK, limited=True)
def move(name: str) -> ResponseReturnValue:
    city, found = known(name)
    form = PlaceForm()
    if found.row.point_code:
        hold(Act.NETWORK, *areas(city, found))
    code = (form.point.data or "").strip()
    try:
        for area in areas_of(db.session(), city, [code]):
            hold_field(Act.NETWORK, "point", area, code)
        with writing(db.engine) as session:
            moved = assign(session, city, found.row.id, form.point.data or "", now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        stored = asking(db.session(), found.row.id)
        return show(city, found, stored, form_of(stored), 422, place_form=form)
    flash(gettext("Saved.") if moved else gettext("Nothing was different."), "ok")
    return redirect(url_for("access_point.index", name=name))


EXTRAS = {
    "temperature": (lazy_gettext("Temperature"), "°C"),
    "cell_rssi": (lazy_gettext("Mobile uplink, RSSI"), "dBm"),
    "cell_rsrp": (lazy_gettext("Mobile uplink, RSRP"), "dBm"),
    "cell_rsrq": (lazy_gettext("Mobile uplink, RSRQ"), "dB"),
    "cell_sinr": (lazy_gettext("Mobile uplink, SINR"), "dB"),
    "aps_up": (lazy_gettext("Access points connected, by its own count"), ""),
    "aps_known": (lazy_gettext("Access points known, by its own count"), ""),
}


def said_besides(found: ApDetail) -> list[tuple[str, float, str]]:
    """What else the device told of itself: name, value, unit."""
    told = found.detail.get("extras", {})
    return [(str(label), told[name], unit) for name, (label, unit) in EXTRAS.items() if name in told]
