"""The technician's pages, for a phone in the hand: where to go, and one visit; see field_forms for what is sent."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.assignments import open_work
from hotspot.store.db import db
from hotspot.store.field_list import rounds
from hotspot.store.models import City
from hotspot.store.point_notes import LONGEST, notes
from hotspot.store.points import PointDetail
from hotspot.web.access import me, requires
from hotspot.web.place import here
from hotspot.web.point import known

blueprint = Blueprint("field", __name__, url_prefix="/field")

GEOLOCATION = "camera=(), geolocation=(self), microphone=()"
ACCOUNT = "X-Field-Account"  # by this a phone tells whose pages it keeps
PICTURES = {"accept": "image/*", "capture": "environment"}


class SavedForm(FlaskForm):
    """A form that a phone may keep and send later: `key` is its own, `at` when it was filled in."""

    key = HiddenField()
    at = HiddenField()

    def at_s(self) -> int:
        return int(self.at.data) if (self.at.data or "").isdecimal() and len(self.at.data) < 12 else now()


class NoteForm(SavedForm):
    text = TextAreaField(lazy_gettext("Note"), render_kw={"rows": 3, "maxlength": LONGEST})


class PhotoForm(SavedForm):
    picture = FileField(lazy_gettext("Photograph"), render_kw=PICTURES)


class SwapForm(SavedForm):
    """Fields are named as the columns of the import."""

    device = SelectField(lazy_gettext("Device that goes"), validate_choice=False)
    serial = StringField(lazy_gettext("Serial number of the new device"), render_kw={"autocapitalize": "characters"})
    ap_name = StringField(lazy_gettext("Name of the new device"))
    ap_address = StringField(lazy_gettext("Address of the new device"), render_kw={"inputmode": "decimal"})


class FinishForm(SavedForm):
    """`text` is an optional note."""

    text = TextAreaField(lazy_gettext("What was done"), render_kw={"rows": 2, "maxlength": LONGEST})


FORMS = {"note": NoteForm, "photo": PhotoForm, "swap": SwapForm, "finish": FinishForm}


@blueprint.get("/")
@requires(Act.FIELD)
def index() -> ResponseReturnValue:
    city = here()
    if city is None:
        return render_template("overview/no_city.html")
    person = me()
    found = rounds(db.session(), city, person.id, person.areas, now())
    answer = own(render_template("field/index.html", found=found))
    answer.headers["Permissions-Policy"] = GEOLOCATION  # "nearest first", on this page alone; the position stays there
    return answer


@blueprint.get("/<path:code>")
@requires(Act.FIELD)
def visit(code: str) -> ResponseReturnValue:
    city, found = known(code)
    return show(city, found)


def show(city: City, found: PointDetail, sent: SavedForm | None = None, status: int = 200) -> Response:
    """`sent` is a form that was refused, with its reasons."""
    person = me()
    forms = {name: fresh(kind, found) for name, kind in FORMS.items()}
    forms |= {name: sent for name, kind in FORMS.items() if isinstance(sent, kind)}
    page = render_template(
        "field/visit.html",
        point=found.point,
        found=found,
        forms=forms,
        works=[one for one in open_work(db.session(), city, point_id=found.point.id) if one.account_id == person.id],
        notes=notes(db.session(), found.point.id, 5),
        inside=person.may(Act.FIELD, found.point.area_code),
    )
    return own(page, status)


def fresh(kind: type[SavedForm], found: PointDetail) -> SavedForm:
    form = kind(formdata=None, key=str(uuid4()))
    devices(form, found)
    return form


def devices(form: SavedForm, found: PointDetail) -> None:
    if isinstance(form, SwapForm):
        form.device.choices = [ap.name for ap in found.access_points]


def own(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers[ACCOUNT] = str(me().id)
    return answer


@blueprint.get("/sign.json")
@requires(Act.FIELD)
def sign() -> dict[str, Any]:
    """With what a phone sends what it has kept: who is signed in, and the token of their forms."""
    return {"account": str(me().id), "csrf": generate_csrf()}


@blueprint.get("/worker.js")
@requires(Act.FIELD)
def worker() -> Response:
    """The service worker; its place in the tree bounds it to these pages."""
    script = Path(current_app.static_folder or "") / "field-worker.js"
    answer = Response(script.read_bytes(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
