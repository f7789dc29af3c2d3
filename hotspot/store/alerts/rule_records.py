"""What rules read of the records, for now and for the past alike: days of use, gaps, last days, hours of traffic."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.analytics.rule_scope import Place
from hotspot.analytics.rule_values import UseDay
from hotspot.store.models import (
    AccessPoint,
    Agreement,
    Area,
    AreaHour,
    City,
    Contract,
    DeviceEvent,
    Point,
    Provider,
    RollupDay,
    Site,
    StatusSpan,
)


class Corner(NamedTuple):
    """The points of a kelurahan and a provider: how many there are, with how many access points."""

    place: Place
    area: str
    provider: str
    points: int
    access_points: int


class Ending(NamedTuple):
    key: str
    label: str
    provider_id: int | None
    last_day: date


class Gap(NamedTuple):
    start: int
    end: int


def octets() -> ColumnElement[int | None]:
    return AreaHour.rx_bytes + AreaHour.tx_bytes


def seen(city: City) -> tuple[ColumnElement[bool], ...]:
    """Hours of kelurahan whose traffic was read, and in which they were up for most of the time."""
    return (
        AreaHour.city_id == city.id,
        octets().is_not(None),
        AreaHour.up_s > AreaHour.down_s + AreaHour.unknown_s + AreaHour.maintenance_s,
    )


def corners(session: Session, city: City) -> list[Corner]:
    query = (
        select(Area.code, Point.provider_id, Area.name, func.coalesce(Provider.name, ""))
        .add_columns(func.count(Point.id.distinct()), func.count())
        .select_from(AccessPoint)
        .join(Point, Point.id == AccessPoint.point_id)
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .where(AccessPoint.city_id == city.id, Point.lifecycle.in_(IN_SERVICE))
        .group_by(Area.code, Point.provider_id, Area.name, Provider.name)
    )
    return [Corner(Place(code, id_), *rest) for code, id_, *rest in session.execute(query)]


def use_by_day(session: Session, city: City, first: int, today: int) -> list[tuple[int, str, Place, list[UseDay]]]:
    """Points in service with the days from `first` to `today`, in order of time; today counts only if it was used."""
    query = (
        select(AccessPoint.point_id, RollupDay.t)
        .add_columns(func.sum(RollupDay.up_s), func.sum(RollupDay.clients_n), func.max(RollupDay.clients_max))
        .join(RollupDay, RollupDay.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city.id, AccessPoint.point_id.is_not(None))
        .where(RollupDay.t >= first, RollupDay.t >= AccessPoint.placed_since)
        .group_by(AccessPoint.point_id, RollupDay.t)
        .order_by(AccessPoint.point_id, RollupDay.t)
    )
    found: dict[int, list[UseDay]] = defaultdict(list)
    for id_, t, up_s, read, most in session.execute(query):
        found[id_].append(UseDay(t, up_s > 0, int(read) if t < today else 0, most))
    return [(id_, name, place, found[id_]) for id_, name, place in points_in_service(session, city) if id_ in found]


def points_in_service(session: Session, city: City) -> list[tuple[int, str, Place]]:
    query = select(Point.id, Point.name, Area.code, Point.provider_id).join(Site, Site.id == Point.site_id)
    query = query.join(Area, Area.id == Site.area_id)
    rows = session.execute(query.where(Point.city_id == city.id, Point.lifecycle.in_(IN_SERVICE)).order_by(Point.id))
    return [(id_, name, Place(code, provider)) for id_, name, code, provider in rows]


CERTIFICATE = "certificate"  # the kind of the event, whose detail is host and instant


def certificate_of(session: Session, city: City) -> tuple[str, datetime] | None:
    """Host and last second of the certificate of the pages, as it was read last."""
    query = select(DeviceEvent.detail).where(
        DeviceEvent.city_id == city.id, DeviceEvent.ap_id.is_(None), DeviceEvent.kind == CERTIFICATE
    )
    detail = session.scalar(query.order_by(DeviceEvent.at.desc(), DeviceEvent.id.desc()).limit(1))
    if detail is None:
        return None
    host, _, ends = detail.partition(" ")
    return host, datetime.fromisoformat(ends)


def endings(session: Session, city: City, since: date) -> list[Ending]:
    """Contracts and agreements whose last day is not before `since`, and the certificate, over or not."""
    contracts = select(Contract.id, Contract.number, Contract.provider_id, Contract.ends_on)
    agreements = select(Agreement.id, Agreement.number, Agreement.ends_on)
    found = [
        Ending(f"contract:{id_}", number, provider_id, ends_on)
        for id_, number, provider_id, ends_on in session.execute(
            contracts.where(Contract.city_id == city.id, Contract.ends_on >= since)
        )
    ]
    if shown := certificate_of(session, city):
        host, ends = shown
        found.append(Ending(f"certificate:{host}", host, None, day_of(city.time_zone, int(ends.timestamp()))))
    return found + [
        Ending(f"agreement:{id_}", number, None, ends_on)
        for id_, number, ends_on in session.execute(
            agreements.where(Agreement.city_id == city.id, Agreement.ends_on >= since)
        )
    ]


def point_places(session: Session, point_ids: Sequence[int]) -> Mapping[int, Place]:
    query = select(Point.id, Area.code, Point.provider_id).join(Site, Site.id == Point.site_id)
    query = query.join(Area, Area.id == Site.area_id).where(Point.id.in_(point_ids))
    return {id_: Place(code, provider) for id_, code, provider in (session.execute(query) if point_ids else ())}


def gaps(session: Session, city: City, a: int, b: int) -> list[Gap]:
    """The times that began in [a, b) and in which the collector did not look, in order."""
    query = (
        select(DeviceEvent.at, DeviceEvent.detail)
        .where(DeviceEvent.city_id == city.id, DeviceEvent.ap_id.is_(None), DeviceEvent.kind == "collector_gap")
        .where(DeviceEvent.at >= a, DeviceEvent.at < b)
        .order_by(DeviceEvent.at)
    )
    return [Gap(at, at + int(detail.split()[0])) for at, detail in session.execute(query)]


def oldest_span(session: Session, city: City) -> int | None:
    """Since when anything is on record."""
    return session.scalar(select(func.min(StatusSpan.start)).where(StatusSpan.city_id == city.id))
