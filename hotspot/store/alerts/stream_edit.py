"""Streams of events to other systems as people set them up: a name and the webhook that carries it."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.store.alerts.outbox import WAITING
from hotspot.store.audit import note
from hotspot.store.models import AlertChannel, AlertRoute, City, OutboxMessage

CARRIER = "webhook"  # the kind of channel that sends data
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Stream:
    """`failing_since` is that of its channel; `waiting` counts the events that are not sent yet."""

    id: int
    name: str
    channel_id: int
    channel: str
    works: bool
    failing_since: int | None
    waiting: int
    changed_at: int
    changed_by: str


def stream_rows(session: Session, city: City) -> list[Stream]:
    """By name."""
    waiting = (
        select(OutboxMessage.route_id, func.count().label("n"))
        .where(OutboxMessage.state == WAITING, OutboxMessage.city_id == city.id)
        .group_by(OutboxMessage.route_id)
        .subquery()
    )
    query = (
        select(AlertRoute, AlertChannel, func.coalesce(waiting.c.n, 0))
        .join(AlertChannel, AlertChannel.id == AlertRoute.channel_id)
        .outerjoin(waiting, waiting.c.route_id == AlertRoute.id)
        .where(AlertRoute.city_id == city.id, AlertRoute.stream, AlertRoute.removed_at.is_(None))
        .order_by(AlertRoute.name)
    )
    return [
        Stream(
            route.id, route.name, channel.id, channel.name, channel.enabled and channel.removed_at is None,
            channel.failing_since, count, route.changed_at, route.changed_by,
        )
        for route, channel, count in session.execute(query)
    ]  # fmt: skip


def carriers(session: Session, city: City) -> dict[int, str]:
    """Webhooks in use, by id."""
    query = select(AlertChannel.id, AlertChannel.name).where(
        AlertChannel.city_id == city.id, AlertChannel.kind == CARRIER, AlertChannel.removed_at.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(query.order_by(AlertChannel.name))}


def add_stream(session: Session, city: City, name: str, channel_id: int, now: int, actor: str) -> None:
    """From the next event on. Raises RejectedError for `name` or `channel`."""
    name = cleaned("name", name)
    if not 1 <= len(name) <= LONGEST_NAME:
        reject("name", N_("a name has 1 to %(most)s printable characters"), most=LONGEST_NAME)
    own = select(AlertRoute.id).where(AlertRoute.city_id == city.id, AlertRoute.name == name)
    if session.scalar(own) is not None:
        reject("name", N_("a route or stream with this name exists already, or did"))
    channel = carriers(session, city).get(channel_id) or reject("channel", N_("choose a webhook"))
    session.add(
        AlertRoute(
            city_id=city.id, name=name, channel_id=channel_id, stream=True, least_severity="notice", changed_at=now,
            changed_by=actor,
        )
    )  # fmt: skip
    note(session, now, actor, "create", f"stream {name}", f"by {channel}")


def stop_stream(session: Session, city: City, route_id: int, now: int, actor: str) -> str | None:
    """Its name; None when there is none with this number. What waits is not sent any more."""
    own = AlertRoute.city_id == city.id, AlertRoute.id == route_id, AlertRoute.stream, AlertRoute.removed_at.is_(None)
    gone = update(AlertRoute).where(*own).values(removed_at=now, changed_at=now, changed_by=actor)
    name: str | None = session.scalar(gone.returning(AlertRoute.name))
    if name is not None:
        left = update(OutboxMessage).where(OutboxMessage.route_id == route_id, OutboxMessage.state == WAITING)
        session.execute(left.values(state="held_back", error="the stream was ended"))
        note(session, now, actor, "remove", f"stream {name}")
    return name
