"""Funds and donors: what was promised, installed and still runs; the page of a sponsor."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from hotspot.analytics.annex import rupiah
from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_start
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.inventory import FUND_KINDS
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.fund_edit import (
    Promise,
    add_fund,
    change_fund,
)
from hotspot.store.funds import FundRow, fund, fund_expiries, funds, sponsored
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.attachments import ACCEPTED
from hotspot.web.format import fund_kind
from hotspot.web.place import here, zone
from hotspot.web.refusals import refuse
from hotspot.web.tables import download
from hotspot.web.windows import USAGE_PERIODS, window
from hotspot.web.words import gettext

blueprint = Blueprint("funds", __name__)

T = TypeVar("T")
LONGEST = 200


class FundForm(FlaskForm):
    name = StringField(lazy_gettext("Name"), validators=[InputRequired(), Length(max=LONGEST)])
    kind = SelectField(lazy_gettext("Kind"), default="")
    credit_line = StringField(lazy_gettext("Credit line"), validators=[Length(max=LONGEST)])


class AgreementForm(FlaskForm):
    number = StringField(lazy_gettext("Number"), validators=[InputRequired(), Length(max=LONGEST)])
    title = StringField(lazy_gettext("Title"), validators=[Length(max=LONGEST)])
    points = IntegerField(lazy_gettext("Points promised"), validators=[InputRequired()])
    value_rp = StringField(lazy_gettext("Value, rupiah"), validators=[InputRequired(), Length(max=LONGEST)])
    starts_on = DateField(lazy_gettext("First day"), validators=[InputRequired()])
    ends_on = DateField(lazy_gettext("Last day"), validators=[InputRequired()])
    document = FileField(lazy_gettext("Document"), render_kw={"accept": ACCEPTED["document"]})

    def promise(self, attachment_id: int | None) -> Promise:
        """Raises RejectedError."""
        return Promise(
            self.number.data or "",
            self.title.data or "",
            self.points.data,
            rupiah("value_rp", self.value_rp.data or ""),
            self.starts_on.data or date.min,
            self.ends_on.data or date.min,
            attachment_id,
        )


def fund_form(row: FundRow | None = None) -> FundForm:
    data = {"name": row.name, "kind": row.kind, "credit_line": row.credit_line} if row else None
    form = FundForm(data=data)
    form.kind.choices = [("", gettext("Nobody said")), *((key, fund_kind(key)) for key in FUND_KINDS)]
    return form


def the_fund(city: City, fund_id: int) -> FundRow:
    return fund(db.session(), city, fund_id, now()) or abort(404)


@blueprint.get("/funds")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    return render_template("overview/no_city.html") if city is None else listed(city, fund_form())


def listed(city: City, form: FundForm, status: int = 200) -> ResponseReturnValue:
    rows = funds(db.session(), city, now())
    ends = fund_expiries(db.session(), city, now())
    return render_template("funds/index.html", rows=rows, fund_endings=ends, form=form), status


@blueprint.post("/funds")
@requires(Act.MONEY)
def add() -> ResponseReturnValue:
    city, form = here() or abort(404), fund_form()

    def act(transaction: Session) -> int:
        given = {"name": form.name.data or "", "kind": form.kind.data, "credit_line": form.credit_line.data or ""}
        return add_fund(transaction, city, **given, now=now(), actor=actor())

    made = tried(form, act)
    if made is None:
        return listed(city, form, 422)
    flash(gettext("The fund is added."), "ok")
    return redirect(url_for("funds.one", fund_id=made))


@blueprint.get("/funds.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(kind: str) -> ResponseReturnValue:
    """A row an agreement, or a fund without one."""
    city = here() or abort(404)
    rows: list[list[Cell]] = []
    for row in funds(db.session(), city, now()):
        sums: list[Cell] = [row.promised, row.value_rp, row.installed, row.active]
        for one in row.agreements:
            told = (one.number, one.title, one.points, one.value_rp, one.starts_on, one.ends_on)
            rows.append([row.name, row.kind, *sums, *told])
        if not row.agreements:
            rows.append([row.name, row.kind, *sums, *[None] * 6])
    head = (
        "fund", "kind", "fund_promised_points", "fund_value_rp", "fund_installed_points", "fund_active_points",
        "agreement_number", "title", "promised_points", "value_rp", "starts_on", "ends_on",
    )  # fmt: skip
    return download(city, kind, "funds", head, rows)


@blueprint.get("/funds/<int:fund_id>")
@requires(Act.SEE)
def one(fund_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = the_fund(city, fund_id)
    return show(city, row, fund_form(row), AgreementForm(formdata=None))


def show(
    city: City, row: FundRow, form: FundForm, agreement_form: AgreementForm, status: int = 200
) -> ResponseReturnValue:
    at = now()
    span = window(request.args, zone(), at)
    points = sponsored(db.session(), city, row.name, day_start(city.time_zone, span.a), span.b, at)
    read = [one.clients for one in points if one.clients is not None]
    html = render_template(
        "funds/one.html",
        row=row,
        points=points,
        total=sum((one.figure for one in points), Figure()),
        clients=sum(read) if read else None,
        clients_of=len(read),
        octets=sum(one.octets or 0 for one in points) if any(one.octets is not None for one in points) else None,
        window=span,
        periods=USAGE_PERIODS,
        form=form,
        agreement_form=agreement_form,
    )
    return html, status


@blueprint.post("/funds/<int:fund_id>")
@requires(Act.MONEY)
def change(fund_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = the_fund(city, fund_id)
    form = fund_form(row)

    def act(transaction: Session) -> bool:
        given = {"name": form.name.data or "", "kind": form.kind.data, "credit_line": form.credit_line.data or ""}
        return change_fund(transaction, city, fund_id, **given, now=now(), actor=actor())

    changed = tried(form, act)
    if changed is None:
        return show(city, row, form, AgreementForm(formdata=None), 422)
    flash(gettext("The fund is changed.") if changed else gettext("Nothing was changed."), "ok")
    return redirect(url_for("funds.one", fund_id=fund_id))


def tried(form: FlaskForm, act: Callable[[Session], T]) -> T | None:
    """What `act` made; None when the form or the store refused, with the reason at its field."""
    if not form.validate():
        return None
    try:
        with writing(db.engine) as transaction:
            return act(transaction)
    except RejectedError as error:
        refuse(form, error)
        return None
