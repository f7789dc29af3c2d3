"""What must hold when the database can't be written for a while."""

import time
from collections import Counter
from collections.abc import Callable

from sqlalchemy import Engine, text

from hotspot.store.base import writing
from tests.faults.conftest import DEVICES, INTERVAL_S, Town
from tests.faults.long import saved, times
from tests.hotspot.polled_city import until

HELD_S = times(0, 60)


def test_polls_made_while_the_database_is_locked_are_all_stored(
    sqlite_engine: Engine, build: Callable[[Engine], Town]
) -> None:
    town = build(sqlite_engine)
    town.start()
    first = until(town.newest_slot) + INTERVAL_S
    until(lambda: town.newest_slot() >= first)
    with writing(sqlite_engine) as other:
        other.execute(text("SELECT 1"))  # a transaction that writes holds the lock from its beginning
        until(lambda: town.said(0, "wait in memory"))
        time.sleep(HELD_S)
        locked_at = town.newest_slot()
    until(lambda: town.newest_slot() > locked_at + 5 * INTERVAL_S)
    assert town.said(0, "polls are stored again")
    cycles = Counter(slot for slot, _ in town.polls())
    last = max(cycles) - INTERVAL_S  # the newest may not be whole yet
    assert [cycles[slot] for slot in range(first, last, INTERVAL_S)] == [DEVICES] * len(range(first, last, INTERVAL_S))
    assert town.rows("SELECT * FROM status_span WHERE state <> 1") == []
    assert town.value("SELECT count(*) FROM ap_state WHERE state = 1") == DEVICES
    saved("database locked", held_s=HELD_S, cycles=len(range(first, last, INTERVAL_S)), lost=0, false_outages=0)
