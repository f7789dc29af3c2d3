"""Which outages may have one cause: many that began within a minute and share a controller, place or provider."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOGETHER_S = 60
MANY = 3
SHARED = ("controller", "area", "district", "provider")  # of groups alike in size the narrowest explains most


@dataclass(frozen=True, slots=True)
class Began:
    """An outage: when it began and what it shares with others; an empty name is shared with nobody."""

    start: int
    area: str
    provider: str
    controller: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """`shared` is one of SHARED, `name` which one; `members` are places in the list that was asked about."""

    shared: str
    name: str
    start: int
    members: tuple[int, ...]


def causes(outages: Sequence[Began]) -> list[Cause]:
    """The largest groups first taken, so that no outage is in two; newest first."""
    found: list[Cause] = []
    for burst in bursts(outages):
        left = set(burst)
        while cause := largest(outages, left):
            found.append(cause)
            left -= set(cause.members)
    return sorted(found, key=lambda cause: cause.start, reverse=True)


def one_cause(outages: Sequence[Began], of: int) -> Cause | None:
    """The group that explains at least half of the `of` that are down; None when no single one does."""
    main = max(causes(outages), key=lambda cause: len(cause.members), default=None)
    return main if main and len(main.members) * 2 >= of else None


def bursts(outages: Sequence[Began]) -> Iterator[list[int]]:
    """Places of the outages that began within TOGETHER_S of the first of them, in order of time."""
    burst: list[int] = []
    for place in sorted(range(len(outages)), key=lambda place: outages[place].start):
        if burst and outages[place].start - outages[burst[0]].start > TOGETHER_S:
            yield burst
            burst = []
        burst.append(place)
    if burst:
        yield burst


def largest(outages: Sequence[Began], places: set[int]) -> Cause | None:
    """The most of `places` that share something; None below MANY."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in sorted(places, key=lambda place: (outages[place].start, place)):
        for shared in SHARED:
            if name := getattr(outages[place], shared):
                groups[shared, name].append(place)
    best = max(groups.items(), key=lambda item: (len(item[1]), -SHARED.index(item[0][0])), default=None)
    if best is None or len(best[1]) < MANY:
        return None
    (shared, name), members = best
    return Cause(shared, name, outages[members[0]].start, tuple(members))
