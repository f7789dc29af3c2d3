import re

import pytest

from collectors.interfaces import chosen, interfaces
from collectors.snmp.base import Rows

UP, DOWN = 1, 2
ETHERNET, RADIO, LOOPBACK, TUNNEL, BRIDGE = 6, 71, 24, 131, 209


def asked(*listed: tuple[str, int, int], uplink: str = "") -> list[str]:
    """The names that are asked of a device that lists name, ifType and ifOperStatus."""
    names: Rows = {str(i): name.encode() for i, (name, _, _) in enumerate(listed, 1)}
    types: Rows = {str(i): kind for i, (_, kind, _) in enumerate(listed, 1)}
    states: Rows = {str(i): state for i, (_, _, state) in enumerate(listed, 1)}
    found = interfaces(names, {}, types, states)
    return [interface.name for interface in chosen(found, re.compile(uplink) if uplink else None)]


@pytest.mark.parametrize(
    ("listed", "uplink"),
    [
        ([("br0", ETHERNET, UP), ("ath0", ETHERNET, UP), ("eth0", ETHERNET, UP)], "eth0"),
        ([("eth0", ETHERNET, UP), ("wan", ETHERNET, UP)], "wan"),
        ([("ether2", ETHERNET, UP), ("ether1", ETHERNET, UP)], "ether1"),
        ([("eth0", ETHERNET, DOWN), ("eth1", ETHERNET, UP)], "eth1"),
        ([("eth0", ETHERNET, DOWN), ("wlan0", RADIO, UP)], "wlan0"),
        ([("eth0", ETHERNET, DOWN), ("wlan0", RADIO, DOWN)], "eth0"),
        ([("br-lan", BRIDGE, UP), ("ppp0", 23, UP)], "ppp0"),
        ([("vlan10", ETHERNET, UP), ("wlan0", RADIO, UP)], "vlan10"),
        ([("GigabitEthernet0/0/1", ETHERNET, UP), ("Vlanif1", 136, UP)], "GigabitEthernet0/0/1"),
        ([("rf1", ETHERNET, UP), ("LAN interface 1", ETHERNET, UP)], "LAN interface 1"),
    ],
)
def test_the_uplink_comes_first(listed: list[tuple[str, int, int]], uplink: str) -> None:
    assert asked(*listed)[0] == uplink


def test_the_profile_may_name_the_uplink() -> None:
    assert asked(("eth0", ETHERNET, UP), ("sfp1", ETHERNET, DOWN), uplink="^sfp")[0] == "sfp1"


def test_loopbacks_tunnels_and_vlans_of_an_interface_are_not_asked() -> None:
    listed = [("lo", ETHERNET, UP), ("x", LOOPBACK, UP), ("gre1", TUNNEL, UP), ("capwap12", ETHERNET, UP)]
    listed += [
        ("eth0.20", ETHERNET, UP),
        ("InLoopBack0", ETHERNET, UP),
        ("dummy0", ETHERNET, UP),
        ("wds3", ETHERNET, UP),
    ]

    assert asked(*listed, ("eth0", ETHERNET, UP)) == ["eth0"]


def test_radios_go_before_other_interfaces_and_four_are_enough() -> None:
    listed = [(f"eth{i}", ETHERNET, UP) for i in range(5)] + [("ath0", ETHERNET, UP), ("ath1", RADIO, UP)]

    assert asked(*listed) == ["eth0", "ath0", "ath1", "eth1"]


def test_what_is_down_is_not_asked() -> None:
    assert asked(("eth0", ETHERNET, UP), ("wlan1", RADIO, DOWN)) == ["eth0"]


def test_a_device_without_interfaces_has_none() -> None:
    assert asked() == []


@pytest.mark.parametrize(
    ("names", "descriptions", "expected"),
    [
        ({"1": b"eth0"}, {"1": b"Ethernet port"}, ["eth0"]),
        ({}, {"1": b"Ethernet port"}, ["Ethernet port"]),
        ({"1": b""}, {"1": b"Ethernet port"}, ["Ethernet port"]),
        ({"1": b"WLAN", "2": b"WLAN"}, {"1": b"WLAN 1", "2": b"WLAN 2"}, ["WLAN 1", "WLAN 2"]),
        ({"1": b"port", "2": b"port"}, {"1": b"port", "2": b"port"}, ["port (1)", "port (2)"]),
        ({"1": b"", "2": b""}, {}, []),
        ({}, {"1": b"", "2": b"x"}, ["interface (1)", "x"]),
    ],
)
def test_names_are_unique(names: Rows, descriptions: Rows, expected: list[str]) -> None:
    assert [interface.name for interface in interfaces(names, descriptions, {}, {})] == expected


def test_an_interface_without_a_state_counts_as_up() -> None:
    assert interfaces({"1": b"eth0"}, {}, {}, {})[0].up
