"""What must hold when the collector is killed, frozen or started twice, and when a device falls silent."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine

from tests.faults.conftest import DEVICES, INTERVAL_S, Town
from tests.faults.long import saved, times
from tests.hotspot.polled_city import until

UP = 1
KILLS, ENDS = times(10, 100), times(5, 50)
Build = Callable[[Engine], Town]


def nobody_polled_twice(town: Town) -> bool:
    cycles = Counter((slot // INTERVAL_S, ap_id) for slot, ap_id in town.polls())
    return max(cycles.values()) == 1


def test_kill_in_mid_cycle_loses_and_invents_nothing(sqlite_engine: Engine, build: Build) -> None:
    town = build(sqlite_engine)
    chance = random.Random(1)
    committed: set[tuple[int, int]] = set()
    for _ in range(KILLS):
        collector = town.start()
        before = town.newest_slot()
        until(lambda before=before: town.newest_slot() > before)  # type: ignore[misc]
        time.sleep(chance.random() * INTERVAL_S)  # to be killed at any moment of a cycle
        committed |= town.polls()
        collector.kill()
        collector.wait()
    assert committed <= town.polls()
    assert nobody_polled_twice(town)
    assert down_spans(town) == []
    assert town.value("PRAGMA integrity_check") == "ok"
    assert_spans_have_no_hole(town)
    saved("collector killed", kills=KILLS, polls=len(town.polls()), lost=0, doubled=0, false_outages=0)


def assert_spans_have_no_hole(town: Town) -> None:
    spans = town.rows('SELECT ap_id, start, "end" FROM status_span ORDER BY ap_id, start')
    assert {span[0] for span in spans} == set(range(1, DEVICES + 1))
    for one, other in pairwise(spans):
        if one[0] == other[0]:
            assert one[2] == other[1]
        else:
            assert one[2] is None


def test_end_at_any_moment_is_clean_and_the_lease_is_free_at_once(sqlite_engine: Engine, build: Build) -> None:
    town = build(sqlite_engine)
    chance, slowest_s = random.Random(2), 0.0
    for _ in range(ENDS):
        collector, before = town.start(), town.newest_slot()
        until(lambda before=before: town.newest_slot() > before)  # type: ignore[misc]
        time.sleep(chance.random() * INTERVAL_S)
        asked_at = time.monotonic()
        collector.terminate()
        assert collector.wait(10) == 0
        slowest_s = max(slowest_s, time.monotonic() - asked_at)
        assert town.value("SELECT until FROM lease") == 0
    assert nobody_polled_twice(town)
    assert down_spans(town) == []
    saved("collector ended", ends=ENDS, slowest_s=round(slowest_s, 2), lost=0, doubled=0, false_outages=0)


def test_silent_device_is_an_outage_from_its_first_missed_poll_to_its_first_answer(
    sqlite_engine: Engine, build: Build
) -> None:
    town = build(sqlite_engine)
    town.start()
    until(lambda: town.rows("SELECT 1 FROM status_span WHERE ap_id = 7 AND state = :up", up=UP))
    town.agents[6].silent = True
    until(lambda: down_spans(town))
    missed = town.value("SELECT min(slot + offset_s) FROM poll_hot WHERE ap_id = 7 AND up = 0")
    assert down_spans(town) == [(7, missed, None)]
    town.agents[6].silent = False
    until(lambda: town.rows("SELECT 1 FROM ap_state WHERE ap_id = 7 AND state = :up", up=UP))
    back = town.value("SELECT min(slot + offset_s) FROM poll_hot WHERE ap_id = 7 AND up = 1 AND slot > :m", m=missed)
    assert down_spans(town) == [(7, missed, back)]


def down_spans(town: Town) -> list[tuple[Any, ...]]:
    """Access point, start and end of every outage."""
    return town.rows('SELECT ap_id, start, "end" FROM status_span WHERE state = 0')


def test_of_two_collectors_one_works_and_a_thawed_one_writes_nothing(engine: Engine, build: Build) -> None:
    town = build(engine)
    first = town.start()
    until(town.newest_slot)
    town.start()
    until(lambda: town.said(1, "standby"))

    freeze_between_two_writes(town, first.pid)
    until(lambda: town.value("SELECT fence FROM lease") == 2)
    taken_at = town.newest_slot()
    until(lambda: town.newest_slot() > taken_at)
    first.send_signal(signal.SIGCONT)
    until(lambda: town.said(0, "standby"))
    thawed_at = town.newest_slot()
    until(lambda: town.newest_slot() > thawed_at + INTERVAL_S)

    assert nobody_polled_twice(town)
    assert town.value("SELECT holder FROM collector_status") == town.value("SELECT holder FROM lease")
    assert f":{town.started[1].pid}:" in town.value("SELECT holder FROM lease")
    assert down_spans(town) == []

    town.started[1].send_signal(signal.SIGTERM)
    assert town.started[1].wait(10) == 0
    until(lambda: town.value("SELECT fence FROM lease") == 3)
    saved(f"two collectors, one frozen and thawed, {engine.dialect.name}", doubled=0, written_by_the_thawed=0)


def freeze_between_two_writes(town: Town, pid: int) -> None:
    """On SQLite a process frozen inside a write transaction holds the file's lock, and nobody can take over."""
    slot = town.newest_slot()
    until(lambda: town.newest_slot() > slot, every_s=0.02)
    until(lambda: town.value("SELECT max(slot) FROM collector_status") > slot, every_s=0.02)
    os.kill(pid, signal.SIGSTOP)
