"""Why the store refused an input, put to its field of the form in the reader's language."""

from flask_wtf import FlaskForm

from hotspot.analytics.import_row import RejectedError
from hotspot.web.words import gettext


def refuse(form: FlaskForm, error: RejectedError) -> None:
    """The form's fields are named as the columns of the import, with or without their ap_ or snmp_."""
    column = error.column
    names = (column, column.removeprefix("ap_"), column.removeprefix("snmp_"))
    name = next(name for name in names if name in form)
    form[name].errors = [sentence(error)]


def sentence(error: RejectedError) -> str:
    said = gettext(error.reason.text, **error.reason.values)
    first = said[:1] if error.reason.text.startswith("%") else said[:1].upper()  # what was typed stays as it was
    return f"{first}{said[1:]}."
