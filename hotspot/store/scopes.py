"""Of what a figure is asked: an access point, a point, an area, a fund, a provider, the city; and its members."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hotspot.store.models import AccessPoint, Area, City, Fund, Point, Provider, Site

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
    """What `key` names, with the ids of its access points."""

    key: str
    name: str
    ap_ids: tuple[int, ...]


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


def devices(session: Session, city: City, scope: Scope) -> list[int]:
    """Its access points; those at no point, and controllers, only where they are named."""
    return list(session.scalars(chosen(city, scope, from_points=False).with_only_columns(AccessPoint.id)))


def members(session: Session, city: City, scope: Scope, by: str) -> list[Member]:
    """The scope in parts, each named by a key of GROUPS; points without an access point count as members, too."""
    key, name = GROUPS[by]
    query = chosen(city, scope, from_points=by != "access_point" and not scope.access_point)
    found: dict[str, tuple[str, list[int]]] = {}
    for ap_id, its_key, its_name in session.execute(query.with_only_columns(AccessPoint.id, key, name).order_by(key)):
        _, ids = found.setdefault(its_key or NONE, (its_name or NONE, []))
        if ap_id is not None:
            ids.append(ap_id)
    return [Member(key_, name_, tuple(ids)) for key_, (name_, ids) in found.items()]


def chosen(city: City, scope: Scope, *, from_points: bool) -> Select[Any]:
    """Access points with their places, or places with or without access points; ordered by nothing."""
    query = select(literal(1))
    if from_points:
        devices = and_(AccessPoint.point_id == Point.id, AccessPoint.kind == OWN)
        query = query.select_from(Point).outerjoin(AccessPoint, devices).where(Point.city_id == city.id)
    else:
        query = query.select_from(AccessPoint).outerjoin(Point, AccessPoint.point_id == Point.id)
        query = query.where(AccessPoint.city_id == city.id)
        if not scope.access_point:
            query = query.where(AccessPoint.kind == OWN, AccessPoint.point_id.is_not(None))
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
