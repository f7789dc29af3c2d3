"""Of what a figure is asked: an access point, a point, an area, a fund, a provider, the city; and its members."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hotspot.analytics.stays import FOREVER, Presence, joined
from hotspot.store.models import AccessPoint, Area, City, Fund, PastPlacement, Point, Provider, Site
from hotspot.store.placements import anything_moved

NONE = "-"  # the points that have no fund or no provider
OWN = "access_point"  # the kind of a device that is no controller


@dataclass(frozen=True, slots=True)
class Scope:
    """Empty fields don't narrow; none at all is the city. `area` is the code of a district or village."""

    access_point: str = ""
    point: str = ""
    area: str = ""
    fund: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """What `key` names, with its access points while they belonged to it."""

    key: str
    name: str
    presences: tuple[Presence, ...]


village, district = aliased(Area, name="village"), aliased(Area, name="district")
NAMES: Mapping[str, tuple[type[Any], InstrumentedAttribute[Any]]] = {
    "access_point": (AccessPoint, AccessPoint.name),
    "point": (Point, Point.code),
    "area": (Area, Area.code),
    "fund": (Fund, Fund.name),
    "provider": (Provider, Provider.name),
}
GROUPS: Mapping[str, tuple[ColumnElement[Any], ColumnElement[Any]]] = {  # key and name of a member
    "access_point": (AccessPoint.name.expression, AccessPoint.name.expression),
    "point": (Point.code.expression, Point.name.expression),
    "village": (func.coalesce(village.code, NONE), func.coalesce(village.name, NONE)),
    "district": (
        func.coalesce(district.code, village.code, NONE),
        func.coalesce(district.name, village.name, NONE),
    ),
    "fund": (func.coalesce(Fund.name, NONE), func.coalesce(Fund.name, NONE)),
    "provider": (func.coalesce(Provider.name, NONE), func.coalesce(Provider.name, NONE)),
}


def unknown_name(session: Session, city: City, scope: Scope) -> str | None:
    """The field of the scope that names what the city does not have."""
    for one in fields(scope):
        name = getattr(scope, one.name)
        model, column = NAMES[one.name]
        if not name or (name == NONE and model in (Fund, Provider)):
            continue
        if session.scalar(select(model.id).where(model.city_id == city.id, column == name)) is None:
            return one.name
    return None


def devices(session: Session, city: City, scope: Scope, a: int, b: int) -> list[Presence]:
    """Its access points while they belonged to it, as far as that touches the window [a, b).

    Those at no point, and controllers, only where they are named.
    """
    here = (AccessPoint.id, AccessPoint.placed_since)
    found = [Presence(*row) for row in session.execute(chosen(city, scope, from_points=False).with_only_columns(*here))]
    if not anything_moved(session, a):
        return found
    there = (PastPlacement.ap_id, PastPlacement.since, PastPlacement.until)
    query = chosen(city, scope, from_points=False, past=True).with_only_columns(*there)
    found += [Presence(*row) for row in session.execute(query)]
    return [one for one in found if one.touches(a, b)]


def members(session: Session, city: City, scope: Scope, by: str, a: int, b: int) -> list[Member]:
    """The scope in parts, each named by a key of GROUPS; points without an access point count as members, too."""
    key, name = GROUPS[by]
    from_points = by != "access_point" and not scope.access_point
    here = (AccessPoint.id, AccessPoint.placed_since, literal(FOREVER), key, name)
    rows = [*session.execute(chosen(city, scope, from_points=from_points).with_only_columns(*here).order_by(key))]
    if anything_moved(session, a):
        there = (PastPlacement.ap_id, PastPlacement.since, PastPlacement.until, key, name)
        rows += session.execute(chosen(city, scope, from_points=False, past=True).with_only_columns(*there))
        rows.sort(key=lambda row: row[3] or NONE)
    found: dict[str, tuple[str, list[Presence]]] = {}
    for ap_id, since, until, its_key, its_name in rows:
        presence = None if ap_id is None else Presence(ap_id, since, until)
        if presence and not presence.touches(a, b) and not from_points:
            continue
        _, presences = found.setdefault(its_key or NONE, (its_name or NONE, []))
        if presence and presence.touches(a, b):
            presences.append(presence)
    return [Member(key_, name_, tuple(joined(presences))) for key_, (name_, presences) in found.items()]


def chosen(city: City, scope: Scope, *, from_points: bool, past: bool = False) -> Select[Any]:
    """Access points with their places, or places with or without access points; ordered by nothing.

    The places are those of now, or with `past` those where access points stood before.
    """
    query, point_id = select(literal(1)), PastPlacement.point_id if past else AccessPoint.point_id
    if from_points:
        devices = and_(AccessPoint.point_id == Point.id, AccessPoint.kind == OWN)
        query = query.select_from(Point).outerjoin(AccessPoint, devices).where(Point.city_id == city.id)
    else:
        query = query.select_from(AccessPoint)
        query = query.join(PastPlacement, PastPlacement.ap_id == AccessPoint.id) if past else query
        query = query.outerjoin(Point, point_id == Point.id).where(AccessPoint.city_id == city.id)
        if not scope.access_point:
            query = query.where(AccessPoint.kind == OWN, point_id.is_not(None))
    query = (
        query.outerjoin(Site, Point.site_id == Site.id)
        .outerjoin(village, Site.area_id == village.id)
        .outerjoin(district, village.parent_id == district.id)
        .outerjoin(Fund, Point.fund_id == Fund.id)
        .outerjoin(Provider, Point.provider_id == Provider.id)
    )
    equal = {
        AccessPoint.name: scope.access_point,
        Point.code: scope.point,
        func.coalesce(Fund.name, NONE): scope.fund,
        func.coalesce(Provider.name, NONE): scope.provider,
    }
    query = query.where(*(column == value for column, value in equal.items() if value))
    if scope.area:
        query = query.where(or_(village.code == scope.area, district.code == scope.area))
    return query
