"""Polls replayed through the state machine, and an oracle that knows the definitions but no state machine."""

from collections.abc import Sequence
from itertools import pairwise

from hotspot.analytics.outages import MONITORING, Seen, Watch, advance
from hotspot.analytics.spans import DOWN, UNKNOWN, UP, Span, close


def spans_after(polls: Sequence[Seen], misses: int, now: int) -> list[Span]:
    """What is stored after these polls, the open span closed at `now`."""
    watch: Watch | None = None
    opened: dict[int, int] = {}
    for poll in polls:
        watch, changes = advance(watch, poll, misses)
        for change in changes:
            assert not opened or change.at >= max(opened)
            opened[change.at] = change.state
    if watch is None:
        return []
    starts = list(opened)
    closed = [Span(a, b, opened[a]) for a, b in pairwise(starts)]
    assert (watch.since, watch.state) == (starts[-1], opened[starts[-1]])
    return closed + close(watch.since, watch.state, watch.last_poll, watch.interval_s, now)


def state_at(second: int, polls: Sequence[Seen], misses: int, now: int) -> int:
    """The state in that second by the words of the definitions, read off the whole history."""
    before = [index for index, poll in enumerate(polls) if poll.at <= second]
    if not before:
        return UNKNOWN
    if before[-1] == len(polls) - 1 and 2 * (now - polls[-1].at) > 3 * polls[-1].interval_s:
        return UNKNOWN
    return _state_after(before[-1], polls, misses)


def _state_after(index: int, polls: Sequence[Seen], misses: int) -> int:
    """Between the poll of that index and the next one."""
    if _nobody_looked(index, polls) or _says_nothing(polls[index]):
        return UNKNOWN
    if polls[index].answered:
        return UP
    first = last = index
    while first > 0 and _misses(polls[first - 1]) and not _is_gap(first - 1, polls):
        first -= 1
    while last + 1 < len(polls) and _misses(polls[last + 1]) and not _is_gap(last, polls):
        last += 1
    was_up = first > 0 and polls[first - 1].answered is True and not _is_gap(first - 1, polls)
    return _in_streak([bool(poll.excuse) for poll in polls[first : last + 1]], index - first, misses, was_up)


def _in_streak(excused: Sequence[bool], index: int, misses: int, was_up: bool) -> int:
    """After the unanswered poll of that index, from all unanswered polls around it."""
    outages = [run for run in _runs(excused, False) if len(run) >= misses]
    if any(index in run for run in outages):
        return DOWN
    before = max((run.stop for run in outages if run.stop <= index), default=0)
    until = min((run.start for run in outages if run.start > index), default=len(excused))
    if before:
        blind = [run.start for run in _runs(excused, True) if len(run) >= misses and before <= run.start < until]
        return UNKNOWN if blind and index >= blind[0] else DOWN
    is_blind = any(excused[place] for place in range(misses - 1, until))
    return UNKNOWN if is_blind or not was_up else UP


def _runs(excused: Sequence[bool], kind: bool) -> list[range]:
    edges = [0, *(i for i in range(1, len(excused)) if excused[i] != excused[i - 1]), len(excused)]
    return [range(a, b) for a, b in pairwise(edges) if excused[a] == kind]


def _nobody_looked(index: int, polls: Sequence[Seen]) -> bool:
    """Between the poll of that index and the next."""
    if index + 1 == len(polls):
        return False
    following = polls[index + 1]
    return _is_gap(index, polls) or (_says_nothing(following) and following.answered is False)


def _is_gap(index: int, polls: Sequence[Seen]) -> bool:
    one, two = polls[index], polls[index + 1]
    return 2 * (two.at - one.at) > 3 * max(one.interval_s, two.interval_s)


def _misses(poll: Seen) -> bool:
    return poll.answered is False and not _says_nothing(poll)


def _says_nothing(poll: Seen) -> bool:
    return poll.answered is None or (not poll.answered and not poll.trusted and poll.excuse != MONITORING)
