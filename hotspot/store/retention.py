"""Drops measured rows older than their term, a slice at a time so that polls never wait long."""

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotspot.store.base import Base
from hotspot.store.models import AreaHour, PollChunk, RollupHour

SLICE_S = 3600


def forget_chunks(session: Session, before: int) -> int:
    """Drop the oldest packed day that began before that instant; the number of rows, 0 when nothing is left."""
    return forget_oldest(session, PollChunk, PollChunk.t, before)


def forget_hours(session: Session, before: int) -> int:
    return sum(forget_oldest(session, model, model.t, before) for model in (RollupHour, AreaHour))


def forget_oldest(session: Session, model: type[Base], instant: InstrumentedAttribute[int], before: int) -> int:
    oldest = session.execute(select(func.min(instant))).scalar_one()
    if oldest is None or oldest >= before:
        return 0
    result = session.execute(delete(model).where(instant < min(before, oldest + SLICE_S)))
    assert isinstance(result, CursorResult)  # noqa: S101  # what a DELETE gives
    return result.rowcount
