"""Rules: the list, and the form of one with what it would have said in the last 30 days."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from hotspot.analytics.alert_rules import DEFAULTS, KINDS, Kind
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.incident_words import SEVERITIES
from hotspot.analytics.permissions import EVERYWHERE, Act
from hotspot.analytics.rule_fields import fields_of
from hotspot.analytics.rule_preview import Preview
from hotspot.clock import now
from hotspot.store.alerts import rule_edit
from hotspot.store.alerts.rule_edit import Draft, Limits, draft, limits, refuse_flood
from hotspot.store.alerts.rule_history import preview
from hotspot.store.alerts.rule_list import rule_rows
from hotspot.store.alerts.rules import Rule, rule_by_id
from hotspot.store.base import writing
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.store.point_edit import ConflictError
from hotspot.web import rule_form
from hotspot.web.access import actor, hold, hold_field, requires
from hotspot.web.changes import offer_undo
from hotspot.web.conflict import base, conflict_page, resolved
from hotspot.web.place import here
from hotspot.web.refusals import refuse, sentence
from hotspot.web.rule_form import CHOSEN, RuleForm, form_of
from hotspot.web.words import gettext

blueprint = Blueprint("alert_rules", __name__, url_prefix="/alerts/rules")

SHOWN = 20  # episodes of a preview


@blueprint.get("")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    rows = rule_rows(db.session(), city, now())
    return render_template("alert_rules/index.html", rows=rows, KINDS=KINDS, SEVERITIES=SEVERITIES, words=rule_form)


@blueprint.get("/new")
@requires(Act.NETWORK)
def choose() -> ResponseReturnValue:
    return render_template("alert_rules/new.html", KINDS=KINDS)


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@requires(Act.NETWORK, limited=True)
def add(kind: str) -> ResponseReturnValue:
    city, chosen = here() or abort(404), KINDS.get(kind) or abort(404)
    if request.method == "GET":
        return ask(city, chosen, filled(city, chosen, fresh(city, chosen)), None)
    form = filled(city, chosen)
    if not form.validate():
        return ask(city, chosen, form, None, status=422)
    try:
        wanted, told = judged(city, chosen, form, None)
        if told is not None:
            return ask(city, chosen, form, None, told)
        with writing(db.engine) as session:
            rule_edit.add_rule(session, city, wanted, enabled=bool(form.enabled.data), now=now(), actor=actor())
    except RejectedError as error:
        return refused(city, chosen, form, None, error)
    flash(gettext("The rule is saved."), "ok")
    return redirect(url_for("alert_rules.index"))


@blueprint.route("/<int:rule_id>", methods=["GET", "POST"])
@requires(Act.NETWORK, limited=True)
def edit(rule_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    rule = known(city, rule_id)
    kind = KINDS[rule.kind]
    if request.method == "GET":
        return ask(city, kind, filled(city, kind, rule_form.texts_of(rule)), rule)
    hold(Act.NETWORK, rule.scope.area_code or EVERYWHERE)
    form = filled(city, kind)
    if not form.validate():
        return ask(city, kind, form, rule, status=422)
    try:
        wanted, told = judged(city, kind, form, rule)
        if told is not None:
            return ask(city, kind, form, rule, told)
        with writing(db.engine) as session:
            version = form.versions.data or ""
            changed = rule_edit.change_rule(
                session, city, rule_id, wanted, version, enabled=bool(form.enabled.data), now=now(), actor=actor()
            )
    except RejectedError as error:
        return refused(city, kind, form, rule, error)
    except ConflictError as error:
        return clash(kind, form, error.theirs)
    flash(gettext("The rule is saved.") if changed else gettext("Nothing was different."), "ok")
    return redirect(url_for("alert_rules.index"))


def known(city: City, rule_id: int) -> Rule:
    return rule_by_id(db.session(), city, rule_id) or abort(404)


def fresh(city: City, kind: Kind) -> dict[str, str]:
    """The form of a new rule: the defaults."""
    usual = next((one for one in DEFAULTS if one.kind == kind.key), None)
    params = {one.name: str(one.default) for one in fields_of(kind.params)}
    name = rule_edit.suggested(db.session(), city, gettext(kind.label))
    return params | {"name": name, "severity": usual.severity if usual else "notice", "enabled": ""}


def filled(city: City, kind: Kind, texts: dict[str, str] | None = None) -> RuleForm:
    """With these texts, or with what was sent."""
    made = form_of(kind)
    if texts is None:
        form = made(formdata=resolved(rule_form.labels(kind)))
    else:
        form = made(formdata=None, data=texts | {"enabled": texts["enabled"] == CHOSEN})
    rule_form.offer(form, kind, choices(db.session(), city))
    return form


def judged(city: City, kind: Kind, form: RuleForm, rule: Rule | None) -> tuple[Draft, Preview | None]:
    """What was typed; with its preview where that is all that was asked for. Raises RejectedError.

    A rule that is on is looked at before it is saved, unless it says what it said before.
    """
    wanted = typed(city, kind, form, rule)
    if "area" in form:
        hold_field(Act.NETWORK, "area", wanted.limits.scope.area_code or EVERYWHERE)
    else:
        hold_field(Act.NETWORK, "name", EVERYWHERE)
    if "preview" in request.form:
        return wanted, told_of(city, wanted.limits)
    chosen = wanted.limits
    same = rule is not None and rule.enabled and (rule.params, rule.scope) == (chosen.params, chosen.scope)
    if form.enabled.data and not same:
        refuse_flood(kind.key, told_of(city, chosen))
    return wanted, None


def typed(city: City, kind: Kind, form: RuleForm, rule: Rule | None) -> Draft:
    return draft(db.session(), city, kind.key, rule_form.sent(form, rule), rule.id if rule else None)


def told_of(city: City, chosen: Limits) -> Preview:
    return preview(db.session(), city, chosen.kind, chosen.params, chosen.scope, now())


def refused(city: City, kind: Kind, form: RuleForm, rule: Rule | None, error: RejectedError) -> ResponseReturnValue:
    """At its field; where the rule itself makes sense, with what it would have said."""
    refuse(form, error)
    return ask(city, kind, form, rule, status=422)


def ask(
    city: City, kind: Kind, form: RuleForm, rule: Rule | None, told: Preview | None = None, status: int = 200
) -> ResponseReturnValue:
    """The form with its preview, where what stands in it makes sense."""
    why = ""
    try:
        told = told or told_of(city, limits(db.session(), city, kind.key, form.texts()))
        refuse_flood(kind.key, told)
    except RejectedError as error:
        why = sentence(error) if error.column == "enabled" else ""
    page = render_template(
        "alert_rules/edit.html",
        kind=kind,
        form=form,
        rule=rule,
        told=told,
        why=why,
        hints=rule_form.hints(kind),
        words=rule_form,
        base=base(rule_form.labels(kind)) if request.method == "POST" else rule_form.texts_of(rule) if rule else {},
        shown=SHOWN,
    )
    return page, status


def clash(kind: Kind, form: RuleForm, theirs: Rule) -> ResponseReturnValue:
    named = rule_form.labels(kind)

    def words(name: str, text: str) -> str:
        return gettext(SEVERITIES[text]) if name == "severity" and text in SEVERITIES else text

    stands, mine = rule_form.texts_of(theirs), form.texts()
    return conflict_page(
        gettext("Edit %(name)s", name=rule_form.name_of(theirs)),
        url_for("alert_rules.index"),
        named,
        {name: stands[name] for name in named},
        {name: mine.get(name, stands[name]) for name in named},
        str(theirs.version),
        words,
    )


@blueprint.post("/<int:rule_id>/switch")
@requires(Act.NETWORK, limited=True)
def switch(rule_id: int) -> ResponseReturnValue:
    """On only where it would not say too much: else its form shows why."""
    city = here() or abort(404)
    rule = known(city, rule_id)
    hold(Act.NETWORK, rule.scope.area_code or EVERYWHERE)
    on = request.form.get("on") == CHOSEN
    if on and not rule.enabled:
        try:
            refuse_flood(rule.kind, preview(db.session(), city, rule.kind, rule.params, rule.scope, now()))
        except RejectedError as error:
            kind = KINDS[rule.kind]
            form = filled(city, kind, rule_form.texts_of(rule) | {"enabled": CHOSEN})
            return refused(city, kind, form, rule, error)
    with writing(db.engine) as session:
        rule_edit.switch(session, city, rule_id, on=on, now=now(), actor=actor())
    name = rule_form.name_of(rule)
    flash(gettext("%(name)s is on.", name=name) if on else gettext("%(name)s is off.", name=name), "ok")
    return redirect(url_for("alert_rules.index"))


@blueprint.post("/<int:rule_id>/remove")
@requires(Act.NETWORK, limited=True)
def remove(rule_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    rule = known(city, rule_id)
    hold(Act.NETWORK, rule.scope.area_code or EVERYWHERE)
    try:
        with writing(db.engine) as session:
            rule_edit.remove_rule(session, city, rule_id, now=now(), actor=actor())
    except NoResultFound:
        abort(404)
    said = gettext("%(name)s is removed; what it found stays on record.", name=rule_form.name_of(rule))
    offer_undo(said, url_for("alert_rules.restore", rule_id=rule_id))
    return redirect(url_for("alert_rules.index"))


@blueprint.post("/<int:rule_id>/restore")
@requires(Act.NETWORK, limited=True)
def restore(rule_id: int) -> ResponseReturnValue:
    city = here() or abort(404)
    hold(Act.NETWORK, rule_edit.area_code_of(db.session(), city, rule_id) or EVERYWHERE)
    with writing(db.engine) as session:
        done = rule_edit.bring_back(session, city, rule_id, now=now(), actor=actor())
    if done:
        flash(gettext("The rule is back."), "ok")
    return redirect(url_for("alert_rules.index"))
