"""Progress toward the goal: the four counts by day, month and group, and the goals they are held against."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.rollout import (
    PACE_MONTHS,
    GoalLine,
    Pace,
    RolloutCounts,
    ahead,
    counted,
    goal_line,
    in_force,
    month_ends,
    needed_per_month,
    pace,
    tally,
)
from hotspot.store.four_counts import Member, Roster, members, ran, roster, roster_of
from hotspot.store.models import AccessPoint, Area, City, Fund, Goal, RollupDay
from hotspot.store.points import NONE, PointFilter


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """A month by its last day, the running month by today; `active` is None on a day that nobody measured."""

    day: date
    installed: int
    accepted: int
    active: int | None


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A version of a goal; `scope` is the empty filter for the city's own, `area` the name of the scope's area."""

    line: GoalLine
    quantity: int
    cumulative: bool
    scope: PointFilter
    area: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The counts of today of one district, venue kind or fund (`key` empty: none); `filter` lists its points."""

    key: str
    label: str
    counts: RolloutCounts
    goal: int | None
    filter: PointFilter


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the city stands against the goal in force today; without a goal only `counts`, of `roster`, are there."""

    day: date
    roster: Roster
    counts: RolloutCounts
    goal: GoalLine | None
    expected: float | None  # the line today
    ahead_active: int | None  # the headline: running points ahead of the line, behind it negative
    ahead_installed: int | None
    needed_per_month: float | None
    pace: Pace | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything of the rollout page, from one look at the inventory."""

    standing: Standing
    goals: list[GoalRow]
    burn_up: list[MonthCounts]
    by_area: list[GroupRow]
    by_venue: list[GroupRow]
    by_fund: list[GroupRow]


def counts_on(session: Session, city: City, day: date, now: int) -> RolloutCounts:
    """The counts at the end of `day`, today's as of `now`; the points behind each: PointFilter(count=..., on=day)."""
    return roster(session, city, day, now).tally()


def standing(session: Session, city: City, now: int) -> Standing:
    """Ahead or behind today, what is needed a month, and where the pace of the last twelve months leads."""
    everyone = members(session, city)
    today = today_of(session, city, everyone, now)
    return stand(everyone, today, goals_of(session, city, everyone))


def progress(session: Session, city: City, now: int, months: int = 24) -> Progress:
    """The goals against the counts: today, by month over `months` months, by district, venue kind and fund."""
    everyone = members(session, city)
    today = today_of(session, city, everyone, now)
    wanted = goals_of(session, city, everyone)
    return Progress(
        stand(everyone, today, wanted),
        wanted,
        burn_up(session, city, everyone, today, months),
        by_area(session, city, today, wanted),
        by_venue(today, wanted),
        by_fund(session, city, today, wanted),
    )


def today_of(session: Session, city: City, everyone: Sequence[Member], now: int) -> Roster:
    today = day_of(city.time_zone, now)
    return roster_of(everyone, today, ran(session, city, today, now))


def stand(everyone: Iterable[Member], today: Roster, wanted: Iterable[GoalRow]) -> Standing:
    counts, day = today.tally(), today.day
    line = in_force([goal.line for goal in wanted if goal.scope == PointFilter()], day)
    if line is None:
        return Standing(day, today, counts, None, None, None, None, None, None)
    active = counts.active or 0
    return Standing(
        day,
        today,
        counts,
        line,
        line.on(day),
        ahead(line, day, active),
        ahead(line, day, counts.installed),
        needed_per_month(line, day, active),
        pace(built_lately(everyone, day), line.end - counts.installed, day),
    )


def built_lately(everyone: Iterable[Member], today: date) -> list[int]:
    """Points installed in each of the twelve months before the running one."""
    ends = month_ends(today.replace(day=1) - timedelta(days=1), PACE_MONTHS)
    built = (one.life.installed_on for one in everyone if "installed" in counted(one.life, today))
    months = Counter((day.year, day.month) for day in built if day)
    return [months[end.year, end.month] for end in ends]


def burn_up(session: Session, city: City, everyone: Sequence[Member], today: Roster, months: int) -> list[MonthCounts]:
    """The counts at the ends of the last `months` months, oldest first, then today's."""
    *days, _ = month_ends(today.day, months)
    measured = ran_on(session, city, days)
    burnt = []
    for day in days:
        up = measured.get(day, set())
        sums = tally((counted(one.life, day, ran=one.id in up) for one in everyone), measured=day in measured)
        burnt.append(MonthCounts(day, sums.installed, sums.accepted, sums.active))
    sums = today.tally()
    return [*burnt, MonthCounts(today.day, sums.installed, sums.accepted, sums.active)]


def ran_on(session: Session, city: City, days: list[date]) -> dict[date, set[int]]:
    """The points that were up at some time of each day; a day that nobody measured is missing."""
    by_instant = {midnight(city.time_zone, day): day for day in days}
    query = (
        select(RollupDay.t, AccessPoint.point_id, func.sum(RollupDay.up_s))
        .join(AccessPoint, RollupDay.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city.id, RollupDay.t.in_(by_instant), RollupDay.up_s + RollupDay.down_s > 0)
        .group_by(RollupDay.t, AccessPoint.point_id)
    )
    ran: dict[date, set[int]] = defaultdict(set)
    for t, point, up_s in session.execute(query):
        if point is not None:  # else an access point that nobody placed, or a controller
            ran[by_instant[t]].update({point} if up_s else ())
    return ran


def goals_of(session: Session, city: City, everyone: Sequence[Member]) -> list[GoalRow]:
    """Every version of every goal, the oldest first, as a line from what was installed the day before it began."""
    query = (
        select(Goal, Area.code, Area.name, Fund.name)
        .outerjoin(Area, Goal.area_id == Area.id)
        .outerjoin(Fund, Goal.fund_id == Fund.id)
        .where(Goal.city_id == city.id)
        .order_by(Goal.valid_since, Goal.from_on, Goal.id)
    )
    found = []
    for goal, area_code, area, fund in session.execute(query):
        scope = PointFilter(area=area_code or "", venue=goal.venue_kind or "", fund=fund or "")
        line = goal_line(
            goal.quantity,
            cumulative=goal.cumulative,
            from_on=goal.from_on,
            to_on=goal.to_on,
            valid_since=goal.valid_since,
            source=goal.source,
            stood=sum(was_installed(one, goal.from_on) for one in everyone if within(one, scope)),
        )
        found.append(GoalRow(line, goal.quantity, goal.cumulative, scope, area or ""))
    return found


def within(member: Member, scope: PointFilter) -> bool:
    return (
        scope.area in ("", member.district_code, member.area_code)
        and scope.venue in ("", member.venue_kind)
        and scope.fund in ("", member.fund)
    )


def was_installed(member: Member, before: date) -> bool:
    return "installed" in counted(member.life, before - timedelta(days=1))


def by_area(session: Session, city: City, today: Roster, wanted: Sequence[GoalRow]) -> list[GroupRow]:
    """Every district, also those without a point."""
    districts = select(Area.code, Area.name).where(Area.city_id == city.id, Area.level == "district")
    labels = {row.code: row.name for row in session.execute(districts.order_by(Area.code))}
    return grouped(today, wanted, labels, lambda one: one.district_code, lambda key: PointFilter(area=key))


def by_venue(today: Roster, wanted: Sequence[GoalRow]) -> list[GroupRow]:
    """The venue kinds that occur, in the order of their list; pages name them."""
    labels = {kind: kind for kind in VENUE_KINDS}
    rows = grouped(today, wanted, labels, lambda one: one.venue_kind, lambda key: PointFilter(venue=key))
    return [row for row in rows if row.counts.total or row.goal is not None]


def by_fund(session: Session, city: City, today: Roster, wanted: Sequence[GoalRow]) -> list[GroupRow]:
    """Every fund, then the points that nobody is known to pay for."""
    funds = select(Fund.name).where(Fund.city_id == city.id).order_by(Fund.name)
    labels = {name: name for name in session.scalars(funds)} | {"": ""}
    rows = grouped(today, wanted, labels, lambda one: one.fund, lambda key: PointFilter(fund=key or NONE))
    return [row for row in rows if row.key or row.counts.total]


def grouped(
    today: Roster,
    wanted: Sequence[GoalRow],
    labels: dict[str, str],
    key_of: Callable[[Member], str],
    scope_of: Callable[[str], PointFilter],
) -> list[GroupRow]:
    """One row a label, with today's counts and the goal in force of exactly that scope."""
    inside: dict[str, list[frozenset[str]]] = defaultdict(list)
    for member, counts in today.points:
        inside[key_of(member)].append(counts)
    rows = []
    for key in [*labels, *(inside.keys() - labels.keys())]:
        scope = scope_of(key)
        line = in_force([goal.line for goal in wanted if goal.scope == scope], today.day)
        sums = tally(inside[key], measured=today.measured)
        rows.append(GroupRow(key, labels.get(key, key), sums, None if line is None else line.end, scope))
    return rows
