"""Access points that fell silent together again and again, and rarely apart.

Outages that begin within TOGETHER_S of the first of them are a burst. How alike two access points are is the Jaccard
index of their bursts: those that they share, of those that either had. Bursts of most of the city tell nothing of
smaller groups and are left out. Each access point is compared with the first of each group in its bursts, never with
all, so that the effort grows with the number of outages.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

TOGETHER_S = 90  # an interval of a minute, and half of one
LEAST_JOINT = 3
LEAST_ALIKE = 0.6
LEAST_MEMBERS = 2
CITYWIDE = 0.5  # of all access points
COMPARED = 64  # groups of one burst that an access point is compared with


@dataclass(frozen=True, slots=True)
class Outage:
    """`rebooted`: whether the access point had begun anew when it was back; None where that is not known."""

    ap_id: int
    start: int
    rebooted: bool | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """`joint` are the beginnings of bursts with at least half of the members; `apart` counts the members' others.

    `alike` is the mean over the members of the share of joint bursts in all that the member or the group had;
    `rebooted` of the members' `known` outages in joint bursts were restarts.
    """

    members: tuple[int, ...]
    joint: tuple[int, ...]
    apart: int
    alike: float
    rebooted: int
    known: int


def fell_together(outages: Iterable[Outage], access_points: int) -> list[Together]:
    """The largest groups first; `access_points` is how many there are in all."""
    ordered = sorted(outages, key=lambda one: (one.start, one.ap_id))
    of_burst = bursts(ordered, most=access_points * CITYWIDE)
    had: dict[int, set[int]] = defaultdict(set)
    for burst, members in of_burst.items():
        for one in members:
            had[one.ap_id].add(burst)
    groups = [together(group, had, of_burst) for group in grouped(had).values() if len(group) >= LEAST_MEMBERS]
    return sorted(filter(None, groups), key=lambda one: (-len(one.members), one.members))


def bursts(ordered: Sequence[Outage], most: float) -> dict[int, list[Outage]]:
    """By their beginning, without those of more than `most` access points, if that is a group at all."""
    found: dict[int, list[Outage]] = {}
    begun = None
    for one in ordered:
        if begun is None or one.start - begun > TOGETHER_S:
            begun = one.start
            found[begun] = []
        found[begun].append(one)
    return {begun: all_ for begun, all_ in found.items() if len(all_) <= max(most, LEAST_MEMBERS)}


def grouped(had: Mapping[int, set[int]]) -> dict[int, list[int]]:
    """By its first member; those with the fewest bursts begin, for they had the least that was their own."""
    leaders: dict[int, list[int]] = defaultdict(list)  # of each burst
    groups: dict[int, list[int]] = {}
    for ap_id in sorted(had, key=lambda one: (len(had[one]), one)):
        mine = had[ap_id]
        if len(mine) < LEAST_JOINT:
            continue
        shared = Counter(leader for burst in mine for leader in leaders[burst][:COMPARED])
        best = max(
            shared.items(), key=lambda item: (jaccard(item[1], len(mine), len(had[item[0]])), -item[0]), default=None
        )
        if best and best[1] >= LEAST_JOINT and jaccard(best[1], len(mine), len(had[best[0]])) >= LEAST_ALIKE:
            groups[best[0]].append(ap_id)
            continue
        groups[ap_id] = [ap_id]
        for burst in mine:
            leaders[burst].append(ap_id)
    return groups


def jaccard(shared: int, first: int, second: int) -> float:
    return shared / (first + second - shared)


def together(
    group: Sequence[int], had: Mapping[int, set[int]], of_burst: Mapping[int, Sequence[Outage]]
) -> Together | None:
    """The group without members that are unlike what it has in common; None where too little is left."""
    counted = Counter(burst for ap_id in group for burst in had[ap_id])
    joint = {burst for burst, count in counted.items() if count * 2 >= len(group) and count >= LEAST_MEMBERS}
    alike = {ap_id: jaccard(len(joint & had[ap_id]), len(joint), len(had[ap_id])) for ap_id in group if joint}
    members = [ap_id for ap_id in group if alike.get(ap_id, 0) >= LEAST_ALIKE]
    if len(members) < LEAST_MEMBERS:
        return None
    told = [
        one.rebooted for burst in joint for one in of_burst[burst] if one.ap_id in alike and one.rebooted is not None
    ]
    return Together(
        tuple(sorted(members)),
        tuple(sorted(joint)),
        sum(len(had[ap_id] - joint) for ap_id in members),
        round(sum(alike[ap_id] for ap_id in members) / len(members), 3),
        sum(told),
        len(told),
    )
