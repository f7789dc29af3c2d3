"""Where a device stood when: its time as stays, one after the other without hole, the last one open."""

from collections.abc import Sequence
from typing import NamedTuple

FOREVER = 1 << 62  # the end of the stay that is still on


class Stay(NamedTuple):
    """At a point, or at none, from the midnight `since` to the midnight `until`; the first one is since 0."""

    since: int
    until: int
    point_id: int | None


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
