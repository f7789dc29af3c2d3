"""Which network interfaces of a device are worth asking, and which of them carries its traffic: the uplink.

Rule for the uplink, first that applies: the interface the profile names; a wired interface by its usual names (wan,
then eth0, ether1, ge0 and the like); any other wired one, lowest index first; a mobile or PPP link; a bridge; a
radio. Interfaces that are up go before those that are down. A Linux bridge comes late although it looks like the
whole: br0 only counts what the access point itself receives, not what passes through. The samples of the uplink come
first in a result: what a device carries as a whole is what its uplink carries.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.decoders import text
from collectors.snmp.base import Rows, Value

MOST = 4  # interfaces asked in each poll, the uplink among them
LOOPBACK, TUNNEL = 24, 131  # IANAifType-MIB
RADIO, BRIDGE = 71, 209
UP = 1  # ifOperStatus

VIRTUAL = re.compile(
    r"lo\d*|dummy\d*|(ip6?)?(gre|tnl|tun|tap|vti|sit|erspan|ifb|teql|imq|miireg|bond_slave|capwap)[\w-]*|null\d*|"
    r"in-?loopback\d*|loopback.*|wds\w*|apclii?\d+|.*[.:]\d+",
    re.IGNORECASE,
)
WIRELESS = re.compile(
    r"(ath|wlan|wifi|wl|rai?|apr|phy|radio|dot11|mon|vap)[\d./_-].*|(ath|wlan|wifi)\w*|.*wlan.*", re.I
)
BRIDGED = re.compile(r"(br|bridge|bvi|vlan)[\w.-]*", re.IGNORECASE)
MOBILE = re.compile(r"(wwan|usb|lte|ppp|pppoe)[\w.-]*", re.IGNORECASE)
USUAL_UPLINKS = (
    re.compile(r"wan\d*(-.*)?", re.IGNORECASE),
    re.compile(
        r"(eth|ether|en|ge|gi|gigabitethernet|gigabit|lan|lan interface)[ -]?(0|1|0[/.]0|0[/.]1|0/0/[01])", re.I
    ),
)


@dataclass(frozen=True, slots=True)
class Interface:
    index: str
    name: str  # ifName where it is unique, else ifDescr, else the name with the index
    up: bool
    kind: int  # ifType, 0 when unknown


def interfaces(names: Rows, descriptions: Rows, types: Rows, states: Rows) -> list[Interface]:
    """Every interface the device lists but loopbacks, tunnels and other virtual ones."""
    labels = {index: text(value) for index, value in descriptions.items()} | {
        index: text(value) for index, value in names.items() if text(value)
    }
    described = {index: text(value) for index, value in descriptions.items()}
    found = []
    for index in sorted(labels, key=_order):
        label, kind = labels[index], _integer(types.get(index))
        if kind in (LOOPBACK, TUNNEL) or VIRTUAL.fullmatch(label):
            continue
        found.append(Interface(index, _unique(index, labels, described), _integer(states.get(index)) in (0, UP), kind))
    return found


def chosen(found: Sequence[Interface], uplink: re.Pattern[str] | None) -> list[Interface]:
    """The interfaces to ask: the uplink, then those that are up, radios before others."""
    ranked = sorted(found, key=lambda interface: _rank(interface, uplink))
    others = sorted((one for one in ranked[1:] if one.up), key=lambda one: not _is_radio(one))
    return [*ranked[:1], *others][:MOST]


def _rank(interface: Interface, uplink: re.Pattern[str] | None) -> tuple[bool, int, tuple[int, ...]]:
    named = uplink is not None and uplink.search(interface.name) is not None
    return (not named and not interface.up, -1 if named else _preference(interface), _order(interface.index))


def _preference(interface: Interface) -> int:
    if _is_radio(interface):
        return 6
    if interface.kind == BRIDGE or BRIDGED.fullmatch(interface.name):
        return 5
    if MOBILE.fullmatch(interface.name):
        return 4
    usual = (place for place, pattern in enumerate(USUAL_UPLINKS) if pattern.fullmatch(interface.name))
    return next(usual, len(USUAL_UPLINKS))


def _is_radio(interface: Interface) -> bool:
    return interface.kind == RADIO or WIRELESS.fullmatch(interface.name) is not None


def _unique(index: str, labels: Mapping[str, str], described: Mapping[str, str]) -> str:
    for candidates in (labels, described):
        label = candidates.get(index, "")
        if label and list(candidates.values()).count(label) == 1:
            return label
    return f"{labels[index] or 'interface'} ({index})"


def _order(index: str) -> tuple[int, ...]:
    return tuple(int(part) for part in index.split("."))


def _integer(value: Value | None) -> int:
    return value if isinstance(value, int) else 0
