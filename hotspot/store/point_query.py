"""Which points a table lists and in which order, as SQL that joins and computes no more than is asked for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.calendar import day_of
from hotspot.analytics.inventory import LIFECYCLE, OPEN_MODES, VENUE_KINDS
from hotspot.store.find import Search, escaped, folds
from hotspot.store.four_counts import ids_in
from hotspot.store.models import AccessPoint, Area, City, Fund, Point, Provider, Site
from hotspot.store.standing import point_now, quick_status

Rows = Select[*tuple[Any, ...]]
NONE = "-"  # in a filter by fund or provider: the points that have none
NOT_OPEN = "not_open"  # in a filter by auth mode: the points that break the promise of access without a password


@dataclass(frozen=True, slots=True)
class PointFilter:
    """Which points; empty fields don't filter. `area` is a code, `fund` and `provider` are names or NONE.
    `auth` is a mode or NOT_OPEN.

    `count` is one of analytics.rollout.COUNTS and lists exactly the points behind that number on the day `on` (today).
    """

    q: str = ""
    status: tuple[str, ...] = ()
    area: str = ""
    venue: str = ""
    fund: str = ""
    provider: str = ""
    lifecycle: str = ""
    auth: str = ""
    count: str = ""
    on: date | None = None


class SortError(ValueError):
    """The name of a column that the table can't be sorted by."""


def rank(column: ColumnElement[str], words: Sequence[str]) -> ColumnElement[int]:
    """The order of the list, not of the alphabet."""
    return case({word: place for place, word in enumerate(words)}, value=column, else_=len(words))


SEVERITY = ("down", "degraded", "monitoring_broken", "unknown", "up", "planned", "out_of_service")
SORTS: dict[str, Callable[[FromClause, FromClause], ColumnElement[Any]]] = {
    "code": lambda p, _: p.c.code,
    "name": lambda p, _: func.lower(p.c.name),
    "venue": lambda p, _: rank(p.c.venue_kind, tuple(VENUE_KINDS)),
    "area": lambda p, _: p.c.area,
    "district": lambda p, _: p.c.district,
    "fund": lambda p, _: p.c.fund,
    "provider": lambda p, _: p.c.provider,
    "lifecycle": lambda p, _: rank(p.c.lifecycle, tuple(LIFECYCLE)),
    "installed_on": lambda p, _: p.c.installed_on,
    "status": lambda p, _: rank(p.c.status, SEVERITY),
    "access_points": lambda p, _: p.c.aps_total,
    "clients": lambda p, _: p.c.clients,
    "last_poll": lambda p, _: p.c.last_poll,
    "availability": lambda _, month: month.c.availability,
    "coverage": lambda _, month: month.c.coverage,
}
NEED_MONTH = frozenset({"availability", "coverage"})


village, district = aliased(Area, name="village"), aliased(Area, name="district")


def settled(city: City) -> Rows:
    """What does not change by itself of every point; columns are named as PointRow's fields."""
    return (
        select(
            Point.id,
            Point.code,
            Point.name,
            Site.name.label("site"),
            Site.venue_kind,
            Site.address,
            Site.latitude,
            Site.longitude,
            village.code.label("area_code"),
            village.name.label("area"),
            func.coalesce(district.code, village.code).label("district_code"),
            func.coalesce(district.name, village.name).label("district"),
            Fund.name.label("fund"),
            Provider.name.label("provider"),
            Point.lifecycle,
            Point.auth_mode,
            Point.installed_on,
            Point.accepted_on,
        )
        .join(Site, Point.site_id == Site.id)
        .join(village, Site.area_id == village.id)
        .outerjoin(district, village.parent_id == district.id)
        .outerjoin(Fund, Point.fund_id == Fund.id)
        .outerjoin(Provider, Point.provider_id == Provider.id)
        .where(Point.city_id == city.id)
    )


PLACED = {"area_code", "area", "district_code", "district"}
NOW = {"aps_total": "total", "clients": "clients", "last_poll": "last_poll"}  # the columns of point_now behind these
FILTERED: Mapping[str, Collection[str]] = {  # by the field of a filter, the columns that it looks at
    "q": ("code", "name", "site", "address", "area", "district"),
    "status": ("status",),
    "area": ("area_code", "district_code"),
    "venue": ("venue_kind",),
    "fund": ("fund",),
    "provider": ("provider",),
    "lifecycle": ("lifecycle",),
    "auth": ("auth_mode",),
}
SORTED = {"venue": "venue_kind", "access_points": "aps_total"}  # where the column has another name


def used_by(chosen: PointFilter) -> set[str]:
    return {column for name, columns in FILTERED.items() if getattr(chosen, name) for column in columns}


def sorted_by(sort: str) -> set[str]:
    """Raises SortError."""
    names = [name.removeprefix("-") for name in sort.split(",") if name]
    if unknown := [name for name in names if name not in SORTS]:
        raise SortError(unknown[0])
    return {SORTED.get(name, name) for name in names} - NEED_MONTH


def is_sort(sort: str) -> bool:
    """Whether a table can be sorted like that."""
    return all(name.removeprefix("-") in SORTS for name in sort.split(",") if name)


def narrow(session: Session, city: City, now: int, columns: AbstractSet[str]) -> Subquery:
    """Every point with these columns of PointRow alone: what nobody looks at is neither joined nor computed."""
    every = {column.key: column for column in settled(city).selected_columns}
    query = select(Point.id, *(every[name] for name in columns if name in every)).where(Point.city_id == city.id)
    if columns & {"site", "venue_kind", "address", *PLACED}:
        query = query.join(Site, Point.site_id == Site.id)
    if columns & PLACED:
        query = query.join(village, Site.area_id == village.id)
        query = query.outerjoin(district, village.parent_id == district.id)
    if "fund" in columns:
        query = query.outerjoin(Fund, Point.fund_id == Fund.id)
    if "provider" in columns:
        query = query.outerjoin(Provider, Point.provider_id == Provider.id)
    if "status" in columns:
        dark, word = quick_status(session, city.id, now)
        query = query.add_columns(word.label("status")).outerjoin(dark, dark.c.point_id == Point.id)
    if asked := NOW.keys() & columns:
        current = point_now(session, city.id, now, dated="last_poll" in asked).alias("current")  # beside the status's
        query = query.add_columns(
            *(
                func.coalesce(current.c[NOW[name]], 0).label(name)
                if name == "aps_total"
                else current.c[NOW[name]].label(name)
                for name in asked
            )
        )
        query = query.outerjoin(current, current.c.point_id == Point.id)
    return query.subquery("p")


def conditions(session: Session, city: City, p: FromClause, chosen: PointFilter, now: int) -> list[ColumnElement[bool]]:
    equal = {"venue_kind": chosen.venue, "lifecycle": chosen.lifecycle}
    equal["auth_mode"] = "" if chosen.auth == NOT_OPEN else chosen.auth
    where = [p.c[name] == value for name, value in equal.items() if value]
    where += [
        func.coalesce(p.c[name], NONE) == value for name in ("fund", "provider") if (value := getattr(chosen, name))
    ]
    if chosen.auth == NOT_OPEN:
        where.append(p.c.auth_mode.not_in(OPEN_MODES))
    if chosen.q:
        where.append(mentions(session, p, chosen.q))
    if chosen.status:
        where.append(p.c.status.in_(chosen.status))
    if chosen.area:
        where.append(or_(p.c.area_code == chosen.area, p.c.district_code == chosen.area))
    if chosen.count:
        day = chosen.on or day_of(city.time_zone, now)
        where.append(p.c.id.in_(ids_in(session, city, chosen.count, day, now)))
    return where


def mentions(session: Session, p: FromClause, words: str) -> ColumnElement[bool]:
    """In the point's names, address and areas, or in the name or address of one of its access points."""
    search, part = Search(words, folds(session)), escaped(words)
    named = or_(search.like(AccessPoint.name, f"%{part}%"), search.like(AccessPoint.address, f"{part}%"))
    texts = (p.c.code, p.c.name, p.c.site, p.c.address, p.c.area, p.c.district)
    found = (search.like(text, f"%{part}%") for text in texts)
    return or_(*found, p.c.id.in_(select(AccessPoint.point_id).where(named)))


def order(p: FromClause, month: FromClause, sort: str) -> list[ColumnElement[Any]]:
    """Empty values last either way; equal rows by code."""
    columns = []
    for name in filter(None, sort.split(",")):
        plain = name.removeprefix("-")
        if plain not in SORTS:
            raise SortError(plain)
        column = SORTS[plain](p, month)
        columns.append((column.asc() if plain == name else column.desc()).nulls_last())
    return [*columns, p.c.code]


def needs(sort: str, columns: Collection[str]) -> bool:
    return any(name.removeprefix("-") in columns for name in sort.split(","))
