"""Invented proofs of the invented points: numbers of records, photographs of the newest, some acceptances without."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hotspot.analytics.acceptance import as_text
from hotspot.analytics.calendar import midnight
from hotspot.demo.chance import share
from hotspot.demo.places import Place
from hotspot.store.attachments import PHOTO, add_attachment
from hotspot.store.bulk import execute_many
from hotspot.store.lifecycle import TAKEN_OVER
from hotspot.store.models import City, LifecycleChange, Point, PointPhoto

PHOTOGRAPHED: Final = 150  # the newest acceptances, of which one in twenty lacks a proof all the same
NOON_S: Final = 12 * 3600
PEOPLE: Final = ("Rina", "Budi", "Sari", "Andi")
EXCUSES: Final = (
    ("photo", "Foto menyusul, kamera tim rusak"),
    ("measured", "Uji 72 jam diganti uji lapangan bersama, lampiran BAST"),
    ("place", "Titik berada di batas dua kelurahan, disepakati lurah"),
)
RECORDS: Final = {"funded": "DPA", "installed": "SPK", "accepted": "BAST", "suspended": "ND"}


def prove(session: Session, city: City, made: Sequence[Place], now: int) -> None:
    """Of the steps that were imported; to be called when all of them are dated."""
    ids = {code: point_id for point_id, code in session.execute(select(Point.id, Point.code))}
    number_records(session, city, now)
    accepted = sorted((one for one in made if one.accepted_on), key=lambda one: (one.accepted_on, one.code))
    older, newer = accepted[:-PHOTOGRAPHED], accepted[-PHOTOGRAPHED:]
    without = {one.code: excuse(one.code) for one in newer}
    execute_many(
        session,
        "UPDATE lifecycle_change SET override = ? WHERE point_id = ? AND stage = 'accepted'",
        [(as_text({"photo": TAKEN_OVER, "measured": TAKEN_OVER}), ids[one.code]) for one in older]
        + [(as_text(without[one.code]), ids[one.code]) for one in newer],
    )
    photographed = [one for one in newer if "photo" not in without[one.code]]
    hang_up(session, city, [(ids[one.code], one.accepted_on) for one in photographed if one.accepted_on], now)


def number_records(session: Session, city: City, now: int) -> None:
    """Each step is recorded at noon of its day by one of four people."""
    query = select(LifecycleChange.id, LifecycleChange.stage, LifecycleChange.since)
    rows = []
    for step_id, stage, since in session.execute(query):
        record = f"{RECORDS[stage]}/{step_id:04}/DISKOMINFO/{since.year}" if stage in RECORDS else ""
        person = PEOPLE[int(share("step", step_id) * len(PEOPLE))]
        rows.append((record, person, min(midnight(city.time_zone, since) + NOON_S, now), step_id))
    execute_many(
        session, "UPDATE lifecycle_change SET document = ?, actor = ?, recorded_at = ?, note = '' WHERE id = ?", rows
    )


def excuse(code: str) -> dict[str, str]:
    chosen = share("excuse", code)
    return dict([EXCUSES[int(chosen * 20 * len(EXCUSES)) % len(EXCUSES)]]) if chosen < 0.05 else {}


def hang_up(session: Session, city: City, taken: Iterable[tuple[int, date]], now: int) -> None:
    """A few drawings serve for all photographs."""
    pictures = [
        add_attachment(
            session,
            city.id,
            kind=PHOTO,
            name=f"contoh-{number + 1}.png",
            media_type="image/png",
            data=drawing(number),
            now=now,
            actor="demonstration",
        )
        for number in range(6)
    ]
    rows = [
        {"point_id": point_id, "attachment_id": pictures[point_id % len(pictures)], "taken_on": day}
        for point_id, day in taken
    ]
    if rows:
        session.execute(insert(PointPhoto), rows)


def drawing(number: int, width: int = 320, height: int = 240) -> bytes:
    """A hall with an access point above its door, in another light each time, as a PNG."""
    sky, wall = (90 + 20 * number, 150 + 10 * number, 210), (225 - 15 * number, 205 - 10 * number, 175)
    lines = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            row += bytes(colour(x, y, width, height, sky, wall))
        lines.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in parts)


Colour = tuple[int, int, int]


def colour(x: int, y: int, width: int, height: int, sky: Colour, wall: Colour) -> Colour:
    across, down = x / width, y / height
    if abs(across - 0.5) < 0.035 and 0.47 < down < 0.53:
        return 250, 250, 250  # the access point
    if abs(across - 0.5) < 0.07 and 0.58 < down < 0.85:
        return 110, 75, 50  # the door
    if 0.2 < across < 0.8 and 0.42 < down < 0.85:
        return wall
    if 0.25 < down <= 0.42 and abs(across - 0.5) < 0.2 + (down - 0.25):
        return 150, 70, 55  # the roof
    return (95, 130, 80) if down >= 0.85 else (sky[0], sky[1], sky[2] - int(30 * down))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
