"""The form of a maintenance window or series: what it offers, and what was typed as the store wants it."""

from datetime import datetime
from urllib.parse import parse_qsl

from babel.dates import get_day_names
from flask import request
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from hotspot.analytics.calendar import day_of, is_skipped
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.permissions import Act
from hotspot.analytics.recurrence import DAY_OF_MONTH, LAST, WEEKDAY_OF_MONTH, WEEKLY, Pattern
from hotspot.clock import now
from hotspot.store.choices import choices
from hotspot.store.db import db
from hotspot.store.maintenance import WindowRow, codes_listed, window_row
from hotspot.store.maintenance_edit import MOST_POINTS, Chosen, Place, chosen
from hotspot.store.models import City
from hotspot.store.points import codes_of_ids, ids_of
from hotspot.store.views import View, views
from hotspot.web.access import current_account, hold_field
from hotspot.web.bulk_edit import chosen_ids
from hotspot.web.bulk_step import listed
from hotspot.web.place import zone
from hotspot.web.points import asked
from hotspot.web.windows import EARLIEST, instant_of, local_text
from hotspot.web.words import gettext, locale

ONCE = ""
EVERY = {
    ONCE: lazy_gettext("no, once"),
    WEEKLY: lazy_gettext("on days of the week"),
    WEEKDAY_OF_MONTH: lazy_gettext("on weekdays of a month"),
    DAY_OF_MONTH: lazy_gettext("on a day of the month"),
}
NTH = {
    1: lazy_gettext("first"),
    2: lazy_gettext("second"),
    3: lazy_gettext("third"),
    4: lazy_gettext("fourth"),
    LAST: lazy_gettext("last"),
}
FAR = 1 << 40  # beyond any year that is meant
LONGEST_ID = 19  # digits of a number that databases still take
LONGEST_TEXT = 40 * MOST_POINTS


class WindowForm(FlaskForm):
    """Times are those of the city's clock. `instead` is the window that the new one takes the place of."""

    point = TextAreaField(lazy_gettext("Points"), [Length(max=LONGEST_TEXT)], render_kw={"rows": 2})
    view = SelectField(lazy_gettext("Or a saved view of points"), default="")
    provider = SelectField(lazy_gettext("Or all points of a provider"), default="")
    area = SelectField(lazy_gettext("Or an area"), default="")
    reason = StringField(lazy_gettext("Reason"))
    every = SelectField(
        lazy_gettext("Comes again"), choices=[SelectChoice(*one) for one in EVERY.items()], default=ONCE
    )
    start = DateTimeLocalField(lazy_gettext("Begins"), [Optional()], format="%Y-%m-%dT%H:%M")
    end = DateTimeLocalField(lazy_gettext("Ends"), [Optional()], format="%Y-%m-%dT%H:%M")
    weekdays = SelectMultipleField(lazy_gettext("Days of the week"), coerce=int)
    weeks = IntegerField(lazy_gettext("Every how many weeks"), [Optional()], default=1)
    nth = SelectField(
        lazy_gettext("Which of the month"), choices=[SelectChoice(*one) for one in NTH.items()], coerce=int, default=1
    )
    day = IntegerField(lazy_gettext("Day of the month"), [Optional()])
    at = TimeField(lazy_gettext("Begins at"), [Optional()])
    length = IntegerField(lazy_gettext("Minutes"), [Optional()])
    first = DateField(lazy_gettext("First day"), [Optional()])
    last = DateField(lazy_gettext("Last day"), [Optional()])
    instead = HiddenField()

    @property
    def replaced(self) -> int:
        """The id of the window that this one takes the place of; 0: of none."""
        return number(self.instead.data or "")

    @property
    def is_once(self) -> bool:
        return bool(self.every.data == ONCE)

    def period(self) -> tuple[int, int]:
        """Raises RejectedError with the field."""
        return self.instant("start"), self.instant("end")

    def instant(self, name: str) -> int:
        local: datetime | None = self[name].data
        if local is None:
            reject(name, N_("empty"))
        found = instant_of(local.isoformat(), zone())
        if found is None:
            return 0 if local.year < EARLIEST else FAR
        if is_skipped(zone().key, local):
            reject(name, N_("clocks skip this time on that day"))
        return found

    def pattern(self) -> Pattern:
        """Not checked yet; raises RejectedError with the field that is empty."""
        for name in ("at", "length", "first"):
            if self[name].data is None:
                reject(name, N_("empty"))
        return Pattern(
            self.every.data,
            60 * self.at.data.hour + self.at.data.minute,
            self.length.data,
            self.first.data,
            self.last.data,
            tuple(self.weekdays.data or ()),
            1 if self.weeks.data is None else self.weeks.data,
            self.nth.data,
            self.day.data or 0,
        )


def window_form(city: City) -> WindowForm:
    form, known = WindowForm(), choices(db.session(), city)
    areas = [SelectChoice("", gettext("Whole city"))]
    for district in known.districts:
        areas.append(SelectChoice(district.code, gettext("Kecamatan %(name)s", name=district.name)))
        areas += [SelectChoice(code, f"{district.name}: {name}") for code, name in district.villages]
    form.area.choices = areas
    form.provider.choices = [SelectChoice("", "–"), *(SelectChoice(name, name) for name in known.providers)]
    form.view.choices = [SelectChoice("", "–"), *(SelectChoice(str(one.id), one.name) for one in saved_views(city))]
    days = get_day_names("wide", locale=locale())
    form.weekdays.choices = [SelectChoice(number, days[number]) for number in range(7)]
    if not form.is_submitted():
        form.first.data = day_of(city.time_zone, now())
        prefill(form, city)
    return form


def number(text: str) -> int:
    """An id out of an address or a form; 0 for what is none."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_ID else 0


def saved_views(city: City) -> list[View]:
    account = current_account()
    return views(db.session(), city, account.id, "points.index") if account else []


def prefill(form: WindowForm, city: City) -> None:
    """From the address: points by code, ticked or filtered ones, or a window that the new one takes the place of."""
    text = request.args.get("point", "") or request.args.get("access_point", "")
    if "code" in request.args or "all" in request.args:
        text = "\n".join(codes_of_ids(db.session(), chosen_ids(city)))
    form.point.data = text
    old = window_row(db.session(), city, number(request.args.get("instead", "")), now())
    if old and old.state in ("now", "coming"):
        refill(form, old)


def refill(form: WindowForm, old: WindowRow) -> None:
    place = old.place
    several = place.points and not place.provider
    codes = codes_listed(db.session(), old.id) if several else [place.ap_name or place.point_code]
    form.point.data, form.area.data, form.provider.data = "\n".join(codes), place.area_code, place.provider
    form.start.data, form.end.data = (datetime.fromisoformat(local_text(t, zone())) for t in (old.start, old.end))
    form.reason.data, form.instead.data = old.reason, str(old.id)


def where(session: Session, city: City, form: WindowForm) -> Chosen:
    """What was chosen, within the areas of who chose it. Raises RejectedError with the field."""
    names = tuple(listed(form.point.data or ""))
    if form.view.data:
        if names:
            reject("view", N_("choose points, a provider or an area, not several of them"))
        names = points_of_view(session, city, form.view.data)
    found = chosen(session, city, Place(names, form.area.data, form.provider.data))
    for area in found.areas:
        hold_field(Act.NETWORK, found.field, area, found.label if found.field == "point" else "")
    return found


def points_of_view(session: Session, city: City, view_id: str) -> tuple[str, ...]:
    query = next(view.query for view in saved_views(city) if str(view.id) == view_id)
    chosen_points = asked(MultiDict(parse_qsl(query)))
    names = tuple(codes_of_ids(session, ids_of(session, city, chosen_points, now())))
    return names or reject("view", N_("no point is in this view now"))
