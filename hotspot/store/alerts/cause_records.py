"""What is on record around an outage: restarts and traps, planned work, and incidents of before."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.root_cause import Past, Work
from hotspot.analytics.stays import FOREVER
from hotspot.store.bulk import slices
from hotspot.store.models import AccessPoint, Area, City, DeviceEvent, Incident, MaintenanceWindow, Point, Provider
from hotspot.store.planned_work import keyed, keys_of, places

TRAPS_S = 300  # around the beginning
BEFORE_S = 90 * 86_400
WINDOWS = 20
TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Fell:
    """An access point that went silent at `since`; `ended_at` is when it answered again."""

    ap_id: int
    since: int
    ended_at: int | None = None


def restarted(one: Fell, row: Any, restarts: Sequence[int]) -> bool | None:
    """Whether it began anew while it was silent; an older clock says no, a younger one without a restart nothing.

    The power may have gone up to an interval before the first poll that was missed.
    """
    earliest = one.since - (row.interval_s or 0) - TRAPS_S // 5
    if any(earliest <= at <= (one.ended_at or at) + TRAPS_S for at in restarts):
        return True
    if row.uptime_s is None or row.last_poll is None:
        return None
    return False if row.last_poll - row.uptime_s < earliest else None


def events(
    session: Session, ap_ids: Collection[int], kinds: Collection[str], since: int, until: int
) -> Mapping[int, list[int]]:
    """When such events happened to them, by access point."""
    found: dict[int, list[int]] = defaultdict(list)
    query = select(DeviceEvent.ap_id, DeviceEvent.at).where(
        DeviceEvent.kind.in_(kinds), DeviceEvent.at >= since, DeviceEvent.at <= until
    )
    for some in slices(sorted(ap_ids), TOGETHER):
        for ap_id, at in session.execute(query.where(DeviceEvent.ap_id.in_(some))):
            found[ap_id or 0].append(at)
    return found


def past(session: Session, city: City, began: int) -> dict[tuple[str, str], Past]:
    """Incidents of the last months that were over before this one began, by what they shared and its name."""
    query = select(Incident.shared, Incident.name, Incident.began, Incident.reason).where(
        Incident.city_id == city.id,
        Incident.kind == "outage",
        Incident.began > began - BEFORE_S,
        Incident.recovered_at < began,
        Incident.merged_into_id.is_(None),
    )
    found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for shared, name, at, reason in session.execute(query):
        found[shared, name].append((at, reason))
    return {key: Past(len(all_), max(all_)[0], usual(reason for _, reason in all_)) for key, all_ in found.items()}


def usual(reasons: Iterable[str]) -> str:
    counted = Counter(reason for reason in reasons if reason and reason != "unknown").most_common(1)
    return counted[0][0] if counted else ""


def running_works(session: Session, city: City, began: int, near: AbstractSet[int]) -> Iterable[Work]:
    """Windows in force when it began that reach one of `near`."""
    of = MaintenanceWindow
    query = (
        select(of, func.coalesce(AccessPoint.name, Point.name, Area.name, Provider.name, ""))
        .outerjoin(AccessPoint, AccessPoint.id == of.ap_id)
        .outerjoin(Point, Point.id == of.point_id)
        .outerjoin(Area, Area.id == of.area_id)
        .outerjoin(Provider, Provider.id == of.provider_id)
        .where(of.city_id == city.id, of.start <= began, of.end > began)
        .where(or_(of.cancelled_at.is_(None), of.cancelled_at > began))
        .order_by(of.start.desc())
        .limit(WINDOWS)
    )
    rows = session.execute(query).all()
    if not rows:
        return
    standing = (one for one in places(session, sorted(near)) if one[2] == FOREVER)
    here = {key for ap_id, _, _, *place in standing for key in keys_of(ap_id, *place)}
    reaching = {window.id for key, window in keyed(session, [window for window, _ in rows]) if key in here}
    for window, name in rows:
        if window.id in reaching:
            yield Work(name or city.name, window.reason, window.end)
