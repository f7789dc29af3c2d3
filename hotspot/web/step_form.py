"""The form of a point's next step, with the gates before an acceptance and what is missing at each."""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from hotspot.analytics.acceptance import GATES, Gate, gates
from hotspot.analytics.calendar import day_of
from hotspot.analytics.lifecycle import ASSUMED, next_stages
from hotspot.clock import now
from hotspot.store.acceptance import Claim, evidence
from hotspot.store.lifecycle import IMPORTED, PAST, TAKEN_OVER, NewStep
from hotspot.store.models import City
from hotspot.web.attachments import ACCEPTED, keep
from hotspot.web.format import lifecycle
from hotspot.web.refusals import spoken

GATE_NAMES = {
    "record": lazy_gettext("Acceptance record (BAST)"),
    "photo": lazy_gettext("Photograph"),
    "place": lazy_gettext("Coordinates"),
    "measured": lazy_gettext("Measurement"),
}
GATE_STATES = {
    "open": lazy_gettext("there"),
    "shut": lazy_gettext("missing"),
    "untold": lazy_gettext("cannot be told"),
}
NOTES = {  # of steps that nobody typed
    IMPORTED: lazy_gettext("from the inventory"),
    ASSUMED: lazy_gettext("from the inventory, the day is not known"),
    TAKEN_OVER: lazy_gettext("taken over with the inventory"),
    PAST: lazy_gettext("from a table of past steps"),
}


class StepForm(FlaskForm):
    """Fields are named as what the store refuses."""

    stage = SelectField(lazy_gettext("Next step"))
    since = DateField(lazy_gettext("Since"), validators=[InputRequired(lazy_gettext("This field is needed"))])
    document = StringField(lazy_gettext("Document number"))
    file = FileField(lazy_gettext("Document"), render_kw={"accept": ACCEPTED["document"]})
    photo = FileField(lazy_gettext("Photograph"), render_kw={"accept": ACCEPTED["photo"]})
    note = StringField(lazy_gettext("Note"))
    override_record = StringField(lazy_gettext("Reason to do without"))
    override_photo = StringField(lazy_gettext("Reason to do without"))
    override_place = StringField(lazy_gettext("Reason to do without"))
    override_measured = StringField(lazy_gettext("Reason to do without"))

    def new_step(self, session: Session, city: City) -> NewStep:
        """As it was filled in, its files kept; raises RejectedError."""
        photo = keep(session, city.id, "photo", "photo", self.photo.data)
        return NewStep(
            self.stage.data,
            self.since.data,
            document=self.document.data or "",
            note=self.note.data or "",
            reasons={gate: self[f"override_{gate}"].data or "" for gate in GATES},
            attachment_id=keep(session, city.id, "document", "file", self.file.data),
            photos=(photo,) if photo else (),
        )


class PhotoForm(FlaskForm):
    """A photograph by itself."""

    picture = FileField(
        lazy_gettext("Photograph"),
        [FileRequired(lazy_gettext("Choose a file first"))],
        render_kw={"accept": ACCEPTED["photo"]},
    )
    taken_on = DateField(lazy_gettext("Taken on"), validators=[InputRequired(lazy_gettext("This field is needed"))])


@dataclass(frozen=True, slots=True)
class ShownGate:
    gate: Gate
    name: str
    state: str
    told: str


def step_form(city: City, stage: str | None, *, other_was_sent: bool = False) -> StepForm:
    """For a point at that stage; today is the day unless another one is typed."""
    form = StepForm(formdata=None) if other_was_sent else StepForm()
    form.stage.choices = [SelectChoice(key, lifecycle(key)) for key in next_stages(stage) if key != "relocated"]
    if form.since.data is None and (other_was_sent or not form.is_submitted()):
        form.since.data = day_of(city.time_zone, now())
    return form


def shown_gates(session: Session, city: City, point_id: int, day: date | None) -> list[ShownGate]:
    """How the gates of an acceptance on that day stand, before anything of the form is there."""
    claim = Claim(day or day_of(city.time_zone, now()))
    found = gates(evidence(session, city, {point_id: claim}, now())[point_id])
    return [ShownGate(one, str(GATE_NAMES[one.key]), str(GATE_STATES[one.state]), spoken(one.told)) for one in found]


def note_in_words(text: str) -> str:
    return str(NOTES.get(text, text))
