"""Writing polls and the present state of access points, and reading polls back, whether still rows or packed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.store.bulk import Row, execute_many, insert, upsert
from hotspot.store.chunks import COLUMNS, packed_polls
from hotspot.store.models import AccessPoint, ApState, PollHot

POLL = tuple(PollHot.__table__.columns.keys())
STATE = tuple(ApState.__table__.columns.keys())
INSERT_POLL = insert("poll_hot", POLL)
UPSERT_STATE = upsert("ap_state", STATE, ("ap_id",))
READ = (
    "last_poll", "last_ok", "last_slot", "rtt_us", "uptime_s", "clients", "rx_bps", "tx_bps", "cpu_percent",
    "memory_percent", "ping_sent", "ping_received", "ping_us", "detail", "memory",
)  # fmt: skip
UPDATE_READ = f"UPDATE ap_state SET {', '.join(f'{name} = ?' for name in READ)} WHERE ap_id = ?"  # noqa: S608
read_of = itemgetter(*(STATE.index(name) for name in (*READ, "ap_id")))
IDENTITY = ("vendor", "model", "firmware", "serial", "sys_name", "sys_object_id", "sys_descr", "engine_id")

LATEST_S = 3600  # a poll is made at most an interval after its cycle's time; where nobody knows the interval, this


@dataclass(frozen=True, slots=True)
class PollRow:
    """One poll made at `at`; `up` is None when nobody could ask; counts are those since the poll before."""

    at: int
    up: bool | None
    rtt_us: int | None
    uptime_s: int | None
    clients: int | None
    rx_bytes: int | None
    tx_bytes: int | None
    errors: int | None
    cpu_percent: int | None
    memory_percent: int | None
    ping_sent: int | None
    ping_received: int | None
    ping_us: int | None


@dataclass(frozen=True, slots=True)
class Polls:
    """`rows` oldest first; `damaged` are the midnights of the days whose packed polls can't be read."""

    rows: list[PollRow]
    damaged: list[int]


def polls_of(session: Session, ap_id: int, a: int, b: int) -> Polls:
    """Every poll of an access point made in [a, b), as long as they are kept.

    Rows are read before chunks: a poll that is packed in between is read twice, and not missed.
    """
    first = earliest(session, ap_id, a)
    hot = hot_rows(session, ap_id, first, b, COLUMNS)
    packed, damaged = packed_polls(session, ap_id, first, b)
    by_slot = {row[0]: row for row in (*hot, *packed)}
    made = (_poll_row(by_slot[slot]) for slot in sorted(by_slot))
    return Polls([poll for poll in made if a <= poll.at < b], [t for t in damaged if t + 2 * 86_400 > a])


def earliest(session: Session, ap_id: int, a: int) -> int:
    """The cycle before which no poll was made at `a` or later."""
    interval_s = session.scalar(select(ApState.interval_s).where(ApState.ap_id == ap_id)) or 0
    return a - max(interval_s, LATEST_S)


def hot_rows(session: Session, ap_id: int, a: int, b: int, columns: Sequence[str]) -> list[Row]:
    """Those columns of the polls of cycles in [a, b) that are not packed.

    The key of polls is (slot, ap_id): jumping from slot to slot reads one row of each, not those of all devices.
    """
    slots = select(func.min(PollHot.slot).label("slot")).where(PollHot.slot >= a).cte("slots", recursive=True)
    later = select(func.min(PollHot.slot)).where(PollHot.slot > slots.c.slot).scalar_subquery()
    slots = slots.union_all(select(later).where(slots.c.slot < b))
    query = (
        select(*(getattr(PollHot, name) for name in columns))
        .join(slots, PollHot.slot == slots.c.slot)
        .where(PollHot.ap_id == ap_id, PollHot.slot < b)
    )
    return [tuple(row) for row in session.execute(query)]


def _poll_row(row: Row) -> PollRow:
    slot, offset_s, up, *rest = row
    return PollRow(slot + offset_s, None if up is None else bool(up), *rest)


def add_polls(session: Session, rows: Sequence[Row]) -> None:
    """Rows with the columns POLL in order."""
    execute_many(session, INSERT_POLL, rows)


def save_states(session: Session, rows: Sequence[Row]) -> None:
    """Rows with the columns STATE in order."""
    execute_many(session, UPSERT_STATE, rows)


def save_readings(session: Session, rows: Sequence[Row]) -> None:
    """As `save_states`, of access points whose state is there and differs in READ alone: half as much is written."""
    execute_many(session, UPDATE_READ, list(map(read_of, rows)))


def states(session: Session, city_id: int) -> Sequence[Found[Any]]:
    """All columns of ap_state, a row an access point."""
    return session.execute(select(*ApState.__table__.columns).where(ApState.city_id == city_id)).all()


def identities(session: Session, ap_ids: Sequence[int]) -> dict[int, dict[str, str | None]]:
    """What each of these devices said of itself before."""
    columns = (getattr(AccessPoint, name) for name in IDENTITY)
    rows = session.execute(select(AccessPoint.id, *columns).where(AccessPoint.id.in_(ap_ids)))
    return {ap_id: dict(zip(IDENTITY, values, strict=True)) for ap_id, *values in rows}


def save_credential_sets(session: Session, answered: Mapping[int, int]) -> None:
    """By access point the id of the set it answers; a set that was removed meanwhile is not written."""
    statement = """UPDATE access_point SET credential_set_id = ?
                   WHERE id = ? AND EXISTS (SELECT 1 FROM credential_set WHERE id = ?)"""
    execute_many(session, statement, [(set_id, ap_id, set_id) for ap_id, set_id in answered.items()])


def save_identity(session: Session, ap_id: int, changed: dict[str, str], at: int) -> None:
    values = ", ".join(f"{name} = ?" for name in changed)
    statement = f"UPDATE access_point SET {values}, identified_at = ? WHERE id = ?"  # noqa: S608  our own names
    execute_many(session, statement, [(*changed.values(), at, ap_id)])
