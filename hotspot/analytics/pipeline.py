"""How long points wait in each stage before installation here, which are stuck, and when those on their way will stand.

A point that still waits is evidence, too: it has waited at least so long. The lengths of stays are therefore estimated
as lifetimes are, by Kaplan and Meier (1958), and not by the mean of the stays that ended.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from math import inf
from random import Random

from hotspot.analytics.forecast import HIGH, LOW, MIDDLE, Ahead, quantile
from hotspot.analytics.inventory import BUILT, LIFECYCLE, PRE_BUILT
from hotspot.analytics.rollout import Life

LEAST_STAYS = 5  # that ended; with fewer nothing is told of a stage
LONG = 0.8  # share of stays that are shorter than what is called stuck
FUTURES = 100
MOST_STEPS = 12  # of one point; one that goes round in circles is not installed
MOST_DAYS = 3653  # beyond ten years nothing is told, as in the forecast


@dataclass(frozen=True, slots=True)
class Stay:
    """In a stage for so many days; `following` is the stage after it, empty when the point still waits there."""

    stage: str
    days: int
    following: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The stays in a stage: `ended` that went on to one of `following`, `waiting` that have not.

    `curve`: after so many days that share of the points is still there; falling, the first (0, 1.0).
    """

    stage: str
    ended: int
    waiting: int
    curve: tuple[tuple[int, float], ...]
    following: tuple[str, ...]

    @property
    def median(self) -> int | None:
        return self.after(0.5)

    @property
    def long(self) -> int | None:
        return self.after(LONG)

    def after(self, share: float) -> int | None:
        """The days after which that share has gone on; None with too few stays, or when nobody waited so long yet."""
        if self.ended < LEAST_STAYS:
            return None
        return next((days for days, left in self.curve if left <= 1 - share + 1e-9), None)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Of the points that wait, the places in the given order: `here` their stays, `stuck` those that last too long.

    `ahead`: how many of the `told` points will be installed by a day.
    """

    waits: Mapping[str, Wait]
    here: Mapping[int, Stay]
    stuck: frozenset[int]
    ahead: tuple[Ahead, ...]
    told: int


@lru_cache(maxsize=8)  # the answer depends on nothing else, and every page of a day asks the same
def pipeline(lives: tuple[Life, ...], day: date, days: tuple[date, ...]) -> Pipeline:
    """As known at the end of `day`, looking ahead to the ends of `days`."""
    seen = [list(stays(life, day)) for life in lives]
    known = waits(stay for own in seen for stay in own)
    here = {place: own[-1] for place, own in enumerate(seen) if own and not own[-1].following}
    ahead, told = expected([(stay.stage, stay.days) for stay in here.values()], known, day, days)
    stuck = frozenset(place for place, stay in here.items() if is_stuck(known, stay.stage, stay.days))
    return Pipeline(known, here, stuck, ahead, told)


def stays(life: Life, day: date) -> Iterator[Stay]:
    """Those before the installation, as known at the end of `day`."""
    steps = [(since, stage) for since, stage in life.changes if since <= day]
    if not any(stage in BUILT for _, stage in steps) and life.installed_on and life.installed_on <= day:
        steps = [(since, stage) for since, stage in steps if since <= life.installed_on]
        steps.append((life.installed_on, "installed"))
    steps = [next(run) for _, run in groupby(steps, key=lambda step: step[1])]
    for (since, stage), (until, following) in zip(steps, [*steps[1:], (day, "")], strict=False):
        if stage in PRE_BUILT:
            yield Stay(stage, (until - since).days, following)


def waits(seen: Iterable[Stay]) -> dict[str, Wait]:
    """Of each stage in which somebody waited."""
    by_stage: dict[str, list[Stay]] = defaultdict(list)
    for stay in seen:
        by_stage[stay.stage].append(stay)
    return {stage: wait(stage, by_stage[stage]) for stage in LIFECYCLE if stage in by_stage}


def wait(stage: str, own: list[Stay]) -> Wait:
    """A point that was given up counts until then, like one that still waits."""
    ended = sorted(stay.days for stay in own if goes_on(stay))
    lengths = sorted(stay.days for stay in own)
    curve, left = [(0, 1.0)], 1.0
    for days, run in groupby(ended):
        left *= 1 - len(list(run)) / (len(lengths) - bisect_left(lengths, days))
        curve.append((days, left))
    waiting = sum(not stay.following for stay in own)
    return Wait(stage, len(ended), waiting, tuple(curve), tuple(stay.following for stay in own if goes_on(stay)))


def goes_on(stay: Stay) -> bool:
    return stay.following in PRE_BUILT or stay.following in BUILT


def is_stuck(known: Mapping[str, Wait], stage: str, days: int) -> bool:
    """Whether a point waits longer there than four of five did."""
    long = known[stage].long if stage in known else None
    return long is not None and days > long


def expected(
    waiting: Sequence[tuple[str, int]], known: Mapping[str, Wait], day: date, days: Sequence[date]
) -> tuple[tuple[Ahead, ...], int]:
    """How many of the points that wait, each for so many days in its stage, will be installed at the end of `days`;
    and how many are told of: of the others a stage that lies before them has too few stays.

    Each point goes its own way here. Those of one contract really come together: the true range is wider.
    """
    clear = {stage for stage in known if is_clear(stage, known)}
    told = [(stage, waited) for stage, waited in waiting if stage in clear]
    random = Random("pipeline")  # noqa: S311  # dice, no secret
    lines = {stage: ([days for days, _ in one.curve], [-left for _, left in one.curve]) for stage, one in known.items()}
    sums: list[list[float]] = [[] for _ in days]
    for _ in range(FUTURES):
        arrivals = sorted(arrival(stage, waited, known, lines, random) for stage, waited in told)
        for at, end in enumerate(days):
            sums[at].append(bisect_right(arrivals, (end - day).days))
    ranges = (tuple(quantile(sorted(reached), share) for share in (LOW, MIDDLE, HIGH)) for reached in sums)
    return tuple(Ahead(end, *found) for end, found in zip(days, ranges, strict=True)), len(told)


def is_clear(stage: str, known: Mapping[str, Wait]) -> bool:
    """Whether every stage that may lie between it and the installation has stays enough."""
    seen, open_ = set[str](), [stage]
    while open_:
        at = open_.pop()
        if at in seen or at in BUILT:
            continue
        seen.add(at)
        if at not in known or known[at].ended < LEAST_STAYS:
            return False
        open_ += known[at].following
    return True


def arrival(
    stage: str,
    waited: int,
    known: Mapping[str, Wait],
    lines: Mapping[str, tuple[list[int], list[float]]],
    random: Random,
) -> float:
    """In how many days one point is installed; inf for never."""
    total = 0
    for _ in range(MOST_STEPS):
        ends, left = lines[stage]
        already = -left[bisect_right(ends, waited) - 1]
        at = bisect_left(left, -already * random.random())
        if at == len(ends):
            return inf  # nobody has waited long enough to tell
        total += max(0, ends[at] - waited)
        stage, waited = random.choice(known[stage].following), 0
        if stage in BUILT:
            return total
        if total > MOST_DAYS:
            return inf
    return inf
