"""Targets of the roll-out: every new version is a row, the older ones stay for the chart."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.models import Goal


def latest_goal(session: Session, city_id: int) -> Goal | None:
    """The newest version of the target of the whole city."""
    return session.scalar(
        select(Goal)
        .where(Goal.city_id == city_id, Goal.area_id.is_(None), Goal.venue_kind.is_(None), Goal.fund_id.is_(None))
        .order_by(Goal.valid_since.desc(), Goal.to_on.desc(), Goal.id.desc())
        .limit(1)
    )


def set_goal(session: Session, city_id: int, quantity: int, *, since: date, by: date, source: str) -> None:
    """A cumulative target: so many points in all by that day."""
    session.add(
        Goal(
            city_id=city_id,
            quantity=quantity,
            cumulative=True,
            from_on=since,
            to_on=by,
            valid_since=since,
            source=source,
        )
    )
    session.flush()
