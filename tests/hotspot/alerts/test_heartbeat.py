"""The sign of life: sent while polls are stored, not sent by a collector that merely runs."""

from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import Engine

from hotspot.alerts.heartbeat import Heartbeat
from hotspot.settings import SettingError, Settings, load
from hotspot.store.base import writing
from hotspot.store.models import CollectorStatus
from tests.hotspot.alerts.sink import Sink, sink

NOW = 1_795_244_400


def polled(engine: Engine, at: int) -> None:
    with writing(engine) as session:
        row = {"holder": "test", "started_at": 0, "slot": at, "cycles": 1, "skipped": 0, "polled": 1, "answered": 1}
        spent = {"duration_ms": 1, "cpu_us_per_poll": 1}
        session.merge(CollectorStatus(interval_s=60, heartbeat=at, **row, **spent))


def heartbeat(engine: Engine, settings: Settings, there: Sink) -> Heartbeat:
    return Heartbeat(engine, replace(settings, heartbeat_url=f"http://127.0.0.1:{there.port}/ping/1"))


def test_called_while_polls_are_stored(settings: Settings, sqlite_engine: Engine) -> None:
    with sink() as there, time_machine.travel(NOW, tick=False):
        life = heartbeat(sqlite_engine, settings, there)
        life.beat()
        polled(sqlite_engine, NOW - 300)
        life.beat()
        assert there.requests == []
        polled(sqlite_engine, NOW - 60)
        life.beat()
    assert [request.path for request in there.requests] == ["/ping/1"]


def test_watcher_that_does_not_answer_is_told_once(
    settings: Settings, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with sink() as there, time_machine.travel(NOW, tick=False):
        life = heartbeat(sqlite_engine, settings, there)
        polled(sqlite_engine, NOW)
        there.answers = [500, 500, 200, 500]
        for _ in range(4):
            life.beat()
    assert caplog.text.count("the heartbeat is not heard") == 2
    assert "ping/1" not in caplog.text


def test_nothing_is_called_without_the_setting(settings: Settings, sqlite_engine: Engine) -> None:
    polled(sqlite_engine, NOW)
    Heartbeat(sqlite_engine, settings).beat()


def test_setting_that_is_no_address_ends_the_start_without_showing_it() -> None:
    with pytest.raises(SettingError, match="HOTSPOT_HEARTBEAT_URL") as caught:
        load(environ={"HOTSPOT_HEARTBEAT_URL": "ping secret-1234"})
    assert "secret-1234" not in str(caught.value)
