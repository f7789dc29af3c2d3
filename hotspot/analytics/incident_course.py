"""How an incident goes on: when it is settled, told, has grown, is over, came back, or comes and goes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotspot.analytics.outages import MONITORING
from hotspot.analytics.spans import DOWN, UNKNOWN, UP

REOPEN_S = 1800  # what comes back within so long of its end is the same incident, not a new one
RETURN_S = 300  # ... and is told of again only if it lasts
GROWN_FACTOR = 2
GROWN_BY = 5  # ... and at least so many more
AGAIN_S = 60  # until a device that fell silent has been asked again, and again
HOUR_S = 3600
MOST_CHANGES = 5  # in an hour
QUIET_S = 1800
GONE = "gone"  # as what was read of a member: nobody asks it any more
NEARLY_ALL = 10  # one in so many may stay down
LEFT_BEHIND_S = 1800


@dataclass(frozen=True, slots=True)
class Member:
    """An outage of an access point within an incident; `gone`: it ended because nobody asks any more.

    `ap_id` is None for one that was taken out of the inventory.
    """

    id: int
    subject: str
    ap_id: int | None
    since: int
    ended_at: int | None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Doing:
    """What an access point is doing now, as in ap_state; `up_from` is since when it was up right before.

    Not `watched` is one that nobody asks any more, or that is not in service.
    """

    state: int
    since: int
    last_ok: int | None
    cause: str
    up_from: int | None
    watched: bool


@dataclass(frozen=True, slots=True)
class Said:
    """The last that was said of an incident: an event's kind, how many members it had; `quiet`: nobody was told."""

    kind: str
    at: int
    members: int
    quiet: bool


def has_grown(told: int, members: int) -> bool:
    """Whether an incident that was told with so many members is so much larger that it is worth a second message."""
    return members >= GROWN_FACTOR * told and members >= told + GROWN_BY


def is_settled(first: int, last: int, interval_s: int, oldest_answers: Mapping[int, int], now: int) -> bool:
    """Whether all that could have gone with it have been asked since the last that did, and answered or are down.

    `first` and `last` are when its outages began. `oldest_answers` is, by poll interval, the oldest last answer of the
    devices that may be down and are not known to be. Who is asked less often is not waited for; nobody is for longer
    than two intervals.
    """
    if not may_wait(first, interval_s, now):
        return True
    return all(answer >= last for every_s, answer in oldest_answers.items() if every_s <= interval_s)


def may_wait(first: int, interval_s: int, now: int) -> bool:
    """Whether it began so lately that others may be about to follow."""
    return now < first + 2 * interval_s + AGAIN_S


def ended_at(member: Member, doing: Doing | None, now: int) -> int | None:
    """When a member was over; None while it is not, or nobody can know.

    One answer is none: it is over with the second. Who answers pings is not down. Down anew, it was up in between.
    """
    if doing is None or is_gone(doing):
        return now
    if doing.state == UP and doing.last_ok is not None and doing.last_ok > doing.since:
        return max(doing.since, member.since)
    if doing.state == UNKNOWN and doing.cause == MONITORING:
        return max(doing.since, member.since)
    if doing.state == DOWN and doing.since > member.since and doing.up_from is not None:
        return max(doing.up_from, member.since)
    return None


def is_gone(doing: Doing | None) -> bool:
    """Whether nobody asks it any more, or ever did."""
    return doing is None or not doing.watched


def edges(members: Iterable[Member]) -> list[int]:
    """When the incident began, ended, began again ...: as long as any member is down, it is."""
    found: list[int] = []
    until: int | None = None
    for one in sorted(members, key=lambda one: one.since):
        if found and (until is None or one.since <= until):
            until = None if until is None or one.ended_at is None else max(until, one.ended_at)
            continue
        if found and until is not None:
            found.append(until)
        found.append(one.since)
        until = one.ended_at
    if until is not None:
        found.append(until)
    return found


def comes_and_goes(members: Sequence[Member], now: int) -> bool:
    """More than MOST_CHANGES changes within the last hour, and the last of them not long ago."""
    return sum(at > now - HOUR_S for at in edges(members)) > MOST_CHANGES and not is_quiet(members, now)


def is_quiet(members: Iterable[Member], now: int) -> bool:
    return max(edges(members), default=0) <= now - QUIET_S


def left_behind(members: Sequence[Member], now: int) -> bool:
    """Whether nearly all have been back for so long that those that stay down are another story."""
    last: dict[str, int | None] = {}
    for one in sorted(members, key=lambda one: one.since):
        last[one.subject] = one.ended_at
    ends = sorted(at for at in last.values() if at is not None)
    needed = len(last) - len(last) // NEARLY_ALL
    return len(ends) < len(last) and len(ends) >= needed and ends[needed - 1] <= now - LEFT_BEHIND_S


def came_back(subjects: Collection[str], members: Sequence[Member]) -> bool:
    """Whether these are, for the most part, what an incident that is over was about."""
    before = {one.subject for one in members}
    same = len(before.intersection(subjects))
    return 2 * same > len(before) and 2 * same > len(subjects)
