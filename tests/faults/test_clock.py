"""What must hold when the machine's clock is set: libfaketime moves the clock of the running collector."""

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from tests.faults.conftest import DEVICES, INTERVAL_S, Town
from tests.faults.long import saved, times
from tests.hotspot.polled_city import until

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
STEP_S = times(1800, 86400)


def test_a_clock_that_is_set_ahead_and_back_makes_unknown_time_and_no_outage(
    sqlite_engine: Engine, build: Callable[[Engine], Town], tmp_path: Path
) -> None:
    town = build(sqlite_engine)
    offset = tmp_path / "offset"
    offset.write_text("+0")
    assert LIBRARY, "libfaketime is missing: the set-up installs it"
    town.start(
        LD_PRELOAD=str(LIBRARY),
        FAKETIME_TIMESTAMP_FILE=str(offset),
        FAKETIME_CACHE_DURATION="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    before = until(town.newest_slot)
    until(lambda: town.newest_slot() > before)

    offset.write_text(f"+{STEP_S}s")
    until(lambda: town.newest_slot() > before + STEP_S + 2 * INTERVAL_S)
    gaps = town.rows("""SELECT ap_id, "end" - start FROM status_span WHERE cause = 'collector' AND "end" IS NOT NULL""")
    assert len(gaps) == DEVICES
    assert all(abs(length - STEP_S) < 4 * INTERVAL_S for _, length in gaps)

    offset.write_text("+0")
    set_back_at = int(time.time())
    until(lambda: set_back_at + 3 * INTERVAL_S < town.newest_slot() < set_back_at + STEP_S / 2)

    assert town.said(0, "dated up to")
    assert town.value("SELECT count(*) FROM device_event WHERE kind = 'clock_step'") >= 1
    assert town.value('SELECT max("end" - start) FROM status_span WHERE state <> 1') < STEP_S / 10
    assert town.rows("SELECT * FROM status_span WHERE state = 0") == []
    assert town.rows('SELECT * FROM status_span WHERE "end" < start') == []
    assert town.value("SELECT count(*) FROM (SELECT DISTINCT ap_id, slot FROM poll_hot) AS p") == town.value(
        "SELECT count(*) FROM poll_hot"
    )
    assert town.started[0].poll() is None
    saved("clock set", steps=2, step_s=STEP_S, negative_lengths=0, false_outages=0)
