"""Work that comes again: series announced and ended by people, and their windows, made some weeks ahead."""

from dataclasses import asdict, dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import Period, day_of
from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.analytics.recurrence import Pattern, checked, next_occurrences, occurrences, read, text
from hotspot.store.audit import note
from hotspot.store.maintenance import Named, areas_of, extent_of, named
from hotspot.store.maintenance_edit import SUBJECT, Chosen, exists_for, one_at_a_time, stored
from hotspot.store.models import City, MaintenanceSeries, MaintenanceWindow

AHEAD_S = 35 * 86_400  # so that the work of a month is announced before it, and ending a series cancels few windows
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """`next` is its next window, announced or not yet; `windows` counts those that are announced and to come."""

    id: int
    place: Named
    pattern: Pattern
    reason: str
    announced_at: int
    announced_by: str
    next: Period
    windows: int


def series(session: Session, city: City, now: int, series_id: int | None = None) -> list[SeriesRow]:
    """Those that go on, the oldest first; a series whose last day has passed is over."""
    table = MaintenanceSeries
    query = named(select(table), table).where(table.city_id == city.id, table.ended_at.is_(None)).order_by(table.id)
    query = query.where(table.id == series_id) if series_id else query
    window = MaintenanceWindow
    announced = select(window.series_id, func.count(), func.min(window.start)).where(
        window.series_id.is_not(None), window.start > now, window.cancelled_at.is_(None)
    )
    ahead = {key: rest for key, *rest in session.execute(announced.group_by(window.series_id))}
    found = []
    for one, *place in session.execute(query):
        pattern = read(one.pattern)
        count, start = ahead.get(one.id, (0, None))
        following = next_occurrences(pattern, city.time_zone, max(now, one.made_until), 1)
        first = (start, start + 60 * pattern.length_min) if start else next(iter(following), None)
        if first:
            about = (Named(*place), pattern, one.reason, one.announced_at, one.announced_by)
            found.append(SeriesRow(one.id, *about, first, count))
    return found


def announce_series(
    session: Session, city: City, where: Chosen, pattern: Pattern, *, reason: str, now: int, actor: str
) -> int:
    """Its id; the windows of the next weeks are made at once. Raises RejectedError with field and reason."""
    reason = cleaned("reason", reason) or reject("reason", N_("empty"))
    pattern = checked(pattern, day_of(city.time_zone, now))
    one_at_a_time(session, city)
    table = MaintenanceSeries
    query = select(table.list_id).where(
        table.city_id == city.id, table.pattern == text(pattern), table.ended_at.is_(None)
    )
    if exists_for(session, query, table, where):
        reject("every", N_("the same series is announced already"))
    if not next_occurrences(pattern, city.time_zone, now, 1):
        reject("last", N_("the last one is over already"))
    extent = stored(session, city, where)
    one = MaintenanceSeries(
        city_id=city.id, pattern=text(pattern), reason=reason, made_until=now - DAY_S, announced_at=now,
        announced_by=actor, **asdict(extent),
    )  # fmt: skip
    session.add(one)
    session.flush()
    note(session, now, actor, "announce", SUBJECT, f"series {one.id}: {where.label}, {text(pattern)}: {reason}")
    make_windows(session, city, one, now)
    return one.id


def make_ahead(session: Session, city: City, now: int) -> int:
    """The windows of every series up to AHEAD_S from now that are not made yet, a day of them at a time; how many."""
    table = MaintenanceSeries
    query = select(table).where(
        table.city_id == city.id, table.ended_at.is_(None), table.made_until < now + AHEAD_S - DAY_S
    )
    return sum(make_windows(session, city, one, now) for one in session.scalars(query).all())


def make_windows(session: Session, city: City, one: MaintenanceSeries, now: int) -> int:
    """Each is announced as it is made; what is over by then is left out, what runs is late (decision 0033).

    Two that make at once make nothing twice: only one of them moves `made_until`.
    """
    since, until = one.made_until, now + AHEAD_S
    table = MaintenanceSeries
    mine = update(table).where(table.id == one.id, table.made_until == since, table.ended_at.is_(None))
    if session.scalar(mine.values(made_until=until).returning(table.id)) is None:
        return 0
    due = [each for each in occurrences(read(one.pattern), city.time_zone, since, until) if each[1] > now]
    common = {"city_id": city.id, "reason": one.reason, "series_id": one.id, **asdict(extent_of(one))}
    announced = {"announced_at": now, "announced_by": one.announced_by}
    session.add_all(MaintenanceWindow(start=start, end=end, **common, **announced) for start, end in due)
    session.flush()
    return len(due)


def end_series(session: Session, city: City, series_id: int, now: int, actor: str) -> int | None:
    """How many windows to come were cancelled; None when it was ended before. One that runs goes on."""
    table, window = MaintenanceSeries, MaintenanceWindow
    mine = update(table).where(table.id == series_id, table.city_id == city.id, table.ended_at.is_(None))
    if session.scalar(mine.values(ended_at=now, ended_by=actor).returning(table.id)) is None:
        return None
    coming = update(window).where(window.series_id == series_id, window.start > now, window.cancelled_at.is_(None))
    cancelled = len(session.scalars(coming.values(cancelled_at=now).returning(window.id)).all())
    note(session, now, actor, "end", SUBJECT, f"series {series_id}, {cancelled} windows cancelled")
    return cancelled


def areas_of_series(session: Session, city: City, series_id: int) -> frozenset[str] | None:
    """As maintenance.areas_of; None where there is no such series."""
    query = select(MaintenanceSeries).where(MaintenanceSeries.city_id == city.id, MaintenanceSeries.id == series_id)
    one = session.scalar(query)
    return None if one is None else areas_of(session, extent_of(one))
