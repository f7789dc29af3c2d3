"""How many points stand at each stage of their life, and since when the longest waiting one does."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.inventory import LIFECYCLE
from hotspot.store.models import City, LifecycleChange, Point


@dataclass(frozen=True, slots=True)
class Stage:
    """`since`: the day on which the point that stands here longest came to this stage; empty when no step is dated."""

    key: str
    points: int
    since: date | None


def pipeline(session: Session, city: City) -> list[Stage]:
    """Every stage in the order of a life."""
    arrived = (
        select(Point.id, Point.lifecycle, func.max(LifecycleChange.since).label("since"))
        .outerjoin(LifecycleChange, (LifecycleChange.point_id == Point.id) & (LifecycleChange.stage == Point.lifecycle))
        .where(Point.city_id == city.id)
        .group_by(Point.id, Point.lifecycle)
        .subquery()
    )
    counted = select(arrived.c.lifecycle, func.count(), func.min(arrived.c.since)).group_by(arrived.c.lifecycle)
    found = {key: Stage(key, points, since) for key, points, since in session.execute(counted)}
    return [found.get(key, Stage(key, 0, None)) for key in LIFECYCLE]
