"""The city's own words for messages: placeholders of a list, a preview with a real incident, back to ours."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField

from hotspot.alerts.voices import voice
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.incident_text import IncidentFacts
from hotspot.analytics.incident_words import MESSAGES, OUTAGE
from hotspot.analytics.message_template import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    OURS,
    PLACEHOLDERS,
    Template,
    checked,
    filled,
    values_of,
    values_of_list,
)
from hotspot.analytics.permissions import Act
from hotspot.analytics.written import LANGUAGES
from hotspot.clock import now
from hotspot.store.alerts.incident_pages import IncidentFilter, incidents_page
from hotspot.store.alerts.message_words import Words, every_words, set_words
from hotspot.store.base import writing
from hotspot.store.db import db
from hotspot.store.models import City
from hotspot.web.access import actor, requires
from hotspot.web.place import here
from hotspot.web.refusals import refuse
from hotspot.web.words import gettext

blueprint = Blueprint("message_words", __name__, url_prefix="/alerts/messages")

LISTED = 3  # incidents in the preview of a message about several
MOST_AN_HOUR = 12


class WordsForm(FlaskForm):
    subject = StringField(lazy_gettext("Subject"), render_kw={"maxlength": LONGEST_SUBJECT, "autocomplete": "off"})
    body = TextAreaField(lazy_gettext("Text"), render_kw={"maxlength": LONGEST_BODY, "rows": 9})


@blueprint.get("/")
@requires(Act.PEOPLE)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    words = every_words(db.session(), city)
    return render_template("message_words/index.html", words=words, MESSAGES=MESSAGES)


@blueprint.get("/<event>/<any(id, en):language>")
@requires(Act.PEOPLE)
def edit(event: str, language: str) -> ResponseReturnValue:
    """With ?ours=yes our words stand in the form; they are used again once they are saved."""
    city, words = asked(event, language)
    template = OURS[event, language] if "ours" in request.args else words.template
    return show(city, event, language, WordsForm(data={"subject": template.subject, "body": template.body}))


@blueprint.post("/<event>/<any(id, en):language>")
@requires(Act.PEOPLE)
def change(event: str, language: str) -> ResponseReturnValue:
    city, _ = asked(event, language)
    form = WordsForm()
    if not form.validate():
        return show(city, event, language, form, 422)
    try:
        if "preview" in request.form:
            checked(event, form.subject.data or "", form.body.data or "")
            return show(city, event, language, form)
        with writing(db.engine) as session:
            subject, body = form.subject.data or "", form.body.data or ""
            changed = set_words(session, city, event, language, subject, body, now=now(), actor=actor())
    except RejectedError as error:
        refuse(form, error)
        return show(city, event, language, form, 422)
    said = gettext("Saved. The next message uses these words.")
    flash(said if changed else gettext("Nothing was different."), "ok")
    return redirect(url_for("message_words.index"))


def asked(event: str, language: str) -> tuple[City, Words]:
    city = here() or abort(404)
    words = every_words(db.session(), city).get((event, language)) or abort(404)
    return city, words


def show(city: City, event: str, language: str, form: WordsForm, status: int = 200) -> ResponseReturnValue:
    """Beside the form what would be sent; while something is refused, what is sent now."""
    words = every_words(db.session(), city)[event, language]
    template = words.template if form.errors else Template(form.subject.data or "", form.body.data or "")
    page = render_template(
        "message_words/edit.html",
        event=event,
        spoken=language,
        form=form,
        words=words,
        is_ours=template == OURS[event, language],
        preview=filled(template, preview_values(city, event, language)),
        placeholders=PLACEHOLDERS[event],
        MESSAGES=MESSAGES,
        LANGUAGES=LANGUAGES,
    )
    return page, status


def preview_values(city: City, event: str, language: str) -> dict[str, str]:
    """Of the newest incidents; where there are none yet, of a made-up one."""
    if event == "test":
        return {"who": actor(), "city": city.name}
    newest = incidents_page(db.session(), city, IncidentFilter(), per_page=LISTED).rows
    told = [row.facts for row in newest] or [example()]
    speaker = voice(language, city.time_zone)
    if event in ("digest", "storm"):
        return values_of_list(told, speaker, city.name, MOST_AN_HOUR)
    return values_of(event, told[0], speaker, city.name)


def example() -> IncidentFacts:
    return IncidentFacts(
        id=0, kind=OUTAGE, severity="warning", shared="upstream", name="Switch 3", began=now() - 600,
        recovered_at=None, members=12, down=12, point_count=2, points=("A", "B"),
    )  # fmt: skip
