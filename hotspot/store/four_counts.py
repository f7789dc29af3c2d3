"""Which points belong to which of the four counts on a day (the rules are in analytics.rollout)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.lifecycle import ORDER
from hotspot.analytics.rollout import Life, RolloutCounts, counted, tally
from hotspot.store.contracts import paid_on
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    City,
    Fund,
    LifecycleChange,
    PastPlacement,
    Point,
    RollupDay,
    Site,
    State,
    StatusSpan,
)
from hotspot.store.placements import anything_moved, placements

DAY_S = 86400
LATELY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Member:
    """A point with the groups it is counted in."""

    id: int
    area_code: str
    district_code: str
    venue_kind: str
    fund: str
    life: Life


def members(session: Session, city: City, *, dated: bool = True) -> list[Member]:
    """Every point of the city with its life, in two queries; in one when only today is asked for, not `dated`."""
    changes = steps(session, city) if dated else {}
    village, district = aliased(Area), aliased(Area)
    query = (
        select(
            Point.id,
            village.code,
            func.coalesce(district.code, village.code),
            Site.venue_kind,
            func.coalesce(Fund.name, ""),
            Point.lifecycle,
            Point.installed_on,
            Point.accepted_on,
        )
        .join(Site, Point.site_id == Site.id)
        .join(village, Site.area_id == village.id)
        .outerjoin(district, village.parent_id == district.id)
        .outerjoin(Fund, Point.fund_id == Fund.id)
        .where(Point.city_id == city.id)
    )
    return [
        Member(point, area, top, venue, fund, Life(stage, installed_on, accepted_on, changes.get(point, ())))
        for point, area, top, venue, fund, stage, installed_on, accepted_on in session.execute(query)
    ]


def steps(session: Session, city: City) -> dict[int, tuple[tuple[date, str], ...]]:
    query = (
        select(LifecycleChange.point_id, LifecycleChange.since, LifecycleChange.stage)
        .join(Point, LifecycleChange.point_id == Point.id)
        .where(Point.city_id == city.id, LifecycleChange.withdrawn_at.is_(None))
    )
    found: dict[int, tuple[tuple[date, str], ...]] = {}
    for point, since, stage in sorted(session.execute(query), key=lambda row: (row.since, ORDER[row.stage])):
        found[point] = (*found.get(point, ()), (since, stage))
    return found


@dataclass(frozen=True, slots=True)
class Ran:
    """Ids of the points that worked on a day and within the 30 days up to it; `measured`: somebody looked.

    `paid` are those on a line of a contract that day; None in a city without contracts.
    """

    day: frozenset[int]
    lately: frozenset[int]
    measured: bool
    paid: frozenset[int] | None = None


def ran(session: Session, city: City, day: date, now: int) -> Ran:
    """Today from the last answers (the 24 hours before `now`), a past day from its roll-up.

    An access point that was moved worked where it stood then.
    """
    if day >= day_of(city.time_zone, now):
        last = last_answers(session, city, now)
        lately = frozenset(point for point, at in last if at > now - LATELY_DAYS * DAY_S)
        worked = frozenset(point for point, at in last if at > now - DAY_S)
        return Ran(worked, lately, True, paid_on(session, city, day))
    t = midnight(city.time_zone, day)
    first = midnight(city.time_zone, day - timedelta(days=LATELY_DAYS - 1))
    placed = placements(session, city, first)
    up_at = func.max(case((RollupDay.up_s > 0, RollupDay.t))).label("up_at")
    known = (
        select(placed.table.c.point_id, up_at, func.max(RollupDay.t).label("seen_at"))
        .join(RollupDay, RollupDay.ap_id == placed.table.c.ap_id)
        .where(RollupDay.t >= first, RollupDay.t <= t, placed.held(RollupDay.t))
        .where(RollupDay.up_s + RollupDay.down_s > 0)
        .group_by(placed.table.c.point_id)
    )
    rows = session.execute(known).all()
    return Ran(
        frozenset(row.point_id for row in rows if row.up_at == t),
        frozenset(row.point_id for row in rows if row.up_at is not None),
        any(row.seen_at == t for row in rows),
        paid_on(session, city, day),
    )


def last_answers(session: Session, city: City, now: int) -> list[tuple[int, int]]:
    """Points with the last answer of an access point while it stood there, as far as that was lately."""
    here = select(AccessPoint.point_id, func.max(ApState.last_ok)).join(ApState, ApState.ap_id == AccessPoint.id)
    here = here.where(AccessPoint.city_id == city.id, ApState.last_ok >= AccessPoint.placed_since)
    found = [(point, at) for point, at in session.execute(here.group_by(AccessPoint.point_id)) if point and at]
    return found + answers_elsewhere(session, city, now - LATELY_DAYS * DAY_S)


def answers_elsewhere(session: Session, city: City, since: int) -> list[tuple[int, int]]:
    """Points with the last answer of an access point that stood there until after `since` and was moved then."""
    if not anything_moved(session, since):
        return []
    past, up = PastPlacement, (StatusSpan.city_id == city.id, StatusSpan.state == int(State.UP))
    until = case((StatusSpan.end < past.until, StatusSpan.end), else_=past.until)
    there = select(past.point_id, func.max(until)).join(StatusSpan, StatusSpan.ap_id == past.ap_id)
    there = there.where(*up, past.until > since, StatusSpan.start < past.until)
    there = there.where(until > past.since).group_by(past.point_id)
    return [(point, at) for point, at in session.execute(there) if point and at]


@dataclass(frozen=True, slots=True)
class Roster:
    """Every point with the counts it belongs to on `day`; `measured`: somebody looked on that day."""

    day: date
    points: list[tuple[Member, frozenset[str]]]
    measured: bool

    def tally(self) -> RolloutCounts:
        return tally((counts for _, counts in self.points), measured=self.measured)


def roster(session: Session, city: City, day: date, now: int) -> Roster:
    everyone = members(session, city, dated=day < day_of(city.time_zone, now))
    return roster_of(everyone, day, ran(session, city, day, now))


def roster_of(everyone: Iterable[Member], day: date, worked: Ran) -> Roster:
    points = [
        (
            one,
            counted(
                one.life,
                day,
                ran=one.id in worked.day,
                ran_lately=one.id in worked.lately,
                paid=worked.paid is None or one.id in worked.paid,
            ),
        )
        for one in everyone
    ]
    return Roster(day, points, worked.measured)


def ids_in(session: Session, city: City, count: str, day: date, now: int) -> list[int]:
    """The points behind the number."""
    return [one.id for one, counts in roster(session, city, day, now).points if count in counts]
