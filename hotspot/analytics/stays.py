"""Where a device stood when: its time as stays, one after the other without hole, the last one open."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

FOREVER = 1 << 62  # the end of the stay that is still on


class Stay(NamedTuple):
    """At a point, or at none, from the midnight `since` to the midnight `until`; the first one is since 0."""

    since: int
    until: int
    point_id: int | None


class Presence(NamedTuple):
    """Of a device the time [since, until) that counts for what is asked: all of it, or a stay at one of its points."""

    ap_id: int
    since: int = 0
    until: int = FOREVER

    def within(self, a: int, b: int) -> tuple[int, int]:
        return max(a, self.since), min(b, self.until)

    def touches(self, a: int, b: int) -> bool:
        """Whether any of the window [a, b) counts; of an empty one, whether its instant does."""
        return (self.since < b or self.since <= a) and a < self.until

    def covers(self, a: int, b: int) -> bool:
        return self.since <= a and b <= self.until


def joined(presences: Iterable[Presence]) -> list[Presence]:
    """Those of a device that follow each other without a gap become one; in order of devices and time."""
    found: list[Presence] = []
    for one in sorted(presences):
        if found and found[-1].ap_id == one.ap_id and found[-1].until == one.since:
            found[-1] = found[-1]._replace(until=one.until)
        else:
            found.append(one)
    return found


def moved(stays: Sequence[Stay], point_id: int | None, at: int) -> list[Stay]:
    """The stays of a device that went to another point at the midnight `at`.

    With `at` where the last stay began, that one is corrected. One that goes on where the one before was becomes one
    with it. Raises ValueError where `at` is before the last stay, for what was before that is settled.
    """
    *before, here = stays
    if at < here.since:
        raise ValueError("it moved after that already")
    if at > here.since:
        before.append(here._replace(until=at))
    since = at
    if before and before[-1].point_id == point_id:
        since = before.pop().since
    return [*before, Stay(since, FOREVER, point_id)]
