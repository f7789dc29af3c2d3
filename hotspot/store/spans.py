"""Writing the spans of access points: the truth from which every availability is computed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotspot.analytics.outages import Change
from hotspot.store.bulk import execute_many, upsert

OPEN = upsert(
    "status_span",
    ("ap_id", "start", "end", "city_id", "state", "start_err", "end_err", "cause"),
    ("ap_id", "start"),
)
CLOSE = 'UPDATE status_span SET "end" = ?, end_err = ? WHERE ap_id = ? AND start = ?'


@dataclass(frozen=True, slots=True)
class SpanChange:
    """What happened to an access point whose open span began at `since` (None: it has none)."""

    ap_id: int
    since: int | None
    change: Change


def change_spans(session: Session, city_id: int, changes: Sequence[SpanChange]) -> None:
    """Close the open spans and open the new ones; a span that would have no length gives its place to the next."""
    opened = {
        (one.ap_id, one.change.at): (
            one.ap_id,
            one.change.at,
            None,
            city_id,
            int(one.change.state),
            one.change.err_s,
            0,
            one.change.cause,
        )
        for one in changes
    }
    closed = [
        (one.change.at, one.change.err_s, one.ap_id, one.since)
        for one in changes
        if one.since is not None and one.since < one.change.at
    ]
    execute_many(session, OPEN, list(opened.values()))
    execute_many(session, CLOSE, closed)
