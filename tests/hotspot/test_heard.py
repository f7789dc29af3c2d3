"""A trap makes its device urgent, and leaves an event; it changes nothing by itself."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress

import pytest

from collectors.target import Credential, Target
from hotspot import clock
from hotspot.heard import EVENT_S, Heard
from hotspot.store.events import Event
from hotspot.store.targets import Due

COLD_START = "1.3.6.1.6.3.1.1.5.1"
NOW = 1_795_000_000


def due(ap_id: int, address: str, port: int = 161, error: str = "") -> Due:
    return Due(ap_id, "P-1", f"AP-{ap_id}", 60, Target(ap_id, address, Credential(community="x"), port=port), error)


class Asked:
    """Takes every device but those refused."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.refused: set[int] = set()

    def now(self, ap_id: int) -> bool:
        self.ids.append(ap_id)
        return ap_id not in self.refused


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def set_to(now: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    set_to(NOW)
    return set_to


def heard(asked: Asked, *dues: Due, port: int = 0) -> Heard:
    found = Heard(port, "traps", asked.now)
    found.follow(dues, {})
    return found


def test_every_device_behind_the_address_is_asked(asked: Asked, at: Callable[[int], None]) -> None:
    found = heard(asked, due(1, "192.0.2.1"), due(2, "192.0.2.1", port=1161), due(3, "192.0.2.3"))
    found.hear("192.0.2.1", "cold_start")
    assert asked.ids == [1, 2]
    assert found.events == [Event(NOW, "trap", 1, "cold_start"), Event(NOW, "trap", 2, "cold_start")]


def test_event_of_one_kind_is_noted_once_an_hour(asked: Asked, at: Callable[[int], None]) -> None:
    devices = due(1, "192.0.2.1")
    found = heard(asked, devices)
    for later, kind in ((0, "link_down"), (20, "link_up"), (40, "link_down"), (EVENT_S, "link_down")):
        at(NOW + later)
        found.hear("192.0.2.1", kind)
    assert [(event.at - NOW, event.detail) for event in found.events] == [
        (0, "link_down"),
        (20, "link_up"),
        (EVENT_S, "link_down"),
    ]
    assert len(asked.ids) == 4
    at(NOW + 3 * EVENT_S)
    found.follow([devices], {})
    assert found.noted == {}


def test_trap_that_leads_to_no_poll_is_no_event(asked: Asked, at: Callable[[int], None]) -> None:
    asked.refused = {1}
    found = heard(asked, due(1, "192.0.2.1"))
    found.hear("192.0.2.1", "cold_start")
    found.hear("192.0.2.9", "cold_start")
    assert found.events == []


def test_events_that_wait_are_bounded(asked: Asked, at: Callable[[int], None]) -> None:
    found = heard(asked, *(due(ap_id, f"192.0.{ap_id >> 8}.{ap_id & 255}") for ap_id in range(1, 1200)))
    for ap_id in range(1, 1200):
        found.hear(f"192.0.{ap_id >> 8}.{ap_id & 255}", "cold_start")
    assert len(found.events) == 1000


async def test_real_trap_makes_its_device_urgent(asked: Asked) -> None:
    if shutil.which("snmptrap") is None:
        pytest.skip("no net-snmp tools on this machine (package snmp)")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    found = heard(asked, due(7, "127.0.0.1"), port=port)
    work = asyncio.create_task(found.run())
    command = ["snmptrap", "-v2c", "-c", "traps", f"127.0.0.1:{port}", "", COLD_START]
    async with asyncio.timeout(30):
        while not asked.ids:
            await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
            await asyncio.sleep(0.05)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    assert set(asked.ids) == {7}
    assert found.traps.ports == []


async def test_port_that_is_taken_stops_no_polling(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", 0))
        await heard(asked, port=taken.getsockname()[1]).run()
    assert "no traps are received: trap_port" in caplog.text
