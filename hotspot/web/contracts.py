"""Contracts: the list with what ends soon, one with its rule in words and its annex, adding, changing, ending."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.calendar import day_of
from hotspot.analytics.contracts import NOTICES
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.paging import paged
from hotspot.analytics.permissions import Act
from hotspot.analytics.sla_words import sentences
from hotspot.clock import now
from hotspot.spreadsheet import Cell
from hotspot.store.attachments import DOCUMENT
from hotspot.store.base import writing
from hotspot.store.choices import choices
from hotspot.store.contract_edit import add_contract, change_contract, end_contract, remove_contract
from hotspot.store.contracts import ContractRow, annex_lines, contract, contracts, expiries, point_names
from hotspot.store.db import db
from hotspot.store.funds import fund_expiries
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.attachments import keep
from hotspot.web.contract_form import ContractForm, EndForm, LineForm, filled
from hotspot.web.place import here
from hotspot.web.refusals import sentence
from hotspot.web.tables import download
from hotspot.web.words import gettext, locale

blueprint = Blueprint("contracts", __name__)

PER_PAGE = 100
LONGEST = 100
UNDONE = "removed_line"  # key of the cookie: the line that was just removed, to add it again


def today(city: City) -> date:
    return day_of(city.time_zone, now())


def the_contract(city: City, contract_id: int) -> ContractRow:
    return contract(db.session(), city, contract_id, today(city)) or abort(404)


@blueprint.get("/contracts")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    day = today(city)
    return render_template(
        "contracts/index.html",
        rows=contracts(db.session(), city, day),
        endings=expiries(db.session(), city, day),
        fund_endings=fund_expiries(db.session(), city, now()),
        names=point_names(db.session(), city),
        day=day,
        NOTICES=NOTICES,
    )


@blueprint.get("/contracts/ending.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def ending(kind: str) -> ResponseReturnValue:
    """Every point that goes dark with a contract of the next 180 days, a row each."""
    city = here() or abort(404)
    names = point_names(db.session(), city)
    rows: list[list[Cell]] = [
        [
            one.contract, dark.line.point, names.get(dark.line.point, ""), one.ends_on, one.days, one.notice,
            dark.resumes_on, dark.line.monthly_fee_rp,
        ]
        for one in expiries(db.session(), city, today(city))
        for dark in one.points
    ]  # fmt: skip
    head = (
        "contract_number", "point_code", "point_name", "ends_on", "days_left", "notice_days", "resumes_on",
        "monthly_fee",
    )  # fmt: skip
    return download(city, kind, "contracts-ending", head, rows)


@blueprint.route("/contracts/new", methods=["GET", "POST"])
@requires(Act.MONEY)
def new() -> ResponseReturnValue:
    city = here() or abort(404)
    form = contract_form(city)
    if request.method == "POST" and form.validate():
        try:
            with writing(db.engine) as transaction:
                file_id = keep(transaction, city.id, DOCUMENT, "document", form.document.data)
                made = add_contract(transaction, city, form.facts(file_id), now(), actor())
        except RejectedError as error:
            form.refuse(error)
        else:
            flash(gettext("The contract is added. Now give it its points."), "ok")
            return redirect(url_for("contracts.one", contract_id=made))
    return edit_page(city, form, None)


@blueprint.get("/contracts/<int:contract_id>")
@requires(Act.SEE)
def one(contract_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    return show(city, the_contract(city, contract_id), LineForm(), EndForm())


def show(
    city: City, row: ContractRow, line_form: LineForm, end_form: EndForm, status: int = 200
) -> ResponseReturnValue:
    day = today(city)
    words = request.args.get("q", "").strip()[:LONGEST]
    lines = [
        line
        for line in annex_lines(db.session(), city, day, contract_id=row.id)
        if words.casefold() in f"{line.point_code} {line.point_name}".casefold()
    ]
    page, pages = paged(len(lines), request.args.get("page", 1, int), PER_PAGE)
    html = render_template(
        "contracts/one.html",
        row=row,
        sentences=sentences(row.rule, locale()),
        endings=[one for one in expiries(db.session(), city, day) if one.contract == row.number],
        names=point_names(db.session(), city),
        lines=lines[(page - 1) * PER_PAGE : page * PER_PAGE],
        found={"page": page, "pages": pages, "total": len(lines)},
        words=words,
        day=day,
        line_form=line_form,
        end_form=end_form,
        removed=session.pop(UNDONE, None),
    )
    return html, status


@blueprint.route("/contracts/<int:contract_id>/edit", methods=["GET", "POST"])
@requires(Act.MONEY)
def edit(contract_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = the_contract(city, contract_id)
    form = contract_form(city, row)
    if request.method == "POST" and form.validate():
        try:
            with writing(db.engine) as transaction:
                file_id = keep(transaction, city.id, DOCUMENT, "document", form.document.data)
                changed = change_contract(transaction, city, contract_id, form.facts(file_id), now(), actor())
        except RejectedError as error:
            form.refuse(error)
        else:
            flash(gettext("The contract is changed.") if changed else gettext("Nothing was changed."), "ok")
            return redirect(url_for("contracts.one", contract_id=contract_id))
    return edit_page(city, form, row)


@blueprint.post("/contracts/<int:contract_id>/end")
@requires(Act.MONEY)
def end(contract_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row, form = the_contract(city, contract_id), EndForm()
    if form.validate():
        try:
            with writing(db.engine) as transaction:
                end_contract(transaction, city, contract_id, form.last_day.data, now(), actor())
        except RejectedError as error:
            form.last_day.errors = [sentence(error)]
        else:
            flash(gettext("The contract ends earlier now, and its lines with it."), "ok")
            return redirect(url_for("contracts.one", contract_id=contract_id))
    return show(city, row, LineForm(formdata=None), form, 422)


@blueprint.post("/contracts/<int:contract_id>/remove")
@requires(Act.MONEY)
def remove(contract_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    the_contract(city, contract_id)
    with writing(db.engine) as transaction:
        done = remove_contract(transaction, city, contract_id, now(), actor())
    if done:
        flash(gettext("The contract is removed."), "ok")
        return redirect(url_for("contracts.index"))
    flash(gettext("It has lines or evidence: what was paid stays on record. End it instead."), "warn")
    return redirect(url_for("contracts.one", contract_id=contract_id))


def contract_form(city: City, row: ContractRow | None = None) -> ContractForm:
    form = ContractForm(data=filled(row)) if row else ContractForm()
    known = choices(db.session(), city)
    form.fund.choices = [("", gettext("Nobody said")), *((name, name) for name in known.funds)]
    return form


def edit_page(city: City, form: ContractForm, row: ContractRow | None) -> ResponseReturnValue:
    page = render_template("contracts/edit.html", form=form, row=row, providers=choices(db.session(), city).providers)
    return page, 422 if request.method == "POST" else 200
