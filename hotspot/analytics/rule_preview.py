"""What a rule would have said of late, and whether it says too much to be switched on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotspot.analytics.alert_rules import Kind
from hotspot.analytics.calendar import Period, day_of, days
from hotspot.analytics.hysteresis import FOREVER, Stretch
from hotspot.analytics.import_row import N_, Reason
from hotspot.analytics.incident_course import REOPEN_S
from hotspot.analytics.rule_reading import Subject

FEW = 4  # of so few subjects more than half may well be found
SHORTEST_DAYS = 3  # of history, before an average says anything


@dataclass(frozen=True, slots=True)
class Finding:
    """That a subject would have been said to fire."""

    subject: Subject
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Episode:
    """One incident of the rule: `began` is when its first subject was over the limit, `said` when it was told.

    Without an end it goes on. `subjects` in the order in which they were found.
    """

    began: int
    said: int
    ended: int | None
    subjects: tuple[Subject, ...]

    def length_s(self, now: int) -> int:
        return (now if self.ended is None else self.ended) - self.began


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often it would have spoken on a day, and whether it was still saying something of before."""

    day: date
    start: int
    spoken: int
    lasting: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """`episodes`, the newest first, are those told in the window [a, b), which is shorter where history is.

    `now` counts the subjects that it fires for at this instant (None: not known), of `total` that it watches.
    `can_tell` is False where no history is kept of what it reads.
    """

    a: int
    b: int
    can_tell: bool
    episodes: tuple[Episode, ...]
    days: tuple[DayCount, ...]
    now: int | None
    total: int
    first: tuple[Subject, ...] = ()

    @property
    def spoken(self) -> int:
        return len(self.episodes)

    @property
    def most_often(self) -> list[tuple[Subject, int]]:
        """What it would have named more than once, with how often; the first three."""
        found = Counter(subject for one in self.episodes for subject in one.subjects)
        return [(subject, n) for subject, n in found.most_common(3) if n > 1]

    @property
    def longest(self) -> Episode | None:
        return max(self.episodes, key=lambda one: one.length_s(self.b), default=None)

    @property
    def busiest(self) -> DayCount | None:
        """The first of the days on which it would have spoken most; None if it never did."""
        return max(self.days, key=lambda one: one.spoken, default=None) if self.episodes else None


def episodes(findings: Iterable[Finding], a: int, b: int, *, apart: bool = False) -> list[Episode]:
    """One while any subject fires, as incidents of rules go; what comes back at once is the same. Newest first.

    `apart`: each finding is an incident by itself.
    """
    found: list[list[Finding]] = []
    reached = -FOREVER
    for one in sorted(findings, key=lambda one: one.stretch.said):
        if one.stretch.said < reached and not apart:
            found[-1].append(one)
        else:
            found.append([one])
        reached = max(reached, FOREVER if one.stretch.ended is None else one.stretch.ended + REOPEN_S)
    told = [episode(group) for group in found]
    return [one for one in reversed(told) if a <= one.said < b]


def episode(group: Sequence[Finding]) -> Episode:
    ends = [one.stretch.ended for one in group]
    open_ = any(end is None for end in ends)
    ended = None if open_ else max(end for end in ends if end is not None)
    subjects = tuple({one.subject.key: one.subject for one in group}.values())
    return Episode(min(one.stretch.began for one in group), group[0].stretch.said, ended, subjects)


def by_day(zone: str, told: Sequence[Episode], a: int, b: int) -> list[DayCount]:
    spoken = Counter(day_of(zone, one.said) for one in told)
    return [
        DayCount(day_of(zone, start), start, spoken[day_of(zone, start)], is_lasting(told, (start, min(end, b))))
        for start, end in days(zone, a, b)
    ]


def is_lasting(told: Sequence[Episode], day: Period) -> bool:
    start, end = day
    return any(one.said < end and (one.ended is None or one.ended > start) for one in told)


def refusal(preview: Preview, kind: Kind) -> Reason | None:
    """Why such a rule may not be switched on; None if it may."""
    values: Mapping[str, object] = {"n": preview.now, "total": preview.total}
    if kind.most_are_wrong and preview.now and preview.total >= FEW and 2 * preview.now > preview.total:
        if preview.now == preview.total:
            return Reason(N_("it fires for everything that it watches (%(total)s); narrow it first"), values)
        return Reason(N_("it fires for %(n)s of the %(total)s that it watches; narrow it first"), values)
    told_days = len(preview.days)
    if told_days >= SHORTEST_DAYS and preview.spoken > kind.most_a_day * told_days:
        said = {"n": preview.spoken, "days": told_days, "most": kind.most_a_day}
        return Reason(
            N_("it would have spoken %(n)s times in %(days)s days, more than %(most)s a day; narrow it first"), said
        )
    return None
