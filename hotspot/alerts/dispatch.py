"""The events of incidents to messages in the outbox: who hears what, when, and in which words.

Of one incident a look tells once, however much happened to it since the last one. That it is over is told to exactly
those who were told that it began.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotspot.alerts.channels import CHANNELS
from hotspot.alerts.post import ABOUT_TO_LEAVE_S, Post
from hotspot.alerts.voices import catalogue
from hotspot.analytics.routing import (
    LEFT,
    NOT_TOLD,
    OPENING,
    Audience,
    Delivery,
    Happening,
    Recipient,
    Route,
    escalates,
    opening,
    recovery,
)
from hotspot.store.alerts import told
from hotspot.store.alerts.incident_events import add
from hotspot.store.alerts.routes import audience, ensure_defaults, every_route
from hotspot.store.alerts.told import Message, Pending
from hotspot.store.models import City, OutboxMessage

PERSONAL = frozenset(kind for kind, channel in CHANNELS.items() if channel.address is not None)
PAST_S = 3600  # what was over for so long before anybody was told is history
STUCK_S = 60  # what was to leave at once and still waits


def dispatch(session: Session, city: City, now: int) -> None:
    """Writes only when there is something to tell; messages and `told_at` are committed together."""
    ensure_defaults(session, city, now, catalogue("id").gettext)
    leave_out(session, city)
    routes = every_route(session, city)
    escalate(session, city, routes, now)
    events = told.pending(session, city)
    if not events:
        return
    post, heard = Post(session, city, routes, now), audience(session, city, PERSONAL)
    post.know({event.incident_id for event in events})
    happened = told.happenings(session, post.facts)
    for incident_id, group in groupby(sorted(events, key=lambda one: one.incident_id), lambda one: one.incident_id):
        if incident_id in happened:
            tell(post, heard, happened[incident_id], list(group))
    post.close()
    told.mark(session, [event.id for event in events], now)


def leave_out(session: Session, city: City) -> None:
    """Nothing goes to people whose accounts were disabled while it waited."""
    if gone := told.left_behind(session, city):
        held = update(OutboxMessage).where(OutboxMessage.id.in_(gone)).values(state="held_back", error=LEFT)
        session.execute(held)


def escalate(session: Session, city: City, routes: dict[int, Route], now: int) -> None:
    """Each route that waits for it is told once of an open incident that nobody acknowledged in time."""
    waiting = [route for route in routes.values() if route.enabled and route.escalate_after_min is not None]
    if not waiting or not (since := told.announced(session, city)):
        return
    happened, before = told.happenings(session, since), told.escalated(session, since)
    for incident_id, happening in happened.items():
        for route in waiting:
            if (incident_id, route.id) not in before and escalates(route, happening, since[incident_id], now):
                add(session, incident_id, at=now, kind="escalated", text=route.name, data={"route": route.id})


def tell(post: Post, heard: Audience, happening: Happening, events: Sequence[Pending]) -> None:
    """The events of one incident since the last look."""
    for event in events:
        if event.kind == "escalated":
            begin(post, heard, replace(happening, event="escalated", route_id=event.route_id), event)
    course = [event for event in events if event.kind != "escalated"]
    if not course:
        return
    last, kinds = course[-1], {event.kind for event in course}
    if last.kind == "recovered":
        reached = end(post, heard, happening, last)
        if kinds & OPENING and last.at > post.now - PAST_S:  # it came and went before anybody was told
            begin(post, heard, happening, last, reached)
    else:
        kind = "opened" if last.kind == "grew" and "opened" in kinds else last.kind
        begin(post, heard, replace(happening, event=kind), replace(last, kind=kind))


def begin(
    post: Post, heard: Audience, happening: Happening, event: Pending, without: frozenset[Recipient] = frozenset()
) -> None:
    for one in opening(happening, post.routes.values(), heard, post.now, post.sent):
        if one.recipient not in without:
            post.put(one, event.kind, event.id, event.incident_id)


def end(post: Post, heard: Audience, happening: Happening, event: Pending) -> frozenset[Recipient]:
    """Whom it reaches: a recipient whose digest still waits reads there that it is over, in the same line."""
    open_ = openings(told.messages_of(post.session, event.incident_id))
    deliveries = recovery(
        [Delivery(one.route_id or 0, one.recipient, 0, held_of(one)) for one in open_],
        post.routes, heard, happening.severity, post.now,
    )  # fmt: skip
    for one in deliveries:
        waits = None if one.held else waiting(open_, one.recipient, post.now)
        if waits is not None:
            post.join(one, event.kind, event.id, event.incident_id, waits)
            continue
        row = post.put(one, event.kind, event.id, event.incident_id)
        if row.state == "waiting" and (late := overtaken(open_, one.recipient, post.now)):
            post.session.flush()
            told.replace_by(post.session, late, row.id)
    return frozenset(one.recipient for one in deliveries)


def openings(messages: Sequence[Message]) -> list[Message]:
    """What recipients were told of it since they were last told that it was over."""
    since: dict[Recipient, list[Message]] = {}
    for one in messages:
        if one.is_opening:
            since.setdefault(one.recipient, []).append(one)
        else:
            since.pop(one.recipient, None)
    return [one for each in since.values() for one in each]


def held_of(one: Message) -> str:
    return "" if one.is_told else one.held or NOT_TOLD


def overtaken(messages: Sequence[Message], recipient: Recipient, now: int) -> list[int]:
    """What still waits for a channel that can't send, when all of it does: that it is over tells enough."""
    mine = [one for one in messages if one.recipient == recipient and one.is_told]
    late = all(one.state == "waiting" and not one.attempts and one.created_at < now - STUCK_S for one in mine)
    return [one.id for one in mine] if late else []


def waiting(messages: Sequence[Message], recipient: Recipient, now: int) -> int | None:
    """The digest that tells the recipient of it and has not gone out; None where any of it was told before."""
    mine = [one for one in messages if one.recipient == recipient and one.is_told]
    in_time = all(one.digest_at is not None and one.digest_at > now + ABOUT_TO_LEAVE_S for one in mine)
    still = all(one.digest_state == "waiting" for one in mine)
    return mine[-1].digest_id if mine and in_time and still else None
