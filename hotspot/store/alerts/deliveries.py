"""The delivery log: each message, when it left, to whom, why, and what was answered to each try."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.paging import paged
from hotspot.store.models import Account, AccountContact, AlertChannel, City, DeliveryAttempt, OutboxMessage

IN_PAGES = "pages"  # as the channel of a filter: what is read in the pages
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    at: int
    ok: bool
    duration_ms: int
    answer: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """`channel` is None for what is read in the pages, `person` for a message to the channel itself.

    `hint` is what may be shown of the person's address; `next_at` counts while it waits.
    """

    id: int
    created_at: int
    sent_at: int | None
    next_at: int
    state: str
    event: str
    severity: str
    subject: str
    why: str
    error: str
    incident_id: int | None
    channel: str | None
    kind: str | None
    person: str | None
    hint: str | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """`channel` is an id or IN_PAGES; the window is of when a message was put into the outbox."""

    state: str = ""
    channel: str = ""
    person: str = ""
    incident: int | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    rows: list[Delivered]
    total: int
    page: int
    pages: int


def delivery_page(
    session: Session, city: City, chosen: DeliveryFilter, *, page: int = 1, per_page: int = 50
) -> DeliveryPage:
    """The newest first."""
    total = session.scalar(selected(city, chosen, func.count())) or 0
    page, pages = paged(total, page, per_page)
    rows = delivered(session, everything(city, chosen).offset((page - 1) * per_page).limit(per_page))
    return DeliveryPage(rows, total, page, pages)


def every_delivery(session: Session, city: City, chosen: DeliveryFilter) -> Iterator[Delivered]:
    """The newest first, asked for a slice at a time."""
    last: int | None = None
    while rows := delivered(session, everything(city, chosen, before=last).limit(AT_ONCE)):
        yield from rows
        last = rows[-1].id


def everything(city: City, chosen: DeliveryFilter, before: int | None = None) -> Select[Any]:
    query = selected(
        city, chosen, OutboxMessage, AlertChannel.name, AlertChannel.kind, Account.name, AccountContact.hint
    )
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    return query.order_by(OutboxMessage.id.desc())


def selected(city: City, chosen: DeliveryFilter, *what: Any) -> Select[Any]:
    contact = and_(AccountContact.account_id == Account.id, AccountContact.kind == AlertChannel.kind)
    query = (
        select(*what)
        .select_from(OutboxMessage)
        .outerjoin(AlertChannel, AlertChannel.id == OutboxMessage.channel_id)
        .outerjoin(Account, Account.id == OutboxMessage.account_id)
        .outerjoin(AccountContact, contact)
    )
    return query.where(OutboxMessage.city_id == city.id, *conditions(chosen))


def conditions(chosen: DeliveryFilter) -> Iterator[ColumnElement[bool]]:
    if chosen.state:
        yield OutboxMessage.state == chosen.state
    if chosen.channel == IN_PAGES:
        yield OutboxMessage.channel_id.is_(None)
    elif chosen.channel:
        yield OutboxMessage.channel_id == int(chosen.channel)
    if chosen.person:
        yield Account.name == chosen.person
    if chosen.incident is not None:
        digests = select(OutboxMessage.digest_id).where(
            OutboxMessage.incident_id == chosen.incident, OutboxMessage.digest_id.is_not(None)
        )
        yield or_(OutboxMessage.incident_id == chosen.incident, OutboxMessage.id.in_(digests))
    if chosen.since is not None:
        yield OutboxMessage.created_at >= chosen.since
    if chosen.until is not None:
        yield OutboxMessage.created_at < chosen.until


def delivered(session: Session, query: Select[Any]) -> list[Delivered]:
    found = session.execute(query).all()
    tries = attempts(session, [row[0].id for row in found])
    return [
        Delivered(
            one.id, one.created_at, one.sent_at, one.next_at, one.state, one.event, one.severity, one.subject, one.why,
            one.error, one.incident_id, channel, kind, person, hint, tuple(tries[one.id]),
        )
        for one, channel, kind, person, hint in found
    ]  # fmt: skip


def attempts(session: Session, ids: Collection[int]) -> dict[int, list[Attempt]]:
    query = select(DeliveryAttempt).where(DeliveryAttempt.message_id.in_(ids)).order_by(DeliveryAttempt.id)
    found: dict[int, list[Attempt]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.message_id].append(Attempt(row.at, row.ok, row.duration_ms, row.answer))
    return found


def people_written_to(session: Session, city: City) -> list[str]:
    """By name."""
    query = select(Account.name).where(
        Account.id.in_(select(OutboxMessage.account_id).where(OutboxMessage.city_id == city.id).distinct())
    )
    return list(session.scalars(query.order_by(Account.name)))


def forget_attempts(session: Session, before: int) -> int:
    """Drops the tries of that long ago; the messages and what became of them stay with their incidents."""
    old = select(DeliveryAttempt.id).where(DeliveryAttempt.at < before).limit(AT_ONCE)
    gone = delete(DeliveryAttempt).where(DeliveryAttempt.id.in_(old)).returning(DeliveryAttempt.id)
    return len(session.scalars(gone).all())
