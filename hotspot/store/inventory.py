"""Writes an import into the inventory: planned and applied in one write transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from hotspot import secrets
from hotspot.analytics.import_plan import Plan, make_plan
from hotspot.analytics.import_row import Row
from hotspot.analytics.inventory_facts import ApFacts, PointFacts, SiteFacts, SiteKey
from hotspot.store.areas import area_ids
from hotspot.store.audit import note
from hotspot.store.inventory_facts import load, where
from hotspot.store.lifecycle import follow_inventory, lives
from hotspot.store.models import AccessPoint, Area, City, Fund, Point, Provider, Site
from hotspot.store.stays import move_today


def plan_import(
    session: Session,
    key: bytes,
    city: City,
    rows: Sequence[Row],
    today: date,
    bounds: frozenset[str] = frozenset(),
) -> Plan:
    """What importing `rows` would do within these areas; `today` is the city's. Nothing is written."""
    codes = {point_id: code for code, point_id in point_ids(session, city.id).items()}
    known = {codes[point_id]: life for point_id, life in lives(session, codes, today).items()}
    inventory = replace(load(session, key, city.id), lives=known)
    return make_plan(rows, inventory, today, demonstration=city.demonstration, bounds=bounds)


def apply_import(session: Session, key: bytes, city: City, plan: Plan, actor: str, now: int) -> None:
    """Writes a plan made in the same write transaction; all of it or, on an error, nothing."""
    funds = names_to_ids(session, Fund, city.id, [point.fund for point in plan.points.values()])
    providers = names_to_ids(session, Provider, city.id, [point.provider for point in plan.points.values()])
    sites = write_sites(session, city.id, plan.sites)
    points = write_points(session, city.id, plan.points, sites, funds, providers)
    follow_inventory(session, city, {points[code]: life for code, life in plan.lives.items()}, now=now, actor=actor)
    move_placed(session, city, plan.access_points, points, now)
    write_aps(session, key, city.id, plan.access_points, points)
    remove_empty(session, city.id)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in plan.counts.items())
    note(session, now, actor, "import", "inventory", counts)


def names_to_ids(
    session: Session, table: type[Fund] | type[Provider], city_id: int, names: Iterable[str]
) -> dict[str, int | None]:
    """Ids of funds or providers by name, made where they are new; no name has no id."""
    rows = session.execute(select(table.name, table.id).where(table.city_id == city_id))
    ids: dict[str, int | None] = {"": None} | {row.name: row.id for row in rows}
    missing = [table(city_id=city_id, name=name) for name in dict.fromkeys(names) if name not in ids]
    session.add_all(missing)
    session.flush()
    return ids | {row.name: row.id for row in missing}


def write_sites(session: Session, city_id: int, sites: Mapping[SiteKey, SiteFacts]) -> dict[SiteKey, int]:
    """Writes the new and the changed; returns the ids of all sites of the city."""
    areas = area_ids(session, city_id)
    ids = site_ids(session, city_id)
    facts = {
        key: {
            "venue_kind": one.venue_kind,
            "address": one.address,
            "latitude": one.latitude,
            "longitude": one.longitude,
        }
        for key, one in sites.items()
    }
    write(
        session,
        Site,
        [
            {"city_id": city_id, "area_id": areas[key[0]], "name": key[1], **values}
            for key, values in facts.items()
            if key not in ids
        ],
        [{"id": ids[key], **values} for key, values in facts.items() if key in ids],
    )
    return site_ids(session, city_id)


def site_ids(session: Session, city_id: int) -> dict[SiteKey, int]:
    rows = session.execute(
        select(Area.code, Site.name, Site.id).join(Area, Area.id == Site.area_id).where(Site.city_id == city_id)
    )
    return {(code, name): site_id for code, name, site_id in rows}


def write_points(
    session: Session,
    city_id: int,
    points: Mapping[str, PointFacts],
    sites: Mapping[SiteKey, int],
    funds: Mapping[str, int | None],
    providers: Mapping[str, int | None],
) -> dict[str, int]:
    """Writes the new and the changed; returns the ids of all points of the city."""
    ids = point_ids(session, city_id)
    values = {
        code: {
            "site_id": sites[point.site],
            "fund_id": funds[point.fund],
            "provider_id": providers[point.provider],
            "name": point.point_name,
            "lifecycle": point.lifecycle,
            "auth_mode": point.auth_mode,
            "installed_on": point.installed_on,
            "accepted_on": point.accepted_on,
        }
        for code, point in points.items()
    }
    write(
        session,
        Point,
        [{"city_id": city_id, "code": code, **row} for code, row in values.items() if code not in ids],
        [{"id": ids[code], **row} for code, row in values.items() if code in ids],
    )
    return point_ids(session, city_id)


def point_ids(session: Session, city_id: int) -> dict[str, int]:
    rows = session.execute(select(Point.code, Point.id).where(Point.city_id == city_id))
    return {row.code: row.id for row in rows}


def move_placed(session: Session, city: City, aps: Mapping[str, ApFacts], points: Mapping[str, int], now: int) -> None:
    """Those that the import gives to another point stand there from today on."""
    wanted = {name: points[ap.point_code] if ap.point_code else None for name, ap in aps.items()}
    known = select(AccessPoint.id, AccessPoint.name, AccessPoint.point_id).where(AccessPoint.city_id == city.id)
    elsewhere = [row for row in session.execute(known) if wanted.get(row.name, row.point_id) != row.point_id]
    move_today(session, city, {row.id: wanted[row.name] for row in elsewhere}, now)


def write_aps(
    session: Session, key: bytes, city_id: int, aps: Mapping[str, ApFacts], points: Mapping[str, int]
) -> None:
    stored = known_aps(session, city_id)
    values = {name: ap_values(key, city_id, name, ap, points) for name, ap in aps.items()}
    for name, ap in aps.items():
        if not ap.secret and name in stored and ap.snmp_version == stored[name].snmp_version:
            del values[name]["credential"]  # written with a key that is not here; it may come back
    leaving = [
        stored[name].id
        for name, ap in aps.items()
        if name in stored and (ap.address, ap.port) != (stored[name].address or "", stored[name].port)
    ]
    if leaving:  # two access points may swap their addresses, which the unique index would refuse halfway
        session.execute(update(AccessPoint), [{"id": ap_id, "address": f"leaving {ap_id}"} for ap_id in leaving])
    write(
        session,
        AccessPoint,
        [
            {"city_id": city_id, "name": name, "polling": True, **row}
            for name, row in values.items()
            if name not in stored
        ],
        [{"id": stored[name].id, **row} for name, row in values.items() if name in stored],
    )
    follow(session, city_id, aps)


def known_aps(session: Session, city_id: int) -> dict[str, Any]:
    """By name what a change may depend on."""
    through = aliased(AccessPoint)
    query = select(
        AccessPoint.name,
        AccessPoint.id,
        AccessPoint.address,
        AccessPoint.port,
        AccessPoint.snmp_version,
        func.coalesce(through.name, "").label("controller"),
    ).outerjoin(through, through.id == AccessPoint.controller_id)
    return {row.name: row for row in session.execute(query.where(AccessPoint.city_id == city_id))}


def follow(session: Session, city_id: int, aps: Mapping[str, ApFacts]) -> None:
    """Through another controller; by which key that knows them is told by its next poll."""
    stored = known_aps(session, city_id)
    changed = [
        {
            "id": stored[name].id,
            "controller_id": stored[ap.controller].id if ap.controller else None,
            "controller_key": None,
        }
        for name, ap in aps.items()
        if ap.controller != stored[name].controller
    ]
    if changed:
        session.execute(update(AccessPoint), changed)


def ap_values(key: bytes, city_id: int, name: str, ap: ApFacts, points: Mapping[str, int]) -> dict[str, Any]:
    sealed = secrets.seal(key, json.dumps(dict(ap.secret)), where(city_id, name)) if ap.secret else None
    return {
        "point_id": points[ap.point_code] if ap.point_code else None,
        "kind": ap.kind,
        "address": ap.address or None,
        "port": ap.port,
        "snmp_version": ap.snmp_version,
        "profile": ap.profile or None,
        "credential": sealed,
    }


def write(
    session: Session,
    table: type[Site] | type[Point] | type[AccessPoint],
    new: Sequence[Mapping[str, Any]],
    changed: Sequence[Mapping[str, Any]],
) -> None:
    if new:
        session.execute(insert(table), new)
    if changed:
        session.execute(update(table), changed)


def remove_empty(session: Session, city_id: int) -> None:
    """Sites that a renaming or a move has left without a point."""
    session.execute(
        delete(Site).where(Site.city_id == city_id, ~select(Point.id).where(Point.site_id == Site.id).exists())
    )
