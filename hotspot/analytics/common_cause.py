"""Which outages may have one cause: many that began within the same minute in one area or at one provider."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOGETHER_S = 60
MANY = 3


@dataclass(frozen=True, slots=True)
class Began:
    """An outage: when it began and what it shares with others; an empty name is shared with nobody."""

    start: int
    area: str
    provider: str


@dataclass(frozen=True, slots=True)
class Cause:
    """`shared` is area or provider, `name` which one; `members` are places in the list that was asked about."""

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
    """The most of `places` that share an area, else a provider; None below MANY."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in sorted(places, key=lambda place: (outages[place].start, place)):
        for shared in ("area", "provider"):
            if name := getattr(outages[place], shared):
                groups[shared, name].append(place)
    best = max(groups.items(), key=lambda item: (len(item[1]), item[0][0] == "area"), default=None)
    if best is None or len(best[1]) < MANY:
        return None
    (shared, name), members = best
    return Cause(shared, name, outages[members[0]].start, tuple(members))
