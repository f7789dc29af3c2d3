"""The form of a rule, its fields being those of its kind; and a rule in words."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from hotspot.analytics.alert_rules import Kind
from hotspot.analytics.incident_words import SEVERITIES
from hotspot.analytics.rule_fields import Field, fields_of
from hotspot.analytics.rule_reading import Subject
from hotspot.store.alerts import rule_edit
from hotspot.store.alerts.rule_edit import LONGEST_NAME
from hotspot.store.alerts.rules import Rule
from hotspot.store.choices import Choices
from hotspot.web.format import number
from hotspot.web.words import gettext

CHOSEN = "y"  # as a checkbox says it


class RuleForm(FlaskForm):
    """What every kind has; `form_of` adds the fields of one."""

    versions = HiddenField()
    name = StringField(lazy_gettext("Name"), render_kw={"autocomplete": "off", "maxlength": LONGEST_NAME})
    severity = SelectField(lazy_gettext("How grave"))
    area = SelectField(lazy_gettext("Only in"), default="")
    provider = SelectField(lazy_gettext("Only of the provider"), default="")
    enabled = BooleanField(lazy_gettext("Switched on"))

    def texts(self) -> dict[str, str]:
        """What was typed, by field."""
        own = (one for one in self if one.name not in ("csrf_token", "versions", "enabled"))
        return {one.short_name: one.data or "" for one in own} | {"enabled": CHOSEN if self.enabled.data else ""}


def form_of(kind: Kind) -> type[RuleForm]:
    return type("KindForm", (RuleForm,), {one.name: field_of(one) for one in fields_of(kind.params)})


def field_of(one: Field) -> SelectField | StringField | TextAreaField:
    label = gettext(one.label)
    if one.choices is not None:
        return SelectField(label, choices=[SelectChoice(key, gettext(text)) for key, text in one.choices.items()])
    if one.is_number:
        unit = f" ({gettext(one.unit)})" if one.unit else ""
        return StringField(f"{label}{unit}", render_kw={"inputmode": "numeric", "maxlength": "9"})
    return TextAreaField(label, render_kw={"rows": "6", "spellcheck": "false"})


def offer(form: RuleForm, kind: Kind, offered: Choices) -> None:
    """The choices; what the kind can't be limited to is no field of its form."""
    form.severity.choices = [SelectChoice(key, gettext(text)) for key, text in SEVERITIES.items()]
    form.area.choices = [SelectChoice("", gettext("Whole city"))]
    for district in offered.districts:
        form.area.choices.append(SelectChoice(district.code, gettext("Kecamatan %(name)s", name=district.name)))
        form.area.choices += [SelectChoice(code, f"{district.name}: {name}") for code, name in district.villages]
    form.provider.choices = [
        SelectChoice("", gettext("Every provider")),
        *(SelectChoice(name, name) for name in offered.providers),
    ]
    for name in ("area", "provider"):
        if name not in kind.scopes:
            del form[name]


def hints(kind: Kind) -> dict[str, str]:
    """Beside each field: what it means, and what is usual."""
    return {one.name: hint(one) for one in fields_of(kind.params)}


def hint(one: Field) -> str:
    said = [gettext(one.help)] if one.help else []
    if one.is_number:
        bounds = {"least": number(one.least), "most": number(one.most), "usual": number(int(one.default))}
        said.append(gettext("From %(least)s to %(most)s; usual: %(usual)s.", **bounds))
    return " ".join(said)


def labels(kind: Kind) -> dict[str, str]:
    own = {
        "name": gettext("Name"),
        "severity": gettext("How grave"),
        "area": gettext("Only in"),
        "provider": gettext("Only of the provider"),
    }
    return own | {one.name: gettext(one.label) for one in fields_of(kind.params)} | {"enabled": gettext("Switched on")}


def in_words(rule: Rule) -> list[str]:
    """The limits of a rule, each in a few words."""
    return [
        f"{gettext(one.label)}: {value(one, getattr(rule.params, one.name))}" for one in fields_of(type(rule.params))
    ]


def value(one: Field, stored: int | str) -> str:
    if one.choices is not None:
        return gettext(one.choices[str(stored)])
    if one.is_number:
        return f"{number(int(stored))} {gettext(one.unit) if one.unit else ''}".rstrip()
    return gettext("%(n)s lines", n=number(len(str(stored).splitlines())))


def place(rule: Rule) -> str:
    """Where it looks, in words; empty for the whole city."""
    return " · ".join(one for one in (rule.area, rule.provider) if one)


def name_of(rule: Rule) -> str:
    """A default rule, as long as nobody renamed it, has its name in the reader's language."""
    return gettext(rule.name)


def texts_of(rule: Rule) -> dict[str, str]:
    """As the form shows it, with the version it is filled from."""
    return rule_edit.texts_of(rule) | {"name": name_of(rule), "versions": str(rule.version)}


def sent(form: RuleForm, rule: Rule | None) -> dict[str, str]:
    """What was typed; a default name that nobody touched is no new one."""
    texts = form.texts()
    return texts | {"name": rule.name} if rule and texts["name"] == name_of(rule) else texts


def page_of(subject: Subject) -> str:
    """Where to look at what a rule found; empty where there is no page."""
    kind, _, key = subject.key.partition(":")
    addresses: Mapping[str, tuple[str, dict[str, Any]]] = {
        "ap": ("access_point.index", {"name": subject.label}),
        "area": ("points.index", {"area": key}),
        "district": ("points.index", {"area": key}),
        "provider": ("points.index", {"provider": subject.label}),
        "contract": ("contracts.one", {"contract_id": key}),
        "agreement": ("funds.index", {}),
        "collector": ("service.index", {}),
        "cycle": ("service.index", {}),
        "disk": ("service.index", {}),
    }
    if subject.code:
        return url_for("point.index", code=subject.code)
    if kind not in addresses:
        return ""
    endpoint, values = addresses[kind]
    return url_for(endpoint, **values)
