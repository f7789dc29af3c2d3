"""Events reach another system through the real sender: in order, signed, also when it was down for a while."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import time_machine
from sqlalchemy import Engine, select

from hotspot.alerts.sender import Sender
from hotspot.store.alerts.incident_events import add
from hotspot.store.alerts.stream import publish, published
from hotspot.store.alerts.stream_edit import add_stream
from hotspot.store.base import reading, writing
from hotspot.store.models import City
from tests.hotspot.alerts.outbox_city import OutboxCity, outbox_city, sent
from tests.hotspot.alerts.sink import Sink, sink

NOW = 1_795_244_400
SECRET = "a secret between two systems"


def is_ours(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """As docs/alerts.md tells it to the other side."""
    at = headers["hotspot-timestamp"]
    right = "v1=" + hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    given = headers["hotspot-signature"].split(",")
    return any(hmac.compare_digest(right, one) for one in given) and abs(now - int(at)) < 300


def streaming(engine: Engine, port: int) -> OutboxCity:
    town = outbox_city(engine, NOW)
    channel = town.channel("webhook", {"url": f"http://127.0.0.1:{port}/hook", "secret": SECRET})
    with writing(engine) as session:
        add_stream(session, session.get_one(City, town.city_id), "Command centre", channel, NOW, "rina")
    return town


def happen(town: OutboxCity, incident: int, *kinds: str) -> None:
    with writing(town.engine) as session:
        for kind in kinds:
            add(session, incident, at=NOW, kind=kind, quiet=True)


async def look(town: OutboxCity, sender: Sender, passed: int = 0) -> None:
    with time_machine.travel(NOW + passed, tick=False):
        with writing(town.engine) as session:
            publish(session, session.get_one(City, town.city_id), NOW + passed)
        await sent(sender)


def heard(there: Sink) -> list[Any]:
    return [json.loads(request.body) for request in there.requests]


async def test_events_of_all_incidents_arrive_signed_and_in_their_order(engine: Engine) -> None:
    with sink() as there:
        town = streaming(engine, there.port)
        sender, first, second = town.sender(), town.incident(), town.incident()
        happen(town, first, "opened")
        happen(town, second, "opened")
        happen(town, first, "ticket_opened", "recovered")
        await look(town, sender)
        happen(town, second, "recovered")
        await look(town, sender, 5)
    assert [(one["sequence"], one["incident"]["id"], one["event"]) for one in heard(there)] == [
        (1, first, "opened"), (2, second, "opened"), (3, first, "ticket_opened"), (4, first, "recovered"),
        (5, second, "recovered"),
    ]  # fmt: skip
    for request in there.requests:
        assert is_ours(SECRET, request.headers, request.body, NOW)
        assert not is_ours(SECRET, request.headers, request.body + b" ", NOW)
        assert not is_ours(SECRET, request.headers, request.body, NOW + 3600)
    with reading(engine) as session:
        told = published(session, session.scalars(select(City)).one(), 0, 99)
    assert [request.body.decode() for request in there.requests] == told  # what is pushed is what is pulled


async def test_a_receiver_that_was_down_gets_everything_in_order_with_the_same_keys(engine: Engine) -> None:
    with sink() as there:
        town = streaming(engine, there.port)
        sender, incident = town.sender(), town.incident()
        there.answers = [503] * 1000
        for passed in range(0, 600, 60):
            happen(town, incident, "opened" if passed == 0 else "grew")
            await look(town, sender, passed)
        refused, there.requests, there.answers = there.requests, [], []
        for passed in range(600, 8400, 60):
            await look(town, sender, passed)
    assert [one["sequence"] for one in heard(there)] == list(range(1, 11))
    assert {request.headers["idempotency-key"] for request in refused} == {there.keys[0]}  # none came before its turn
    assert len(set(there.keys)) == 10
