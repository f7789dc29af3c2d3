"""A table that somebody uploads: taken in, waiting for the yes, opened again; the same for all that is imported."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from flask import abort
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED
from hotspot.inventory_file import INVENTORY, FileError, Layout, Sheet, read
from hotspot.web import uploads
from hotspot.web.configured import settings

SHOWN = {REJECTED: 200, CHANGED: 200, ADDED: 50}  # rows of each verdict that a report lists
VERDICTS = {
    ADDED: lazy_gettext("added"),
    CHANGED: lazy_gettext("changed"),
    UNCHANGED: lazy_gettext("unchanged"),
    REJECTED: lazy_gettext("rejected"),
}


class UploadForm(FlaskForm):
    file = FileField(
        lazy_gettext("CSV or Excel file (.xlsx)"),
        [FileRequired(lazy_gettext("Choose a file first"))],
        render_kw={"accept": ".csv,.xlsx"},
    )


def data_dir() -> Path:
    return settings().folder


def taken_in(form: UploadForm, layout: Layout = INVENTORY) -> str | None:
    """The key under which the sent table waits; None where it can't be read, and the form says why."""
    if not form.validate_on_submit():
        return None
    name, content = form.file.data.filename or "file", form.file.data.read()
    try:
        read(content, name, layout)
    except FileError as error:
        form.file.errors = [str(error)]
        return None
    return uploads.keep(data_dir(), name, content)


def opened(key: str, layout: Layout = INVENTORY) -> tuple[uploads.Waiting, Sheet]:
    """A table that waits, or no page."""
    file = uploads.waiting(data_dir(), key)
    if file is None:
        abort(404)
    try:
        return file, read(file.content, file.name, layout)
    except FileError:
        abort(404)


def mark(rows: Iterable[tuple[int, str, Iterable[object]]]) -> str:
    """Of number, verdict and changes of each row: tells whether a later plan for the same file is still the same."""
    told = [(number, verdict, [str(change) for change in changes]) for number, verdict, changes in rows]
    return hashlib.sha256(repr(told).encode()).hexdigest()
