"""The lines of annexes: added, changed, removed with the way back, and as files."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hotspot.analytics.contracts import Line
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.annex import HEAD, annex_rows
from hotspot.store.annex_edit import add_line, change_line, line_of, remove_line
from hotspot.store.base import writing
from hotspot.store.contracts import AnnexLine
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.contract_form import EndForm, LineEditForm, LineForm
from hotspot.web.contracts import UNDONE, show, the_contract, today
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.tables import download
from hotspot.web.words import gettext

blueprint = Blueprint("annex", __name__)


@blueprint.post("/contracts/<int:contract_id>/lines")
@requires(Act.MONEY)
def add(contract_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row, form = the_contract(city, contract_id), LineForm()
    if form.validate():
        try:
            with writing(db.engine) as transaction:
                add_line(
                    transaction,
                    city,
                    contract_id,
                    point_code=form.point_code.data or "",
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                    monthly_fee_rp=form.fee(),
                    now=now(),
                    actor=actor(),
                )
        except RejectedError as error:
            refuse(form, error)
        else:
            flash(gettext("The line is in the annex."), "ok")
            return redirect(url_for("contracts.one", contract_id=contract_id) + "#annex")
    return show(city, row, form, EndForm(formdata=None), 422)


def the_line(city: City, contract_id: int, line_id: int) -> AnnexLine:
    return line_of(db.session(), city, contract_id, line_id, today(city)) or abort(404)


@blueprint.route("/contracts/<int:contract_id>/lines/<int:line_id>", methods=["GET", "POST"])
@requires(Act.MONEY)
def edit(contract_id: int, line_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row, line = the_contract(city, contract_id), the_line(city, contract_id, line_id)
    form = LineEditForm(data={"ends_on": line.ends_on, "monthly_fee": line.monthly_fee_rp})
    if request.method == "POST" and form.validate():
        ends_on: date = form.ends_on.data
        try:
            with writing(db.engine) as transaction:
                fee = form.fee()
                changed = change_line(
                    transaction, city, line_id, ends_on=ends_on, monthly_fee_rp=fee, now=now(), actor=actor()
                )
        except RejectedError as error:
            refuse(form, error)
        else:
            flash(gettext("The line is changed.") if changed else gettext("Nothing was changed."), "ok")
            return redirect(url_for("contracts.one", contract_id=contract_id) + "#annex")
    return render_template("contracts/line.html", row=row, line=line, form=form), 422 if form.errors else 200


@blueprint.post("/contracts/<int:contract_id>/lines/<int:line_id>/remove")
@requires(Act.MONEY)
def remove(contract_id: int, line_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    the_line(city, contract_id, line_id)
    with writing(db.engine) as transaction:
        line = remove_line(transaction, city, line_id, now(), actor())
    session[UNDONE] = remembered(line)
    return redirect(url_for("contracts.one", contract_id=contract_id) + "#annex")


def remembered(line: Line) -> dict[str, str]:
    """As the form of a line takes it."""
    return {
        "point_code": line.point,
        "starts_on": line.starts_on.isoformat(),
        "ends_on": line.ends_on.isoformat(),
        "monthly_fee": str(line.monthly_fee_rp),
    }


@blueprint.get("/contracts/annexes.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def every(kind: str) -> ResponseReturnValue:
    """The annexes of all contracts, as the import reads them."""
    city = here() or abort(404)
    return download(city, kind, "annexes", HEAD, annex_rows(db.session(), city, today(city)))


@blueprint.get("/contracts/<int:contract_id>/annex.<any(csv, xlsx):kind>")
@requires(Act.SEE)
def file(contract_id: int, kind: str) -> ResponseReturnValue:
    city = here() or abort(404)
    row = the_contract(city, contract_id)
    rows = annex_rows(db.session(), city, today(city), row.id)
    return download(city, kind, f"annex-{row.id}", HEAD, rows)
