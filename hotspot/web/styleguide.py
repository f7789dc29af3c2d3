"""Every component with the call that makes it, at /styleguide: for who writes pages; no page of a real city."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.web.access import requires
from hotspot.web.charts import Chart, chart
from hotspot.web.heat import HeatMap, by_dark, by_most
from hotspot.web.overview import Day
from hotspot.web.place import here

blueprint = Blueprint("styleguide", __name__)

COLOURS = (
    "ground", "card", "raised", "line", "line-strong", "text", "muted", "brand", "brand-fill", "brand-soft", "up",
    "up-soft", "warn", "warn-soft", "bad", "bad-soft", "plan", "plan-soft", "work", "none",
)  # fmt: skip
SIZES = ("fine print", "notes", "small text", "text", "lead", "title", "figure", "headline")
SPACES = (4, 8, 12, 16)
STATUSES = ("up", "degraded", "down", "unknown", "monitoring_broken", "planned", "out_of_service", "maintenance")
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Page:
    total: int = 1234
    page: int = 2
    pages: int = 25


class ExampleForm(FlaskForm):
    name = StringField("Name", [DataRequired()])
    kind = SelectField("Kind", choices=[SelectChoice("hall", "Community hall"), SelectChoice("park", "Park")])
    note = TextAreaField("Note")
    agreed = BooleanField("I have read it")


@blueprint.get("/styleguide")
@requires(Act.SEE)
def index() -> ResponseReturnValue:
    """In development and in the demonstration city; 404 anywhere else."""
    city = here()
    if not (current_app.debug or (city is not None and city.demonstration)):
        abort(404)
    if request.args.get("told"):
        flash("The step is recorded.", "ok")
        flash("The file has a row that was left out.", "warn")
        flash("Nothing was changed.", "bad")
    form = ExampleForm(formdata=None, data={"name": ""}, meta={"csrf": False})
    form.name.errors = ["This field is needed"]
    week = {
        (day, hour): float((hour - 3) % 24 * (7 - day))
        for day in range(7)
        for hour in range(24)
        if (day, hour) != (2, 4)
    }
    days = [Day(date(2026, 8, 25) + timedelta(days=i), share(i), 0.98) for i in range(90)]
    return render_template(
        "styleguide/index.html",
        colours=COLOURS,
        sizes=SIZES,
        spaces=SPACES,
        statuses=STATUSES,
        form=form,
        page=Page(),
        days=days,
        curve=curve(),
        week=by_most(week),
        dark=dark(),
    )


def share(i: int) -> float | None:
    """A fortnight unseen, a bad day, a day below what was agreed, and good ones."""
    return None if i < 14 else {40: 0.9, 61: 0.97}.get(i, 1.0)


def curve() -> Chart | None:
    """Three days by the hour with a gap of five hours."""
    first = now() // 86400 * 86400 - 3 * 86400
    times = [first + i * HOUR_S for i in range(72)]
    values = [None if 30 <= i < 35 else float(40 + (i % 24) * 6 * (i % 24 < 18)) for i in range(72)]
    return chart(times, values, times[::24])


def dark() -> HeatMap:
    return by_dark({(day, hour): 0.0 if (day + hour) % 9 else hour / 200 for day in range(7) for hour in range(24)})
