"""The last 30 days of every point, summed beside the roll-ups, so that a table of all points can be sorted by them."""

from datetime import timedelta

from sqlalchemy import Integer, Subquery, and_, delete, func, literal, select, true
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, day_start, midnight
from hotspot.store.base import insert_into
from hotspot.store.models import City, PointRecent, RollupDay
from hotspot.store.placements import placements

FIGURE_DAYS = 30  # today and the 29 days before it
SECONDS = ("up_s", "down_s", "unknown_s", "maintenance_s")
TODAY = tuple(f"today_{name}" for name in SECONDS)


def first_midnight(city: City, now: int, days: int) -> int:
    """The midnight with which the last `days` days begin, today being one of them."""
    return midnight(city.time_zone, day_of(city.time_zone, now) - timedelta(days=days - 1))


def sum_recent(session: Session, city: City, since: int, now: int) -> None:
    """After the days from `since` on were rolled up: nearly always today alone, so that only that is read again."""
    today = day_start(city.time_zone, now)
    if since < today or not is_made(session, city, now):
        session.execute(delete(PointRecent).where(PointRecent.city_id == city.id))
        _write(session, city, today, SECONDS, _sums(session, city, first_midnight(city, now, FIGURE_DAYS), today))
    _write(session, city, today, TODAY, _sums(session, city, today, now + 1))


def _write(session: Session, city: City, today: int, columns: tuple[str, ...], sums: Subquery) -> None:
    """Into some of the columns; in a new row the others are 0."""
    others = [name for name in (*SECONDS, *TODAY) if name not in columns]
    values = (sums.c[name] for name in SECONDS)
    rows = select(
        sums.c.point_id, literal(city.id), literal(today), *values, *(literal(0, Integer) for _ in others)
    ).where(true())  # without a condition SQLite takes ON CONFLICT for one of a join
    insert = insert_into(session, PointRecent).from_select(["point_id", "city_id", "t", *columns, *others], rows)
    changes = {name: insert.excluded[name] for name in columns}
    session.execute(insert.on_conflict_do_update(index_elements=["point_id"], set_=changes))


def _sums(session: Session, city: City, a: int, b: int) -> Subquery:
    """Of every point the days that begin in [a, b); 0 where there are none."""
    placed = placements(session, city, a)
    at = placed.table.c
    days = and_(RollupDay.ap_id == at.ap_id, RollupDay.t >= a, RollupDay.t < b, placed.held(RollupDay.t))
    sums = (func.coalesce(func.sum(getattr(RollupDay, name)), 0).label(name) for name in SECONDS)
    query = select(at.point_id, *sums).select_from(placed.table).outerjoin(RollupDay, days)
    return query.group_by(at.point_id).subquery()


def is_made(session: Session, city: City, now: int) -> bool:
    query = select(PointRecent.t).where(PointRecent.city_id == city.id).limit(1)
    return session.scalar(query) == day_start(city.time_zone, now)


def month_figures(session: Session, city: City, now: int) -> Subquery:
    """The last 30 days of every point; where they are not summed yet, as right after midnight, from its days."""
    if is_made(session, city, now):
        column = PointRecent.__table__.c
        whole = ((column[name] + column[f"today_{name}"]).label(name) for name in SECONDS)
        sums = select(column.point_id, *whole).where(column.city_id == city.id).subquery("sums")
    else:
        sums = _sums(session, city, first_midnight(city, now, FIGURE_DAYS), now + 1)
    up, down, unknown, maintenance = (sums.c[name] for name in SECONDS)
    known = up + down
    return select(
        sums,
        (up * 1.0 / func.nullif(known, 0)).label("availability"),
        ((known + maintenance) * 1.0 / func.nullif(known + maintenance + unknown, 0)).label("coverage"),
    ).subquery("month")


def forget_recent(session: Session, city: City) -> None:
    """Access points belong to other points than when the sums were made; the next roll-up makes them anew."""
    session.execute(delete(PointRecent).where(PointRecent.city_id == city.id))
