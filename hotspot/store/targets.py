"""Which access points are to be polled, how often, and with which credential."""

import json
from dataclasses import dataclass

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
    interval = func.coalesce(AccessPoint.poll_interval_s, City.poll_interval_s)
    rows = session.execute(
        select(AccessPoint, Point.code, interval, ApState.state)
        .join(Point, Point.id == AccessPoint.point_id)
        .join(City, City.id == AccessPoint.city_id)
        .outerjoin(ApState, ApState.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city_id, AccessPoint.polling, Point.lifecycle.in_(IN_SERVICE))
        .order_by(AccessPoint.id)
    )
    return [due(row.AccessPoint, row.code, row[2], row.state, key) for row in rows]


def due(access_point: AccessPoint, point: str, interval_s: int, state: int | None, key: bytes) -> Due:
    try:
        secret, error = credential(access_point, key), ""
    except (SealError, ValueError) as mistake:
        secret, error = Credential(version=access_point.snmp_version), str(mistake)
    target = Target(
        key=access_point.id,
        address=access_point.address,
        port=access_point.port,
        credential=secret,
        profile=access_point.profile or "",
        expected_down=state == State.DOWN,
        phase=phase(access_point.id),
    )
    return Due(access_point.id, point, access_point.name, interval_s, target, error)


def credential(access_point: AccessPoint, key: bytes) -> Credential:
    """Raises SealError or ValueError, whose message names no secret."""
    if access_point.credential is None:
        raise ValueError("no SNMP credential is stored for this access point")
    where = f"{access_point.city_id}/access_point/{access_point.name}"
    fields = json.loads(unseal(key, access_point.credential, where))
    try:
        return Credential(**(fields | {"version": access_point.snmp_version}))
    except TypeError:
        raise ValueError("the stored SNMP credential has fields this version does not know") from None


def last_slots(session: Session, city_id: int) -> dict[int, int]:
    """The slot of the newest recorded poll of each access point."""
    rows = session.execute(select(ApState.ap_id, ApState.last_slot).where(ApState.city_id == city_id))
    return {row.ap_id: row.last_slot for row in rows}
