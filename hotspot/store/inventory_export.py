"""The inventory as the table an import reads, without any secret."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hotspot.spreadsheet import Cell
from hotspot.store.models import AccessPoint, Area, City, Fund, Point, Provider, Site

COLUMNS = (
    "point_code",
    "point_name",
    "site_name",
    "venue_kind",
    "area_code",
    "area_name",
    "address",
    "latitude",
    "longitude",
    "lifecycle",
    "installed_on",
    "accepted_on",
    "fund",
    "provider",
    "auth_mode",
    "ap_name",
    "ap_address",
    "ap_port",
    "snmp_version",
    "snmp_community",
    "profile",
    "kind",
    "controller",
)


Cells = tuple[Cell, ...]


def export_columns(city: City) -> tuple[str, ...]:
    return (*COLUMNS, "demonstration") if city.demonstration else COLUMNS


def export_rows(session: Session, city: City) -> Iterator[Cells]:
    """A row an access point, or a point without one, by code and name, then what is at no point, controllers first.

    Communities are never given out.
    """
    marker = ("demonstration data",) if city.demonstration else ()
    at_points = (
        select(*OF_POINT, *OF_DEVICE)
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .outerjoin(Fund, Fund.id == Point.fund_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .outerjoin(AccessPoint, AccessPoint.point_id == Point.id)
        .outerjoin(through, through.id == AccessPoint.controller_id)
        .where(Point.city_id == city.id)
        .order_by(Point.code, AccessPoint.name)
    )
    elsewhere = (
        select(*OF_DEVICE)
        .outerjoin(through, through.id == AccessPoint.controller_id)
        .where(AccessPoint.city_id == city.id, AccessPoint.point_id.is_(None))
        .order_by(AccessPoint.kind.desc(), AccessPoint.name)
    )
    row: Sequence[Any]
    for row in session.execute(at_points):
        yield (*row[: len(OF_POINT)], *device(*row[len(OF_POINT) :]), *marker)
    for row in session.execute(elsewhere):
        yield (*[None] * len(OF_POINT), *device(*row), *marker)


through = aliased(AccessPoint)
OF_POINT = (
    Point.code,
    Point.name,
    Site.name,
    Site.venue_kind,
    Area.code,
    Area.name,
    Site.address,
    Site.latitude,
    Site.longitude,
    Point.lifecycle,
    Point.installed_on,
    Point.accepted_on,
    Fund.name,
    Provider.name,
    Point.auth_mode,
)
OF_DEVICE = (
    AccessPoint.name,
    AccessPoint.address,
    AccessPoint.port,
    AccessPoint.snmp_version,
    AccessPoint.profile,
    AccessPoint.kind,
    through.name,
)


def device(name: Cell, address: Cell, port: Cell, version: Cell, profile: Cell, kind: Cell, controller: Cell) -> Cells:
    """In the order of COLUMNS; how one is asked that is followed through a controller means nothing."""
    asked = (address, None, None) if controller else (address, port, version)
    return (name, *asked, None, profile, kind, controller)
