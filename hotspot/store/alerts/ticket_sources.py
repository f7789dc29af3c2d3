"""Other agencies' systems that may open and close tickets; a secret is told once, only its SHA-256 is kept."""

import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, RejectedError, cleaned
from hotspot.store.audit import note
from hotspot.store.links import digest
from hotspot.store.models import City, Ticket, TicketSource

PREFIX = "hst_"  # lets a scanner of leaked secrets recognise one
TOUCH_S = 60
LONGEST_NAME = 64
MOST = 50  # in use at once


@dataclass(frozen=True, slots=True)
class Source:
    """`open` of its `total` tickets are not closed."""

    id: int
    name: str
    created_at: int
    created_by: str
    last_used_at: int | None
    revoked_at: int | None
    open: int = 0
    total: int = 0

    def is_stale(self, now: int) -> bool:
        """Whether `touch_source` should note that it is used."""
        return self.last_used_at is None or now - self.last_used_at >= TOUCH_S


def add_source(session: Session, city: City, name: str, now: int, actor: str) -> str:
    """The secret; it can't be shown again. Raises RejectedError for `name`."""
    name = cleaned("name", name)
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise RejectedError("name", N_("a name has 1 to %(most)s printable characters"), most=LONGEST_NAME)
    own = select(func.count()).select_from(TicketSource).where(TicketSource.city_id == city.id)
    if session.scalar(own.where(TicketSource.name == name)):
        raise RejectedError("name", N_("a source with this name exists already, or did"))
    if (session.scalar(own.where(TicketSource.revoked_at.is_(None))) or 0) >= MOST:
        raise RejectedError("name", N_("there are %(most)s sources already; revoke one first"), most=MOST)
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(TicketSource(city_id=city.id, name=name, digest=digest(secret), created_at=now, created_by=actor))
    note(session, now, actor, "create", f"ticket source {name}")
    return secret


def ticket_sources(session: Session, city: City) -> list[Source]:
    """Those in use first, each group by name."""
    counts = (
        select(Ticket.source_id, func.count().label("total"), func.count(Ticket.closed_at).label("closed"))
        .group_by(Ticket.source_id)
        .subquery()
    )
    query = (
        select(TicketSource, func.coalesce(counts.c.total, 0), func.coalesce(counts.c.closed, 0))
        .outerjoin(counts, counts.c.source_id == TicketSource.id)
        .where(TicketSource.city_id == city.id)
        .order_by(TicketSource.revoked_at.is_not(None), TicketSource.name)
    )
    return [told(row, total - closed, total) for row, total, closed in session.execute(query)]


def source_of(session: Session, secret: str) -> Source | None:
    """The source with this secret, unless revoked; pass it to `touch_source` when stale."""
    given = digest(secret)
    row = session.scalar(select(TicketSource).where(TicketSource.digest == given, TicketSource.revoked_at.is_(None)))
    return told(row) if row and hmac.compare_digest(row.digest, given) else None


def touch_source(session: Session, source_id: int, now: int) -> None:
    session.execute(update(TicketSource).where(TicketSource.id == source_id).values(last_used_at=now))


def revoke_source(session: Session, city: City, source_id: int, now: int, actor: str) -> str | None:
    """Its name; None when there is none in use with this number."""
    mine = TicketSource.city_id == city.id, TicketSource.id == source_id, TicketSource.revoked_at.is_(None)
    name: str | None = session.scalar(
        update(TicketSource).where(*mine).values(revoked_at=now).returning(TicketSource.name)
    )
    if name is not None:
        note(session, now, actor, "revoke", f"ticket source {name}")
    return name


def told(row: TicketSource, still_open: int = 0, total: int = 0) -> Source:
    return Source(row.id, row.name, row.created_at, row.created_by, row.last_used_at, row.revoked_at, still_open, total)
