"""Polls that somebody wants now: asked for by a page, made by the collector, the newest answer of each device kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.store.audit import note
from hotspot.store.models import AccessPoint, City, Point, PollRequest

LASTING_S = 60  # what the collector has not answered by then, it will not
MOST_WAITING = 50  # in the whole city
WAITING, ANSWERED, EXPIRED = "waiting", "answered", "expired"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`asked_id` is the device that is spoken with: the access point, or the controller that knows it by `key`."""

    id: int
    ap_id: int
    asked_id: int
    key: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a poll: `answers` are name, OID and value of each object; `error` a sentence, empty if none.

    `clients` and `rtt_s` are None where the device did not tell.
    """

    reachable: bool | None
    error: str = ""
    rtt_s: float | None = None
    clients: float | None = None
    answers: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    state: str
    asked_at: int
    asked_by: str
    answered_at: int | None
    said: Said | None


def request(session: Session, city: City, ap_id: int, *, now: int, actor: str) -> int:
    """Its id, or that of the one that waits already. Raises RejectedError of "test" where nobody would answer."""
    ap = session.get_one(AccessPoint, ap_id, with_for_update=True)
    session.execute(delete(PollRequest).where(PollRequest.ap_id == ap_id, expired(now)))
    waits = select(PollRequest.id).where(PollRequest.ap_id == ap_id, PollRequest.answered_at.is_(None))
    if (known := session.scalar(waits)) is not None:
        return known
    stage = session.scalar(select(Point.lifecycle).where(Point.id == ap.point_id))
    if not ap.polling:
        reject("test", N_("polling of this access point is off"))
    if stage is not None and stage not in IN_SERVICE:
        reject("test", N_("its point is not in service, so it is not polled"))
    if ap.controller_id is not None and ap.controller_key is None:
        reject("test", N_("its controller has not told of it yet"))
    if len(waiting(session, city.id, now)) >= MOST_WAITING:
        reject("test", N_("many tests are waiting already; try again in a minute"))
    row = PollRequest(ap_id=ap_id, asked_at=now, asked_by=actor)
    session.add(row)
    session.flush()
    note(session, now, actor, "test poll", f"access point {ap.name}")
    return row.id


def waiting(session: Session, city_id: int, now: int, limit: int = MOST_WAITING) -> list[Wanted]:
    """The oldest first."""
    query = (
        select(
            PollRequest.id,
            AccessPoint.id,
            func.coalesce(AccessPoint.controller_id, AccessPoint.id),
            AccessPoint.controller_key,
        )
        .join(AccessPoint, AccessPoint.id == PollRequest.ap_id)
        .where(
            AccessPoint.city_id == city_id, PollRequest.answered_at.is_(None), PollRequest.asked_at > now - LASTING_S
        )
        .order_by(PollRequest.id)
        .limit(limit)
    )
    return [Wanted(*row) for row in session.execute(query)]


def answer(session: Session, request_id: int, said: Said, now: int) -> None:
    """What was said before of this device is forgotten."""
    text = json.dumps({"error": said.error, "rtt_s": said.rtt_s, "clients": said.clients, "answers": said.answers})
    mine = update(PollRequest).where(PollRequest.id == request_id, PollRequest.answered_at.is_(None))
    ap_id = session.scalar(
        mine.values(answered_at=now, reachable=said.reachable, answer=text).returning(PollRequest.ap_id)
    )
    if ap_id is not None:
        session.execute(delete(PollRequest).where(PollRequest.ap_id == ap_id, PollRequest.id < request_id))


def newest(session: Session, ap_ids: Sequence[int], now: int) -> dict[int, Asked]:
    """By access point, what was asked last and what came of it."""
    later = aliased(PollRequest)
    newer = select(later.id).where(later.ap_id == PollRequest.ap_id, later.id > PollRequest.id).exists()
    query = select(PollRequest).where(PollRequest.ap_id.in_(ap_ids), ~newer)
    return {row.ap_id: asked(row, now) for row in session.scalars(query)}


def last_answer(session: Session, ap_id: int) -> Asked | None:
    """The newest that was answered, while a later one may still wait."""
    query = select(PollRequest).where(PollRequest.ap_id == ap_id, PollRequest.answered_at.is_not(None))
    row = session.scalars(query.order_by(PollRequest.id.desc()).limit(1)).first()
    return asked(row, 0) if row else None


def asked(row: PollRequest, now: int) -> Asked:
    if row.answered_at is None:
        state = WAITING if row.asked_at > now - LASTING_S else EXPIRED
        return Asked(state, row.asked_at, row.asked_by, None, None)
    said = json.loads(row.answer)
    return Asked(ANSWERED, row.asked_at, row.asked_by, row.answered_at, Said(row.reachable, **said))


def expired(now: int) -> ColumnElement[bool]:
    return and_(PollRequest.answered_at.is_(None), PollRequest.asked_at <= now - LASTING_S)
