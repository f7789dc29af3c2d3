"""What is down now and what each device that is down shares with others: the facts that incidents are made of."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.incident_course import Doing
from hotspot.analytics.incident_groups import Group, Outage, SizeOf
from hotspot.analytics.incidents import Silent
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.analytics.outages import EXCUSES
from hotspot.analytics.rule_scope import Place
from hotspot.analytics.upstreams import all_above, branch
from hotspot.store.bulk import slices
from hotspot.store.city import STALE_INTERVALS
from hotspot.store.models import AccessPoint, ApState, Area, City, Dependency, Point, Site, State, StatusSpan, Upstream

TOGETHER = 500
CITY = Group("city", "")
DISTRICT = aliased(Area)


def watched() -> ColumnElement[bool]:
    """Of an access point and its point: it is asked, and expected to answer."""
    is_controller = and_(AccessPoint.kind == "controller", AccessPoint.point_id.is_(None))
    return and_(AccessPoint.polling, or_(Point.lifecycle.in_(IN_SERVICE), is_controller))


def is_open(city: City) -> tuple[ColumnElement[bool], ...]:
    """The outages of the city that go on: a stretch of an index, however many there were."""
    return StatusSpan.city_id == city.id, StatusSpan.state == int(State.DOWN), StatusSpan.end.is_(None)


def silent_now(session: Session, city: City, now: int, in_maintenance: Collection[int]) -> dict[int, Silent]:
    """By id the watched devices that are down and were asked lately; one that never answered is not there yet."""
    lately = ApState.last_poll >= now - STALE_INTERVALS * ApState.interval_s
    query = (
        placed(
            StatusSpan.ap_id, StatusSpan.start, StatusSpan.start_err, AccessPoint.name, AccessPoint.kind,
            AccessPoint.point_id, AccessPoint.controller_id, Point.provider_id, ApState.interval_s,
            Area.code.label("area"), DISTRICT.code.label("district"),
        )
        .join(StatusSpan, StatusSpan.ap_id == AccessPoint.id)
        .join(ApState, ApState.ap_id == AccessPoint.id)
        .where(*is_open(city), watched(), lately, ApState.last_ok.is_not(None))
        .order_by(StatusSpan.ap_id)
    )  # fmt: skip
    rows = session.execute(query).all()
    above = hangs_on(session, city) if rows else {}
    return {row.ap_id: silent(row, above.get(row.ap_id, ()), row.ap_id in in_maintenance) for row in rows}


def placed(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Of each access point, with its point and areas where it has them."""
    query = select(*columns).select_from(AccessPoint).outerjoin(Point, Point.id == AccessPoint.point_id)
    query = query.outerjoin(Site, Site.id == Point.site_id).outerjoin(Area, Area.id == Site.area_id)
    return query.outerjoin(DISTRICT, DISTRICT.id == Area.parent_id)


def silent(row: Any, above: Sequence[int], in_maintenance: bool) -> Silent:
    is_controller = row.kind == "controller"
    home = Group("controller", str(row.ap_id)) if is_controller else Group("point", str(row.point_id))
    named = {
        "controller": row.controller_id, "area": row.area, "district": row.district, "provider": row.provider_id,
    }  # fmt: skip
    shared = [Group(name, str(key)) for name, key in named.items() if key is not None]
    groups = (home, *(Group("upstream", str(one)) for one in above), *shared, CITY)
    outage = Outage(row.ap_id, row.start, row.start_err, home, groups)
    place = Place(row.area or "", row.provider_id)
    return Silent(outage, row.name, row.point_id, place, row.interval_s, in_maintenance)


def hangs_on(session: Session, city: City) -> Mapping[int, tuple[int, ...]]:
    """By access point that is down the upstreams above it, the nearest first."""
    direct = (
        select(Dependency.ap_id, Dependency.upstream_id)
        .join(StatusSpan, StatusSpan.ap_id == Dependency.ap_id)
        .where(*is_open(city))
    )
    return all_above(parents(session, city), ((ap_id, upstream) for ap_id, upstream in session.execute(direct)))


def parents(session: Session, city: City) -> dict[int, int | None]:
    rows = session.execute(select(Upstream.id, Upstream.parent_id).where(Upstream.city_id == city.id))
    return {row.id: row.parent_id for row in rows}


def sizes(session: Session, city: City) -> SizeOf:
    """Counts the watched devices of groups, each once."""
    known: dict[Group, tuple[int, int]] = {}
    tree = parents(session, city)

    def size_of(group: Group, most: int) -> int:
        counted, up_to = known.get(group, (0, 0))
        if counted >= up_to < most:
            found = members_of(city, group, tree).limit(most).subquery()
            counted = session.scalar(select(func.count()).select_from(found)) or 0
            known[group] = counted, most
        return min(counted, most)

    return size_of


def members_of(city: City, group: Group, tree: Mapping[int, int | None]) -> Select[int]:
    """The ids of the watched devices of a group; what hangs on an upstream of its own hangs on it, too."""
    query = select(AccessPoint.id).outerjoin(Point, Point.id == AccessPoint.point_id)
    query = query.where(AccessPoint.city_id == city.id, watched())
    match group.shared:
        case "point":
            return query.where(AccessPoint.point_id == int(group.key))
        case "controller":
            return query.where(AccessPoint.controller_id == int(group.key))
        case "upstream":
            below = select(Dependency.ap_id).where(Dependency.upstream_id.in_(branch(tree, int(group.key))))
            return query.where(AccessPoint.id.in_(below))
        case "provider":
            return query.where(Point.provider_id == int(group.key))
        case "area":
            return (
                query.join(Site, Site.id == Point.site_id)
                .join(Area, Area.id == Site.area_id)
                .where(Area.code == group.key)
            )
        case "district":
            placed = query.join(Site, Site.id == Point.site_id).join(Area, Area.id == Site.area_id)
            return placed.join(DISTRICT, DISTRICT.id == Area.parent_id).where(DISTRICT.code == group.key)
    return query


def oldest_answers(session: Session, city: City, now: int) -> dict[int, int]:
    """By poll interval the oldest last answer of a device that may be down and is not known to be: of those that are
    asked, all that are not down, and are not silent with an excuse."""
    known = or_(ApState.state == int(State.DOWN), ApState.cause.in_(EXCUSES))
    lately = ApState.last_poll >= now - STALE_INTERVALS * ApState.interval_s
    query = select(ApState.interval_s, func.min(ApState.last_ok)).where(ApState.city_id == city.id, lately, ~known)
    rows = session.execute(query.group_by(ApState.interval_s))
    return {interval_s: answer for interval_s, answer in rows if answer is not None}


def doings(session: Session, ap_ids: Sequence[int]) -> dict[int, Doing]:
    """What these do now; those that were never asked are left out."""
    before = aliased(StatusSpan)
    seen = and_(
        before.ap_id == ApState.ap_id, before.end == ApState.since, before.start < ApState.since,
        before.state == int(State.UP),
    )  # fmt: skip
    query = (
        placed(ApState.ap_id, ApState.state, ApState.since, ApState.last_ok, ApState.cause)
        .add_columns(before.start.label("up_from"), watched().label("watched"))
        .join(ApState, ApState.ap_id == AccessPoint.id)
        .outerjoin(before, seen)
    )
    found = {}
    for some in slices(ap_ids, TOGETHER):
        for row in session.execute(query.where(AccessPoint.id.in_(some))):
            found[row.ap_id] = Doing(row.state, row.since, row.last_ok, row.cause, row.up_from, bool(row.watched))
    return found
