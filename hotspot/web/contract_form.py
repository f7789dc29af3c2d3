"""The forms of contracts and of their annex lines; the SLA rule's fields make the JSON that analytics.sla reads."""

import json
from datetime import date

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, FieldList, Form, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from hotspot.analytics.annex import rupiah
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.sla import Kind, NoData, Rule, Unknown, plain
from hotspot.store.contract_edit import Facts
from hotspot.store.contracts import ContractRow
from hotspot.web.attachments import ACCEPTED
from hotspot.web.refusals import refuse, sentence

STEPS = 6  # rows of the form; a rule of a file may have more
MOST_STEPS = 20
LONGEST = 200

KINDS = [
    SelectChoice(Kind.STEPS.value, lazy_gettext("in steps")),
    SelectChoice(Kind.PROPORTIONAL.value, lazy_gettext("in proportion to what is missing")),
    SelectChoice(Kind.HOURLY.value, lazy_gettext("by the hour beyond what is allowed")),
]
UNKNOWN = [
    SelectChoice(Unknown.EXCLUDED.value, lazy_gettext("is left out")),
    SelectChoice(Unknown.DOWN.value, lazy_gettext("counts as down")),
    SelectChoice(Unknown.UP.value, lazy_gettext("counts as up")),
]
NO_DATA = [
    SelectChoice(NoData.WITHHOLD.value, lazy_gettext("is not paid")),
    SelectChoice(NoData.PAY.value, lazy_gettext("is paid in full")),
]


class StepForm(Form):
    below = StringField(lazy_gettext("Below, percent"), validators=[Length(max=LONGEST)])
    deduct = StringField(lazy_gettext("Deduct, percent of the fee"), validators=[Length(max=LONGEST)])


class ContractForm(FlaskForm):
    number = StringField(lazy_gettext("Number"), validators=[InputRequired(), Length(max=LONGEST)])
    title = StringField(lazy_gettext("Title"), validators=[Length(max=LONGEST)])
    provider = StringField(
        lazy_gettext("Provider"), validators=[InputRequired(), Length(max=LONGEST)], render_kw={"list": "providers"}
    )
    fund = SelectField(lazy_gettext("Fund"), default="")
    starts_on = DateField(lazy_gettext("First day"), validators=[InputRequired()])
    ends_on = DateField(lazy_gettext("Last day"), validators=[InputRequired()])
    document = FileField(lazy_gettext("Document"), render_kw={"accept": ACCEPTED["document"]})
    target = StringField(lazy_gettext("Promised availability, percent"), default="99", validators=[InputRequired()])
    kind = SelectField(lazy_gettext("Below it a deduction"), choices=KINDS, default=Kind.STEPS.value)
    steps = FieldList(FormField(StepForm), min_entries=STEPS, max_entries=MOST_STEPS)
    cap = StringField(lazy_gettext("Deduct at most, percent of the fee"), default="100", validators=[InputRequired()])
    hours = StringField(lazy_gettext("Service hours"), validators=[Length(max=LONGEST)])
    unknown = SelectField(lazy_gettext("Time in which nobody could tell"), choices=UNKNOWN)
    minimum_coverage = StringField(lazy_gettext("Least coverage, percent"), default="50", validators=[InputRequired()])
    mend_hours = StringField(lazy_gettext("Hours to mend an outage"), validators=[Length(max=LONGEST)])
    no_data = SelectField(lazy_gettext("A month watched less than that"), choices=NO_DATA)

    def rule(self) -> Rule:
        """Raises RuleError with the field."""
        steps = [(entry.form.below.data or "", entry.form.deduct.data or "") for entry in self.steps]
        filled = [{"below": dotted(below), "deduct": dotted(deduct)} for below, deduct in steps if below or deduct]
        told = {
            "target": dotted(self.target.data),
            "kind": self.kind.data,
            "hours": self.hours.data or "",
            "unknown": self.unknown.data,
            "minimum_coverage": dotted(self.minimum_coverage.data),
            "no_data": self.no_data.data,
            "cap": dotted(self.cap.data),
            "mend_hours": dotted(self.mend_hours.data),
        }
        with_steps = {"steps": filled} if self.kind.data == Kind.STEPS.value else {}
        return Rule.read(json.dumps(told | with_steps))

    def facts(self, attachment_id: int | None) -> Facts:
        return Facts(
            self.number.data or "",
            self.title.data or "",
            self.provider.data or "",
            self.fund.data or "",
            self.starts_on.data or date.min,
            self.ends_on.data or date.min,
            self.rule(),
            attachment_id,
        )

    def refuse(self, error: RejectedError) -> None:
        """At the field it names; of the rule's steps at the row."""
        name, *rest = error.column.split(".")
        filled = [entry.form for entry in self.steps if entry.form.below.data or entry.form.deduct.data]
        if name == "steps":
            row = filled[int(rest[0]) - 1] if rest else self.steps[0].form
            field = row.deduct if rest[-1:] == ["deduct"] else row.below
            field.errors = [sentence(error)]
        elif name in self:
            refuse(self, error)
        else:
            self.target.errors = [sentence(error)]


class EndForm(FlaskForm):
    last_day = DateField(lazy_gettext("Last day"), validators=[InputRequired()])


class LineForm(FlaskForm):
    point_code = StringField(lazy_gettext("Code of the point"), validators=[InputRequired(), Length(max=LONGEST)])
    starts_on = DateField(lazy_gettext("First day"), validators=[Optional()])
    ends_on = DateField(lazy_gettext("Last day"), validators=[Optional()])
    monthly_fee = StringField(lazy_gettext("Fee a month, rupiah"), validators=[InputRequired(), Length(max=LONGEST)])

    def fee(self) -> int:
        """Raises RejectedError."""
        return rupiah("monthly_fee", self.monthly_fee.data or "")


class LineEditForm(FlaskForm):
    ends_on = DateField(lazy_gettext("Last day"), validators=[InputRequired()])
    monthly_fee = StringField(lazy_gettext("Fee a month, rupiah"), validators=[InputRequired(), Length(max=LONGEST)])

    def fee(self) -> int:
        return rupiah("monthly_fee", self.monthly_fee.data or "")


def dotted(text: str | None) -> str:
    """A decimal comma is as good as a point, and nothing is nothing."""
    return (text or "").strip().replace(",", ".")


def filled(row: ContractRow) -> dict[str, object]:
    """The contract as data of the form."""
    rule = row.rule
    return {
        "number": row.number,
        "title": row.title,
        "provider": row.provider,
        "fund": row.fund or "",
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "target": plain(rule.target),
        "kind": rule.kind.value,
        "steps": [{"below": plain(step.below), "deduct": plain(step.deduct)} for step in rule.steps],
        "cap": plain(rule.cap),
        "hours": rule.hours,
        "unknown": rule.unknown.value,
        "minimum_coverage": plain(rule.minimum_coverage),
        "no_data": rule.no_data.value,
        "mend_hours": str(rule.mend_hours or ""),
    }
