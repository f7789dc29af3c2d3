"""Agreements of funds and donors: the form on the page of the fund, changing one, removing one."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.attachments import DOCUMENT
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.fund_edit import add_agreement, change_agreement, remove_agreement
from hotspot.store.funds import AgreementRow, FundRow
from hotspot.web.access import actor, requires
from hotspot.web.attachments import keep
from hotspot.web.funds import AgreementForm, FundForm, fund_form, show, the_fund, tried
from hotspot.web.place import here
from hotspot.web.words import gettext

blueprint = Blueprint("agreements", __name__)


@blueprint.post("/funds/<int:fund_id>/agreements")
@requires(Act.MONEY)
def add(fund_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row, form = the_fund(city, fund_id), AgreementForm()

    def act(transaction: Session) -> int:
        file_id = keep(transaction, city.id, DOCUMENT, "document", form.document.data)
        return add_agreement(transaction, city, fund_id, form.promise(file_id), now(), actor())

    if tried(form, act) is None:
        unsent = FundForm(formdata=None, data={"name": row.name, "kind": row.kind, "credit_line": row.credit_line})
        unsent.kind.choices = fund_form(row).kind.choices
        return show(city, row, unsent, form, 422)
    flash(gettext("The agreement is added."), "ok")
    return redirect(url_for("funds.one", fund_id=fund_id) + "#agreements")


@blueprint.route("/funds/<int:fund_id>/agreements/<int:agreement_id>", methods=["GET", "POST"])
@requires(Act.MONEY)
def edit(fund_id: int, agreement_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    row = the_fund(city, fund_id)
    told = the_agreement(row, agreement_id)
    names = ("number", "title", "points", "value_rp", "starts_on", "ends_on")
    form = AgreementForm(data={name: getattr(told, name) for name in names})

    def act(transaction: Session) -> bool:
        file_id = keep(transaction, city.id, DOCUMENT, "document", form.document.data)
        return change_agreement(transaction, city, agreement_id, form.promise(file_id), now(), actor())

    if request.method == "POST":
        changed = tried(form, act)
        if changed is not None:
            flash(gettext("The agreement is changed.") if changed else gettext("Nothing was changed."), "ok")
            return redirect(url_for("funds.one", fund_id=fund_id) + "#agreements")
    page = render_template("funds/agreement.html", row=row, told=told, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/funds/<int:fund_id>/agreements/<int:agreement_id>/remove")
@requires(Act.MONEY)
def remove(fund_id: int, agreement_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    the_agreement(the_fund(city, fund_id), agreement_id)
    with writing(db.engine) as transaction:
        remove_agreement(transaction, city, agreement_id, now(), actor())
    flash(gettext("The agreement is removed; the audit log keeps what it said."), "ok")
    return redirect(url_for("funds.one", fund_id=fund_id) + "#agreements")


def the_agreement(row: FundRow, agreement_id: int) -> AgreementRow:
    return next((told for told in row.agreements if told.id == agreement_id), None) or abort(404)
