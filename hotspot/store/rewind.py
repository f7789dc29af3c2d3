"""Takes out what was measured while this machine's clock was ahead, once it is right again.

A machine that keeps local time in its hardware clock begins hours ahead and is set back by NTP. What it polled until
then carries instants that are still to come; kept, it would make every poll up to them look old.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.outages import COLLECTOR
from hotspot.store.bulk import execute_many
from hotspot.store.models import (
    ApState,
    AreaDay,
    AreaHour,
    CollectorStatus,
    DeviceEvent,
    JobRun,
    PollHot,
    RollupDay,
    RollupHour,
    RollupMonth,
    StatusSpan,
)

AHEAD_S = 60  # less than that is caught up sooner than it is mended
MOST_S = 3600  # more of real measurements is never taken out: then it is this clock that is wrong
BACK_S = 2 * 86400  # in which the last poll before is looked for
SUMS = (RollupHour, RollupDay, RollupMonth, AreaHour, AreaDay)
REOPEN = 'UPDATE status_span SET "end" = NULL, end_err = 0 WHERE ap_id = ? AND start = ?'
AGAIN = """
    UPDATE ap_state SET state = ?, since = ?, cause = ?, last_poll = ?, last_slot = ?, last_ok = ?,
        missed = 0, first_missed = NULL, silent = 0, first_silent = NULL, memory = ''
    WHERE ap_id = ?
"""


@dataclass(frozen=True, slots=True)
class Rewound:
    """How far ahead the newest poll was, and how much time was polled since; `done` if that was undone."""

    ahead_s: int
    measured_s: int
    done: bool


@dataclass(frozen=True, slots=True)
class SpanRow:
    start: int
    state: int
    cause: str


def rewind(session: Session, city_id: int, now: int) -> Rewound | None:
    """As if nobody had polled after `now`; None where nobody has, nothing changed where it was more than an hour."""
    newest = session.execute(select(func.max(ApState.last_poll)).where(ApState.city_id == city_id)).scalar_one()
    if newest is None or newest <= now + AHEAD_S:
        return None
    measured_s = _measured_s(session, city_id, now)
    told = Rewound(newest - now, measured_s, measured_s <= MOST_S)
    if told.done:
        ahead = select(ApState.ap_id).where(ApState.city_id == city_id, ApState.last_poll > now)
        wrong = list(session.scalars(ahead))
        _forget(session, city_id, now)
        _restore(session, city_id, wrong, now)
    return told


def _measured_s(session: Session, city_id: int, now: int) -> int:
    """Of the access point that was polled longest."""
    polled = (
        select(func.count() * ApState.interval_s)
        .select_from(PollHot)
        .join(ApState, ApState.ap_id == PollHot.ap_id)
        .where(PollHot.city_id == city_id, PollHot.slot > now)
        .group_by(PollHot.ap_id, ApState.interval_s)
    )
    return max(session.scalars(polled), default=0)


def _forget(session: Session, city_id: int, now: int) -> None:
    made = PollHot.slot + PollHot.offset_s
    session.execute(delete(PollHot).where(PollHot.city_id == city_id, PollHot.slot > now - MOST_S, made > now))
    session.execute(delete(StatusSpan).where(StatusSpan.city_id == city_id, StatusSpan.start > now))
    for model in SUMS:
        session.execute(delete(model).where(model.city_id == city_id, model.t > now))
    session.execute(delete(DeviceEvent).where(DeviceEvent.city_id == city_id, DeviceEvent.at > now))
    session.execute(delete(JobRun).where(JobRun.slot > now))
    session.execute(update(CollectorStatus).where(CollectorStatus.heartbeat > now).values(heartbeat=now))


def _restore(session: Session, city_id: int, ap_ids: list[int], now: int) -> None:
    """The span that was open, and what is remembered of the last poll before."""
    polled, spans = _last_polls(session, city_id, now), _open_spans(session, city_id, now)
    states, gaps = [], []
    for ap_id in ap_ids:
        span, before = spans.get(ap_id, (None, None))
        if span and before:  # nobody looked, until the clock was ahead
            gaps.append((ap_id, span.start))
        if span := before or span:
            at, slot, ok = polled.get(ap_id, (span.start, span.start, None))
            states.append((span.state, span.start, span.cause, at, slot, ok, ap_id))
    execute_many(session, "DELETE FROM status_span WHERE ap_id = ? AND start = ?", gaps)
    execute_many(session, REOPEN, [(row[-1], row[1]) for row in states])
    execute_many(session, AGAIN, states)
    known = {row[-1] for row in states}
    execute_many(session, "DELETE FROM ap_state WHERE ap_id = ?", [(ap_id,) for ap_id in ap_ids if ap_id not in known])


def _open_spans(session: Session, city_id: int, now: int) -> dict[int, tuple[SpanRow, SpanRow | None]]:
    """By access point: the span in which `now` lies, and the one before it where it only says that nobody looked."""
    before = aliased(StatusSpan)
    gap = (StatusSpan.cause == COLLECTOR) & (before.ap_id == StatusSpan.ap_id) & (before.end == StatusSpan.start)
    query = (
        select(StatusSpan.ap_id, StatusSpan.start, StatusSpan.state, StatusSpan.cause)
        .add_columns(before.start, before.state, before.cause)
        .outerjoin(before, gap)
        .where(StatusSpan.city_id == city_id, or_(StatusSpan.end.is_(None), StatusSpan.end > now))
    )
    return {
        row[0]: (SpanRow(*row[1:4]), None if row[4] is None else SpanRow(*row[4:])) for row in session.execute(query)
    }


def _last_polls(session: Session, city_id: int, now: int) -> dict[int, tuple[int, int, int | None]]:
    """By access point: when it was last polled, for which slot, and when it last answered."""
    made = PollHot.slot + PollHot.offset_s
    last = (
        select(PollHot.ap_id, func.max(made), func.max(PollHot.slot), func.max(made).filter(PollHot.up == 1))
        .where(PollHot.city_id == city_id, PollHot.slot > now - BACK_S)
        .group_by(PollHot.ap_id)
    )
    return {ap_id: (at, slot, ok) for ap_id, at, slot, ok in session.execute(last)}
