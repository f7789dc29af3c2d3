"""Which access points are to be polled, how often, and with which credential."""

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collectors.target import Credential, Target
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.secrets import SealError, unseal
from hotspot.store.models import AccessPoint, ApState, City, Point, State

FRACTION = 0x9E3779B1  # 2**32 over the golden ratio: neighbouring ids get phases far apart (Knuth 6.4)


@dataclass(frozen=True, slots=True)
class Due:
    """An access point to poll every `interval_s`; with an `error` it can't be asked, and says why."""

    ap_id: int
    point: str
    name: str
    interval_s: int
    target: Target
    error: str = ""


def phase(ap_id: int) -> float:
    """The share of the interval, 0 to 1, at which this access point is asked: the same in every cycle."""
    return (ap_id * FRACTION % 2**32) / 2**32


def targets(session: Session, key: bytes, city_id: int) -> list[Due]:
    """Every access point in service whose polling is on; `key` opens their credentials."""
    rows = session.execute(
        select(
            AccessPoint.id,
            Point.code,
            AccessPoint.name,
            func.coalesce(AccessPoint.poll_interval_s, City.poll_interval_s),
            AccessPoint.address,
            AccessPoint.port,
            AccessPoint.profile,
            ApState.state,
            AccessPoint.snmp_version,
            AccessPoint.credential,
        )
        .join(Point, Point.id == AccessPoint.point_id)
        .join(City, City.id == AccessPoint.city_id)
        .outerjoin(ApState, ApState.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city_id, AccessPoint.polling, Point.lifecycle.in_(IN_SERVICE))
        .order_by(AccessPoint.id)
    )
    return [due(key, city_id, *row) for row in rows]


@lru_cache(65_536)  # the inventory is read every few seconds and hardly ever changes; opening a secret takes its time
def due(
    key: bytes,
    city_id: int,
    ap_id: int,
    point: str,
    name: str,
    interval_s: int,
    address: str,
    port: int,
    profile: str | None,
    state: int | None,
    version: str,
    sealed: bytes | None,
) -> Due:
    try:
        secret, error = credential(key, sealed, f"{city_id}/access_point/{name}", version), ""
    except (SealError, ValueError) as mistake:
        secret, error = Credential(version=version), str(mistake)
    down = state == State.DOWN
    target = Target(ap_id, address, secret, port, profile or "", expected_down=down, phase=phase(ap_id))
    return Due(ap_id, point, name, interval_s, target, error)


def credential(key: bytes, sealed: bytes | None, where: str, version: str) -> Credential:
    """Raises SealError or ValueError, whose message names no secret."""
    if sealed is None:
        raise ValueError("no SNMP credential is stored for this access point")
    fields = json.loads(unseal(key, sealed, where))
    try:
        return Credential(**(fields | {"version": version}))
    except TypeError:
        raise ValueError("the stored SNMP credential has fields this version does not know") from None


def last_slots(session: Session, city_id: int) -> dict[int, int]:
    """The slot of the newest recorded poll of each access point."""
    rows = session.execute(select(ApState.ap_id, ApState.last_slot).where(ApState.city_id == city_id))
    return {row.ap_id: row.last_slot for row in rows}
