"""The inventory as the table an import reads, without any secret."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

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
)


def export_columns(city: City) -> tuple[str, ...]:
    return (*COLUMNS, "demonstration") if city.demonstration else COLUMNS


def export_rows(session: Session, city: City) -> Iterator[tuple[Cell, ...]]:
    """A row an access point, or a point without one, by code and name; communities are never given out."""
    rows = session.execute(
        select(
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
            AccessPoint.name,
            AccessPoint.address,
            AccessPoint.port,
            AccessPoint.snmp_version,
            AccessPoint.profile,
        )
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .outerjoin(Fund, Fund.id == Point.fund_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .outerjoin(AccessPoint, AccessPoint.point_id == Point.id)
        .where(Point.city_id == city.id)
        .order_by(Point.code, AccessPoint.name)
    )
    marker = ("demonstration data",) if city.demonstration else ()
    for *cells, profile in rows:
        yield (*cells, None, profile, *marker)
