"""Files that prove something, kept in the database: taken in only as what their bytes are, handed out unchanged."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.media import ENDINGS, PICTURES, MediaError, media_type, without_metadata
from hotspot.store.audit import note
from hotspot.store.models import Attachment

PHOTO, DOCUMENT = "photo", "document"
ALLOWED: Final = {PHOTO: PICTURES, DOCUMENT: tuple(ENDINGS)}  # a document may be a photographed page
LARGEST: Final = 10 * 1000 * 1000  # bytes
LONGEST_NAME: Final = 100
UNTOLD: Final = ("", "application/octet-stream", "image/jpg")  # what browsers say where they don't know


class DamagedError(ValueError):
    """The stored bytes are no longer those that were taken in."""


@dataclass(frozen=True, slots=True)
class File:
    kind: str
    name: str
    media_type: str
    data: bytes


def add_attachment(
    session: Session,
    city_id: int,
    *,
    kind: str,
    name: str,
    media_type: str,
    data: bytes,
    now: int,
    actor: str,
    field: str = "file",
) -> int:
    """The id; the same file given twice is kept once. Raises RejectedError at `field`.

    `kind` is photo or document, `media_type` what the sender says it is: the bytes decide. Photographs lose what the
    camera wrote beside the picture (place, time, device).
    """
    told, plain = checked(kind, media_type, data, field)
    digest = hashlib.sha256(plain).hexdigest()
    name = safe_name(name, told)
    same = select(Attachment.id).where(
        Attachment.city_id == city_id, Attachment.sha256 == digest, Attachment.kind == kind, Attachment.name == name
    )
    if known := session.scalars(same.limit(1)).first():
        return known
    row = Attachment(
        city_id=city_id,
        kind=kind,
        name=name,
        media_type=told,
        size=len(plain),
        sha256=digest,
        added_at=now,
        added_by=actor,
        data=plain,
    )
    session.add(row)
    session.flush()
    note(session, now, actor, "add", f"{kind} {name}", f"{len(plain)} bytes, sha256 {digest}")
    return row.id


def checked(kind: str, said: str, data: bytes, field: str) -> tuple[str, bytes]:
    """The media type by the bytes, and the bytes to keep."""
    if not data:
        reject(field, N_("the file is empty"))
    if len(data) > LARGEST:
        reject(field, N_("the file is larger than %(most)s MB"), most=LARGEST // 10**6)
    told = media_type(data)
    if told is None or told not in ALLOWED[kind]:
        if kind == PHOTO:
            reject(field, N_("the file is no photograph in JPEG, PNG or WebP"))
        reject(field, N_("the file is neither a PDF nor a picture in JPEG, PNG or WebP"))
    if said not in (told, *UNTOLD):
        reject(field, N_("the file says it is %(said)s, but it is %(told)s"), said=said[:60], told=told)
    try:
        return told, without_metadata(data, told)
    except MediaError:
        reject(field, N_("the file is damaged: it does not go to its end"))


def safe_name(name: str, told: str) -> str:
    """Of the last part of the path, without what does not print, with the ending that fits the bytes."""
    last = PurePath(name.replace("\\", "/")).name
    stem = "".join(letter for letter in PurePath(last).stem if letter.isprintable()).strip(" .")
    return (stem[:LONGEST_NAME] or "file") + ENDINGS[told]


def attachment(session: Session, city_id: int, attachment_id: int) -> File | None:
    """As it was taken in; raises DamagedError when its SHA-256 is another."""
    query = select(Attachment).options(undefer(Attachment.data))
    row = session.scalars(query.where(Attachment.id == attachment_id, Attachment.city_id == city_id)).first()
    if row is None:
        return None
    if hashlib.sha256(row.data).hexdigest() != row.sha256:
        raise DamagedError(f"attachment {attachment_id} is damaged: its SHA-256 is not {row.sha256}")
    return File(row.kind, row.name, row.media_type, row.data)
