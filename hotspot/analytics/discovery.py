"""What a found device is to the inventory, and the point it seems to belong to, each with the reason.

Nothing here decides: a person does. A proposal is made only where everything known agrees.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address

INVENTORY, DUPLICATE, MOVED, NEW, REFUSED, PING = "inventory", "duplicate", "moved", "new", "refused", "ping"
STATES = (NEW, MOVED, DUPLICATE, REFUSED, PING, INVENTORY)
BY_NAME, BY_NEIGHBOUR, BY_SUBNET = "name", "neighbour", "subnet"
SERIAL, ENGINE_ID = "serial", "engine_id"

PREFIXES = (28, 27, 26)  # of the subnets looked at, the narrowest first
SHORTEST_SERIAL, SHORTEST_ENGINE_ID = 4, 10  # characters; RFC 3411: five octets
SHORTEST_WORD = 5  # letters or digits of a code or name that is a single word: a shorter one stands in any name
NO_SERIALS = frozenset({"none", "null", "unknown", "default", "undefined", "not set", "not available", "serial number",
                        "not specified", "system serial number", "to be filled by o.e.m.", "123456789", "0123456789",
                        "1234567890", "12345678"})  # fmt: skip
ATOM = re.compile(r"[^\W\d_]+|\d+")
PLACE = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class Known:
    """An access point of the inventory; `point` is its code, empty for none, `address` that of the device."""

    name: str
    address: str
    port: int
    point: str = ""
    vendor: str = ""
    serial: str = ""
    engine_id: str = ""
    up: bool = False
    by_controller: bool = False  # followed through it, and never asked itself


@dataclass(frozen=True, slots=True)
class Seen:
    """A found device. `neighbour` is `SWITCH port PORT`; `fits` whether a credential does."""

    id: int
    address: str
    port: int
    fits: bool
    error: str = ""
    sys_name: str = ""
    vendor: str = ""
    serial: str = ""
    engine_id: str = ""
    neighbour: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The code of a point; `reason` is name, neighbour or subnet, `because` what agrees."""

    point: str
    reason: str
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`others` are the access points (by name) or found devices (by address) that it is, or seems to be.

    `by` tells what they share: serial or engine_id; empty for the address.
    """

    state: str
    others: tuple[str, ...] = ()
    by: str = ""
    proposal: Proposal | None = None


def verdicts(seen: Sequence[Seen], inventory: Sequence[Known], points: Mapping[str, str]) -> dict[int, Verdict]:
    """By the id of the found device; `points` are names by code."""
    at = {(ap.address, ap.port): ap for ap in inventory if ap.address and not ap.by_controller}
    twins, marked = shared(seen, inventory), place_marks(seen, inventory, at)
    names = name_index(points)
    found = {}
    for one in seen:
        state, others, by = standing(one, at, twins)
        proposal = None if state in (INVENTORY, PING, REFUSED) else propose(one, names, marked)
        found[one.id] = Verdict(state, others, by, proposal)
    return found


Twins = Mapping[tuple[str, str], tuple[list[Known], list[Seen]]]


def shared(seen: Iterable[Seen], inventory: Iterable[Known]) -> Twins:
    """Who has which serial number or engine-ID."""
    groups: dict[tuple[str, str], tuple[list[Known], list[Seen]]] = defaultdict(lambda: ([], []))
    for ap in inventory:
        for mark in marks(ap):
            groups[mark][0].append(ap)
    for one in seen:
        for mark in marks(one):
            groups[mark][1].append(one)
    return groups


def marks(one: Known | Seen) -> Iterable[tuple[str, str]]:
    """What no other device should have, the better one first."""
    if plain_serial(one.serial):
        yield SERIAL, f"{one.vendor} {one.serial}"
    if len(one.engine_id) >= SHORTEST_ENGINE_ID:
        yield ENGINE_ID, one.engine_id


def plain_serial(serial: str) -> bool:
    """Whether it can be a device's own; firmware fills the field with all sorts of nothing."""
    told = serial.casefold().strip()
    return len(told) >= SHORTEST_SERIAL and told not in NO_SERIALS and len(set(told) - set("0fx-:. ")) > 0


def standing(one: Seen, at: Mapping[tuple[str, int], Known], twins: Twins) -> tuple[str, tuple[str, ...], str]:
    here = at.get((one.address, one.port))
    if here:
        return INVENTORY, (here.name,), ""
    if not one.fits:
        return (REFUSED if one.error else PING), (), ""
    for mark in marks(one):
        listed = [ap for ap in twins[mark][0] if may_be_one(ap, one)]
        found = [other for other in twins[mark][1] if other.id != one.id and may_be_one(other, one)]
        names = tuple(ap.name for ap in listed)
        if any(ap.by_controller for ap in listed):
            return INVENTORY, names, mark[0]
        if listed:
            return (DUPLICATE if any(ap.up for ap in listed) else MOVED), names, mark[0]
        if found:
            return DUPLICATE, tuple(other.address for other in found), mark[0]
    return NEW, (), ""


def may_be_one(first: Known | Seen, second: Seen) -> bool:
    """Two serial numbers are two devices, even if somebody copied one's configuration with its engine-ID."""
    both = plain_serial(first.serial) and plain_serial(second.serial)
    return not both or (first.vendor, first.serial) == (second.vendor, second.serial)


Atoms = tuple[str, ...]


def atoms(text: str) -> Atoms:
    """Runs of letters and runs of digits: ("ts", "0001") of "TS-0001" and of "ts0001"."""
    return tuple(ATOM.findall(text.casefold()))


def name_index(points: Mapping[str, str]) -> dict[Atoms, set[str]]:
    """Codes of points by the parts of their codes and of their names."""
    index: dict[Atoms, set[str]] = defaultdict(set)
    for code, name in points.items():
        for text in (code, name):
            parts = atoms(text)
            if len(parts) > 1 or sum(map(len, parts)) >= SHORTEST_WORD:
                index[parts].add(code)
    return index


def named(text: str, index: Mapping[Atoms, set[str]]) -> str:
    """The one point whose code or name stands in the text, the longest first; empty when two would."""
    parts = atoms(text)
    for length in range(len(parts), 0, -1):
        runs = (parts[start : start + length] for start in range(len(parts) - length + 1))
        codes = set().union(*(index[run] for run in runs if run in index))
        if codes:
            return codes.pop() if len(codes) == 1 else ""
    return ""


def place_marks(
    seen: Iterable[Seen], inventory: Iterable[Known], at: Mapping[tuple[str, int], Known]
) -> dict[Hashable, set[str]]:
    """The points of the access points in each subnet, and on each switch and part of a switch."""
    found: dict[Hashable, set[str]] = defaultdict(set)
    for ap in inventory:
        for subnet in subnets(ap.address) if ap.point else ():
            found[subnet].add(ap.point)
    for one in seen:
        ap_here = at.get((one.address, one.port))
        if ap_here and ap_here.point:
            for hold in holds(one.neighbour):
                found[hold].add(ap_here.point)
    return found


def subnets(address: str) -> list[str]:
    """None of an IPv6 address, whose neighbours in number are none in space."""
    if not address or ip_address(address).version == 6:
        return []
    return [str(IPv4Network(f"{address}/{prefix}", strict=False)) for prefix in PREFIXES]


def holds(neighbour: str) -> list[str]:
    """The port, those beside it (Gi1/0/ of Gi1/0/7) and the switch, the narrowest first."""
    switch, _, port = neighbour.rpartition(" port ")
    if not switch:
        return [neighbour] if neighbour else []
    return [neighbour, f"{switch} port {PLACE.sub('', port)}…", switch]


def propose(one: Seen, names: Mapping[Atoms, set[str]], marked: Mapping[Hashable, set[str]]) -> Proposal | None:
    code = named(one.sys_name, names)
    if code:
        return Proposal(code, BY_NAME, one.sys_name)
    for reason, places in ((BY_NEIGHBOUR, holds(one.neighbour)), (BY_SUBNET, subnets(one.address))):
        place = next((place for place in places if marked.get(place)), None)
        if place is not None and len(marked[place]) == 1:
            return Proposal(next(iter(marked[place])), reason, place)
    return None


def free_name(sys_name: str, address: str, taken: set[str]) -> str:
    """Of an access point to be: what it calls itself, with its address where that is another's name already."""
    plain = " ".join(sys_name.split()).lstrip("=+-@ ")
    name = plain or f"AP {address}"
    return name if name not in taken else f"{name} {address}"
