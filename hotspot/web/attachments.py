"""Hands out attachments to people who are signed in, and takes them from the forms of other pages."""

import io
import logging

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from hotspot.analytics.media import PICTURES
from hotspot.analytics.permissions import Act
from hotspot.clock import now
from hotspot.store.attachments import DamagedError, add_attachment, attachment
from hotspot.store.db import db
from hotspot.web.access import actor, requires
from hotspot.web.place import here

log = logging.getLogger(__name__)
blueprint = Blueprint("attachments", __name__)

ACCEPTED = {"photo": "image/jpeg,image/png,image/webp", "document": "application/pdf,image/jpeg,image/png,image/webp"}


@blueprint.get("/attachments/<int:attachment_id>")
@requires(Act.SEE)
def one(attachment_id: int) -> ResponseReturnValue:
    """Pictures are shown, documents are downloaded; neither may run anything, whatever it holds."""
    city = here() or abort(404)
    try:
        found = attachment(db.session(), city.id, attachment_id) or abort(404)
    except DamagedError as error:
        log.error("%s", error)
        abort(500)
    answer = send_file(
        io.BytesIO(found.data),
        mimetype=found.media_type,
        as_attachment=found.media_type not in PICTURES,
        download_name=found.name,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def keep(session: Session, city_id: int, kind: str, field: str, upload: FileStorage | None) -> int | None:
    """The id of what was uploaded in `field` of a form, None when nothing was; raises RejectedError at that field."""
    if upload is None or not upload.filename:
        return None
    return add_attachment(
        session,
        city_id,
        kind=kind,
        name=upload.filename,
        media_type=upload.mimetype,
        data=upload.read(),
        now=now(),
        actor=actor(),
        field=field,
    )
