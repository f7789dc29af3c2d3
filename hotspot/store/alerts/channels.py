"""The ways out that a city has set up: added, changed, switched, removed and brought back; their secrets are sealed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.store.alerts.outbox import GIVEN_UP, SENT, TEST, WAITING, config_of, seal_config, try_again
from hotspot.store.audit import note
from hotspot.store.models import AlertChannel, AlertRoute, City, OutboxMessage

LONGEST_NAME = 60
DAY_S = 86_400
MOST_TESTS = 3  # of one channel that wait


@dataclass(frozen=True, slots=True)
class LastTest:
    id: int
    state: str
    created_at: int
    sent_at: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """`failing_since` is the first failure since the last success. Sent and given up are of the last 24 hours.

    `test` is the newest test message of the last 24 hours, `oldest_waiting` the age base of what waits, None for none.
    """

    id: int
    kind: str
    name: str
    hint: str
    enabled: bool
    removed_at: int | None
    ok_at: int | None
    failing_since: int | None
    error: str
    waiting: int
    oldest_waiting: int | None
    sent: int
    given_up: int
    routes: int
    test: LastTest | None


def channel_rows(session: Session, city: City, now: int) -> list[ChannelRow]:
    """By name; removed ones, too."""
    counted = case((OutboxMessage.state == WAITING, 1), else_=0)
    recent = OutboxMessage.created_at > now - DAY_S
    counts = (
        select(
            OutboxMessage.channel_id,
            func.sum(counted).label("waiting"),
            func.min(case((OutboxMessage.state == WAITING, OutboxMessage.created_at))).label("oldest"),
            func.sum(case((and_(OutboxMessage.state == SENT, recent), 1), else_=0)).label("sent"),
            func.sum(case((and_(OutboxMessage.state == GIVEN_UP, recent), 1), else_=0)).label("given_up"),
        )
        .where(OutboxMessage.city_id == city.id, OutboxMessage.channel_id.is_not(None))
        .where((OutboxMessage.state == WAITING) | recent)
        .group_by(OutboxMessage.channel_id)
    )
    found = {row.channel_id: row for row in session.execute(counts)}
    routes = select(AlertRoute.channel_id, func.count()).where(
        AlertRoute.city_id == city.id, AlertRoute.removed_at.is_(None), AlertRoute.channel_id.is_not(None)
    )
    used = {row[0]: row[1] for row in session.execute(routes.group_by(AlertRoute.channel_id))}
    tests = newest_tests(session, city, now - DAY_S)
    query = select(AlertChannel).where(AlertChannel.city_id == city.id).order_by(AlertChannel.name, AlertChannel.id)
    rows = []
    for one in session.scalars(query):
        count = found.get(one.id)
        rows.append(ChannelRow(
            one.id, one.kind, one.name, one.hint, one.enabled, one.removed_at, one.ok_at, one.failing_since, one.error,
            int(count.waiting) if count else 0,
            count.oldest if count else None,
            int(count.sent) if count else 0,
            int(count.given_up) if count else 0,
            used.get(one.id, 0),
            tests.get(one.id),
        ))  # fmt: skip
    return rows


def newest_tests(session: Session, city: City, since: int) -> dict[int, LastTest]:
    """By channel."""
    query = select(OutboxMessage).where(
        OutboxMessage.city_id == city.id, OutboxMessage.event == TEST, OutboxMessage.created_at > since
    )
    rows = session.scalars(query.order_by(OutboxMessage.id)).all()
    return {
        row.channel_id: LastTest(row.id, row.state, row.created_at, row.sent_at, row.error)
        for row in rows
        if row.channel_id is not None
    }


def get(session: Session, city: City, channel_id: int) -> AlertChannel:
    """Raises NoResultFound."""
    return session.scalars(
        select(AlertChannel).where(AlertChannel.city_id == city.id, AlertChannel.id == channel_id)
    ).one()


def stored_config(session: Session, key: bytes, city: City, channel_id: int) -> dict[str, str]:
    """Empty where this installation's key does not open it."""
    return config_of(key, get(session, city, channel_id)) or {}


def add_channel(
    session: Session,
    key: bytes,
    city: City,
    *,
    kind: str,
    name: str,
    config: Mapping[str, str],
    hint: str,
    now: int,
    actor: str,
) -> int:
    """The id; `config` as the kind of channel checked it. Raises RejectedError of "name"."""
    row = AlertChannel(
        city_id=city.id,
        kind=kind,
        name=free_name(session, city, name),
        config=b"",
        hint=hint,
        created_at=now,
        created_by=actor,
    )
    session.add(row)
    session.flush()
    row.config = seal_config(key, row, config)
    note(session, now, actor, "add", f"channel {row.name}", f"{kind}, {hint}")
    return row.id


def change_channel(
    session: Session,
    key: bytes,
    city: City,
    channel_id: int,
    *,
    name: str,
    config: Mapping[str, str],
    hint: str,
    now: int,
    actor: str,
) -> bool:
    """What failed is tried again at once; False when nothing differs. Raises RejectedError of "name"."""
    row = get(session, city, channel_id)
    name, stored = free_name(session, city, name, but=channel_id), config_of(key, row)
    changed = sorted(field for field in config if (stored or {}).get(field) != config[field])
    if name == row.name and not changed:
        return False
    said = [f"name: {row.name} -> {name}"] if name != row.name else []
    said += [f"replaced: {', '.join(changed)}"] if changed else []
    note(session, now, actor, "change", f"channel {row.name}", "; ".join(said))
    row.name, row.hint, row.config = name, hint, seal_config(key, row, config)
    try_again(session, row.id, now)
    return True


def switch(session: Session, city: City, channel_id: int, on: bool, now: int, actor: str) -> bool:
    """False when it was so already."""
    row = get(session, city, channel_id)
    if row.enabled == on:
        return False
    row.enabled = on
    note(session, now, actor, "enable" if on else "disable", f"channel {row.name}")
    return True


def remove(session: Session, city: City, channel_id: int, now: int, actor: str) -> str:
    """Its name; kept for the log, and to be brought back."""
    row = get(session, city, channel_id)
    if row.removed_at is None:
        row.removed_at = now
        note(session, now, actor, "remove", f"channel {row.name}")
    return row.name


def bring_back(session: Session, city: City, channel_id: int, now: int, actor: str) -> str:
    row = get(session, city, channel_id)
    if row.removed_at is not None:
        row.removed_at = None
        note(session, now, actor, "undo", f"channel {row.name}")
    return row.name


def free_name(session: Session, city: City, name: str, but: int | None = None) -> str:
    name = cleaned("name", name)
    if not name:
        reject("name", N_("empty"))
    if len(name) > LONGEST_NAME:
        reject("name", N_("longer than %(most)s characters"), most=LONGEST_NAME)
    query = select(AlertChannel).where(AlertChannel.city_id == city.id, AlertChannel.name == name)
    other = session.scalars(query).one_or_none()
    if other is not None and other.id != but:
        removed = N_("a removed channel has this name; bring it back, or choose another name")
        reject("name", removed if other.removed_at is not None else N_("there is one of this name already"))
    return name


def ask_for_test(
    session: Session,
    city: City,
    channel_id: int,
    *,
    account_id: int | None,
    subject: str,
    body: str,
    now: int,
    actor: str,
) -> int:
    """The id of a test message that the collector will send: to a person, or to the channel itself.

    Raises RejectedError of "test" where it would not be sent.
    """
    row = get(session, city, channel_id)
    if row.removed_at is not None or not row.enabled:
        reject("test", N_("the channel is off"))
    tests = (OutboxMessage.channel_id == row.id, OutboxMessage.event == TEST)
    waiting = session.scalar(select(func.count()).where(*tests, OutboxMessage.state == WAITING)) or 0
    if waiting >= MOST_TESTS:
        reject("test", N_("tests of this channel wait already"))
    last = session.scalar(select(func.max(OutboxMessage.id))) or 0
    key = hashlib.sha256(f"test {city.code} {row.id} {last} {now}".encode()).hexdigest()
    message = OutboxMessage(
        city_id=city.id,
        key=key,
        channel_id=row.id,
        account_id=account_id,
        event=TEST,
        severity="notice",
        why=actor,
        subject=subject,
        body=body,
        created_at=now,
        next_at=now,
    )
    session.add(message)
    session.flush()
    note(session, now, actor, "test message", f"channel {row.name}")
    return message.id


def channel_names(session: Session, city: City) -> dict[int, str]:
    """By id, removed ones as well: the log still has them."""
    query = select(AlertChannel.id, AlertChannel.name).where(AlertChannel.city_id == city.id)
    return {row.id: row.name for row in session.execute(query.order_by(AlertChannel.name))}


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """Of one channel since it was set up; `due_at` is when the first of the messages that wait was to be sent."""

    name: str
    failing_since: int | None
    waiting: int
    sent: int
    given_up: int
    due_at: int | None


def channel_counts(session: Session, city: City) -> list[ChannelCounts]:
    """Of the channels that are there, by name; for those who watch the service."""

    def n(state: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((OutboxMessage.state == state, 1), else_=0)), 0)

    due_at = func.min(case((OutboxMessage.state == WAITING, OutboxMessage.next_at)))
    query = (
        select(AlertChannel.name, AlertChannel.failing_since, n(WAITING), n(SENT), n(GIVEN_UP), due_at)
        .outerjoin(OutboxMessage, OutboxMessage.channel_id == AlertChannel.id)
        .where(AlertChannel.city_id == city.id, AlertChannel.removed_at.is_(None))
        .group_by(AlertChannel.id, AlertChannel.name, AlertChannel.failing_since)
        .order_by(AlertChannel.name)
    )
    return [ChannelCounts(*row) for row in session.execute(query)]
