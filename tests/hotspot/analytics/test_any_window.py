"""Any window of any history, with maintenance and service hours, against an oracle that counts single seconds."""

import random
import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from hotspot.analytics.availability import Figure, Outages, clock, figure_of, outages, told
from hotspot.analytics.calendar import Period, days, midnight
from hotspot.analytics.outages import EXCUSES, Seen
from hotspot.analytics.service_hours import Schedule, open_periods
from hotspot.analytics.spans import DOWN, MAINTENANCE, UNKNOWN, UP, Span, planned
from tests.hotspot.analytics.replay import spans_after, state_at

HOUR, DAY = 3600, 86400
HISTORIES, WINDOWS = 2000, 20
OUTSIDE = 9  # of the service hours
PLACES = [  # around a month's end in Indonesia, and where clocks are set forward and back
    ("Asia/Jakarta", date(2026, 10, 31)),
    ("Asia/Makassar", date(2026, 12, 31)),
    ("Asia/Jayapura", date(2027, 2, 28)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
]
Plan = tuple[int, int, int, int | None]  # start, end, announced, cancelled
MISSES = 3


class Case:
    """A history of one device between `first` and `now`, and the same second by second."""

    def __init__(self, dice: random.Random) -> None:
        self.zone, day = dice.choice(PLACES)
        self.base = midnight(self.zone, day)
        self.first = self.base + 60 * dice.randrange(0, 24 * 60)
        self.polls = polled(dice, self.first)
        self.now = self.polls[-1].at + dice.choice([0, 1, 100, 400, 2000, 20_000])
        self.plans = [planned_work(dice, self.first, self.now) for _ in range(dice.choice([0, 0, 1, 2, 4]))]
        self.schedule = dice.choice([None, None, some_hours(dice)])
        self.spans = spans_after(self.polls, MISSES, self.now)
        self.maintenance = [planned(*plan) for plan in self.plans]
        self.service = None if self.schedule is None else open_periods(self.schedule, self.zone, self.base, self.now)
        self.states = self.each_second()
        self.counted = self.overlaid()

    def told(self, a: int, b: int) -> tuple[Figure, Outages]:
        return (
            figure_of(self.spans, self.maintenance, a, b, self.service),
            outages(self.spans, self.maintenance, a, b, self.service),
        )

    def timed(self, a: int, b: int) -> tuple[Figure, Outages]:
        """By clocks, as long records are read."""
        far = self.base - DAY, self.now + DAY
        return told(self.spans, clock(self.service, (), *far), clock(self.service, self.maintenance, *far), a, b)

    def each_second(self) -> bytearray:
        """What the definitions say between one poll and the next; from `base` on."""
        found = bytearray([UNKNOWN]) * (self.now - self.base)
        for here, then in pairwise([*(poll.at for poll in self.polls), self.now]):
            if here < then:
                fill(found, here - self.base, then - self.base, state_at(here, self.polls, MISSES, self.now))
        return found

    def overlaid(self) -> bytearray:
        found = bytearray(self.states)
        for start, end, announced, cancelled in self.plans:
            if announced >= start:
                continue
            until = self.now if cancelled is None else min(cancelled, self.now)
            seen = bytearray(self.now - self.base)
            fill(seen, max(0, start - self.base), max(0, min(end, self.now) - self.base), 1)
            fill(seen, max(0, until - self.base), len(seen), 0)
            for run in re.finditer(b"\x01+", seen):
                fill(found, *run.span(), MAINTENANCE)
        if self.schedule is not None:
            for minute, (weekday, clock) in enumerate(clocks(self.zone, self.base, 1 + len(found) // 60)):
                if not any(day == weekday and start <= clock < end for day, start, end in self.schedule):
                    fill(found, 60 * minute, min(60 * minute + 60, len(found)), OUTSIDE)
        return found

    def oracle(self, a: int, b: int) -> tuple[Figure, Outages]:
        seconds, (i, j) = self.counted, (a - self.base, b - self.base)
        whole = Figure(*(seconds.count(bytes([state]), i, j) for state in (UP, DOWN, UNKNOWN, MAINTENANCE)))
        lengths, repaired, began = [], [], 0
        for run in re.finditer(b"\x00+", self.states):
            start, end = run.span()
            if seconds.count(b"\x00", max(start, i), max(start, min(end, j))) == 0:
                continue
            lengths.append(seconds.count(b"\x00", start, end))
            began += seconds.find(b"\x00", start, end) >= i
            is_answered = end < len(seconds) and self.states[end] == UP
            if is_answered and seconds.rfind(b"\x00", start, end) < j:
                repaired.append(lengths[-1])
        told = (len(lengths), began, len(repaired), sum(repaired), whole.up_s, max(lengths, default=0))
        return whole, Outages(*told)


def fill(seconds: bytearray, start: int, end: int, value: int) -> None:
    if start < end:
        seconds[start:end] = bytes([value]) * (end - start)


def polled(dice: random.Random, first: int) -> list[Seen]:
    """Streaks of answers, of silence with and without excuse, of a failing network, of nobody looking."""
    interval_s = dice.choice([60, 300, 300, 900])
    polls: list[Seen] = []
    at = first + dice.randrange(0, 2000)
    while len(polls) < 40:
        kind = dice.choice(["up", "up", "down", "down", "excused", "storm", "nobody", "gap"])
        for _ in range(dice.choice([1, 2, 3, 4, 7])):
            excuse = dice.choice(EXCUSES) if kind == "excused" else ""
            answered = True if kind in ("up", "gap") else None if kind == "nobody" else False
            polls.append(Seen(at, len(polls), interval_s, answered, kind != "storm", excuse))
            at += interval_s + dice.choice([0, 0, 1, -1, 17])
        at += dice.choice([interval_s, 7 * interval_s]) if kind == "gap" else 0
    return polls


def planned_work(dice: random.Random, first: int, now: int) -> Plan:
    start = dice.randrange(first - HOUR, now)
    end = start + dice.choice([60, 1000, 3000, 10_000])
    announced = start + dice.choice([-1000, -1000, -1000, 0, 500, 20_000])
    return start, end, announced, dice.choice([None, None, start - 10, start + 700, end - 1])


def some_hours(dice: random.Random) -> Schedule:
    """None begins or ends in the hours in which clocks are set."""
    rules = []
    for _ in range(dice.choice([1, 2, 3])):
        start, end = sorted(dice.sample([0, *range(4 * 60, 24 * 60, 7), 24 * 60], 2))
        rules += [(day, start, end) for day in range(7) if dice.random() < 0.7]
    return tuple(sorted(rules))


@cache
def clocks(zone: str, base: int, minutes: int) -> list[tuple[int, int]]:
    """Weekday and minute of the day that the clocks show, a minute after the other."""
    shown = (datetime.fromtimestamp(base + 60 * minute, ZoneInfo(zone)) for minute in range(minutes))
    return [(one.weekday(), 60 * one.hour + one.minute) for one in shown]


def windows(case: Case, dice: random.Random) -> list[Period]:
    """Between any two seconds, between changes, and days of the calendar as far as they are over."""
    edges = [case.first, case.now, *(span.start for span in case.spans), *(end for _, end in case.maintenance)]
    known = [edge for edge in edges if case.base <= edge <= case.now]
    pairs = [sorted(dice.sample(range(case.base, case.now), 2)) for _ in range(10)]
    pairs += [sorted([dice.choice(known), dice.choice(known)]) for _ in range(WINDOWS - 11)]
    day = dice.choice(list(days(case.zone, case.base, case.now)))
    return [(pair[0], pair[1]) for pair in pairs] + [(day[0], min(day[1], case.now))]


@pytest.mark.parametrize("seed", range(4))
def test_any_window_is_what_its_seconds_say(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(HISTORIES // 4):
        case = Case(dice)
        chosen = windows(case, dice)
        assert len(chosen) == WINDOWS
        for a, b in chosen:
            assert case.told(a, b) == case.timed(a, b) == case.oracle(a, b), (seed, case.zone, a, b)


def test_parts_add_up_to_the_whole() -> None:
    dice = random.Random(5)
    for _ in range(200):
        case = Case(dice)
        cuts = [case.base, *sorted(dice.sample(range(case.base, case.now), 4)), case.now]
        parts = [case.told(a, b) for a, b in pairwise(cuts)]
        daily = [case.told(a, min(b, case.now)) for a, b in days(case.zone, case.base, case.now)]
        figure, told = case.told(case.base, case.now)
        for some in (parts, daily):
            assert sum((one for one, _ in some), Figure()) == figure
            summed = sum((one for _, one in some), Outages())
            assert (summed.began, summed.ended, summed.repairs_s) == (told.began, told.ended, told.repairs_s)
            assert (summed.up_s, summed.longest_s) == (told.up_s, told.longest_s)
            assert summed.count >= told.count


UP_DOWN_UP = [Span(0, 100, UP), Span(100, 300, DOWN), Span(300, 400, UP)]


@pytest.mark.parametrize(
    ("maintenance", "service", "window", "expected"),
    [
        # window: count, began, ended, repairs_s, longest_s
        ([(50, 200)], None, (0, 400), (1, 1, 1, 100, 100)),  # failed in maintenance, outlasted it
        ([(50, 200)], None, (0, 200), (0, 0, 0, 0, 0)),
        ([(50, 200)], None, (200, 250), (1, 1, 0, 0, 100)),  # it begins where the maintenance ends
        ([(50, 200)], None, (250, 400), (1, 0, 1, 100, 100)),  # what was planned before the window is known
        ([(250, 350)], None, (0, 260), (1, 1, 1, 150, 150)),  # answered in maintenance: ended where that began
        ([(250, 350)], None, (260, 400), (0, 0, 0, 0, 0)),
        ([(150, 180), (170, 200)], None, (0, 400), (1, 1, 1, 150, 150)),  # overlapping windows count once
        ([(0, 50), (350, 400)], None, (0, 400), (1, 1, 1, 200, 200)),  # maintenance elsewhere hides nothing
        ([], [(0, 120), (280, 290)], (0, 400), (1, 1, 1, 30, 30)),
        ([], [(0, 90), (310, 400)], (0, 400), (0, 0, 0, 0, 0)),  # down outside the service hours only
        ([(110, 285)], [(0, 120), (280, 290)], (0, 400), (1, 1, 1, 15, 15)),
    ],
)
def test_outage_is_what_is_left_of_it(
    maintenance: list[Period], service: Sequence[Period] | None, window: Period, expected: tuple[int, ...]
) -> None:
    told = outages(UP_DOWN_UP, maintenance, *window, service)
    assert (told.count, told.began, told.ended, told.repairs_s, told.longest_s) == expected
