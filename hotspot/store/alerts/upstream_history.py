"""What happened to an upstream: its incidents, and when most of what hangs on it fell silent at once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.fell_together import Outage, bursts
from hotspot.store.alerts.incident_pages import IncidentRow, incident_row
from hotspot.store.alerts.upstreams import UPSTREAM
from hotspot.store.bulk import slices
from hotspot.store.models import City, Incident, State, StatusSpan

TOGETHER = 500


def incidents_of(session: Session, city: City, upstream_id: int, limit: int = 10) -> list[IncidentRow]:
    """Those that were grouped by it, the newest first."""
    query = select(Incident.id).where(
        Incident.city_id == city.id, Incident.shared == UPSTREAM, Incident.shared_key == str(upstream_id)
    )
    ids = session.scalars(query.order_by(Incident.began.desc(), Incident.id.desc()).limit(limit)).all()
    return [row for one in ids if (row := incident_row(session, city, one))]


@dataclass(frozen=True, slots=True)
class Joint:
    """`count` access points fell silent within a minute or two of `start`; the last was back at `end`, if all are."""

    start: int
    count: int
    end: int | None


def joint_outages(session: Session, ap_ids: Collection[int], since: int) -> list[Joint]:
    """When at least half of them fell silent together, the newest first."""
    ends: dict[tuple[int, int], int | None] = {}
    for some in slices(sorted(ap_ids), TOGETHER):
        query = select(StatusSpan.ap_id, StatusSpan.start, StatusSpan.end).where(
            StatusSpan.ap_id.in_(some), StatusSpan.start >= since, StatusSpan.state == int(State.DOWN)
        )
        ends |= {(ap_id, start): end for ap_id, start, end in session.execute(query)}
    ordered = sorted((Outage(*key) for key in ends), key=lambda one: (one.start, one.ap_id))
    found = []
    for start, members in bursts(ordered).items():
        if len(members) > 1 and len(members) * 2 >= len(ap_ids):
            over = [ends[one.ap_id, one.start] for one in members]
            known = [end for end in over if end is not None]
            found.append(Joint(start, len(members), max(known) if len(known) == len(over) else None))
    return found[::-1]
