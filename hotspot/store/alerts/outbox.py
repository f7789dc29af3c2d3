"""The outbox: messages that wait for their channel, what became of each try, and how the channels do.

At least once: a message is sent first and marked as sent after that. Who dies in between sends it again, with the same
key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.retries import GIVE_UP_S, is_given_up, wait_s
from hotspot.secrets import SealError, seal, unseal
from hotspot.store.alerts.contacts import opened, row_of
from hotspot.store.models import AlertChannel, AlertRoute, DeliveryAttempt, OutboxMessage

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"
TEST = "test"  # as the event of a message: tried once, at once
EARLIER = aliased(OutboxMessage)
LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with what is needed to send it. `config` is None where this installation's key does not open it.

    `to` is the person's address, empty for a message to the channel itself, None where the person has none, or
    `is_locked` one that this installation's key does not open.
    """

    id: int
    channel_id: int
    kind: str
    config: Mapping[str, str] | None
    to: str | None
    message: OutboxMessage
    language: str
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try. `sick`: the channel itself failed, so its other messages wait as well."""

    message_id: int
    channel_id: int
    at: int
    duration_ms: int
    ok: bool
    answer: str
    retry: bool = False
    sick: bool = False
    chance: float = 0.5


@dataclass(frozen=True, slots=True)
class Health:
    """Of a channel after a try; `failed_since` is None where it worked before as well, `error` empty where it works."""

    channel_id: int
    name: str
    works: bool
    failed_since: int | None
    error: str


def due_channels(session: Session, city_id: int, now: int) -> list[int]:
    """Those with something to send."""
    query = select(AlertChannel).where(
        AlertChannel.city_id == city_id, AlertChannel.enabled, AlertChannel.removed_at.is_(None)
    )
    channels = session.scalars(query.order_by(AlertChannel.id)).all()
    return [one.id for one in channels if next_message(session, one, now) is not None]


def next_message(session: Session, channel: AlertChannel, now: int) -> OutboxMessage | None:
    """The oldest that may be sent now; a person's test goes before all others.

    None before an earlier one to the same recipient that failed, or that is of the same incident. While a channel
    fails, only what failed is tried again, when its time has come.
    """
    # The sum keeps SQLite to the index in the order of ids: it ends at the first row, where others sort thousands.
    mine = (OutboxMessage.channel_id == channel.id, OutboxMessage.state == WAITING, OutboxMessage.next_at + 0 <= now)
    oldest = select(OutboxMessage).where(*mine).order_by(OutboxMessage.id).limit(1)
    test = session.scalars(oldest.where(OutboxMessage.event == TEST)).one_or_none()
    if test is not None or rests(session, channel, now):
        return test
    same = and_(
        EARLIER.channel_id == channel.id,
        EARLIER.state == WAITING,
        EARLIER.id < OutboxMessage.id,
        func.coalesce(EARLIER.account_id, 0) == func.coalesce(OutboxMessage.account_id, 0),
        or_(EARLIER.attempts > 0, EARLIER.incident_id == OutboxMessage.incident_id),
    )
    return session.scalars(oldest.where(~exists(select(EARLIER.id).where(same)))).one_or_none()


def rests(session: Session, channel: AlertChannel, now: int) -> bool:
    """Whether it fails, and the time to try again what failed has not come."""
    if channel.failing_since is None:
        return False
    failed = (OutboxMessage.channel_id == channel.id, OutboxMessage.state == WAITING, OutboxMessage.attempts > 0)
    again_at = session.scalar(select(func.min(OutboxMessage.next_at)).where(*failed))
    return again_at is not None and again_at > now


def next_letter(session: Session, key: bytes, channel_id: int, now: int) -> Letter | None:
    """What `next_message` says, unless the channel was switched off or removed meanwhile."""
    channel = session.get_one(AlertChannel, channel_id)
    usable = channel.enabled and channel.removed_at is None
    message = next_message(session, channel, now) if usable else None
    if message is None:
        return None
    route = None if message.route_id is None else session.get_one(AlertRoute, message.route_id)
    row = None if message.account_id is None else row_of(session, message.account_id, channel.kind)
    to = "" if message.account_id is None else (opened(key, row) or None) if row else None
    session.expunge(message)
    language = "id" if route is None else route.language
    is_locked = row is not None and to is None
    return Letter(message.id, channel.id, channel.kind, config_of(key, channel), to, message, language, is_locked)


def config_of(key: bytes, channel: AlertChannel) -> dict[str, str] | None:
    """None of what this installation's key does not open: it is entered anew."""
    try:
        config: dict[str, str] = json.loads(unseal(key, channel.config, sealed_for(channel)))
    except SealError:
        return None
    return config


def seal_config(key: bytes, channel: AlertChannel, config: Mapping[str, str]) -> bytes:
    return seal(key, json.dumps(dict(config)), sealed_for(channel))


def sealed_for(channel: AlertChannel) -> str:
    """What the stored configuration is bound to."""
    return f"{channel.city_id}/alert_channel/{channel.id}"


def record(session: Session, outcome: Outcome) -> Health:
    """The try, what it makes of the message, and of the channel's health."""
    at, answer = outcome.at, outcome.answer[:LONGEST_ANSWER]
    message = session.get_one(OutboxMessage, outcome.message_id)
    message.attempts += 1
    message.error = "" if outcome.ok else answer
    if outcome.ok:
        message.state, message.sent_at = SENT, at
    elif not outcome.retry or message.event == TEST or is_given_up(message.created_at, at):
        message.state = GIVEN_UP
    else:
        message.next_at = at + wait_s(message.attempts, outcome.chance)
    attempt = DeliveryAttempt(
        message_id=message.id, at=at, ok=outcome.ok, duration_ms=outcome.duration_ms, answer=answer
    )
    session.add(attempt)
    channel = session.get_one(AlertChannel, outcome.channel_id)
    session.flush()
    failed_since = channel.failing_since
    if outcome.ok:
        if failed_since is not None:
            try_again(session, channel.id, at)
        channel.ok_at, channel.failing_since, channel.error = at, None, ""
    elif outcome.sick:
        channel.failing_since, channel.error = failed_since or at, answer
    return Health(channel.id, channel.name, outcome.ok, failed_since, channel.error)


def try_again(session: Session, channel_id: int, now: int) -> None:
    """What failed is due at once: the channel works again, or was mended."""
    failed = (OutboxMessage.channel_id == channel_id, OutboxMessage.state == WAITING, OutboxMessage.attempts > 0)
    session.execute(update(OutboxMessage).where(*failed, OutboxMessage.next_at > now).values(next_at=now))


def too_old(city_id: int, now: int) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.city_id == city_id,
        OutboxMessage.state == WAITING,
        OutboxMessage.channel_id.is_not(None),
        OutboxMessage.created_at <= now - GIVE_UP_S,
    )


def any_too_old(session: Session, city_id: int, now: int) -> bool:
    return session.scalar(select(exists().where(too_old(city_id, now)))) or False


def give_up(session: Session, city_id: int, now: int) -> int:
    """What waited for a day is given up, with its last error as the reason; how many."""
    reason = func.coalesce(func.nullif(OutboxMessage.error, ""), "its channel was off for a day")
    gone = update(OutboxMessage).where(too_old(city_id, now)).values(state=GIVEN_UP, error=reason)
    return len(session.scalars(gone.returning(OutboxMessage.id)).all())
