"""The devices that searches found, judged against the inventory as it is now; and what a person decides of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.discovery import INVENTORY, Known, Seen, Verdict, free_name, verdicts
from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.store.audit import note
from hotspot.store.models import (
    AccessPoint,
    ApState,
    City,
    CredentialSet,
    DeviceEvent,
    FoundDevice,
    MaintenanceWindow,
    Point,
    State,
)
from hotspot.store.standing import ap_now

ADDED, IGNORED = "added", "ignored"
ACCESS_POINT, CONTROLLER = KINDS = ("access_point", "controller")


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A found device. `decision` is empty, added or ignored; `name` what it would be called, or is, once added."""

    id: int
    search_id: int
    address: str
    port: int
    credential_set: str
    rtt_us: int | None
    profile: str
    vendor: str
    model: str
    firmware: str
    serial: str
    sys_name: str
    sys_object_id: str
    sys_descr: str
    neighbour: str
    managed: int | None
    error: str
    last_seen: int
    decision: str
    name: str
    verdict: Verdict

    @property
    def can_be_added(self) -> bool:
        return not self.decision and bool(self.credential_set) and self.verdict.state != INVENTORY

    @property
    def kind(self) -> str:
        """What lists a single access point is mostly that one itself, the head of a cluster still to grow."""
        return CONTROLLER if (self.managed or 0) > 1 else ACCESS_POINT

    @property
    def record(self) -> dict[str, str | int | float | None]:
        """For files and programs."""
        proposal = self.verdict.proposal
        return {
            "address": self.address,
            "port": self.port,
            "state": self.decision or self.verdict.state,
            "same_as": " ".join(self.verdict.others),
            "because_of": self.verdict.by,
            "credential": self.credential_set,
            "ping_ms": None if self.rtt_us is None else round(self.rtt_us / 1000, 1),
            "vendor": self.vendor,
            "model": self.model,
            "firmware": self.firmware,
            "serial": self.serial,
            "name": self.name if self.credential_set else "",
            "neighbour": self.neighbour,
            "access_points": self.managed,
            "point": proposal.point if proposal else "",
            "reason": f"{proposal.reason}: {proposal.because}" if proposal else "",
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """To be added under this name, at the point with this code; empty: nobody has said where it is."""

    found_id: int
    name: str
    point: str
    kind: str = ACCESS_POINT


def found_rows(session: Session, city: City, now: int) -> list[FoundRow]:
    """All of them, by address."""
    query = (
        select(FoundDevice, CredentialSet.name, AccessPoint.name)
        .outerjoin(CredentialSet, CredentialSet.id == FoundDevice.credential_set_id)
        .outerjoin(AccessPoint, AccessPoint.id == FoundDevice.ap_id)
        .where(FoundDevice.city_id == city.id)
    )
    stored = session.execute(query).all()
    inventory = known(session, city, now)
    judged = verdicts([seen(device) for device, _, _ in stored], inventory, point_names(session, city))
    taken = {ap.name for ap in inventory}
    rows = []
    for device, chosen, name in sorted(stored, key=lambda row: (in_order(row[0].address), row[0].port)):
        called = name or free_name(device.sys_name, device.address, taken)
        if chosen and not device.decision:
            taken.add(called)
        rows.append(found_row(device, chosen or "", called, judged[device.id]))
    return rows


def in_order(address: str) -> tuple[bool, bytes]:
    parts = address.split(".")
    return (":" in address, address.encode() if ":" in address else bytes(map(int, parts)))


def found_row(device: FoundDevice, chosen: str, name: str, verdict: Verdict) -> FoundRow:
    return FoundRow(
        device.id,
        device.search_id,
        device.address,
        device.port,
        chosen,
        device.rtt_us,
        device.profile,
        device.vendor,
        device.model,
        device.firmware,
        device.serial,
        device.sys_name,
        device.sys_object_id,
        device.sys_descr,
        device.neighbour,
        device.managed,
        device.error,
        device.last_seen,
        device.decision,
        name,
        verdict,
    )


def seen(device: FoundDevice) -> Seen:
    return Seen(
        device.id,
        device.address,
        device.port,
        device.credential_set_id is not None,
        device.error,
        device.sys_name,
        device.vendor,
        device.serial,
        device.engine_id,
        device.neighbour,
    )


def known(session: Session, city: City, now: int) -> list[Known]:
    current = ap_now(session, city.id, now)
    query = (
        select(AccessPoint, func.coalesce(Point.code, ""), current.c.state)
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .join(current, current.c.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city.id)
    )
    return [
        Known(
            ap.name,
            ap.address or "",
            ap.port,
            code,
            ap.vendor or "",
            ap.serial or "",
            ap.engine_id or "",
            state == State.UP,
            ap.controller_id is not None,
        )
        for ap, code, state in session.execute(query)
    ]


def point_names(session: Session, city: City) -> dict[str, str]:
    rows = session.execute(select(Point.code, Point.name).where(Point.city_id == city.id))
    return {row.code: row.name for row in rows}


def points_like(session: Session, city: City, words: str, limit: int = 20) -> list[tuple[str, str]]:
    """Code and name of points that mention it, for a field that completes what is typed."""
    like = Point.code.icontains(words, autoescape=True) | Point.name.icontains(words, autoescape=True)
    query = select(Point.code, Point.name).where(Point.city_id == city.id, like)
    return [(row.code, row.name) for row in session.execute(query.order_by(Point.code).limit(limit))]


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
    used = or_(*(exists().where(table.ap_id == AccessPoint.id) for table in (ApState, DeviceEvent, MaintenanceWindow)))
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
