"""The collector's proof of life: one row a poll interval."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from hotspot.store.models import CollectorStatus


@dataclass(slots=True)
class Status:
    """Figures of the cycles of one interval; those of a cycle are of the last whole one."""

    interval_s: int
    holder: str
    started_at: int
    heartbeat: int = 0
    slot: int = 0
    cycles: int = 0
    skipped: int = 0
    polled: int = 0
    answered: int = 0
    duration_ms: int = 0
    cpu_us_per_poll: int = 0


def report(session: Session, statuses: Sequence[Status]) -> None:
    """Replace all rows: of intervals at which no access point is polled any more, nothing stays."""
    session.execute(delete(CollectorStatus))
    if statuses:  # an insert of no rows would be one of an empty row
        session.execute(insert(CollectorStatus), [asdict(status) for status in statuses])
