"""The collector sends beside its polls: a server that never answers delays neither."""

import asyncio
import json
import threading
from asyncio import StreamReader, StreamWriter
from dataclasses import replace

from sqlalchemy import Engine, select

from hotspot import clock
from hotspot.settings import Settings
from hotspot.store.alerts.channels import add_channel
from hotspot.store.base import writing
from hotspot.store.models import City, OutboxMessage
from hotspot.store.poll_requests import ANSWERED
from tests.hotspot.alerts.mail_server import talking
from tests.hotspot.alerts.outbox_city import email_config
from tests.hotspot.alerts.sink import sink
from tests.hotspot.polled_city import devices, settle
from tests.hotspot.test_asked_polls import ask, look
from tests.hotspot.test_collector import KEY, collecting, rows, until


def put(engine: Engine, kind: str, config: dict[str, str]) -> None:
    with writing(engine) as session:
        city = session.scalars(select(City)).one()
        made = {"kind": kind, "name": kind, "config": config, "hint": "", "now": 0, "actor": "rina"}
        channel = add_channel(session, KEY, city, **made)  # type: ignore[arg-type]
        words = {"event": "opened", "severity": "critical", "why": "all", "subject": "down", "body": "12 devices"}
        now = clock.now()
        session.add(OutboxMessage(city_id=city.id, key=kind, channel_id=channel, created_at=now, next_at=now, **words))


def states(engine: Engine) -> list[tuple[object, ...]]:
    return rows(engine, "SELECT key, state FROM outbox_message")


async def test_dead_channel_delays_no_poll_and_no_other_message(settings: Settings, sqlite_engine: Engine) -> None:
    hung_up = threading.Event()

    async def hole(_: StreamReader, __: StreamWriter) -> None:
        await asyncio.to_thread(hung_up.wait, 30)

    allowing = replace(settings, webhook_hosts="127.0.0.0/8")
    with devices(1) as (_, port), talking(hole) as dead, sink() as hook:
        settle(sqlite_engine, KEY, 1, port)
        put(sqlite_engine, "email", email_config(dead))
        put(sqlite_engine, "webhook", {"url": f"http://127.0.0.1:{hook.port}/", "secret": "a secret between systems"})
        async with collecting(allowing, sqlite_engine) as collector:
            await collector.refresh()
            await collector.send()
            ask(sqlite_engine, 1)
            await collector.test_polls()
            await until(lambda: look(sqlite_engine, 1).state == ANSWERED)
            await until(lambda: hook.requests)
            await until(
                lambda: rows(sqlite_engine, "SELECT state FROM outbox_message WHERE key = 'webhook'") == [("sent",)]
            )
            assert rows(sqlite_engine, "SELECT state FROM outbox_message WHERE key = 'email'") == [("waiting",)]
            hung_up.set()
    assert rows(sqlite_engine, "SELECT ap_id, up FROM poll_hot") == [(1, 1)]
    assert json.loads(hook.requests[0].body)["subject"] == "down"
