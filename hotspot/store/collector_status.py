"""The collector's proof of life: one row a poll interval."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from hotspot.store.models import CollectorCount, CollectorStatus


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


def report(session: Session, statuses: Sequence[Status], counts: Mapping[str, int]) -> None:
    """Replace all rows: of intervals at which no access point is polled any more, nothing stays.

    `counts` are the polling engine's own, since its start.
    """
    session.execute(delete(CollectorStatus))
    if statuses:  # an insert of no rows would be one of an empty row
        session.execute(insert(CollectorStatus), [asdict(status) for status in statuses])
    session.execute(delete(CollectorCount))
    if counts:
        session.execute(insert(CollectorCount), [{"kind": kind, "value": value} for kind, value in counts.items()])


def engine_counts(session: Session) -> dict[str, int]:
    """What the polling engine counted, by kind."""
    return {row.kind: row.value for row in session.scalars(select(CollectorCount).order_by(CollectorCount.kind))}
