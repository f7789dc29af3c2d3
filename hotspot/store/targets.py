"""Which devices are to be polled, how often, and with which credential."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from collectors.result import PollResult
from collectors.target import Credential, Target
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.secrets import SealError, unseal
from hotspot.store.models import AccessPoint, ApState, City, Point, State
from hotspot.store.opened_sets import OpenedSet, opened_sets

FRACTION = 0x9E3779B1  # 2**32 over the golden ratio: neighbouring ids get phases far apart (Knuth 6.4)


@dataclass(frozen=True, slots=True)
class Due:
    """A device to poll every `interval_s`; with an `error` it can't be asked, and says why.

    `point` is empty for a controller and for what nobody placed yet. `sets` are the ids of the credential sets behind
    the credentials of its target, where it has no credential of its own; `known_set` the one it answered before.
    """

    ap_id: int
    point: str
    name: str
    interval_s: int
    target: Target
    error: str = ""
    sets: tuple[int, ...] = ()
    known_set: int | None = None

    def new_set(self, result: PollResult) -> int | None:
        """The credential set that was answered, unless it is the known one."""
        if not result.reachable or result.credential >= len(self.sets):
            return None
        answered = self.sets[result.credential]
        return answered if answered != self.known_set else None


def phase(ap_id: int) -> float:
    """The share of the interval, 0 to 1, at which this access point is asked: the same in every cycle."""
    return (ap_id * FRACTION % 2**32) / 2**32


def targets(session: Session, key: bytes, city_id: int) -> list[Due]:
    """Every device in service whose polling is on, but those followed through a controller; `key` opens credentials."""
    rows = session.execute(
        select(
            AccessPoint.id,
            func.coalesce(Point.code, ""),
            AccessPoint.name,
            func.coalesce(AccessPoint.poll_interval_s, City.poll_interval_s),
            func.coalesce(AccessPoint.address, ""),
            AccessPoint.port,
            AccessPoint.profile,
            ApState.state,
            AccessPoint.snmp_version,
            AccessPoint.credential,
            AccessPoint.credential_set_id,
            AccessPoint.any_source,
            AccessPoint.short_ids,
        )
        .outerjoin(Point, Point.id == AccessPoint.point_id)
        .join(City, City.id == AccessPoint.city_id)
        .outerjoin(ApState, ApState.ap_id == AccessPoint.id)
        .where(AccessPoint.city_id == city_id, AccessPoint.polling, AccessPoint.controller_id.is_(None))
        .where(or_(Point.id.is_(None), Point.lifecycle.in_(IN_SERVICE)))
        .order_by(AccessPoint.id)
    )
    sets = tuple(opened_sets(session, key, city_id))
    return [due(key, city_id, sets, *row) for row in rows]


@lru_cache(65_536)  # the inventory is read every few seconds and hardly ever changes; opening a secret takes its time
def due(
    key: bytes,
    city_id: int,
    sets: tuple[OpenedSet, ...],
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
    known_set: int | None,
    any_source: bool,
    short_ids: bool,
) -> Due:
    tried = in_order(sets, known_set) if sealed is None else []
    secrets, error = [one.credential for one in tried if one.credential], ""
    if not secrets:
        try:
            secrets = [credential(key, sealed, f"{city_id}/access_point/{name}", version)]
        except (SealError, ValueError) as mistake:
            secrets = [Credential(version=version)]
            error = tried[0].error if tried else str(mistake)
    target = Target(
        ap_id,
        address,
        secrets[0],
        port,
        profile or "",
        expected_down=state == State.DOWN,
        phase=phase(ap_id),
        others=tuple(secrets[1:]),
        any_source=any_source,
        short_ids=short_ids,
    )
    ids = tuple(one.id for one in tried if one.credential)
    return Due(ap_id, point, name, interval_s, target, error, ids, known_set)


def in_order(sets: Sequence[OpenedSet], known: int | None) -> list[OpenedSet]:
    """The one that was answered before is tried first."""
    return sorted(sets, key=lambda one: one.id != known)


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


def engine_ids(session: Session, city_id: int) -> dict[int, str]:
    """The snmpEngineID of each device that told it, in hexadecimal digits."""
    query = select(AccessPoint.id, AccessPoint.engine_id).where(AccessPoint.city_id == city_id)
    return {row.id: row.engine_id for row in session.execute(query.where(AccessPoint.engine_id.is_not(None)))}
