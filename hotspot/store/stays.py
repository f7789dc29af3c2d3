"""Where each access point stood when: moving it, so that what was measured before stays with where it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    delete,
    exists,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.stays import FOREVER, Presence, Stay, joined, moved
from hotspot.store.models import AccessPoint, City, PastPlacement, StatusSpan

Rows = Select[*tuple[Any, ...]]


def stays_of(session: Session, ap_id: int) -> list[Stay]:
    """In order of time; the last one is where it stands now."""
    past = select(PastPlacement).where(PastPlacement.ap_id == ap_id).order_by(PastPlacement.since)
    ap = session.get_one(AccessPoint, ap_id)
    before = [Stay(row.since, row.until, row.point_id) for row in session.scalars(past)]
    return [*before, Stay(ap.placed_since, FOREVER, ap.point_id)]


def move(session: Session, ap_id: int, to_point_id: int | None, day: date | None, now: int) -> bool:
    """The access point stands at that point, or at none, from the midnight of `day` on; what was before stays there.

    Without a day the present stay is corrected, as it is where nothing was measured before that midnight: the device
    never was where the inventory said. The caller writes the record of changes. False when it stands there already.
    Raises RejectedError of the column "day" for one to come, or before the device came to where it stands now.
    """
    ap = session.get_one(AccessPoint, ap_id)
    zone = session.get_one(City, ap.city_id).time_zone
    today = day_of(zone, now)
    if day is not None and day > today:
        reject("day", N_("%(day)s is still to come"), day=day)
    before = stays_of(session, ap_id)
    at = ap.placed_since if day is None else midnight(zone, day)
    if at < ap.placed_since:
        came = day_of(zone, ap.placed_since)
        reject("day", N_("%(name)s came to where it stands on %(day)s"), name=ap.name, day=came)
    if not session.scalar(select(exists().where(StatusSpan.ap_id == ap_id, StatusSpan.start < at))):
        at = ap.placed_since
    after = moved(before, to_point_id, at)
    if after == before:
        return False
    session.execute(delete(PastPlacement).where(PastPlacement.ap_id == ap_id))
    session.add_all(PastPlacement(ap_id=ap_id, **stay._asdict()) for stay in after[:-1])
    ap.point_id, ap.placed_since = after[-1].point_id, after[-1].since
    session.flush()
    return True


def anything_moved(session: Session, city: City, after: int) -> bool:
    """Whether a device stood somewhere else at that instant or later; nearly always False, and cheap to tell."""
    query = select(exists().where(PastPlacement.ap_id == AccessPoint.id, AccessPoint.city_id == city.id, _later(after)))
    return bool(session.scalar(query))


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
    if not anything_moved(session, city, after):
        return Placements(of(now, AccessPoint.point_id.expression).subquery("placed"), is_plain=True)
    now = now.add_columns(AccessPoint.placed_since.label("since"), literal(FOREVER).label("until"))
    past = PastPlacement
    before: Rows = select(past.ap_id, past.point_id, past.since, past.until)
    before = before.join(AccessPoint, AccessPoint.id == PastPlacement.ap_id).where(_later(after))
    both = union_all(of(now, AccessPoint.point_id.expression), of(before, PastPlacement.point_id.expression))
    return Placements(both.subquery("placed"), is_plain=False)
