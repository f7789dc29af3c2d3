"""The whole city in one look at its points: what they do, what counts toward the target, and where."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.forecast import Forecast, forecast
from hotspot.analytics.inventory import BUILT, IN_SERVICE, PRE_BUILT
from hotspot.analytics.rollout import GoalLine, ahead, grown, in_force
from hotspot.store.area_map import AreaStanding, standing_of
from hotspot.store.fleet import AreaProgress, Counts
from hotspot.store.four_counts import answers_elsewhere
from hotspot.store.goals import goals_of
from hotspot.store.models import Area, City, Fund, Goal, LifecycleChange, Point, Site
from hotspot.store.rollout import CITY, lives_of
from hotspot.store.standing import STATUSES, point_now, status

DAY_S = 86400
DEVICES = ("total", "up", "down", "broken", "clients", "clients_known")


@dataclass(frozen=True, slots=True)
class Glance:
    """`areas` as area_map.area_standing tells them; `running` (the count active), `installed` and `planned` as the
    rollout page does.
    """

    day: date
    counts: Counts
    running: int
    installed: int
    planned: int
    areas: list[AreaStanding]
    districts: list[AreaProgress]


def glance(session: Session, city: City, now: int) -> Glance:
    """One row a kelurahan and state comes from the database, however many points there are."""
    day = day_of(city.time_zone, now)
    rows = session.execute(_by_area(session, city, day, now)).all()
    by_area: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.status != "out_of_service":
            by_area[row.area_code].append(row)
    return Glance(
        day,
        _counts(rows),
        running=sum(row.running for row in rows),
        installed=sum(row.installed for row in rows),
        planned=sum(row.planned for row in rows),
        areas=[standing_of(found) for _, found in sorted(by_area.items())],
        districts=_districts(session, city, rows),
    )


def _by_area(session: Session, city: City, day: date, now: int) -> Any:
    """The counts are those of analytics.rollout.counted for today, as SQL; a test holds the two together."""
    now_ = point_now(session, city.id, now, dated=False)
    village, district = Area.__table__.alias("village"), Area.__table__.alias("district")
    before, dated = Point.lifecycle.in_(PRE_BUILT), _dated(day)
    stood = or_(Point.lifecycle.in_(BUILT), and_(before, dated))
    word = status(now_).label("status")

    def of(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    inner = (
        select(
            Site.area_id,
            word,
            func.count().label("n"),
            of(and_(stood, Point.installed_on <= day)).label("installed"),
            of(_runs(session, city, day, now, now_)).label("running"),
            of(and_(before, not_(dated))).label("planned"),
            *(func.sum(now_.c[name]).label(name) for name in DEVICES),
            func.count(Site.latitude).label("placed"),
            func.sum(Site.latitude).label("latitude"),
            func.sum(Site.longitude).label("longitude"),
            func.min(Site.longitude).label("west"),
            func.min(Site.latitude).label("south"),
            func.max(Site.longitude).label("east"),
            func.max(Site.latitude).label("north"),
        )
        .select_from(Point)
        .join(Site, Point.site_id == Site.id)
        .outerjoin(now_, now_.c.point_id == Point.id)
        .where(Point.city_id == city.id)
        .group_by(Site.area_id, word)
        .subquery("by_area")
    )
    return (
        select(
            village.c.code.label("area_code"),
            village.c.name.label("area"),
            func.coalesce(district.c.code, village.c.code).label("district_code"),
            func.coalesce(district.c.name, village.c.name).label("district"),
            *(column for column in inner.c if column.name != "area_id"),
        )
        .join(inner, inner.c.area_id == village.c.id)
        .outerjoin(district, district.c.id == village.c.parent_id)
    )


def _dated(day: date) -> ColumnElement[bool]:
    """What is only planned by its stage, but has a day of installation or acceptance that has come, stands."""
    return or_(func.coalesce(Point.installed_on <= day, False), func.coalesce(Point.accepted_on <= day, False))


def _runs(session: Session, city: City, day: date, now: int, current: Subquery) -> ColumnElement[bool]:
    """In service, and an access point answered there within the last day; `current` is point_now, joined to Point."""
    serves = or_(Point.lifecycle.in_(IN_SERVICE), and_(Point.lifecycle.in_(PRE_BUILT), _dated(day)))
    moved = [point for point, at in answers_elsewhere(session, city, now - DAY_S) if at > now - DAY_S]
    return and_(serves, or_(current.c.answered > now - DAY_S, Point.id.in_(moved)))


def running_of_funds(session: Session, city: City, now: int, funds: Collection[str]) -> list[tuple[str, str]]:
    """Fund and code of each of their points that runs today, in order of the codes."""
    current = point_now(session, city.id, now, dated=False)
    query = select(Fund.name, Point.code).join(Fund, Point.fund_id == Fund.id)
    query = query.outerjoin(current, current.c.point_id == Point.id)
    runs = _runs(session, city, day_of(city.time_zone, now), now, current)
    where = (Point.city_id == city.id, Fund.name.in_(funds), runs)
    return [(name, code) for name, code in session.execute(query.where(*where).order_by(Point.code))]


def _counts(rows: Sequence[Row[Any]]) -> Counts:
    def sums(name: str) -> int:
        return sum(int(getattr(row, name) or 0) for row in rows)

    by_status = {word: sum(row.n for row in rows if row.status == word) for word in STATUSES}
    read = [int(row.clients) for row in rows if row.clients is not None]
    return Counts(
        total=sums("n"),
        **by_status,
        access_points=sums("total"),
        access_points_up=sums("up"),
        access_points_down=sums("down"),
        access_points_monitoring_broken=sums("broken"),
        clients=sum(read) if read else None,
        clients_known=sums("clients_known"),
    )


def _districts(session: Session, city: City, rows: Sequence[Row[Any]]) -> list[AreaProgress]:
    """Every kecamatan in order of the codes, also one without points."""
    districts = select(Area.code, Area.name).where(Area.city_id == city.id, Area.level == "district")
    inside: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        inside[row.district_code].append(row)
    return [
        AreaProgress(
            code,
            name,
            installed=sum(row.installed for row in inside[code]),
            running=sum(row.running for row in inside[code]),
            planned=sum(row.planned for row in inside[code]),
            down=sum(row.n for row in inside[code] if row.status == "down"),
        )
        for code, name in session.execute(districts.order_by(Area.code))
    ]


@dataclass(frozen=True, slots=True)
class Course:
    """The city's target and by how much its points grew in each month; neither changes but by people."""

    line: GoalLine | None
    grown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """The target in force with the running points' distance to its line, and the forecast; empty without a target."""

    goal: GoalLine | None
    ahead: int | None
    forecast: Forecast | None


def aim(session: Session, city: City, seen: Glance) -> Aim:
    course = kept_course(session, city, seen.day)
    line = course.line
    if line is None:
        return Aim(None, None, None)
    chance = forecast(course.grown, seen.installed, line.end, seen.day, line.to_on, 0)
    return Aim(line, ahead(line, seen.day, seen.running), chance)


KEPT: dict[tuple[object, int], tuple[object, Course]] = {}  # by database and city: the lives of all points take long
MOST_KEPT = 64  # cities


def kept_course(session: Session, city: City, day: date) -> Course:
    """Worked out anew when the day ends or somebody changed a point, a step or a target."""
    where, version = (session.get_bind().engine.url, city.id), _version(session, city, day)
    kept = KEPT.get(where)
    if kept is None or kept[0] != version:
        everyone = lives_of(session, city)
        lines = [goal.line for goal in goals_of(session, city, everyone, day) if goal.counts and goal.scope == CITY]
        if len(KEPT) >= MOST_KEPT:
            KEPT.clear()
        course = Course(in_force(lines, day), grown((life for _, life in everyone), day))
        kept = KEPT[where] = (version, course)
    return kept[1]


def _version(session: Session, city: City, day: date) -> tuple[object, ...]:
    own = Point.city_id == city.id
    steps = select(func.count(), func.max(LifecycleChange.id), func.sum(LifecycleChange.withdrawn_at))
    points = select(func.count(), func.max(Point.id), func.sum(Point.version)).where(own)
    goals = select(func.count(), func.max(Goal.id), func.sum(Goal.withdrawn_at)).where(Goal.city_id == city.id)
    return (day, *(tuple(session.execute(query).one()) for query in (steps, points, goals)))
