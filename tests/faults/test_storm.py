"""What must hold when this machine's own network fails: everybody is silent, and nobody had an outage."""

from collections.abc import Callable

from sqlalchemy import Engine

from tests.faults.conftest import DEVICES, INTERVAL_S, Town
from tests.faults.long import saved
from tests.hotspot.polled_city import until

NOWHERE = "255.255.255.255:1"  # no TCP connection goes there, on any machine


def test_failure_of_our_own_network_is_nobodys_outage(sqlite_engine: Engine, build: Callable[[Engine], Town]) -> None:
    town = build(sqlite_engine)
    town.start(HOTSPOT_REFERENCE_HOSTS=NOWHERE)
    until(lambda: town.value("SELECT count(*) FROM ap_state WHERE state = 1") == DEVICES)
    for agent in town.agents:
        agent.silent = True
    until(lambda: town.rows("SELECT 1 FROM device_event WHERE kind = 'link_storm'"))
    storm_at = town.newest_slot()
    until(lambda: town.newest_slot() > storm_at + 4 * INTERVAL_S)
    assert town.value("SELECT count(*) FROM ap_state WHERE state = 2") == DEVICES
    for agent in town.agents:
        agent.silent = False
    until(lambda: town.value("SELECT count(*) FROM ap_state WHERE state = 1") == DEVICES)
    assert town.rows("SELECT * FROM status_span WHERE state = 0") == []
    assert town.value("SELECT count(*) FROM device_event WHERE kind = 'link_storm'") == 1
    assert town.value("SELECT value FROM collector_count WHERE kind = 'timeouts'") >= DEVICES
    saved("own network lost", devices=DEVICES, events=1, false_outages=0)


def test_silence_of_everybody_while_our_network_works_is_an_outage(
    sqlite_engine: Engine, build: Callable[[Engine], Town]
) -> None:
    town = build(sqlite_engine)
    town.start()
    until(lambda: town.value("SELECT count(*) FROM ap_state WHERE state = 1") == DEVICES)
    for agent in town.agents:
        agent.silent = True
    until(lambda: town.value("SELECT count(*) FROM ap_state WHERE state = 0") == DEVICES)
    assert town.rows("SELECT * FROM device_event WHERE kind = 'link_storm'") == []
