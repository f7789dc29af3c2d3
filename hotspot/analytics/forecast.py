"""When the points that are missing will stand: a range of days and a chance, from the months so far, by simulation.

A thousand futures are played month by month. Each draws its months from the last 6, 12, 24 or 48 that were seen (a
quarter of the futures from each window), times a level (the mean of another draw of that window: how sure its mean is)
and times exp of a random walk (programmes speed up and stall). docs/decisions/0020-forecasts-are-simulated.md tells
what else was tried on real roll-outs.

The dice are thrown once and for all, so that the same months give the same answer on every page and in every process,
and more points never come earlier than fewer.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random

WINDOWS = (6, 12, 24, 48)  # months
SIGMA = 0.2  # of the monthly step of the random walk, on the logarithm of the pace
FUTURES = 250  # from each window
HORIZON = 120  # months; what takes longer has no day
LEAST_MONTHS = 6  # in which points were added; with fewer a range would be a guess
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
REASONS = ("", "reached", "few_months")


@dataclass(frozen=True, slots=True)
class Ahead:
    """Points at the end of `day`: in 10, 50 and 90 of 100 futures not more than this."""

    day: date
    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days by which 10, 50 and 90 of 100 futures have all points; None: not within ten years.

    `chance` is the share of futures that are in time, None when the day asked for is over. With a `reason` of REASONS
    there is no forecast, and nothing else is filled.
    """

    reason: str
    early: date | None = None
    middle: date | None = None
    late: date | None = None
    chance: float | None = None
    months: tuple[Ahead, ...] = ()


@lru_cache(maxsize=256)  # the answer depends on nothing else, and every page of a day asks the same
def forecast(built: tuple[int, ...], stands: int, wanted: int, day: date, due: date, months: int = 0) -> Forecast:
    """`built`: points added in each whole month up to `day`, since the first; `stands` of the `wanted` are there now.

    The fan has the ends of `months` months, the running one among them.
    """
    if stands >= wanted:
        return Forecast("reached")
    if sum(number > 0 for number in built[-WINDOWS[-1] :]) < LEAST_MONTHS:
        return Forecast("few_months")
    ends = [day, *month_ends(day, HORIZON)]
    first = (ends[1] - day).days / ends[1].day
    played = list(futures(built, months, wanted - stands, first))
    arrivals = sorted(arrival for arrival, _ in played)
    early, middle, late = (on_day(ends, quantile(arrivals, share)) for share in (LOW, MIDDLE, HIGH))
    in_time = sum(1 for at in arrivals if (arrived := on_day(ends, at)) and arrived <= due)
    sums = (sorted(sums[month] for _, sums in played) for month in range(months))
    fan = tuple(
        Ahead(end, *(stands + quantile(reached, share) for share in (LOW, MIDDLE, HIGH)))
        for end, reached in zip(ends[1:], sums, strict=False)
    )
    return Forecast("", early, middle, late, in_time / len(arrivals) if due > day else None, fan)


def futures(
    built: Sequence[int], months: int, missing: float, first: float = 1.0
) -> Iterator[tuple[float, list[float]]]:
    """Of each future: after how many months all that is `missing` came (inf: beyond HORIZON), and the sums by month.

    There are `months` sums or more. Of the first month ahead only the part `first` is left.
    """
    for window in WINDOWS:
        seen = built[-window:]
        mean = sum(seen) / len(seen)
        least = 0.05 * max(mean, 1 / len(built))  # so that no future stands quite still
        drawn = [0.95 * number + least for number in seen]
        for (level_throws, throws), walk in zip(dice(window), walks(), strict=True):
            level = sum(seen[int(throw * len(seen))] for throw in level_throws[: len(seen)]) / max(sum(seen), 1)
            yield play(drawn, throws, walk, min(max(level, 0.05), 20.0), months, missing, first)


def play(
    drawn: Sequence[float],
    throws: Sequence[float],
    walk: Sequence[float],
    level: float,
    months: int,
    missing: float,
    part: float,
) -> tuple[float, list[float]]:
    """One future, no longer than it is asked for."""
    sums: list[float] = []
    came, arrival, n = 0.0, math.inf, len(drawn)
    for throw, factor in zip(throws, walk, strict=True):
        added = drawn[int(throw * n)] * factor * level * part
        if came + added >= missing > came:
            arrival = len(sums) + (missing - came) / added
        came += added
        sums.append(came)
        if came >= missing and len(sums) >= months:
            break
        part = 1.0
    return arrival, sums


@cache
def walks() -> list[list[float]]:
    """Of each future of a window: the factor on the pace by month."""
    random = Random("walks")  # noqa: S311  # dice, no secret
    found = []
    for _ in range(FUTURES):
        at = 0.0
        found.append([math.exp(at := min(max(at + random.gauss(0, SIGMA), -4), 4)) for _ in range(HORIZON)])
    return found


@cache
def dice(window: int) -> list[tuple[list[float], list[float]]]:
    """Of each future of a window: the throws (0 <= throw < 1) for its level, and for its months."""
    random = Random(f"dice of {window}")  # noqa: S311  # dice, no secret
    lengths = (window, HORIZON)
    return [tuple([random.random() for _ in range(n)] for n in lengths) for _ in range(FUTURES)]  # type: ignore[misc]


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all are not above."""
    return ordered[math.ceil(share * len(ordered)) - 1]


def month_ends(day: date, months: int) -> list[date]:
    """The last days of months after `day`, the first of them perhaps in its own month."""
    ends = [last_of_month(day + timedelta(days=1))]
    while len(ends) < months:
        ends.append(last_of_month(ends[-1] + timedelta(days=1)))
    return ends


def last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def on_day(ends: Sequence[date], arrival: float) -> date | None:
    """The day on which so many months are over, a part of a month by its days."""
    if arrival == math.inf:
        return None
    month = math.ceil(arrival) - 1
    length = (ends[month + 1] - ends[month]).days
    return ends[month] + timedelta(days=math.ceil((arrival - month) * length))
