"""Searches of address ranges: asked for by a person, done by one process, taken over by another when it dies."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CursorResult, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.address_ranges import Range, written
from hotspot.analytics.import_row import N_, reject
from hotspot.store.audit import note
from hotspot.store.models import AccessPoint, City, FoundDevice, Search

WAITING, RUNNING, INTERRUPTED, DONE, CANCELLED = "waiting", "running", "interrupted", "done", "cancelled"
DEAD_S = 30  # without a proof of life
SLOWEST, FASTEST = 1, 1_000  # addresses a second
KEPT = 200  # searches
PING_KEPT_S = 86_400  # an address that answers only a ping may be anybody's: it is not kept


@dataclass(frozen=True, slots=True)
class SearchRow:
    """`asked` of the `addresses` are done with, from the first on; `sets` are ids of credential sets in their order."""

    id: int
    ranges: str
    port: int
    rate: int
    sets: tuple[int, ...]
    requested_at: int
    requested_by: str
    alive_at: int | None
    started_at: int | None
    finished_at: int | None
    cancelled_at: int | None
    addresses: int
    asked: int
    pinged: int
    answered: int
    error: str

    def state(self, now: int) -> str:
        if self.cancelled_at:
            return CANCELLED
        if self.finished_at:
            return DONE
        if self.started_at is None:
            return WAITING
        return RUNNING if (self.alive_at or 0) >= now - DEAD_S else INTERRUPTED

    def is_open(self, now: int) -> bool:
        return self.state(now) in (WAITING, RUNNING, INTERRUPTED)


def request(
    session: Session,
    city_id: int,
    found: Sequence[Range],
    sets: Sequence[int],
    *,
    port: int,
    rate: int,
    now: int,
    actor: str,
    holder: str = "",
) -> int:
    """Its id; with a `holder` it is that one's from the start. Raises RejectedError."""
    if not sets:
        reject("sets", N_("no credential is chosen"))
    if not SLOWEST <= rate <= FASTEST:
        reject("rate", N_("%(value)s is not from 1 to 1000 addresses a second"), value=rate)
    if not 1 <= port <= 65_535:
        reject("port", N_("%(value)s is not a port from 1 to 65535"), value=port)
    row = Search(
        city_id=city_id,
        ranges=written(found),
        port=port,
        rate=rate,
        credential_sets=" ".join(map(str, sets)),
        requested_at=now,
        requested_by=actor,
        holder=holder,
        alive_at=now if holder else None,
        started_at=now if holder else None,
        addresses=sum(one.size for one in found),
    )
    session.add(row)
    session.flush()
    note(session, now, actor, "search", row.ranges, f"{row.addresses} addresses, {rate} a second")
    return row.id


def port_of_agents(session: Session, city: City) -> int | None:
    """The port at which the simulated access points of a demonstration listen."""
    asked = (AccessPoint.city_id == city.id, AccessPoint.controller_id.is_(None))
    return session.scalar(select(AccessPoint.port).where(*asked).limit(1))


def searches(session: Session, city_id: int, limit: int = 10) -> list[SearchRow]:
    """The newest first."""
    query = select(Search).where(Search.city_id == city_id).order_by(Search.id.desc()).limit(limit)
    return [search_row(row) for row in session.scalars(query)]


def search(session: Session, city_id: int, search_id: int) -> SearchRow | None:
    row = session.scalars(select(Search).where(Search.city_id == city_id, Search.id == search_id)).one_or_none()
    return search_row(row) if row else None


def next_free(session: Session, city_id: int, now: int) -> int | None:
    """The oldest that waits, or whose holder died."""
    query = select(Search.id).where(Search.city_id == city_id, free(now)).order_by(Search.id).limit(1)
    return session.scalar(query)


def take(session: Session, city_id: int, holder: str, now: int) -> SearchRow | None:
    """The next free one; of two that take it one wins."""
    oldest = next_free(session, city_id, now)
    if oldest is None:
        return None
    values = {"holder": holder, "alive_at": now, "started_at": func.coalesce(Search.started_at, now)}
    mine = update(Search).where(Search.id == oldest, free(now)).values(values)
    taken = session.execute(mine.returning(Search.id))
    return search(session, city_id, oldest) if taken.one_or_none() else None


def progress(session: Session, search_id: int, holder: str, asked: int, now: int) -> bool:
    """Whether to go on: False once it was cancelled, or another took it over."""
    mine = and_(Search.id == search_id, Search.holder == holder, unfinished())
    of_search = FoundDevice.search_id == search_id
    counts = {
        "pinged": select(func.count()).where(of_search, FoundDevice.rtt_us.is_not(None)).scalar_subquery(),
        "answered": select(func.count()).where(of_search, FoundDevice.credential_set_id.is_not(None)).scalar_subquery(),
    }
    moved = session.execute(update(Search).where(mine).values(asked=asked, alive_at=now, **counts).returning(Search.id))
    return moved.one_or_none() is not None


def finish(session: Session, search_id: int, holder: str, now: int, error: str = "") -> None:
    mine = and_(Search.id == search_id, Search.holder == holder, unfinished())
    session.execute(update(Search).where(mine).values(finished_at=now, error=error))


def cancel(session: Session, city_id: int, search_id: int, now: int, actor: str) -> bool:
    """False when it was over before."""
    open_one = and_(Search.city_id == city_id, Search.id == search_id, unfinished())
    done = session.execute(update(Search).where(open_one).values(cancelled_at=now).returning(Search.ranges))
    ranges = done.scalar_one_or_none()
    if ranges is None:
        return False
    note(session, now, actor, "cancel", f"search of {ranges}")
    return True


def forget(session: Session, city_id: int, now: int) -> int:
    """Drop addresses that only answered a ping, after a day, and old searches nothing refers to; how many rows."""
    silent = and_(FoundDevice.credential_set_id.is_(None), FoundDevice.error == "", FoundDevice.sys_object_id == "")
    old = and_(FoundDevice.city_id == city_id, silent, FoundDevice.last_seen < now - PING_KEPT_S)
    newest = select(Search.id).where(Search.city_id == city_id).order_by(Search.id.desc()).limit(KEPT)
    unused = and_(
        Search.city_id == city_id,
        Search.id.not_in(newest),
        ~exists().where(FoundDevice.search_id == Search.id),
    )
    dropped = 0
    for statement in (delete(FoundDevice).where(old), delete(Search).where(unused)):
        result = session.execute(statement)
        assert isinstance(result, CursorResult)  # noqa: S101  # what a DELETE gives
        dropped += result.rowcount
    return dropped


def free(now: int) -> ColumnElement[bool]:
    return and_(unfinished(), or_(Search.started_at.is_(None), Search.alive_at < now - DEAD_S))


def unfinished() -> ColumnElement[bool]:
    return and_(Search.finished_at.is_(None), Search.cancelled_at.is_(None))


def search_row(row: Search) -> SearchRow:
    return SearchRow(
        row.id,
        row.ranges,
        row.port,
        row.rate,
        tuple(map(int, row.credential_sets.split())),
        row.requested_at,
        row.requested_by,
        row.alive_at,
        row.started_at,
        row.finished_at,
        row.cancelled_at,
        row.addresses,
        row.asked,
        row.pinged,
        row.answered,
        row.error,
    )
