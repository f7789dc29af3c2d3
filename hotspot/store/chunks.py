"""Days of polls, packed: moving them out of poll_hot, and reading them back."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from hotspot.analytics import extras
from hotspot.analytics.calendar import Period
from hotspot.analytics.chunk import CODEC, ChunkError, Column, bundle, pack, unbundle, unpack
from hotspot.store.base import reading, writing
from hotspot.store.bulk import Row, execute_many, slices, upsert
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
TOGETHER = 8  # access points of a row: so large it hardly leaves room in a page, so small that one is read quickly
READ_AT_ONCE, WRITTEN_AT_ONCE = 48, 16  # access points: memory, and a commit must not keep polls waiting
UPSERT = upsert("poll_chunk", ("block", "t", "city_id", "polls", "codec", "data"), ("block", "t", "city_id"))
DELETE = "DELETE FROM poll_hot WHERE slot = ? AND ap_id = ?"

Day = dict[int, list[Row]]  # by access point: its rows in the order of COLUMNS, and what its radios and SSIDs said


@dataclass(frozen=True, slots=True)
class Said:
    """`times` of the polls, and of each series a value, or None, for each of them."""

    times: Sequence[int]
    series: Mapping[extras.Series, Column]


def compact(engine: Engine, fence: Fence, city_id: int, day: Period) -> int:
    """Move the polls of a day that is over from rows to chunks; the number of rows.

    Each access point's day moves in one transaction: it is never lost, and never there twice. Polls that come later
    are put into the chunk the next time; a poll that is in it already stays as it was. Only who has the lease writes
    chunks, so they are packed before the transaction begins: the database is locked for the writing alone.
    """
    moved = 0
    with reading(engine) as session:
        in_day = (PollHot.city_id == city_id, PollHot.slot >= day[0], PollHot.slot < day[1])
        ap_ids = session.scalars(select(PollHot.ap_id).where(*in_day).distinct())
        blocks = sorted({ap_id // TOGETHER for ap_id in ap_ids})
    for some in slices(blocks, READ_AT_ONCE // TOGETHER):
        with reading(engine) as session:
            hot = _hot(session, city_id, some, day)
            packed = _packed_blocks(session, city_id, some, day[0])
        for part in slices(some, WRITTEN_AT_ONCE // TOGETHER):
            written, gone = [], []
            for block in part:
                rows = {ap_id: hot[ap_id] for ap_id in _members(block) if ap_id in hot}
                row, taken = _with(packed.get(block), rows, (block, day[0], city_id))
                written.append(row)
                gone += taken
            with writing(engine) as session:
                fence.check(session)
                execute_many(session, UPSERT, [row for row in written if row])
                execute_many(session, DELETE, gone)
            moved += len(gone)
    return moved


def _members(block: int) -> range:
    return range(block * TOGETHER, (block + 1) * TOGETHER)


def _hot(session: Session, city_id: int, blocks: Sequence[int], day: Period) -> Day:
    columns = (PollHot.ap_id, *(getattr(PollHot, name) for name in COLUMNS), PollHot.extras)
    in_blocks = PollHot.ap_id.in_([ap_id for block in blocks for ap_id in _members(block)])
    in_day = (PollHot.city_id == city_id, PollHot.slot >= day[0], PollHot.slot < day[1])
    found: Day = defaultdict(list)
    for ap_id, *values in session.execute(select(*columns).where(*in_day, in_blocks).order_by(PollHot.slot)):
        found[ap_id].append(tuple(values))
    return found


def _packed_blocks(session: Session, city_id: int, blocks: Sequence[int], midnight: int) -> dict[int, PollChunk]:
    where = (PollChunk.t == midnight, PollChunk.city_id == city_id, PollChunk.block.in_(blocks))
    return {chunk.block: chunk for chunk in session.scalars(select(PollChunk).where(*where))}


def _with(chunk: PollChunk | None, day: Day, key: tuple[int, int, int]) -> tuple[Row | None, list[tuple[int, int]]]:
    """The row to write, and of the polls that are in it slot and access point; what is damaged stays as it is."""
    try:
        chunks = unbundle(chunk.data, chunk.codec) if chunk else {}
    except ChunkError as error:
        log.error("access points %s, day %d: %s; their later polls stay as they are", list(day), key[1], error)
        return None, []
    count, gone = chunk.polls if chunk else 0, []
    for ap_id, rows in day.items():
        by_slot = {row[0]: row for row in rows}
        try:
            before = {row[0]: row for row in _rows_with_extras(*chunks[ap_id])} if ap_id in chunks else {}
        except ChunkError as error:
            log.error("access point %d, day %d: %s; its later polls stay as they are", ap_id, key[1], error)
            continue
        by_slot |= before
        count += len(by_slot) - len(before)
        *columns, texts = zip(*(by_slot[slot] for slot in sorted(by_slot)), strict=True)
        chunks[ap_id] = pack(columns), extras.packed(texts)
        gone += [(row[0], ap_id) for row in rows]
    return (*key, count, CODEC, bundle(chunks)), gone


def packed_polls(session: Session, ap_id: int, a: int, b: int) -> tuple[list[Row], list[int]]:
    """Rows in the order of COLUMNS of cycles in [a, b), oldest first, and the days whose chunk is damaged."""
    rows: list[Row] = []
    damaged = []
    for chunk in _chunks(session, ap_id, a, b):
        try:
            own = unbundle(chunk.data, chunk.codec).get(ap_id)
            rows += [row for row in _rows(own[0]) if a <= row[0] < b] if own else []
        except ChunkError as error:
            log.error("access point %d, day %d: %s", ap_id, chunk.t, error)
            damaged.append(chunk.t)
    return rows, damaged


def packed_extras(session: Session, ap_id: int, a: int, b: int) -> tuple[list[Said], list[int]]:
    """What radios and SSIDs said on the packed days that reach into [a, b), and the days whose chunk is damaged."""
    found: list[Said] = []
    damaged = []
    for chunk in _chunks(session, ap_id, a, b):
        try:
            own = unbundle(chunk.data, chunk.codec).get(ap_id)
            if own and own[1]:
                slots, offsets = unpack(own[0], 2)
                times = [slot + offset for slot, offset in zip(slots, offsets, strict=True)]  # type: ignore[operator]
                found.append(Said(times, extras.unpacked(own[1], len(times))))
        except (ChunkError, TypeError, ValueError) as error:
            log.error("access point %d, day %d: %s", ap_id, chunk.t, error)
            damaged.append(chunk.t)
    return found, damaged


def _chunks(session: Session, ap_id: int, a: int, b: int) -> Iterable[PollChunk]:
    oldest = a - 2 * 86_400  # of a chunk that may still reach into the window: no day is longer
    query = select(PollChunk).where(PollChunk.block == ap_id // TOGETHER, PollChunk.t > oldest, PollChunk.t < b)
    return session.scalars(query.order_by(PollChunk.t))


def _rows_with_extras(data: bytes, said: bytes) -> Iterator[Row]:
    rows = list(_rows(data))
    texts = extras.texts(extras.unpacked(said, len(rows)), len(rows))
    return ((*row, text) for row, text in zip(rows, texts, strict=True))


def _rows(data: bytes) -> Iterator[Row]:
    columns = unpack(data)
    if not columns or len(columns) > len(COLUMNS) or None in columns[0]:
        raise ChunkError("a chunk with other columns")
    absent = [[None] * len(columns[0])] * (len(COLUMNS) - len(columns))
    return zip(*columns, *absent, strict=True)


def oldest_hot(session: Session, city_id: int) -> int | None:
    """The slot of the oldest poll that is not packed."""
    return session.scalar(select(func.min(PollHot.slot)).where(PollHot.city_id == city_id))
