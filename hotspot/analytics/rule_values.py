"""What a rule reads from counts and figures: the same for what is known now and for the past; values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from hotspot.analytics.hysteresis import Level
from hotspot.analytics.rule_params import (
    Capacity,
    Citizens,
    Collector,
    Degraded,
    Disk,
    Expiry,
    MonitoringBroken,
    Provider,
    Traffic,
    Unknown,
    Unused,
)

HOUR_S = 3600
CALM_S = 300  # below the limit for so long, and it is over
TOLD_S = 600  # for so long after it came back the collector's silence is said
MAD_SIGMA = 1.4826  # what the median absolute deviation of a normal distribution is multiplied with to give its sigma
LEAST_SPREAD = 0.1  # of the median: the same octets each week are no reason to find 1 % more unusual
FIT_SHARE = 50  # percent of a group that has to be known


@dataclass(frozen=True, slots=True)
class Group:
    """How many of a group there are, are down, and are not known."""

    total: int
    down: int = 0
    unknown: int = 0

    @property
    def is_known(self) -> bool:
        return 100 * (self.total - self.unknown) >= FIT_SHARE * self.total


def monitoring_broken_level(params: MonitoringBroken) -> Level:
    return Level(for_s=60 * params.minutes, calm_s=CALM_S)


def unknown_level(params: Unknown) -> Level:
    return Level(for_s=3600 * params.hours, calm_s=CALM_S)


def degraded_level(params: Degraded) -> Level:
    return Level(params.share, params.leave, 60 * params.minutes, CALM_S)


def share_down(group: Group, params: Degraded) -> float | None:
    """In percent of those that are known; None of a group of which most is not known; 0 of one that is too small."""
    if group.total < params.least:
        return 0
    return 100 * group.down / (group.total - group.unknown) if group.is_known and group.total > group.unknown else None


def provider_level(params: Provider) -> Level:
    return Level(1, 0.5, 60 * params.minutes, CALM_S)


def many_down(group: Group, params: Provider) -> float | None:
    """Reaches 1 with the points and the share that are asked for; None where most points are not known."""
    if not group.is_known or not group.total:
        return None
    by_number = group.down / params.points
    return min(by_number, 100 * group.down / group.total / params.share) if params.share else by_number


def capacity_level(params: Capacity, step_s: int, looks: int | None = None) -> Level:
    """`step_s` lies between two readings, of which so many in a row have to be over; a late one is no gap."""
    for_s = ((params.polls if looks is None else looks) - 1) * step_s
    return Level(params.share, params.leave, max(0, for_s - step_s // 2), max(0, for_s - step_s // 2), 5 * step_s // 2)


def capacity_used(clients: float | None, params: Capacity) -> float | None:
    """In percent."""
    return None if clients is None else 100 * clients / params.clients


class UseDay(NamedTuple):
    """A day of a point, from `t` on: whether it was up, how often its clients were read, the most there were."""

    t: int
    was_up: bool
    read: int
    most: int | None


def unused_level(params: Unused) -> Level:
    return Level(params.days, 1)


def idle_days(days: Sequence[UseDay]) -> int | None:
    """Days in a row, up to the last, on which it was up, its clients were read, and there were none.

    Days on which it was not up or nobody read them are passed over; None where there are no others.
    """
    idle = 0
    for day in reversed(days):
        if day.most:
            return idle
        idle += day.was_up and day.read > 0
    return idle or None


def traffic_level(params: Traffic) -> Level:
    """Of figures that come once an hour."""
    for_s = (params.hours - 1) * HOUR_S
    return Level(params.tolerance, params.tolerance / 2, for_s, HOUR_S, 5 * HOUR_S // 2)


def unusual(octets: int | None, before: Sequence[int], params: Traffic) -> float | None:
    """How far from the median of the same hour of earlier weeks, in robust standard deviations; None of too few weeks.

    The deviation is 1.4826 times the median of the absolute deviations (Iglewicz and Hoaglin, How to Detect and Handle
    Outliers, 1993), at least a tenth of the median.
    """
    if octets is None or len(before) < params.least_weeks:
        return None
    middle = median(before)
    spread = MAD_SIGMA * median([abs(one - middle) for one in before])
    spread = max(spread, LEAST_SPREAD * middle)
    return abs(octets - middle) / spread if spread else None


def expiry_level(params: Expiry) -> Level:
    """Of the days left as a negative number: the fewer, the higher."""
    return Level(-params.days, -params.days)


def disk_level(params: Disk) -> Level:
    """Of the share that is used, in percent."""
    return Level(100 - params.free, 100 - params.leave, calm_s=CALM_S)


def silence_level(params: Collector) -> Level:
    """Of the minutes of a silence that ended a short time ago."""
    return Level(params.minutes, params.minutes)


def lag_level(params: Collector) -> Level:
    """Of what a cycle takes of its interval, in percent."""
    return Level(params.lag, 0.8 * params.lag, 60 * params.minutes, CALM_S)


def citizens_level(params: Citizens) -> Level:
    return Level(params.people, 1, calm_s=CALM_S)


def contradiction(status: str, people: int) -> float | None:
    """The people who report a point that measures as up; one that does not is told of elsewhere; None: not known.

    As analytics.citizens.contradicts, with a number of people of the rule's own.
    """
    if status in ("unknown", "monitoring_broken"):
        return None
    return people if status == "up" else 0
