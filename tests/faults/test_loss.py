"""What must hold on a bad line: no false outage, no wrong value."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Engine, update

from hotspot.store.base import writing
from hotspot.store.models import AccessPoint
from tests.faults.conftest import DEVICES, Town
from tests.faults.long import saved, times
from tests.faults.proxy import Weather, weathered
from tests.hotspot.polled_city import until

CYCLES = times(8, 200)
THIRTY_PERCENT_OF_EXCHANGES = 1 - 0.7**0.5  # lost in each direction
STORMY = Weather(loss=THIRTY_PERCENT_OF_EXCHANGES, twice=0.1, cut=0.02, wrong_id=0.02, delay_s=0.01, jitter_s=0.08)
TRIES = "0.2,0.3,0.3,0.3"


def test_a_bad_line_is_nobodys_outage(sqlite_engine: Engine, build: Callable[[Engine], Town], tmp_path: Path) -> None:
    town = build(sqlite_engine)
    port = town.value("SELECT port FROM access_point LIMIT 1")
    with ExitStack() as stack:
        proxy = stack.enter_context(weathered(port, STORMY))
        with writing(sqlite_engine) as session:
            session.execute(update(AccessPoint).values(port=proxy.port))
        town.start(HOTSPOT_POLL_TIMEOUT=TRIES, HOTSPOT_PING="off")
        until(lambda: town.value("SELECT coalesce(max(cycles), 0) FROM collector_status") >= CYCLES, 5 * CYCLES + 60)

    polled, answered = town.rows("SELECT count(*), sum(up) FROM poll_hot")[0]
    assert town.rows("SELECT * FROM status_span WHERE state = 0") == []
    assert town.value("SELECT count(*) FROM ap_state WHERE state = 1") == DEVICES
    assert proxy.lost / (proxy.lost + proxy.passed) > 0.12
    assert answered / polled > 0.95
    named = "SELECT id, sys_name FROM access_point WHERE sys_name IS NOT NULL"
    assert all(name == f"device-{ap_id - 1}" for ap_id, name in town.rows(named))
    saved("30 % loss", cycles=CYCLES, devices=DEVICES, polls=polled, answered=answered, false_outages=0)
