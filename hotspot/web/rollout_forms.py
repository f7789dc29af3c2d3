"""The forms of the rollout page: a version of a target, and a file of them."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.format import venue
from hotspot.web.words import gettext

KINDS = [
    SelectChoice("all", lazy_gettext("points in all")),
    SelectChoice("more", lazy_gettext("points more than at the beginning")),
]


class GoalForm(FlaskForm):
    quantity = IntegerField(lazy_gettext("Number of points"), validators=[InputRequired()])
    kind = SelectField(lazy_gettext("They are"), choices=KINDS, default="all")
    from_on = DateField(lazy_gettext("From"), validators=[InputRequired()])
    to_on = DateField(lazy_gettext("To"), validators=[InputRequired()])
    area = SelectField(lazy_gettext("Area"), default="")
    venue = SelectField(lazy_gettext("Venue"), default="")
    fund = SelectField(lazy_gettext("Fund"), default="")
    since = DateField(lazy_gettext("Known since"), validators=[Optional()])
    source = StringField(lazy_gettext("Source document"))


class GoalFileForm(FlaskForm):
    file = FileField(
        lazy_gettext("File (.csv or .xlsx)"),
        [FileRequired(lazy_gettext("Choose a file first"))],
        render_kw={"accept": ".csv,.xlsx"},
    )


def goal_form(city: City, **options: Any) -> GoalForm:
    form, offered = GoalForm(**options), choices(db.session(), city)
    form.area.choices = [SelectChoice("", gettext("Whole city"))]
    for district in offered.districts:
        form.area.choices.append(SelectChoice(district.code, district.name, optgroup=district.name))
        form.area.choices += [SelectChoice(code, name, optgroup=district.name) for code, name in district.villages]
    form.venue.choices = [SelectChoice("", gettext("Every venue"))]
    form.venue.choices += [SelectChoice(kind, venue(kind)) for kind in VENUE_KINDS]
    form.fund.choices = [SelectChoice("", gettext("Every fund")), *(SelectChoice(name, name) for name in offered.funds)]
    return form
