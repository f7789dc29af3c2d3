"""Targets as files: read into new versions, all or none of them, and written out again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.goal_row import wanted
from hotspot.analytics.import_row import RejectedError, Row
from hotspot.spreadsheet import Cell
from hotspot.store.areas import gazetteer
from hotspot.store.audit import note
from hotspot.store.goal_edit import checked, key
from hotspot.store.models import Area, City, Fund, Goal

HEAD = ("quantity", "kind", "from_on", "to_on", "since", "area", "venue", "fund", "source", "withdrawn")


@dataclass(frozen=True, slots=True)
class GoalPlan:
    """`rejected` by the line of the file; with one of them nothing is written."""

    added: int
    unchanged: int
    rejected: dict[int, RejectedError]


def import_goals(
    session: Session, city: City, rows: Sequence[Row], *, now: int, actor: str, dry: bool = False
) -> GoalPlan:
    """A row that is there already as a version of the same scope, number and days changes nothing."""
    today, areas = day_of(city.time_zone, now), gazetteer(session, city.id)
    known = {key(goal) for goal in session.scalars(select(Goal).where(Goal.city_id == city.id))}
    fresh: list[Goal] = []
    rejected: dict[int, RejectedError] = {}
    for row in rows:
        try:
            goal = checked(session, city.id, wanted(row, areas, demonstration=city.demonstration), today)
        except RejectedError as error:
            rejected[row.number] = error
            continue
        if key(goal) not in known:
            goal.recorded_at, goal.recorded_by = now, actor
            known.add(key(goal))
            fresh.append(goal)
    if fresh and not rejected and not dry:
        session.add_all(fresh)
        note(session, now, actor, "import", "targets", f"{len(fresh)} added")
    return GoalPlan(len(fresh), len(rows) - len(rejected) - len(fresh), rejected)


def goal_rows(session: Session, city: City) -> Iterator[tuple[Cell, ...]]:
    """In the order of HEAD, as the import reads them; of those withdrawn the day on which it happened."""
    query = select(Goal, Area.code, Fund.name).outerjoin(Area, Goal.area_id == Area.id)
    query = query.outerjoin(Fund, Goal.fund_id == Fund.id).where(Goal.city_id == city.id)
    for goal, area, fund in session.execute(query.order_by(Goal.valid_since, Goal.from_on, Goal.id)):
        yield (
            goal.quantity,
            "all" if goal.cumulative else "more",
            goal.from_on,
            goal.to_on,
            goal.valid_since,
            area,
            goal.venue_kind,
            fund,
            goal.source,
            day_of(city.time_zone, goal.withdrawn_at) if goal.withdrawn_at is not None else None,
        )
