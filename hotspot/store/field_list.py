"""Where somebody may be needed: the points assigned to a person, and those of their areas that are down or unknown."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.inventory import IN_SERVICE
from hotspot.store.assignments import Work, open_work
from hotspot.store.models import City
from hotspot.store.point_query import narrow
from hotspot.store.standing import point_now

TROUBLE = ("down", "degraded", "monitoring_broken", "unknown")
MOST = 100  # points that are not assigned


@dataclass(frozen=True, slots=True)
class Place:
    """A point to go to; `assignment_id` and `task` where it is the person's."""

    code: str
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    area: str
    district: str
    status: str
    last_poll: int | None
    assignment_id: int | None
    task: str


@dataclass(frozen=True, slots=True)
class Rounds:
    """`more` points in trouble are not listed."""

    assigned: tuple[Place, ...]
    trouble: tuple[Place, ...]
    more: int


COLUMNS = ("code", "name", "address", "latitude", "longitude", "area", "district", "status")


def rounds(session: Session, city: City, account_id: int, areas: frozenset[str], now: int) -> Rounds:
    """By district and name; `areas` as those of an account, empty for the whole city."""
    mine = {work.point_id: work for work in open_work(session, city, account_id=account_id)}
    p = narrow(session, city, now, {*COLUMNS, "area_code", "lifecycle"})
    columns = [p.c.id, *(p.c[name] for name in COLUMNS)]
    within = [or_(p.c.area_code == area, p.c.area_code.like(f"{area}.%")) for area in areas]
    wanted: list[ColumnElement[bool]] = [p.c.status.in_(TROUBLE), p.c.lifecycle.in_(IN_SERVICE), p.c.id.not_in(mine)]
    if within:
        wanted.append(or_(*within))
    order = (p.c.district, p.c.name, p.c.code)
    ours = session.execute(select(*columns).where(p.c.id.in_(mine)).order_by(*order)).all()
    theirs = session.execute(select(*columns).where(*wanted).order_by(*order).limit(MOST)).all()
    total = len(theirs)
    if total == MOST:
        total = session.scalar(select(func.count()).select_from(p).where(*wanted)) or 0
    current = point_now(session, city.id, now, [row.id for row in (*ours, *theirs)])
    polled = {row.point_id: row.last_poll for row in session.execute(select(current.c.point_id, current.c.last_poll))}

    def place(row: Row[Any], work: Work | None = None) -> Place:
        told: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
        told |= {"assignment_id": work.id, "task": work.task} if work else {"assignment_id": None, "task": ""}
        return Place(last_poll=polled.get(row.id), **told)

    assigned = tuple(place(row, mine[row.id]) for row in ours)
    return Rounds(assigned, tuple(place(row) for row in theirs), total - len(theirs))
