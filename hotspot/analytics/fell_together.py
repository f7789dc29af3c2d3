"""Access points that fall silent together again and again, and seldom without each other.

Outages that begin within TOGETHER_S of the first of them are a burst; what fell silent alone is the device's own matter
and says nothing of what it hangs on. How alike two access points are is the Jaccard index of their bursts: those that
they share, of those that either had. Each is compared with the first of each group in its bursts, never with all, so
that the effort grows with the number of outages. What is left of the bursts once a group is found is looked at again:
a fibre fails with its power area, and by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

TOGETHER_S = 90  # an interval of a minute, and half of one
LEAST_JOINT = 3
LEAST_ALIKE = 0.6
LEAST_MEMBERS = 3  # two of a thousand fall silent in the same minute by chance
CITYWIDE = 0.5  # of all access points: such bursts tell nothing of smaller groups
COMPARED = 64  # groups of one burst that an access point is compared with
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Outage:
    """`rebooted`: whether the access point had begun anew when it was back; None where that is not known."""

    ap_id: int
    start: int
    rebooted: bool | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """`joint` are the beginnings of bursts with at least half of the members, `apart` counts their other outages.

    `alike` is the mean over the members of the share of joint bursts that each had. Of the members' `known` outages
    in joint bursts `rebooted` were restarts.
    """

    members: tuple[int, ...]
    joint: tuple[int, ...]
    apart: int
    alike: float
    rebooted: int
    known: int


Had = dict[int, set[int]]  # by access point the bursts that it was in


def fell_together(outages: Iterable[Outage], access_points: int) -> list[Together]:
    """The largest groups first; `access_points` is how many there are in all. None is told twice."""
    ordered = sorted(outages, key=lambda one: (one.start, one.ap_id))
    of_burst = shared_bursts(ordered, most=access_points * CITYWIDE)
    had: Had = defaultdict(set)
    for burst, members in of_burst.items():
        for one in members:
            had[one.ap_id].add(burst)
    every = Counter(one.ap_id for one in ordered)
    found: dict[tuple[int, ...], Together] = {}
    for _ in range(ROUNDS):
        before = len(found)
        for group in sorted(grouped(had).values(), key=len, reverse=True):
            new = together(group, had, of_burst, every)
            if new and found.setdefault(new.members, new) is new:
                for ap_id in new.members:
                    had[ap_id] -= set(new.joint)
        if len(found) == before:
            break
    return sorted(found.values(), key=lambda told: (-len(told.members), told.members))


def bursts(ordered: Iterable[Outage]) -> dict[int, list[Outage]]:
    """By the beginning of the first of each; an access point that falls silent twice in one is in it once."""
    found: dict[int, dict[int, Outage]] = {}
    begun = None
    for one in ordered:
        if begun is None or one.start - begun > TOGETHER_S:
            begun = one.start
            found[begun] = {}
        found[begun].setdefault(one.ap_id, one)
    return {begun: list(members.values()) for begun, members in found.items()}


def shared_bursts(ordered: Iterable[Outage], most: float) -> dict[int, list[Outage]]:
    found = bursts(ordered)
    return {begun: all_ for begun, all_ in found.items() if LEAST_MEMBERS <= len(all_) <= max(most, LEAST_MEMBERS)}


def grouped(had: Had) -> dict[int, list[int]]:
    """By its first member; those with the fewest bursts begin, for they have the least that the others lack."""
    leaders: dict[int, list[int]] = defaultdict(list)  # of each burst
    groups: dict[int, list[int]] = {}
    for ap_id in sorted(had, key=lambda one: (len(had[one]), one)):
        mine = had[ap_id]
        if len(mine) < LEAST_JOINT:
            continue
        shared = Counter(leader for burst in mine for leader in leaders[burst][:COMPARED])
        likeness = {one: jaccard(count, len(mine), len(had[one])) for one, count in shared.items()}
        best = max(shared, key=lambda one: (likeness[one], -one), default=None)
        if best is not None and shared[best] >= LEAST_JOINT and likeness[best] >= LEAST_ALIKE:
            groups[best].append(ap_id)
            continue
        groups[ap_id] = [ap_id]
        for burst in mine:
            leaders[burst].append(ap_id)
    return groups


def jaccard(shared: int, first: int, second: int) -> float:
    return shared / (first + second - shared)


def together(
    group: Sequence[int], had: Had, of_burst: Mapping[int, Sequence[Outage]], every: Mapping[int, int]
) -> Together | None:
    """The group with everybody else who was in most of its joint bursts, without those who were in too few.

    None where too little is left.
    """
    joint = joint_bursts(group, had)
    took_part = Counter(one.ap_id for burst in joint for one in of_burst[burst] if burst in had[one.ap_id])
    wider = [ap_id for ap_id, count in took_part.items() if count >= LEAST_ALIKE * len(joint)]
    joint = joint_bursts(wider, had)
    took_part = Counter({ap_id: len(joint & had[ap_id]) for ap_id in wider})
    members = sorted(ap_id for ap_id, count in took_part.items() if count >= LEAST_ALIKE * len(joint))
    if len(members) < LEAST_MEMBERS or len(joint) < LEAST_JOINT:
        return None
    mine = set(members)
    told = (one.rebooted for burst in joint for one in of_burst[burst] if one.ap_id in mine)
    known = [one for one in told if one is not None]
    shared = sum(took_part[ap_id] for ap_id in members)
    return Together(
        tuple(members),
        tuple(sorted(joint)),
        sum(every[ap_id] for ap_id in members) - shared,
        round(shared / len(members) / len(joint), 3),
        sum(known),
        len(known),
    )


def joint_bursts(group: Sequence[int], had: Had) -> set[int]:
    """Those of at least half of the group."""
    counted = Counter(burst for ap_id in group for burst in had[ap_id])
    return {burst for burst, count in counted.items() if count * 2 >= len(group) and count >= LEAST_MEMBERS}
