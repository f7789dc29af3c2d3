"""What the database holds of sites, points and access points, as an import compares it."""

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from hotspot import secrets
from hotspot.analytics.inventory_facts import ApFacts, Inventory, PointFacts, SiteFacts
from hotspot.store.areas import gazetteer
from hotspot.store.models import AccessPoint, Area, Fund, Point, Provider, Site


def load(session: Session, key: bytes, city_id: int) -> Inventory:
    sites = {
        (row.code, row.name): SiteFacts(row.venue_kind, row.address, row.latitude, row.longitude)
        for row in session.execute(
            select(Area.code, Site.name, Site.venue_kind, Site.address, Site.latitude, Site.longitude)
            .join(Area, Area.id == Site.area_id)
            .where(Site.city_id == city_id)
        )
    }
    return Inventory(gazetteer(session, city_id), sites, load_points(session, city_id), load_aps(session, key, city_id))


def load_points(session: Session, city_id: int) -> dict[str, PointFacts]:
    rows = session.execute(
        select(
            Point.code,
            Point.name,
            Area.code,
            Site.name,
            Point.lifecycle,
            Point.installed_on,
            Point.accepted_on,
            func.coalesce(Fund.name, ""),
            func.coalesce(Provider.name, ""),
            Point.auth_mode,
        )
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .outerjoin(Fund, Fund.id == Point.fund_id)
        .outerjoin(Provider, Provider.id == Point.provider_id)
        .where(Point.city_id == city_id)
        .order_by(Point.code)
    )
    return {code: PointFacts(*facts) for code, *facts in rows}


def load_aps(session: Session, key: bytes, city_id: int) -> dict[str, ApFacts]:
    through = aliased(AccessPoint)
    rows = session.execute(
        select(
            AccessPoint.name,
            func.coalesce(Point.code, ""),
            func.coalesce(AccessPoint.address, ""),
            AccessPoint.port,
            AccessPoint.snmp_version,
            func.coalesce(AccessPoint.profile, ""),
            AccessPoint.kind,
            func.coalesce(through.name, ""),
            AccessPoint.credential,
        )
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .outerjoin(through, through.id == AccessPoint.controller_id)
        .where(AccessPoint.city_id == city_id)
        .order_by(AccessPoint.name)
    )
    return {
        name: ApFacts(code, address, port, version, profile, kind, controller, opened(key, city_id, name, sealed))
        for name, code, address, port, version, profile, kind, controller, sealed in rows
    }


def where(city_id: int, ap_name: str) -> str:
    """What a stored credential is bound to."""
    return f"{city_id}/access_point/{ap_name}"


def opened(key: bytes, city_id: int, ap_name: str, sealed: bytes | None) -> dict[str, str]:
    """A credential that this key can't open is as good as none: the import may replace it."""
    if sealed is None:
        return {}
    try:
        words: dict[str, str] = json.loads(secrets.unseal(key, sealed, where(city_id, ap_name)))
    except secrets.SealError:
        return {}
    return words
