"""Targets of the roll-out: every version is a row; the older ones and those withdrawn stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.rollout import GoalLine, Phase, counts_of, goal_line
from hotspot.store.four_counts import Member
from hotspot.store.models import Area, City, Fund, Goal
from hotspot.store.points import PointFilter

Lives = Sequence[tuple[Member, tuple[Phase, ...]]]


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A version of a goal; `scope` is the empty filter for the city's own, `area` the name of the scope's area.

    `counts`: it was known on the day asked for, and nobody has withdrawn it.
    """

    id: int
    line: GoalLine
    quantity: int
    cumulative: bool
    scope: PointFilter
    area: str
    counts: bool
    recorded_at: int | None
    recorded_by: str | None
    withdrawn_at: int | None
    withdrawn_by: str | None


def goals_of(session: Session, city: City, everyone: Lives, day: date) -> list[GoalRow]:
    """Every version of every goal, the oldest first, as a line from what was installed the day before it began.

    Of one that begins after `day`, from what is installed at the end of `day`.
    """
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
        before = min(goal.from_on - timedelta(days=1), day)
        line = goal_line(
            goal.quantity,
            cumulative=goal.cumulative,
            from_on=goal.from_on,
            to_on=goal.to_on,
            valid_since=goal.valid_since,
            source=goal.source,
            stood=sum("installed" in counts_of(life, before) for _, life in within(everyone, scope)),
        )
        found.append(
            GoalRow(
                goal.id,
                line,
                goal.quantity,
                goal.cumulative,
                scope,
                area or "",
                goal.valid_since <= day and goal.withdrawn_at is None,
                goal.recorded_at,
                goal.recorded_by,
                goal.withdrawn_at,
                goal.withdrawn_by,
            )
        )
    return found


def within(everyone: Lives, scope: PointFilter) -> Lives:
    return [
        (one, life)
        for one, life in everyone
        if scope.area in ("", one.district_code, one.area_code)
        and scope.venue in ("", one.venue_kind)
        and scope.fund in ("", one.fund)
    ]


def latest_goal(session: Session, city_id: int) -> Goal | None:
    """The newest version of the target of the whole city that was not withdrawn."""
    own = (Goal.area_id.is_(None), Goal.venue_kind.is_(None), Goal.fund_id.is_(None), Goal.withdrawn_at.is_(None))
    query = select(Goal).where(Goal.city_id == city_id, *own)
    return session.scalar(query.order_by(Goal.valid_since.desc(), Goal.to_on.desc(), Goal.id.desc()).limit(1))
