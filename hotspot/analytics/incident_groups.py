"""Which outages are one: those that may have begun at the same instant and share something that explains them.

A device is asked once an interval: its outage truly began between its last answer and the first poll that it missed. So
one cut shows as outages that begin over a whole interval, and outages belong together where these stretches overlap.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

TOGETHER_S = 60  # a cut takes its time: batteries, switches that begin anew
SPREAD_S = 300
MANY = 3  # of a place or a provider; fewer are a coincidence
SPARSE = 200  # ... and one in so many of them, so that a large city's daily losses are no cut of the city


class Group(NamedTuple):
    """`shared` is one of incident_words.SHARED, `key` which one: an id, a code of an area, empty for the city."""

    shared: str
    key: str


NARROW = ("point", "upstream", "controller")  # what people can go to
WIDE = ("area", "district", "provider", "city")
RANK = (*NARROW, *WIDE)  # of groups that explain alike the first
SizeOf = Callable[[Group, int], int]
"""How many devices are watched that belong to a group, counted up to a number: more than that need not be known."""


@dataclass(frozen=True, slots=True)
class Outage:
    """An open outage: it began up to `err_s` before `start`. `home` is its point; a controller's is the controller.

    `groups` is all that it shares with others, its home too.
    """

    ap_id: int
    start: int
    err_s: int
    home: Group
    groups: tuple[Group, ...]

    @property
    def earliest(self) -> int:
        return self.start - self.err_s


@dataclass(frozen=True, slots=True)
class Explained:
    """`group` explains these outages best; ("ap", its id) where nothing but itself explains one."""

    group: Group
    outages: tuple[Outage, ...]

    @property
    def first(self) -> int:
        return min(one.start for one in self.outages)

    @property
    def last(self) -> int:
        return max(one.start for one in self.outages)


def explained(outages: Iterable[Outage], size_of: SizeOf) -> list[Explained]:
    """Every outage in exactly one group, whatever their order.

    Of what began together the best of the groups of which more than half is silent, as long as it explains a third of
    what is left; then the smallest place, provider or city with four fifths of it; what is left then, by points. A
    place that explains so much takes the rest as well: power does not stop at the border of a kelurahan.
    """
    found: list[Explained] = []
    for burst in bursts(sorted(outages, key=lambda one: (one.start, one.ap_id))):
        left = burst
        while best := strong(left, size_of) or wide(left, size_of):
            if best.group.shared in WIDE and is_most(best.outages, left):
                best = Explained(best.group, tuple(left))
            found.append(best)
            mine = {one.ap_id for one in best.outages}
            left = [one for one in left if one.ap_id not in mine]
        found += alone(left, size_of)
    return found


def bursts(outages: Sequence[Outage]) -> Iterator[list[Outage]]:
    """Each that may have begun within TOGETHER_S after another of them, and SPREAD_S after the first.

    They come in order of time.
    """
    left = list(outages)
    longest_err = max((one.err_s for one in left), default=0)
    while left:
        first = left[0].start
        burst: list[Outage] = []
        rest: list[Outage] = []
        until = first + TOGETHER_S
        for place, one in enumerate(left):
            if one.start - longest_err > until:
                rest += left[place:]
                break
            if one.earliest <= until:
                burst.append(one)
                until = min(one.start + TOGETHER_S, first + SPREAD_S)
            else:
                rest.append(one)
        yield burst
        left = rest


def shared_groups(outages: Iterable[Outage]) -> dict[Group, list[Outage]]:
    found: dict[Group, list[Outage]] = defaultdict(list)
    for one in outages:
        for group in one.groups:
            found[group].append(one)
    return found


def strong(left: Sequence[Outage], size_of: SizeOf) -> Explained | None:
    """The group, more than half silent, in which there is least that is up, and beside which there is least silent."""
    found = []
    for group, members in shared_groups(left).items():
        silent = len(members)
        if silent > 1 and 3 * silent >= len(left):
            size = size_of(group, 2 * silent)
            if size < 2 * silent:
                found.append((silent / (size + len(left) - silent), -size, -RANK.index(group.shared), group))
    return explains(max(found)[-1], left) if found else None


def wide(left: Sequence[Outage], size_of: SizeOf) -> Explained | None:
    found = []
    for group, members in shared_groups(left).items():
        if group.shared in WIDE and len(members) >= MANY and is_most(members, left):
            size = size_of(group, SPARSE * len(members) + 1)
            if size <= SPARSE * len(members):
                found.append((size, RANK.index(group.shared), group))
    return explains(min(found)[-1], left) if found else None


def is_most(members: Sequence[Outage], left: Sequence[Outage]) -> bool:
    return 5 * len(members) >= 4 * len(left)


def explains(group: Group, left: Iterable[Outage]) -> Explained:
    return Explained(group, tuple(one for one in left if group in one.groups))


def alone(left: Iterable[Outage], size_of: SizeOf) -> Iterator[Explained]:
    """A point with more than half of its access points, or several of them, silent; else each by itself."""
    homes: dict[Group, list[Outage]] = defaultdict(list)
    for one in left:
        homes[one.home].append(one)
    for home, members in homes.items():
        if len(members) > 1 or home.shared == "controller" or size_of(home, 2) < 2:
            yield Explained(home, tuple(members))
        else:
            yield Explained(Group("ap", str(members[0].ap_id)), tuple(members))
