"""Stretches of time in one state: closing the open one, cutting a window, laying maintenance over it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter

GRACE = 1.5  # intervals without a poll after which nobody is looking any more


class State(IntEnum):
    """The first three are stored; maintenance is laid over them when a figure is computed."""

    DOWN = 0
    UP = 1
    UNKNOWN = 2
    MAINTENANCE = 3


DOWN, UP, UNKNOWN, MAINTENANCE = State.DOWN, State.UP, State.UNKNOWN, State.MAINTENANCE


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open stretch `[start, end)` in one state."""

    start: int
    end: int
    state: int


def is_stale(last_poll: int, interval_s: int, now: int) -> bool:
    """Whether so much time went by without a poll that the last answer says nothing about now."""
    return now - last_poll > GRACE * interval_s


def close(start: int, state: int, last_poll: int, interval_s: int, now: int) -> list[Span]:
    """The open span as closed spans up to `now`: without polls it counts to the last one, the rest is unknown."""
    if now <= start:
        return []
    if state == UNKNOWN or not is_stale(last_poll, interval_s, now):
        return [Span(start, now, state)]
    parts = [Span(start, last_poll, state), Span(last_poll, now, UNKNOWN)]
    return parts if last_poll > start else parts[1:]


def partition(spans: Sequence[Span], maintenance: Sequence[tuple[int, int]], a: int, b: int) -> list[Span]:
    """The window `[a, b)` cut into spans without hole or overlap; what no span covers is unknown.

    `spans` come in order of time and do not overlap; maintenance windows may overlap and win over every state.
    """
    parts: list[Span] = []
    reached = a
    for span in spans:
        start, end = max(span.start, reached), min(span.end, b)
        if start < end:
            if reached < start:
                parts.append(Span(reached, start, UNKNOWN))
            parts.append(span if (start, end) == (span.start, span.end) else Span(start, end, span.state))
            reached = end
    if reached < b:
        parts.append(Span(reached, b, UNKNOWN))
    return _overlay(parts, union(maintenance, a, b)) if maintenance else parts


def union(windows: Iterable[tuple[int, int]], a: int, b: int) -> list[tuple[int, int]]:
    """The windows within `[a, b)`, in order, joined where they touch or overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(start, a), min(end, b)) for start, end in windows):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def overlap(windows: Sequence[tuple[int, int]], a: int, b: int) -> list[tuple[int, int]]:
    """What lies within `[a, b)` of windows that come in order and do not overlap."""
    found: list[tuple[int, int]] = []
    place = bisect_right(windows, a, key=itemgetter(1))
    while place < len(windows) and windows[place][0] < b:
        found.append((max(windows[place][0], a), min(windows[place][1], b)))
        place += 1
    return found


def outside(windows: Sequence[tuple[int, int]], a: int, b: int) -> list[tuple[int, int]]:
    """What is left of `[a, b)` beside windows that come in order and do not overlap."""
    found: list[tuple[int, int]] = []
    for start, end in overlap(windows, a, b):
        if a < start:
            found.append((a, start))
        a = end
    return [*found, (a, b)] if a < b else found


def within(parts: Iterable[Span], windows: Sequence[tuple[int, int]]) -> list[Span]:
    """The parts cut to windows that come in order and do not overlap."""
    return [Span(start, end, part.state) for part in parts for start, end in overlap(windows, part.start, part.end)]


def is_late(start: int, announced_at: int) -> bool:
    """Whether a maintenance window was announced when it had begun already: then none of it counts as planned."""
    return announced_at >= start


def planned(start: int, end: int, announced_at: int, cancelled_at: int | None) -> tuple[int, int]:
    """A maintenance window as far as it counts: until it was cancelled, of no length where it was announced late."""
    if is_late(start, announced_at):
        return start, start
    return start, max(start, end if cancelled_at is None else min(end, cancelled_at))


def _overlay(parts: list[Span], windows: list[tuple[int, int]]) -> list[Span]:
    """The parts outside the windows, and the windows themselves as maintenance."""
    kept = [Span(start, end, MAINTENANCE) for start, end in windows]
    kept += [Span(start, end, part.state) for part in parts for start, end in outside(windows, part.start, part.end)]
    return sorted(kept, key=lambda span: span.start)
