"""Roll-ups: hours, days and months of access points and areas, made anew from spans and polls as often as one likes.

Seconds come from the spans, for days too, so a day is exact whatever became of its hours. Usage comes from single polls
(hours) and from hours (days); where those were dropped by retention the sums made before stay. An hour without a row
is one in which nobody looked.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import BigInteger, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import HOUR_S
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.analytics.rollup import Day, Seconds, seconds, touched, was_watched
from hotspot.store.area_sums import sum_areas
from hotspot.store.availability import histories
from hotspot.store.bulk import Row, execute_many, insert, slices
from hotspot.store.models import AccessPoint, ApState, City, Point, PollHot, RollupHour, StatusSpan
from hotspot.store.months import sum_months
from hotspot.store.recent import sum_recent

DAY_S = 86400
TOGETHER = 1000  # access points whose spans are in memory at once
SECONDS = ("up_s", "down_s", "unknown_s", "maintenance_s")
USAGE = ("polls", "answered", "rx_bytes", "tx_bytes", "clients_sum", "clients_n", "clients_max", "rtt_us_sum")
NO_USAGE: Row = (0, 0, None, None, None, 0, None, None)


def roll_up(session: Session, city: City, since: int, now: int) -> int:
    """Make anew every hour and day in which something may have changed since then; the number of rows of hours."""
    written = 0
    polling = _polling(session, city.id)
    first = _first_changed(session, city.id, since)
    for day in touched(city.time_zone, first, now):
        written += _roll_up_day(session, city.id, day, polling, now)
        sum_areas(session, city.id, day)
    sum_months(session, city, first, now)
    sum_recent(session, city, first, now)
    return written


def roll_up_again(session: Session, city: City, ap_ids: Collection[int], a: int, b: int, now: int) -> None:
    """Make anew what a few access points have of [a, b), because other maintenance covers them than was thought."""
    polling = {ap_id: still for ap_id, still in _polling(session, city.id).items() if ap_id in ap_ids}
    for day in touched(city.time_zone, a, now):
        if day.start < b:
            _roll_up_day(session, city.id, day, polling, now)
    sum_months(session, city, a, now)


def _first_changed(session: Session, city_id: int, since: int) -> int:
    """Two intervals before `since`, not later than the newest hour made, not before anything was stored.

    An open span counts for 1.5 intervals after the last poll; an hour is final when that has run out too. And no hour
    may be left out when the last roll-up was long ago.
    """
    longest_s = session.scalar(select(func.max(ApState.interval_s)).where(ApState.city_id == city_id)) or 0
    newest = select(RollupHour.t).where(RollupHour.city_id == city_id).order_by(RollupHour.t.desc()).limit(1)
    reached = session.scalar(newest)
    first = since - 2 * longest_s if reached is None else min(since - 2 * longest_s, reached)
    if reached is not None and first > reached - DAY_S:
        return first  # nearly always; the oldest span is slow to find
    oldest = session.scalar(select(func.min(StatusSpan.start)).where(StatusSpan.city_id == city_id))
    if oldest is None:
        return since
    return oldest if reached is None else max(oldest, first)


def _polling(session: Session, city_id: int) -> dict[int, bool]:
    """Of every access point that was ever polled, whether it still is."""
    still = and_(AccessPoint.polling, or_(Point.id.is_(None), Point.lifecycle.in_(IN_SERVICE)))
    query = select(ApState.ap_id, still.label("still")).join(AccessPoint, AccessPoint.id == ApState.ap_id)
    query = query.outerjoin(Point, Point.id == AccessPoint.point_id)
    rows = session.execute(query.where(ApState.city_id == city_id).order_by(ApState.ap_id))
    return {row.ap_id: bool(row.still) for row in rows}


def _roll_up_day(session: Session, city_id: int, day: Day, polling: Mapping[int, bool], now: int) -> int:
    hours: list[Row] = []
    days: dict[int, Seconds] = {}
    polled = _polled(session, city_id, day)
    for ap_ids in slices(list(polling), TOGETHER):
        for ap_id, known in histories(session, ap_ids, day.start, day.end, now).items():
            if not was_watched(known.spans, day, polling[ap_id]):
                continue
            days[ap_id] = seconds(known.spans, known.maintenance, day.start, day.end)
            for start, end in day.hours:
                if known.spans[0].start < end:
                    parts = seconds(known.spans, known.maintenance, start, end)
                    hours.append((start, ap_id, city_id, *parts, *polled.get((start, ap_id), NO_USAGE)))
    execute_many(session, UPSERT_HOUR, hours)
    used = _used(session, city_id, day)
    rows = [(day.start, ap_id, city_id, *parts, *used.get(ap_id, NO_USAGE)) for ap_id, parts in days.items()]
    execute_many(session, UPSERT_DAY, rows)
    return len(hours)


def _polled(session: Session, city_id: int, day: Day) -> dict[tuple[int, int], Row]:
    """What the single polls of the day's touched hours add up to, by hour and access point."""
    hour = ((PollHot.slot - day.start) // HOUR_S).label("hour")
    query = (
        select(
            hour,
            PollHot.ap_id,
            func.count(PollHot.up),
            func.sum(PollHot.up),
            func.sum(PollHot.rx_bytes),
            func.sum(PollHot.tx_bytes),
            func.sum(PollHot.clients),
            func.count(PollHot.clients),
            func.max(PollHot.clients),
            cast(
                func.sum(PollHot.rtt_us) * func.sum(PollHot.up) / func.nullif(func.count(PollHot.rtt_us), 0), BigInteger
            ),
        )
        .where(PollHot.slot >= day.hours[0][0], PollHot.slot < day.hours[-1][1], PollHot.city_id == city_id)
        .group_by(hour, PollHot.ap_id)
    )
    return {
        (day.start + hour * HOUR_S, ap_id): (polls, answered or 0, *rest)
        for hour, ap_id, polls, answered, *rest in session.execute(query)
    }


def _used(session: Session, city_id: int, day: Day) -> dict[int, Row]:
    """What the hours of the day add up to, by access point."""
    sums = (
        func.max(RollupHour.clients_max) if name == "clients_max" else func.sum(getattr(RollupHour, name))
        for name in USAGE
    )
    query = select(RollupHour.ap_id, *sums).where(
        RollupHour.t >= day.start, RollupHour.t < day.end, RollupHour.city_id == city_id
    )
    return {ap_id: tuple(rest) for ap_id, *rest in session.execute(query.group_by(RollupHour.ap_id))}


def _upsert(table: str, key: str) -> str:
    """Polls of an hour never become fewer but by retention: then the sums made while they were there stay."""
    columns = ("t", "ap_id", "city_id", *SECONDS, *USAGE)
    fresh = [f"{name} = excluded.{name}" for name in SECONDS]
    kept = [
        f"{name} = CASE WHEN excluded.polls >= {table}.polls THEN excluded.{name} ELSE {table}.{name} END"
        for name in USAGE
    ]
    return f"{insert(table, columns)} ON CONFLICT ({key}) DO UPDATE SET {', '.join(fresh + kept)}"


UPSERT_HOUR = _upsert("rollup_hour", "t, ap_id")
UPSERT_DAY = _upsert("rollup_day", "ap_id, t")
