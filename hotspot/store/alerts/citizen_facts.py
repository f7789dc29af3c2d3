"""What citizens say against what is measured: how many reported each point of late, for the rule that watches it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.store.citizen_reports import DAY_S, WAITING, statuses, unexplained
from hotspot.store.models import City, FaultReport, Point


@dataclass(frozen=True, slots=True)
class Reported:
    """A point with reports that nothing explains yet; `status` is one of store.standing.STATUSES."""

    point_id: int
    code: str
    name: str
    people: int
    status: str


def reported(session: Session, city: City, now: int, window_s: int = DAY_S) -> list[Reported]:
    """Every point with reports within the window, by code; two questions.

    Left out are reports that somebody closed, and those that an incident explains.
    """
    query = (
        select(Point.id, Point.code, Point.name, func.sum(FaultReport.n))
        .join(FaultReport, FaultReport.point_id == Point.id)
        .where(
            Point.city_id == city.id,
            FaultReport.at > now - window_s,
            FaultReport.at <= now,
            FaultReport.state.in_(WAITING),
            unexplained(),
        )
        .group_by(Point.id, Point.code, Point.name)
        .order_by(Point.code)
    )
    rows = session.execute(query).all()
    words = statuses(session, city, [row[0] for row in rows], now) if rows else {}
    return [Reported(row[0], row[1], row[2], int(row[3]), words.get(row[0], "unknown")) for row in rows]
