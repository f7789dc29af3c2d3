"""Things that happened at an instant: reboots, changed devices, gaps and steps of the collector."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.bulk import execute_many, insert
from hotspot.store.models import DeviceEvent

INSERT = insert("device_event", ("city_id", "ap_id", "at", "kind", "detail"))


@dataclass(frozen=True, slots=True)
class Event:
    """`ap_id` is None when it is the collector's own. Kinds are listed at models.DeviceEvent."""

    at: int
    kind: str
    ap_id: int | None = None
    detail: str = ""


def add_events(session: Session, city_id: int, events: Sequence[Event]) -> None:
    execute_many(session, INSERT, [(city_id, one.ap_id, one.at, one.kind, one.detail) for one in events])


def events_of(session: Session, city_id: int, a: int, b: int, ap_ids: Sequence[int] = ()) -> list[Event]:
    """Those in [a, b), newest first: of these access points, or the collector's own."""
    query = select(DeviceEvent.at, DeviceEvent.kind, DeviceEvent.ap_id, DeviceEvent.detail)
    query = query.where(DeviceEvent.city_id == city_id, DeviceEvent.at >= a, DeviceEvent.at < b)
    mine = DeviceEvent.ap_id.in_(ap_ids) if ap_ids else DeviceEvent.ap_id.is_(None)
    ordered = query.where(mine).order_by(DeviceEvent.at.desc(), DeviceEvent.id.desc())
    return [Event(*row) for row in session.execute(ordered)]
