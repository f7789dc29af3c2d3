"""/rollout and /forecast: the four counts, the goals and the distance to them, where the gap is, what is to come."""

from dataclasses import asdict, replace
from datetime import date
from urllib.parse import urlencode

from flask import request

from hotspot.analytics.forecast import Forecast
from hotspot.analytics.rollout import COUNTS, GoalLine
from hotspot.api import rollout_shapes as shapes
from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import ForecastQuery, RolloutQuery
from hotspot.store import rollout
from hotspot.store.goals import GoalRow
from hotspot.store.pipeline import OnTheWay
from hotspot.store.points import PointFilter
from hotspot.store.scopes import Scope, unknown_name

POINTS = "/api/v1/points"


def points() -> str:
    """The address of the list of points, of this city where there are several; the command knows no address."""
    return request.script_root + POINTS if request else POINTS


def index(ask: Ask[RolloutQuery]) -> shapes.Rollout:
    """Progress toward the goal; each number comes with the address of the list behind it."""
    day = ask.query.on or ask.today
    if day > ask.today:
        raise Problem.of_field("on", "is in the future")
    past = day if day < ask.today else None
    found = rollout.progress(ask.session, ask.city, ask.now, ask.query.months, past)
    return shapes.Rollout(
        **ask.head(),
        on=day,
        counts=shapes.Counts(**asdict(found.standing.counts)),
        lists={name: f"{points()}?{urlencode({'count': name, 'on': day.isoformat()})}" for name in COUNTS},
        standing=standing(found.standing),
        goals=[goal(ask, row, found.scopes[row.scope]) for row in found.goals],
        burn_up=[shapes.Month(**asdict(month)) for month in found.burn_up],
        by_area=[group(row, past) for row in found.by_area],
        by_venue=[group(row, past) for row in found.by_venue],
        by_fund=[group(row, past) for row in found.by_fund],
        pipeline=on_the_way(found.way),
    )


def ahead(ask: Ask[ForecastQuery]) -> shapes.ForecastAnswer:
    """When any part of the city has any number of points."""
    query = ask.query
    if query.by and query.by <= ask.today:
        raise Problem.of_field("by", "is not in the future")
    scope = PointFilter(area=query.area, venue=query.venue or "", fund=query.fund)
    if wrong := unknown_name(ask.session, ask.city, Scope(area=scope.area, fund=scope.fund)):
        raise Problem.of_field(wrong, f"there is no {wrong} of that name")
    found = rollout.outlook(ask.session, ask.city, ask.now, scope, query.points, query.by, query.months)
    if found is None:
        raise Problem.of_field("points", "has to be given with by: no target is in force there")
    return shapes.ForecastAnswer(
        **ask.head(),
        on=found.day,
        area=query.area or None,
        venue=query.venue,
        fund=query.fund or None,
        installed=found.installed,
        points=found.wanted,
        by=found.due,
        grown=list(found.grown),
        forecast=forecast(found.forecast),
    )


def standing(found: rollout.Standing) -> shapes.Standing:
    return shapes.Standing(
        goal=line(found.goal),
        coming=line(found.coming),
        expected=found.expected,
        ahead_active=found.ahead_active,
        ahead_installed=found.ahead_installed,
        needed_per_month=found.needed_per_month,
        forecast=None if found.forecast is None else forecast(found.forecast),
    )


def line(found: GoalLine | None) -> shapes.Line | None:
    return None if found is None else shapes.Line(**asdict(found))


def forecast(found: Forecast) -> shapes.Forecast:
    return shapes.Forecast(**asdict(found))


def goal(ask: Ask[RolloutQuery], row: GoalRow, own: rollout.Standing) -> shapes.Goal:
    scope = row.scope
    return shapes.Goal(
        **asdict(row.line),
        quantity=row.quantity,
        cumulative=row.cumulative,
        area=scope.area or None,
        venue_kind=scope.venue or None,
        fund=scope.fund or None,
        recorded_by=row.recorded_by,
        recorded_at=ask.time(row.recorded_at),
        withdrawn=row.withdrawn_at is not None,
        in_force=row.counts and row.line == own.goal,
    )


def group(row: rollout.GroupRow, past: date | None) -> shapes.Group:
    scope = {name: value for name, value in asdict(replace(row.filter, on=past)).items() if value}
    return shapes.Group(
        key=row.key or None,
        label=row.label or None,
        counts=shapes.Counts(**asdict(row.counts)),
        goal=row.goal,
        standing=None if row.standing is None else standing(row.standing),
        points=f"{points()}?{urlencode(scope)}",
    )


def on_the_way(found: OnTheWay) -> shapes.Pipeline:
    return shapes.Pipeline(
        stages=[
            shapes.Stage(
                key=stage.key,
                points=stage.points,
                since=stage.since,
                median_days=stage.median,
                long_days=stage.long,
                ended=stage.ended,
                stuck=stage.stuck,
            )
            for stage in found.stages
        ],
        stuck=[shapes.StuckPoint(**asdict(one)) for one in found.stuck],
        waiting=found.waiting,
        told=found.told,
        ahead=[shapes.AheadMonth(**asdict(month)) for month in found.ahead],
        due=None if found.due is None else shapes.AheadMonth(**asdict(found.due)),
    )
