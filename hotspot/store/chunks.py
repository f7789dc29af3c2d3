"""Days of polls, packed: moving them out of poll_hot, and reading them back."""

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import Period
from hotspot.analytics.chunk import CODEC, ChunkError, pack, unpack
from hotspot.store.base import reading, writing
from hotspot.store.bulk import Row, execute_many, upsert
from hotspot.store.lease import Fence
from hotspot.store.models import PollChunk, PollHot

log = logging.getLogger(__name__)
# The columns of a chunk, in order. New ones are added at the end: older chunks are read without them.
COLUMNS = (
    "slot",
    "offset_s",
    "up",
    "rtt_us",
    "uptime_s",
    "clients",
    "rx_bytes",
    "tx_bytes",
    "errors",
    "cpu_percent",
    "memory_percent",
    "ping_sent",
    "ping_received",
    "ping_us",
)
READ_AT_ONCE, WRITTEN_AT_ONCE = 50, 10  # access points: a commit must not keep polls waiting
UPSERT = upsert("poll_chunk", ("ap_id", "t", "city_id", "polls", "codec", "data"), ("ap_id", "t"))
DELETE = "DELETE FROM poll_hot WHERE slot = ? AND ap_id = ?"

T = TypeVar("T")
Day = tuple[int, list[Row]]  # an access point, its rows in the order of COLUMNS


def compact(engine: Engine, fence: Fence, city_id: int, day: Period) -> int:
    """Move the polls of a day that is over from rows to chunks; the number of rows.

    Each access point's day moves in one transaction: it is never lost, and never there twice. Polls that come later
    are put into the chunk the next time; a poll that is in it already stays as it was.
    """
    moved = 0
    with reading(engine) as session:
        in_day = (PollHot.city_id == city_id, PollHot.slot >= day[0], PollHot.slot < day[1])
        ap_ids = list(session.scalars(select(PollHot.ap_id).where(*in_day).distinct().order_by(PollHot.ap_id)))
    for some in _slices(ap_ids, READ_AT_ONCE):
        with reading(engine) as session:
            days = _hot(session, some, day)
        for part in _slices(days, WRITTEN_AT_ONCE):
            with writing(engine) as session:
                fence.check(session)
                moved += _move(session, city_id, day[0], part)
    return moved


def _hot(session: Session, ap_ids: Sequence[int], day: Period) -> list[Day]:
    columns = (PollHot.ap_id, *(getattr(PollHot, name) for name in COLUMNS))
    query = select(*columns).where(PollHot.slot >= day[0], PollHot.slot < day[1], PollHot.ap_id.in_(ap_ids))
    rows = session.execute(query.order_by(PollHot.ap_id, PollHot.slot))
    return [(ap_id, [tuple(row[1:]) for row in group]) for ap_id, group in groupby(rows, itemgetter(0))]


def _move(session: Session, city_id: int, midnight: int, days: Sequence[Day]) -> int:
    where = (PollChunk.t == midnight, PollChunk.ap_id.in_([ap_id for ap_id, _ in days]))
    found = {chunk.ap_id: chunk for chunk in session.execute(select(PollChunk).where(*where)).scalars()}
    written = []
    for ap_id, rows in days:
        by_slot = {row[0]: row for row in rows}
        if ap_id in found:
            try:
                by_slot |= {row[0]: row for row in _rows(found[ap_id])}
            except ChunkError as error:
                log.error("access point %d, day %d: %s; its later polls stay as they are", ap_id, midnight, error)
                continue
        ordered = [by_slot[slot] for slot in sorted(by_slot)]
        written.append((ap_id, midnight, city_id, len(ordered), CODEC, pack(list(zip(*ordered, strict=True)))))
    packed = {row[0] for row in written}
    gone = [(row[0], ap_id) for ap_id, rows in days if ap_id in packed for row in rows]
    session.expunge_all()  # the rows below are written past the session
    execute_many(session, UPSERT, written)
    execute_many(session, DELETE, gone)
    return len(gone)


def packed_polls(session: Session, ap_id: int, a: int, b: int) -> tuple[list[Row], list[int]]:
    """Rows in the order of COLUMNS of cycles in [a, b), oldest first, and the days whose chunk is damaged."""
    oldest = a - 2 * 86_400  # of a chunk that may still reach into the window: no day is longer
    query = select(PollChunk).where(PollChunk.ap_id == ap_id, PollChunk.t > oldest, PollChunk.t < b)
    rows: list[Row] = []
    damaged = []
    for chunk in session.execute(query.order_by(PollChunk.t)).scalars():
        try:
            rows += [row for row in _rows(chunk) if a <= row[0] < b]
        except ChunkError as error:
            log.error("access point %d, day %d: %s", ap_id, chunk.t, error)
            damaged.append(chunk.t)
    return rows, damaged


def _rows(chunk: PollChunk) -> Iterator[Row]:
    columns = unpack(chunk.data, chunk.codec)
    if not columns or len(columns) > len(COLUMNS) or None in columns[0]:
        raise ChunkError("a chunk with other columns")
    absent = [[None] * len(columns[0])] * (len(COLUMNS) - len(columns))
    return zip(*columns, *absent, strict=True)


def oldest_hot(session: Session, city_id: int) -> int | None:
    """The slot of the oldest poll that is not packed."""
    return session.scalar(select(func.min(PollHot.slot)).where(PollHot.city_id == city_id))


def _slices(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))
