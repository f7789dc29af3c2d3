"""Another device takes the place of one at a point: the old one leaves with its history, the new one begins its own.

Both are told apart by their records: figures of the point follow the placements, those of a device its record.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot import secrets
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import N_, ap_values, cleaned, needed, reject
from hotspot.store.alerts.dependency_edit import move_hanging
from hotspot.store.audit import note
from hotspot.store.changes import Before, keep
from hotspot.store.inventory_facts import opened, where
from hotspot.store.models import AccessPoint, City
from hotspot.store.point_notes import add_note
from hotspot.store.stays import move_today

ASKED = ("port", "snmp_version", "credential_set_id", "poll_interval_s", "any_source", "short_ids", "controller_id")
"""How the old device was asked, which is how the new one is asked until somebody says otherwise."""
LEFT = ("name", "address", "polling", "point_id", "credential")  # columns of the old one that change


@dataclass(frozen=True, slots=True)
class Swap:
    ap_id: int
    change_id: int
    old: str
    new: str


def replace_device(
    session: Session,
    key: bytes,
    city: City,
    point_id: int,
    name: str,
    cells: Mapping[str, str],
    *,
    at: int,
    now: int,
    actor: str,
) -> Swap:
    """The device `name` leaves the point today and is polled no more; a new one is asked in its place.

    `cells` are ap_name, ap_address and serial of the new one; empty: name and address of the old one. The old one
    gives up what both can't have. Raises RejectedError, of `device` where it is not at the point any more.
    """
    old = device_at(session, city, point_id, name)
    cells = {column: cleaned(column, text) for column, text in cells.items()}
    serial = needed(cells, "serial")
    new_name = cells.get("ap_name") or old.name
    address = address_of(cells, old)
    taken(session, city, old, new_name, address)
    if old.serial and serial == old.serial:
        reject("serial", N_("this is the serial number of the device that is there now"))
    words = opened(key, city.id, old.name, old.credential)
    before = Before("access_point", old.id, {column: getattr(old, column) for column in LEFT})
    was, asked = old.name, {column: getattr(old, column) for column in ASKED}
    leave(session, city, key, old, words, now, name=new_name == old.name, address=address == old.address)
    credential = sealed(key, city.id, new_name, words)
    new = AccessPoint(city_id=city.id, name=new_name, address=address, serial=serial, credential=credential, **asked)
    session.add(new)
    session.flush()
    move_today(session, city, {new.id: point_id}, now)
    summary, rows = f"access point {was} by {new_name}", [before, Before("access_point", new.id, None)]
    rows += move_hanging(session, old.id, new.id)
    change_id = keep(session, city.id, what="edit", summary=summary, before=rows, now=now, actor=actor)
    note(session, now, actor, "replace", summary, f"serial {old.serial or 'unknown'} -> {serial}; address {address}")
    add_note(session, point_id, f"{old.name} → {new_name} ({serial})", at=at, now=now, actor=actor)
    return Swap(new.id, change_id, old.name, new_name)


def device_at(session: Session, city: City, point_id: int, name: str) -> AccessPoint:
    query = select(AccessPoint).where(AccessPoint.city_id == city.id, AccessPoint.name == name)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None or found.point_id != point_id:
        reject("device", N_("%(name)s is not at this point any more"), name=name)
    return found


def address_of(cells: Mapping[str, str], old: AccessPoint) -> str | None:
    if not cells.get("ap_address"):
        return old.address
    value: str = ap_values({"ap_address": cells["ap_address"]})["address"]
    return value


def taken(session: Session, city: City, old: AccessPoint, name: str, address: str | None) -> None:
    """Raises RejectedError where a third device has the name or the address."""
    others = select(AccessPoint.name).where(AccessPoint.city_id == city.id, AccessPoint.id != old.id)
    if session.scalar(others.where(AccessPoint.name == name)) is not None:
        reject("ap_name", N_("%(name)s has this name already"), name=name)
    owner = session.scalar(others.where(AccessPoint.address == address, AccessPoint.port == old.port))
    if address is not None and owner is not None:
        reject("ap_address", N_("%(name)s has this address already"), name=owner)


def leave(
    session: Session,
    city: City,
    key: bytes,
    old: AccessPoint,
    words: Mapping[str, str],
    now: int,
    *,
    name: bool,
    address: bool,
) -> None:
    """The old device gives up its name and its address where the new one has them."""
    if name:
        old.name = free_name(session, city, f"{old.name} ({day_of(city.time_zone, now)})")
        old.credential = sealed(key, city.id, old.name, words)
    if address:
        old.address = None
    old.polling = False
    session.flush()
    move_today(session, city, {old.id: None}, now)


def free_name(session: Session, city: City, wanted: str) -> str:
    """The second device of one day gets a number."""
    query = select(AccessPoint.name).where(AccessPoint.city_id == city.id, AccessPoint.name.startswith(wanted[:-1]))
    known, number, name = set(session.scalars(query)), 1, wanted
    while name in known:
        number += 1
        name = f"{wanted[:-1]}, {number})"
    return name


def sealed(key: bytes, city_id: int, name: str, words: Mapping[str, str]) -> bytes | None:
    return secrets.seal(key, json.dumps(dict(words)), where(city_id, name)) if words else None
