"""The devices that searches found, judged against the inventory as it is now."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.discovery import INVENTORY, Known, Seen, Verdict, free_name, verdicts
from hotspot.store.models import (
    AccessPoint,
    City,
    CredentialSet,
    FoundDevice,
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
