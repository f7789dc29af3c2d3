"""Why the store refused an input, put to its field of the form in the reader's language."""

from flask_wtf import FlaskForm

from hotspot.analytics.import_row import Reason, RejectedError
from hotspot.analytics.inventory import LIFECYCLE
from hotspot.web.format import lifecycle, percent
from hotspot.web.words import gettext

STAGES, SHARES = ("stage", "other"), ("availability", "target")  # values of reasons that are words or percentages


def refuse(form: FlaskForm, error: RejectedError) -> None:
    """The form's fields are named as the columns of the import, with or without their ap_ or snmp_."""
    column = error.column
    names = (column, column.removeprefix("ap_"), column.removeprefix("snmp_"))
    name = next(name for name in names if name in form)
    form[name].errors = [sentence(error)]


def sentence(error: RejectedError) -> str:
    said, text = spoken(error.reason), error.reason.text
    typed = text.startswith("%") and not text.startswith(tuple(f"%({name})" for name in STAGES))
    first = said[:1] if typed else said[:1].upper()  # what was typed stays as it was
    return f"{first}{said[1:]}" + ("" if said.endswith("?") else ".")


def spoken(reason: Reason) -> str:
    """The reason in the reader's language, not yet a sentence."""
    return gettext(reason.text, **{name: word(name, value) for name, value in reason.values.items()})


def word(name: str, value: object) -> object:
    if isinstance(value, Reason):
        return spoken(value)
    if name == "what":  # a sentence of ours
        return gettext(str(value))
    if name in SHARES and isinstance(value, float):
        return percent(value)
    return lifecycle(str(value)) if name in STAGES and value in LIFECYCLE else value
