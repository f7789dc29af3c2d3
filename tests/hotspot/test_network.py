"""Whether this machine's own network works, from what Linux says of it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotspot import network
from hotspot.network import Gateway, answers, default_gateway, has_carrier, is_alive, works

ROUTE = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
"""
ARP = """IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         {flags}         02:fc:00:00:00:05     *        eth0
"""
GATEWAY = Gateway("192.0.2.1", "eth0")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of /proc/net and /sys/class/net."""
    for name in ("lo", "eth0"):
        (tmp_path / "class" / name).mkdir(parents=True)
    monkeypatch.setattr(network, "PROC", tmp_path)
    monkeypatch.setattr(network, "INTERFACES", tmp_path / "class")
    return tmp_path


def plug(machine: Path, state: str, name: str = "eth0") -> None:
    (machine / "class" / name / "carrier").write_text(f"{state}\n")


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_default_gateway_is_read_from_the_routes(machine: Path) -> None:
    (machine / "route").write_text(ROUTE)
    assert default_gateway() == GATEWAY


def test_machine_without_a_default_route_has_no_gateway(machine: Path) -> None:
    (machine / "route").write_text("".join(ROUTE.splitlines(keepends=True)[:2]))
    assert default_gateway() is None


@pytest.mark.parametrize(("flags", "alive"), [("0x2", True), ("0x0", False)])
def test_gateway_is_alive_when_its_neighbour_entry_is_complete(machine: Path, flags: str, alive: bool) -> None:
    (machine / "arp").write_text(ARP.format(flags=flags))
    assert is_alive(GATEWAY) is alive


@pytest.mark.parametrize(("state", "alive"), [("1", True), ("0", False)])
def test_gateway_without_an_entry_is_alive_when_there_is_a_carrier(machine: Path, state: str, alive: bool) -> None:
    plug(machine, state)
    assert is_alive(GATEWAY) is alive


def test_interface_that_is_switched_off_has_no_carrier(machine: Path) -> None:
    plug(machine, "1", "lo")
    assert not has_carrier("*")


def test_machine_that_is_not_linux_is_believed(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "INTERFACES", machine / "nothing")
    assert has_carrier("*")


def test_devices_on_this_machine_need_no_network(machine: Path) -> None:
    assert works("", ["127.0.0.1", "127.3.4.5", "::1", "localhost"])
    assert not works("", ["127.0.0.1", "192.0.2.7"])


def test_pulled_cable_without_a_route_is_noticed(machine: Path) -> None:
    plug(machine, "0")
    assert not works("", ["ap.example"])
    plug(machine, "1")
    assert works("", ["ap.example"])


def test_reference_host_proves_the_network_by_taking_or_refusing(listening: int) -> None:
    assert answers(f"127.0.0.1:{listening}")
    assert answers("127.0.0.1:1")
    assert works(f"127.0.0.1:{listening}", ["192.0.2.7"])


def test_reference_host_without_a_route_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_route(*_: object) -> socket.socket:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", no_route)
    assert not works("192.0.2.1:53,192.0.2.2:53", ["127.0.0.1"])
