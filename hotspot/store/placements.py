"""Which access point stood at which point when, for figures of places: nearly always where it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from hotspot.analytics.stays import FOREVER, Presence, joined
from hotspot.store.models import AccessPoint, City, PastPlacement

Rows = Select[*tuple[Any, ...]]


def anything_moved(session: Session, after: int) -> bool:
    """Whether a device stood somewhere else at that instant or later; nearly always False, and cheap to tell."""
    return bool(session.scalar(select(exists().where(_later(after)))))


def _later(after: int) -> ColumnElement[bool]:
    return PastPlacement.until > after


def presences_at(session: Session, point_ids: Sequence[int]) -> list[Presence]:
    """Every access point that stands or stood at one of them, while it did; in order of devices and time."""
    here = select(AccessPoint.id, AccessPoint.placed_since).where(AccessPoint.point_id.in_(point_ids))
    there = select(PastPlacement.ap_id, PastPlacement.since, PastPlacement.until)
    rows = [*session.execute(here), *session.execute(there.where(PastPlacement.point_id.in_(point_ids)))]
    return joined(Presence(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Placements:
    """As SQL: columns `ap_id` and `point_id` of `table`, a row a stay at a point."""

    table: FromClause
    is_plain: bool

    def held(self, t: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Whether the stay was on at that instant."""
        return true() if self.is_plain else and_(t >= self.table.c.since, t < self.table.c.until)


def placements(session: Session, city: City, after: int, point_ids: Sequence[int] | None = None) -> Placements:
    """Where the city's access points stood at that instant and later, at all points or at those named."""

    def of(query: Rows, point_id: ColumnElement[int | None]) -> Rows:
        query = query.where(AccessPoint.city_id == city.id)
        return query.where(point_id.is_not(None) if point_ids is None else point_id.in_(point_ids))

    now: Rows = select(AccessPoint.id.label("ap_id"), AccessPoint.point_id)
    if not anything_moved(session, after):
        return Placements(of(now, AccessPoint.point_id.expression).subquery("placed"), is_plain=True)
    now = now.add_columns(AccessPoint.placed_since.label("since"), literal(FOREVER).label("until"))
    past = PastPlacement
    before: Rows = select(past.ap_id, past.point_id, past.since, past.until)
    before = before.join(AccessPoint, AccessPoint.id == PastPlacement.ap_id).where(_later(after))
    both = union_all(of(now, AccessPoint.point_id.expression), of(before, PastPlacement.point_id.expression))
    return Placements(both.subquery("placed"), is_plain=False)
