"""Upstreams that there seem to be: from the switch that LLDP names, shared subnets and controllers, joint outages.

Nothing here decides: a person takes a proposal or ignores it. Several sources that name nearly the same access points
make one proposal with the evidence of each.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, ip_address
from itertools import count

from hotspot.analytics.fell_together import Together
from hotspot.analytics.root_cause import PROOF, Evidence
from hotspot.analytics.upstreams import FIBRE, OTHER, POWER_AREA, PROVIDER_LINE, SWITCH

LLDP, SUBNET, CONTROLLER, OUTAGES = "lldp", "subnet", "controller", "outages"
SOURCES = (LLDP, OUTAGES, CONTROLLER, SUBNET)  # the surest first
CONFIDENCE: Mapping[str, float] = {LLDP: 0.95, CONTROLLER: 0.5, SUBNET: 0.3}
PREFIX = 24
LEAST = 2  # access points
LEAST_ALIKE = 3  # whom only a subnet or joint outages connect: two may do so by chance
EVERYBODY = 0.5  # of all access points: what they share says nothing
WIDE, FEW = 0.1, 10  # nor does a subnet of more than this share, and of more than these few
SAME = 0.6  # Jaccard index of the members, from which on two are one
MOST = 300


@dataclass(frozen=True, slots=True)
class Device:
    """An access point; `neighbour` is the switch that LLDP named, `point` and the others are empty where unknown."""

    ap_id: int
    point: str = ""
    area: str = ""
    district: str = ""
    provider: str = ""
    controller: str = ""
    address: str = ""
    neighbour: str = ""


@dataclass(frozen=True, slots=True)
class Existing:
    """An upstream that there is, with everything that hangs on it, also on what hangs on it."""

    id: int
    kind: str
    name: str
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ignored:
    source: str
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Proposed:
    """`members` would hang on it: on the one there is (`joins`), or on a new one of this kind and name.

    `confidence` is from 0 to 1. `source` is the surest of SOURCES; `digest` names the proposal as it is now.
    """

    source: str
    kind: str
    name: str
    members: tuple[int, ...]
    evidence: tuple[Evidence, ...]
    confidence: float
    joins: int | None = None
    digest: str = field(default="")


def proposals(
    devices: Sequence[Device],
    together: Iterable[Together],
    existing: Sequence[Existing] = (),
    ignored: Iterable[Ignored] = (),
) -> list[Proposed]:
    """The surest first, then the largest; MOST at most. What lies within one point, or is nearly everybody, is none."""
    known = {device.ap_id: device for device in devices}
    found = [*by_switch(devices), *by_controller(devices), *by_subnet(devices), *by_outages(together, known)]
    apart = [one for one in found if is_worth_it(one, known)]
    merged = united(apart)
    left = unknown(merged, existing)
    wanted = without(left, tuple(ignored))
    named = distinct(wanted, existing)
    ranked = sorted(named, key=lambda one: (-one.confidence, -len(one.members), one.name))[:MOST]
    return [replace(one, digest=digest(one)) for one in ranked]


def is_worth_it(one: Proposed, known: Mapping[int, Device]) -> bool:
    if len(one.members) < LEAST or (one.source != OUTAGES and len(one.members) > EVERYBODY * len(known)):
        return False
    points = {known[ap_id].point or ap_id for ap_id in one.members}
    return len(points) > 1


def by_switch(devices: Iterable[Device]) -> Iterable[Proposed]:
    for name, members in shared((device.neighbour, device.ap_id) for device in devices):
        yield Proposed(
            LLDP, SWITCH, name, members, (Evidence(LLDP, {"count": len(members), "name": name}),), CONFIDENCE[LLDP]
        )


def by_controller(devices: Iterable[Device]) -> Iterable[Proposed]:
    for name, members in shared((device.controller, device.ap_id) for device in devices):
        evidence = Evidence(CONTROLLER, {"count": len(members), "name": name})
        yield Proposed(CONTROLLER, OTHER, name, members, (evidence,), CONFIDENCE[CONTROLLER])


def by_subnet(devices: Sequence[Device]) -> Iterable[Proposed]:
    """The same provider's line where all are of one provider."""
    provider = {device.ap_id: device.provider for device in devices}
    most = max(FEW, WIDE * len(devices))
    for name, members in shared((subnet(device.address), device.ap_id) for device in devices):
        if LEAST_ALIKE <= len(members) <= most:
            one_line = len({provider[ap_id] for ap_id in members}) == 1 and provider[members[0]]
            evidence = Evidence(SUBNET, {"count": len(members), "name": name})
            yield Proposed(SUBNET, PROVIDER_LINE if one_line else OTHER, name, members, (evidence,), CONFIDENCE[SUBNET])


def subnet(address: str) -> str:
    """None of an IPv6 address, whose neighbours in number need not share a line."""
    if not address or ":" in address:
        return ""
    try:
        return str(IPv4Network((int(ip_address(address)), PREFIX), strict=False))
    except ValueError:
        return ""


def shared(pairs: Iterable[tuple[str, int]]) -> Iterable[tuple[str, tuple[int, ...]]]:
    """Who shares a name, spelled as the first spells it; an empty one is shared with nobody."""
    spelled: dict[str, str] = {}
    found: dict[str, list[int]] = defaultdict(list)
    for name, ap_id in pairs:
        if name:
            spelled.setdefault(name.casefold(), name)
            found[name.casefold()].append(ap_id)
    return ((spelled[name], tuple(sorted(members))) for name, members in sorted(found.items()))


def by_outages(together: Iterable[Together], known: Mapping[int, Device]) -> Iterable[Proposed]:
    for one in together:
        members = tuple(ap_id for ap_id in one.members if ap_id in known)
        if len(members) < LEAST_ALIKE:
            continue
        here = [known[ap_id] for ap_id in members]
        times = len(one.joint)
        evidence = [
            Evidence(
                OUTAGES,
                {"times": times, "count": len(members), "first_at": one.joint[0], "last_at": one.joint[-1],
                 "apart": one.apart, "alike": round(one.alike * 100)},
            )
        ]  # fmt: skip
        if one.known:
            restarted = one.rebooted * 2 >= one.known
            count = one.rebooted if restarted else one.known - one.rebooted
            evidence.append(Evidence("restarts" if restarted else "no_restarts", {"count": count, "of": one.known}))
        confidence = one.alike * times / (times + 1)
        yield Proposed(OUTAGES, kind_of(one, here), place(here), members, tuple(evidence), confidence)


def kind_of(one: Together, here: Sequence[Device]) -> str:
    """Devices that began anew had lost power; lines of several providers seldom fail together."""
    providers = {device.provider for device in here if device.provider}
    if one.known:
        if one.rebooted >= PROOF * one.known:
            return POWER_AREA
    elif len(providers) > 1:
        return POWER_AREA
    if len(providers) > 1:
        return OTHER
    return FIBRE if len({device.district for device in here}) == 1 else PROVIDER_LINE


def place(here: Sequence[Device]) -> str:
    """Where most of them stand."""
    areas = [name for name, _ in Counter(device.area for device in here if device.area).most_common(2)]
    return " – ".join(areas)


def alike(first: AbstractSet[int], second: AbstractSet[int]) -> float:
    return len(first & second) / len(first | second)


def united(found: Iterable[Proposed]) -> list[Proposed]:
    """Those of nearly the same members become the surest; each is compared only with those it shares a member with."""
    kept: list[Proposed] = []
    where: dict[int, list[int]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (SOURCES.index(one.source), one.name)):
        mine = set(one.members)
        near = Counter(place for ap_id in mine for place in where[ap_id])
        same = next((place for place, _ in near.most_common() if alike(mine, set(kept[place].members)) >= SAME), None)
        if same is None:
            for ap_id in mine:
                where[ap_id].append(len(kept))
            kept.append(one)
        else:
            first = kept[same]
            sure = 1 - (1 - first.confidence) * (1 - one.confidence)
            kept[same] = replace(first, evidence=(*first.evidence, *one.evidence), confidence=sure)
    return kept


def unknown(found: Iterable[Proposed], existing: Sequence[Existing]) -> Iterable[Proposed]:
    """What is not in the inventory yet: new ones, and access points that belong to one that there is."""
    by_name = {(one.kind, one.name.casefold()): one for one in existing}
    where: dict[int, list[Existing]] = defaultdict(list)
    for upstream in existing:
        for ap_id in upstream.members:
            where[ap_id].append(upstream)
    for one in found:
        mine = frozenset(one.members)
        near = {upstream.id: upstream for ap_id in mine for upstream in where[ap_id]}.values()
        like = [upstream for upstream in near if alike(mine, upstream.members) >= SAME]
        there = by_name.get((one.kind, one.name.casefold())) if one.source == LLDP else None
        there = there or max(like, key=lambda upstream: (alike(mine, upstream.members), -upstream.id), default=None)
        if there is None:
            yield one
        elif new := tuple(sorted(mine - there.members)):
            yield replace(one, kind=there.kind, name=there.name, members=new, joins=there.id)


def without(found: Iterable[Proposed], ignored: Sequence[Ignored]) -> Iterable[Proposed]:
    for one in found:
        mine = frozenset(one.members)
        if not any(each.source == one.source and alike(mine, each.members) >= SAME for each in ignored):
            yield one


def distinct(found: Iterable[Proposed], existing: Iterable[Existing]) -> Iterable[Proposed]:
    """Two of a kind need two names."""
    taken = {(one.kind, one.name.casefold()) for one in existing}
    for one in found:
        name = one.name
        if one.joins is None:
            plain = one.name or "?"
            name = next(
                name for number in count(1) if (one.kind, (name := spelled(plain, number)).casefold()) not in taken
            )
            taken.add((one.kind, name.casefold()))
        yield replace(one, name=name)


def spelled(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def digest(one: Proposed) -> str:
    """Of what it is made of, so that nobody takes another than the one looked at."""
    text = f"{one.source} {one.kind} {one.joins} {sorted(one.members)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
