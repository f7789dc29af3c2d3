"""Progress toward the goal: the four counts, the line to a goal, the distance to it, and what grew by month.

The four counts of a day:

- installed: the devices hang on the wall (stage installed, accepted, active or suspended) and the day of
  installation has come;
- accepted: of those, the day of acceptance has come;
- active: in service (not suspended) and measured to work: an access point answered within the 24 hours before
  (today) or was up at some time of that day (a past day). This is the headline;
- payable: accepted, in service, up at some time of the 30 days before, and on a line of a contract in force that day;
  in a city without any contract the last condition falls away.

Everything not yet built is planned; everything that was not relocated or retired is in the total.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from hotspot.analytics.inventory import BUILT, IN_SERVICE, PRE_BUILT

COUNTS = ("installed", "accepted", "active", "payable", "planned", "total")
MONTH_DAYS = 365.2425 / 12


@dataclass(frozen=True, slots=True)
class Life:
    """A point's dated life: `stage` is today's; a past day also needs `changes`, the steps in order of their day."""

    stage: str
    installed_on: date | None
    accepted_on: date | None
    changes: tuple[tuple[date, str], ...] = ()

    def stage_on(self, day: date) -> str:
        """The last step up to `day`; where the steps don't reach back so far, what the two dates say.

        Empty before the day on which the point was first proposed, planned, surveyed or funded.
        """
        stage = "planned" if self.changes else self.stage
        for since, step in self.changes:
            if since > day:
                break
            stage = step
        if stage not in PRE_BUILT:
            return stage
        if self.accepted_on and self.accepted_on <= day:
            return "accepted"
        if self.installed_on and self.installed_on <= day:
            return "installed"
        return "" if self.changes and self.changes[0][0] > day and self.changes[0][1] in PRE_BUILT else stage


def counted(life: Life, day: date, *, ran: bool = False, ran_lately: bool = False, paid: bool = True) -> frozenset[str]:
    """The counts that a point belongs to on `day`; `ran` in the last day, `ran_lately` in the last 30, `paid` by a
    contract.
    """
    stage = life.stage_on(day)
    if stage in PRE_BUILT:
        return frozenset({"planned", "total"})
    if stage not in BUILT:
        return frozenset()
    counts = {"total"}
    if life.installed_on and life.installed_on <= day:
        counts.add("installed")
        if life.accepted_on and life.accepted_on <= day:
            counts.add("accepted")
    if stage in IN_SERVICE and ran:
        counts.add("active")
    if stage in IN_SERVICE and ran_lately and paid and "accepted" in counts:
        counts.add("payable")
    return frozenset(counts)


class Phase(NamedTuple):
    """The counts that a point belongs to, if it runs, on the days since <= day < until."""

    since: date
    until: date
    counts: frozenset[str]


@lru_cache(maxsize=4096)  # a page asks for the lives of a thousand points, and they rarely change
def phases(life: Life) -> tuple[Phase, ...]:
    """The whole life, one after the other."""
    turns = sorted({day for day in (life.installed_on, life.accepted_on, *(since for since, _ in life.changes)) if day})
    ends = zip([date.min, *turns], [*turns, date.max], strict=True)
    return tuple(Phase(since, until, counted(life, since, ran=True)) for since, until in ends)


def counts_of(life: Iterable[Phase], day: date) -> frozenset[str]:
    for since, until, counts in life:
        if since <= day < until:
            return counts
    raise ValueError(f"a life without {day}")


@dataclass(frozen=True, slots=True)
class RolloutCounts:
    installed: int
    accepted: int
    active: int | None  # empty on a day that nobody measured
    payable: int | None
    planned: int
    total: int


def tally(points: Iterable[frozenset[str]], *, measured: bool = True) -> RolloutCounts:
    """How many points belong to each count."""
    numbers = dict.fromkeys(COUNTS, 0)
    for counts in points:
        for name in counts:
            numbers[name] += 1
    active, payable = (numbers["active"], numbers["payable"]) if measured else (None, None)
    return RolloutCounts(
        numbers["installed"], numbers["accepted"], active, payable, numbers["planned"], numbers["total"]
    )


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal as a line from what stood when it began to its number of points; an old version keeps its line."""

    from_on: date
    to_on: date
    valid_since: date
    source: str
    start: int
    end: int

    def on(self, day: date) -> float | None:
        """The points that should stand on `day`; nothing before the goal begins, all of them after its end."""
        if day < self.from_on:
            return None
        if day >= self.to_on:
            return float(self.end)
        share = (day - self.from_on).days / (self.to_on - self.from_on).days
        return self.start + (self.end - self.start) * share


def goal_line(
    quantity: int, *, cumulative: bool, from_on: date, to_on: date, valid_since: date, source: str, stood: int
) -> GoalLine:
    """An increment counts from what `stood` (was installed) when the goal began."""
    return GoalLine(from_on, to_on, valid_since, source, stood, quantity if cumulative else stood + quantity)


def coming(lines: Iterable[GoalLine], day: date) -> GoalLine | None:
    """The next goal to begin after the one that has begun."""
    known = [line for line in lines if line.valid_since <= day]
    later = [line for line in known if line.from_on > day]
    return min(later, key=lambda line: (line.from_on, -line.valid_since.toordinal()), default=None)


def in_force(lines: Sequence[GoalLine], day: date) -> GoalLine | None:
    """The newest version among the goals that have begun, else the next one to begin."""
    known = [line for line in lines if line.valid_since <= day]
    begun = [line for line in known if line.from_on <= day]
    if begun:
        return max(begun, key=lambda line: (line.valid_since, line.to_on))
    return min(known, key=lambda line: line.from_on, default=None)


def ahead(line: GoalLine, day: date, points: int) -> int | None:
    """Points ahead of the line (behind: negative)."""
    expected = line.on(day)
    return None if expected is None else points - round(expected)


def needed_per_month(line: GoalLine, day: date, points: int) -> float | None:
    """Points a month from now on to make the goal in time; None when its time is over."""
    missing, days = max(0, line.end - points), (line.to_on - day).days
    if not missing:
        return 0.0
    return missing * MONTH_DAYS / days if days > 0 else None


def month_ends(last: date, months: int) -> list[date]:
    """The last days of the `months` - 1 months before, then `last` itself."""
    ends = [last]
    for _ in range(months - 1):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]


def grown(lives: Iterable[Iterable[Phase]], day: date) -> tuple[int, ...]:
    """By how much the number of installed points grew in each whole month up to the end of `day`, since the first.

    A point that was taken down, or moved, takes away from its month; a month that lost more than it won has 0.
    """
    change: Counter[date] = Counter()
    for life in lives:
        stood = False
        for phase in life:
            if ("installed" in phase.counts) != stood:
                stood = not stood
                change[phase.since.replace(day=1)] += 1 if stood else -1
    last = (day + timedelta(days=1)).replace(day=1)  # the month that is not whole yet
    months = [month for month in change if month < last]
    if not months:
        return ()
    growth, month = [], min(months)
    while month < last:
        growth.append(max(0, change[month]))
        month = (month + timedelta(days=31)).replace(day=1)
    return tuple(growth)
