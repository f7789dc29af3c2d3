"""What a person is told in the pages: messages without a channel, read or not."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.paging import paged
from hotspot.store.models import AlertRoute, Incident, OutboxMessage

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """`is_over`: its incident has recovered since; `language` is that in which it was written."""

    id: int
    incident_id: int | None
    event: str
    severity: str
    subject: str
    body: str
    why: str
    language: str
    created_at: int
    seen_at: int | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """`newest` is the id of the person's newest notice."""

    rows: list[Notice]
    newest: int
    total: int
    unread: int
    page: int
    pages: int


def mine(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (OutboxMessage.account_id == account_id, OutboxMessage.state == "sent", OutboxMessage.channel_id.is_(None))


def unread(session: Session, account_id: int) -> int:
    """At most MOST_COUNTED: asked by every page."""
    some = select(OutboxMessage.id).where(*mine(account_id), OutboxMessage.seen_at.is_(None)).limit(MOST_COUNTED)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def notices(session: Session, account_id: int, *, page: int = 1, per_page: int = 50) -> NoticePage:
    """The newest first."""
    counts = select(func.count(), func.count().filter(OutboxMessage.seen_at.is_(None)), func.max(OutboxMessage.id))
    total, fresh, newest = session.execute(counts.where(*mine(account_id))).one()
    page, pages = paged(total, page, per_page)
    query = (
        select(OutboxMessage, Incident.recovered_at, AlertRoute.language)
        .outerjoin(Incident, Incident.id == OutboxMessage.incident_id)
        .outerjoin(AlertRoute, AlertRoute.id == OutboxMessage.route_id)
        .where(*mine(account_id))
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
        .offset((page - 1) * per_page)
        .limit(per_page)
    )
    rows = [
        Notice(
            row.id, row.incident_id, row.event, row.severity, row.subject, row.body, row.why, language or "id",
            row.created_at, row.seen_at, is_over=recovered_at is not None,
        )
        for row, recovered_at, language in session.execute(query)
    ]  # fmt: skip
    return NoticePage(rows, newest or 0, total, fresh, page, pages)


def see(session: Session, account_id: int, now: int, *, ids: Collection[int] | None = None, up_to: int = 0) -> int:
    """How many were marked as read: these, or all up to the one that the person's page showed first."""
    which = OutboxMessage.id.in_(ids) if ids is not None else OutboxMessage.id <= up_to
    marked = update(OutboxMessage).where(*mine(account_id), OutboxMessage.seen_at.is_(None), which)
    return len(session.scalars(marked.values(seen_at=now).returning(OutboxMessage.id)).all())


def incident_of(session: Session, account_id: int, notice_id: int) -> int | None:
    """The incident that it tells of, 0 where it tells of several; None where the person has no such notice."""
    query = select(OutboxMessage.incident_id).where(*mine(account_id), OutboxMessage.id == notice_id)
    row = session.execute(query).one_or_none()
    return None if row is None else row[0] or 0
