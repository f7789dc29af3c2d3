"""Progress toward the goal: the four counts by day, month and group, and the goals they are held against."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.forecast import Forecast, forecast
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.rollout import (
    GoalLine,
    RolloutCounts,
    ahead,
    coming,
    counts_of,
    grown,
    in_force,
    month_ends,
    needed_per_month,
    phases,
    tally,
)
from hotspot.store.four_counts import Member, Roster, members, ran, roster_of
from hotspot.store.goals import GoalRow, Lives, goals_of, within
from hotspot.store.models import Area, City, Fund, RollupDay
from hotspot.store.pipeline import OnTheWay, on_the_way
from hotspot.store.placements import placements
from hotspot.store.points import NONE, PointFilter

CITY = PointFilter()  # the scope of the city's own goal
FAN_MONTHS = 36
FEWEST_MONTHS, MOST_MONTHS = 24, 120  # of a burn-up that shows all goals


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """A month by its last day, the running month by today; `active` is None on a day that nobody measured."""

    day: date
    installed: int
    accepted: int
    active: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a scope stands against the goal in force on `day`; without a goal only `counts` are there.

    The forecast is of installed points; the city's own has a fan of FAN_MONTHS months.
    """

    day: date
    counts: RolloutCounts
    goal: GoalLine | None
    coming: GoalLine | None  # the next one to begin
    expected: float | None  # the line on `day`
    ahead_active: int | None  # the headline: running points ahead of the line, behind it negative
    ahead_installed: int | None
    needed_per_month: float | None
    forecast: Forecast | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The counts of one district, venue kind or fund (`key` empty: none); `filter` lists its points.

    `standing` is there when the group has a goal of its own, `goal` is that one's number of points.
    """

    key: str
    label: str
    counts: RolloutCounts
    filter: PointFilter
    standing: Standing | None

    @property
    def goal(self) -> int | None:
        return self.standing.goal.end if self.standing and self.standing.goal else None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything of the rollout page, from one look at the inventory; `scopes` has the standing of each goal's."""

    standing: Standing
    scopes: Mapping[PointFilter, Standing]
    goals: list[GoalRow]
    burn_up: list[MonthCounts]
    by_area: list[GroupRow]
    by_venue: list[GroupRow]
    by_fund: list[GroupRow]
    way: OnTheWay


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast for any scope and number of points, with what it rests on: the growth by month, the last one last."""

    day: date
    scope: PointFilter
    installed: int
    wanted: int
    due: date
    grown: tuple[int, ...]
    forecast: Forecast


def standing(session: Session, city: City, now: int) -> Standing:
    """Ahead or behind today, what is needed a month, and when the goal will be reached."""
    everyone = lives_of(session, city)
    today = roster_on(session, city, everyone, now, None)
    return stand(everyone, today, goals_of(session, city, everyone, today.day), CITY)


def progress(session: Session, city: City, now: int, months: int | None = 24, on: date | None = None) -> Progress:
    """The goals against the counts, by month over `months` months (None: since the city's first goal began, from two
    years to ten), by district, venue kind and fund.

    At the end of the day `on`, with the goals known then; today as of `now` without one.
    """
    everyone = lives_of(session, city)
    today = roster_on(session, city, everyone, now, on)
    wanted = goals_of(session, city, everyone, today.day)
    scopes = {scope: stand(everyone, today, wanted, scope) for scope in {CITY, *(goal.scope for goal in wanted)}}
    goal = scopes[CITY].goal
    return Progress(
        scopes[CITY],
        scopes,
        wanted,
        burn_up(session, city, everyone, today, months or since_the_first(wanted, today.day)),
        by_area(session, city, today, scopes),
        by_venue(today, scopes),
        by_fund(session, city, today, scopes),
        on_the_way(session, [one for one, _ in everyone], today.day, goal.to_on if goal else None),
    )


def outlook(
    session: Session, city: City, now: int, scope: PointFilter, wanted: int | None, due: date | None, months: int
) -> Outlook | None:
    """When `scope` has `wanted` points, by the goal in force for what is not said; None where there is no goal."""
    everyone = lives_of(session, city)
    day = day_of(city.time_zone, now)
    if wanted is None or due is None:
        lines = [goal.line for goal in goals_of(session, city, everyone, day) if goal.counts and goal.scope == scope]
        line = in_force(lines, day)
        if line is None:
            return None
        wanted, due = wanted or line.end, due or line.to_on
    own = [life for _, life in within(everyone, scope)]
    growth = grown(own, day)
    installed = sum("installed" in counts_of(life, day) for life in own)
    return Outlook(day, scope, installed, wanted, due, growth, forecast(growth, installed, wanted, day, due, months))


def since_the_first(wanted: Iterable[GoalRow], day: date) -> int:
    """Months from the beginning of the city's oldest goal that counts, FEWEST_MONTHS to MOST_MONTHS."""
    first = min((goal.line.from_on for goal in wanted if goal.counts and goal.scope == CITY), default=day)
    months = (day.year - first.year) * 12 + day.month - first.month + 2
    return min(max(months, FEWEST_MONTHS), MOST_MONTHS)


def lives_of(session: Session, city: City) -> Lives:
    return [(one, phases(one.life)) for one in members(session, city)]


def roster_on(session: Session, city: City, everyone: Lives, now: int, on: date | None) -> Roster:
    day = on or day_of(city.time_zone, now)
    return roster_of((one for one, _ in everyone), day, ran(session, city, day, now))


def stand(everyone: Lives, today: Roster, wanted: Iterable[GoalRow], scope: PointFilter) -> Standing:
    day, own = today.day, within(everyone, scope)
    if scope != CITY:
        inside = frozenset(one.id for one, _ in own)
        today = Roster(day, [(one, counts) for one, counts in today.points if one.id in inside], today.measured)
    counts = today.tally()
    lines = [goal.line for goal in wanted if goal.counts and goal.scope == scope]
    line = in_force(lines, day)
    if line is None:
        return Standing(day, counts, None, None, None, None, None, None, None)
    active, following = counts.active or 0, coming(lines, day)
    growth = grown((life for _, life in own), day)
    return Standing(
        day,
        counts,
        line,
        None if following == line else following,
        line.on(day),
        None if counts.active is None else ahead(line, day, active),
        ahead(line, day, counts.installed),
        needed_per_month(line, day, active),
        forecast(growth, counts.installed, line.end, day, line.to_on, FAN_MONTHS if scope == CITY else 0),
    )


def burn_up(session: Session, city: City, everyone: Lives, today: Roster, months: int) -> list[MonthCounts]:
    """The counts at the ends of the last `months` months, oldest first, then those of the day itself."""
    *days, _ = month_ends(today.day, months)
    measured = ran_on(session, city, days)
    up = [measured.get(day, frozenset[int]()) for day in days]
    steps = {name: [0] * (len(days) + 1) for name in ("installed", "accepted")}  # how many more on each day
    active = [0] * len(days)
    looked = [at for at, day in enumerate(days) if day in measured]
    for one, life in everyone:
        for since, until, counts in life:
            first, end = bisect_left(days, since), bisect_left(days, until)
            for name in counts & steps.keys():
                steps[name][first] += 1
                steps[name][end] -= 1
            if "active" in counts:
                for at in looked[bisect_left(looked, first) : bisect_left(looked, end)]:
                    active[at] += one.id in up[at]
    stood = zip(days, accumulate(steps["installed"]), accumulate(steps["accepted"]), active, strict=False)
    burnt = [MonthCounts(day, here, taken, worked if day in measured else None) for day, here, taken, worked in stood]
    last = today.tally()
    return [*burnt, MonthCounts(today.day, last.installed, last.accepted, last.active)]


def ran_on(session: Session, city: City, days: list[date]) -> dict[date, frozenset[int]]:
    """The points that were up at some time of each day; a day that nobody measured is missing."""
    by_instant = {midnight(city.time_zone, day): day for day in days}
    placed = placements(session, city, min(by_instant, default=0))
    query = (
        select(RollupDay.t, placed.table.c.point_id, func.sum(RollupDay.up_s))
        .join(RollupDay, RollupDay.ap_id == placed.table.c.ap_id)
        .where(RollupDay.t.in_(by_instant), RollupDay.up_s + RollupDay.down_s > 0, placed.held(RollupDay.t))
        .group_by(RollupDay.t, placed.table.c.point_id)
    )
    found: dict[date, set[int]] = defaultdict(set)
    for t, point, up_s in session.execute(query):
        found[by_instant[t]].update({point} if up_s else ())
    return {day: frozenset(points) for day, points in found.items()}


def by_area(session: Session, city: City, today: Roster, scopes: Mapping[PointFilter, Standing]) -> list[GroupRow]:
    """Every district, also those without a point."""
    districts = select(Area.code, Area.name).where(Area.city_id == city.id, Area.level == "district")
    labels = {row.code: row.name for row in session.execute(districts.order_by(Area.code))}
    return grouped(today, scopes, labels, lambda one: one.district_code, lambda key: PointFilter(area=key))


def by_venue(today: Roster, scopes: Mapping[PointFilter, Standing]) -> list[GroupRow]:
    """The venue kinds that occur, in the order of their list; pages name them."""
    labels = {kind: kind for kind in VENUE_KINDS}
    rows = grouped(today, scopes, labels, lambda one: one.venue_kind, lambda key: PointFilter(venue=key))
    return [row for row in rows if row.counts.total or row.goal is not None]


def by_fund(session: Session, city: City, today: Roster, scopes: Mapping[PointFilter, Standing]) -> list[GroupRow]:
    """Every fund, then the points that nobody is known to pay for."""
    funds = select(Fund.name).where(Fund.city_id == city.id).order_by(Fund.name)
    labels = {name: name for name in session.scalars(funds)} | {"": ""}
    rows = grouped(today, scopes, labels, lambda one: one.fund, lambda key: PointFilter(fund=key or NONE))
    return [row for row in rows if row.key or row.counts.total]


def grouped(
    today: Roster,
    scopes: Mapping[PointFilter, Standing],
    labels: dict[str, str],
    key_of: Callable[[Member], str],
    scope_of: Callable[[str], PointFilter],
) -> list[GroupRow]:
    """One row a label, with its counts, and its standing where it has a goal of its own."""
    inside: dict[str, list[frozenset[str]]] = defaultdict(list)
    for member, counts in today.points:
        inside[key_of(member)].append(counts)
    rows = []
    for key in [*labels, *(inside.keys() - labels.keys())]:
        scope = scope_of(key)
        sums = tally(inside[key], measured=today.measured)
        rows.append(GroupRow(key, labels.get(key, key), sums, scope, scopes.get(scope)))
    return rows
