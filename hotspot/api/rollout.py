"""/rollout: the four counts, the goals, the distance to the line, and where the points are."""

from dataclasses import asdict
from urllib.parse import urlencode

from hotspot.analytics.rollout import COUNTS, RolloutCounts
from hotspot.api import shapes
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import RolloutQuery
from hotspot.store import rollout
from hotspot.store.points import PointFilter

POINTS = "/api/v1/points"


def index(ask: Ask[RolloutQuery]) -> shapes.Rollout:
    """Progress toward the goal; each number comes with the address of the list behind it."""
    day = ask.query.on or ask.today
    if day > ask.today:
        raise Problem.of_field("on", "is in the future")
    found = rollout.progress(ask.session, ask.city, ask.now, ask.query.months)
    then = found.standing.counts if day == ask.today else rollout.counts_on(ask.session, ask.city, day, ask.now)
    return shapes.Rollout(
        **ask.head(),
        on=day,
        counts=counts(then),
        lists={name: f"{POINTS}?{urlencode({'count': name, 'on': day.isoformat()})}" for name in COUNTS},
        standing=standing(found.standing),
        goals=[goal(row, found.standing) for row in found.goals],
        burn_up=[shapes.Month(**asdict(month)) for month in found.burn_up],
        by_area=[group(row) for row in found.by_area],
        by_venue=[group(row) for row in found.by_venue],
        by_fund=[group(row) for row in found.by_fund],
    )


def counts(found: RolloutCounts) -> shapes.Counts:
    return shapes.Counts(**asdict(found))


def standing(found: rollout.Standing) -> shapes.Standing:
    return shapes.Standing(
        expected=found.expected,
        ahead_active=found.ahead_active,
        ahead_installed=found.ahead_installed,
        needed_per_month=found.needed_per_month,
        pace=None if found.pace is None else shapes.Pace(**asdict(found.pace)),
    )


def goal(row: rollout.GoalRow, stand: rollout.Standing) -> shapes.Goal:
    line, scope = row.line, row.scope
    return shapes.Goal(
        from_on=line.from_on,
        to_on=line.to_on,
        valid_since=line.valid_since,
        start=line.start,
        end=line.end,
        quantity=row.quantity,
        cumulative=row.cumulative,
        source=line.source,
        area=scope.area or None,
        venue_kind=scope.venue or None,
        fund=scope.fund or None,
        in_force=scope == PointFilter() and line == stand.goal,
    )


def group(row: rollout.GroupRow) -> shapes.Group:
    scope = {name: value for name, value in asdict(row.filter).items() if value}
    return shapes.Group(
        key=row.key or None,
        label=row.label or None,
        counts=counts(row.counts),
        goal=row.goal,
        points=f"{POINTS}?{urlencode(scope)}",
    )
