"""What the annexes, the inventory and the polls of a month say of each point, for analytics.reconcile."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.reconcile import Finding, Paid, Place, reconcile
from hotspot.store.contracts import annex_lines
from hotspot.store.four_counts import members
from hotspot.store.models import City, RollupDay
from hotspot.store.placements import placements
from hotspot.store.points import settled

Month = tuple[date, date]  # its first and its last day


def month_of(city: City, month: date, now: int) -> Month:
    """The days of the month that have come; of the running one up to today."""
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first, min(last, day_of(city.time_zone, now))


def findings(session: Session, city: City, first: date, last: date) -> dict[str, list[Finding]]:
    """By every key of analytics.reconcile.KINDS."""
    paid = [Paid(one.line, one.provider) for one in annex_lines(session, city, last)]
    return reconcile(places(session, city, first, last), paid, first, last)


def places(session: Session, city: City, first: date, last: date) -> list[Place]:
    """Every point with its stage on the last day, and how often it was asked and answered on those days."""
    stages = {one.id: one.life.stage_on(last) for one in members(session, city)}
    a, b = midnight(city.time_zone, first), midnight(city.time_zone, last + timedelta(days=1))
    placed = placements(session, city, a)
    at, day = placed.table.c, RollupDay
    days = (day.ap_id == at.ap_id) & (day.t >= a) & (day.t < b) & placed.held(day.t)
    polls = {
        point_id: (devices, int(asked or 0), int(answered or 0))
        for point_id, devices, asked, answered in session.execute(
            select(at.point_id, func.count(at.ap_id.distinct()), func.sum(day.polls), func.sum(day.answered))
            .outerjoin(day, days)
            .group_by(at.point_id)
        )
    }
    return [
        Place(
            row.code,
            row.name,
            stages[row.id],
            row.installed_on,
            row.accepted_on,
            row.provider or "",
            row.latitude,
            row.longitude,
            *polls.get(row.id, (0, 0, 0)),
        )
        for row in session.execute(settled(city))
    ]
