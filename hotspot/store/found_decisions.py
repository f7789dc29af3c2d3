"""What a person decides of found devices: added to the inventory, ignored, and back; each act is noted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.store.audit import note
from hotspot.store.found_devices import ACCESS_POINT, ADDED, CONTROLLER, IGNORED, KINDS
from hotspot.store.models import (
    AccessPoint,
    ApState,
    City,
    CredentialSet,
    Dependency,
    DeviceEvent,
    FoundDevice,
    MaintenanceWindow,
    Point,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """To be added under this name, at the point with this code; empty: nobody has said where it is."""

    found_id: int
    name: str
    point: str
    kind: str = ACCESS_POINT


def add_found(session: Session, city: City, wish: Wish, now: int, actor: str) -> str:
    """The name under which it is in the inventory now. Raises RejectedError of the column name, point or address."""
    device = session.get(FoundDevice, wish.found_id)
    if device is None or device.city_id != city.id or device.decision or device.credential_set_id is None:
        reject("address", N_("it can't be added any more"))
    name = new_name(session, city, wish.name)
    if ap_at(session, city, device.address, device.port):
        reject("address", N_("it is in the inventory already"))
    point_id = placed(session, city, wish.point)
    if wish.kind not in KINDS:
        reject("kind", N_("%(value)s is not one of the known values"), value=wish.kind)
    if wish.kind == CONTROLLER and point_id:
        reject("point", N_("a controller belongs to no point"))
    ap = access_point(session, device, name, wish.kind, point_id)
    session.add(ap)
    session.flush()
    device.decision, device.decided_at, device.decided_by, device.ap_id = ADDED, now, actor, ap.id
    where = f"{device.address}:{device.port}" + (f" at {wish.point}" if point_id else "")
    note(session, now, actor, "add", f"access point {name}", f"found at {where}")
    return name


def new_name(session: Session, city: City, wanted: str) -> str:
    name = cleaned("name", wanted) or reject("name", N_("empty"))
    taken = select(AccessPoint.id).where(AccessPoint.city_id == city.id, AccessPoint.name == name)
    if session.scalar(taken) is not None:
        reject("name", N_("there is one of this name already"))
    return name


def ap_at(session: Session, city: City, address: str, port: int) -> int | None:
    here = (AccessPoint.city_id == city.id, AccessPoint.address == address, AccessPoint.port == port)
    return session.scalar(select(AccessPoint.id).where(*here))


def placed(session: Session, city: City, code: str) -> int | None:
    if not code.strip():
        return None
    point_id = session.scalar(select(Point.id).where(Point.city_id == city.id, Point.code == code.strip()))
    return point_id or reject("point", N_("%(value)s is not known here"), value=code)


def access_point(session: Session, device: FoundDevice, name: str, kind: str, point_id: int | None) -> AccessPoint:
    version = select(CredentialSet.snmp_version).where(CredentialSet.id == device.credential_set_id)
    return AccessPoint(
        city_id=device.city_id,
        point_id=point_id,
        name=name,
        kind=kind,
        address=device.address,
        port=device.port,
        snmp_version=session.execute(version).scalar_one(),
        credential_set_id=device.credential_set_id,
        vendor=device.vendor or None,
        model=device.model or None,
        firmware=device.firmware or None,
        serial=device.serial or None,
        sys_name=device.sys_name or None,
        sys_object_id=device.sys_object_id or None,
        sys_descr=device.sys_descr or None,
        engine_id=device.engine_id or None,
        identified_at=device.last_seen,
    )


def ignore(session: Session, city: City, ids: Collection[int], now: int, actor: str) -> int:
    """How many were ignored; those that were decided before stay as they are."""
    return decide(session, city, ids, "", IGNORED, now, actor)


def notice(session: Session, city: City, ids: Collection[int], now: int, actor: str) -> int:
    """Undo of `ignore`."""
    return decide(session, city, ids, IGNORED, "", now, actor)


def decide(session: Session, city: City, ids: Collection[int], old: str, new: str, now: int, actor: str) -> int:
    values = {"decision": new, "decided_at": now if new else None, "decided_by": actor if new else ""}
    chosen = (FoundDevice.city_id == city.id, FoundDevice.id.in_(ids), FoundDevice.decision == old)
    done = session.execute(update(FoundDevice).where(*chosen).values(values).returning(FoundDevice.address))
    addresses: Sequence[str] = sorted(done.scalars())
    if addresses:
        note(session, now, actor, "ignore" if new else "notice", "found devices", ", ".join(addresses))
    return len(addresses)


def undo_add(session: Session, city: City, ids: Collection[int], now: int, actor: str) -> int:
    """Take those just added out again; one that was polled has a history, and stays. How many went."""
    hanging = (ApState, DeviceEvent, MaintenanceWindow, Dependency)
    used = or_(*(exists().where(table.ap_id == AccessPoint.id) for table in hanging))
    query = (
        select(FoundDevice, AccessPoint)
        .join(AccessPoint, AccessPoint.id == FoundDevice.ap_id)
        .where(FoundDevice.city_id == city.id, FoundDevice.id.in_(ids), FoundDevice.decision == ADDED, ~used)
    )
    gone = 0
    for device, ap in session.execute(query).all():
        device.decision, device.decided_at, device.decided_by, device.ap_id = "", None, "", None
        session.flush()
        note(session, now, actor, "remove", f"access point {ap.name}", f"just added, found at {device.address}")
        session.delete(ap)
        session.flush()
        gone += 1
    return gone
