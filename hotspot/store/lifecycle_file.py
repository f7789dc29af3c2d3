"""Tables of past steps: planned and applied in one write transaction, as one batch that can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from hotspot.analytics.acceptance import GATES, as_text, gates, stepped_over
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import Row
from hotspot.analytics.lifecycle_rows import Known, PastStep, Plan, make_plan
from hotspot.store.acceptance import Claim, evidence
from hotspot.store.audit import note
from hotspot.store.inventory import point_ids
from hotspot.store.lifecycle import PAST, complete, lives, settle, steps_of
from hotspot.store.models import City, LifecycleChange


def plan_steps(
    session: Session, city: City, rows: Sequence[Row], now: int, barred: frozenset[str] = frozenset()
) -> Plan:
    """What importing `rows` would do but for points that are barred (see store.bounds); nothing is written."""
    today, ids = day_of(city.time_zone, now), point_ids(session, city.id)
    recorded = steps_of(session, ids.values())
    told = lives(session, ids.values(), today)
    known = {}
    for code, point_id in ids.items():
        papers = {one.step: one.document for one in recorded[point_id] if one.withdrawn_at is None}
        known[code] = [Known(step, papers.get(step, "")) for step in told[point_id]]
    return make_plan(rows, known, today, demonstration=city.demonstration, barred=barred)


def apply_steps(session: Session, city: City, plan: Plan, *, now: int, actor: str) -> None:
    """Writes a plan made in the same write transaction; gates that are not open are stepped over, and listed."""
    ids = point_ids(session, city.id)
    overrides = stepping_over(session, city, ids, plan.new, now)
    fresh = {(past.code, past.step) for past in plan.new}
    beside = {ids[code]: tuple(one for one in life if (code, one) not in fresh) for code, life in plan.lives.items()}
    complete(session, beside, now, actor)
    fill_documents(session, ids, plan.documents)
    rows = [row_of(ids[past.code], past, overrides.get(past.number, ""), now, actor) for past in plan.new]
    if rows:
        first = LifecycleChange(**rows[0])
        session.add(first)
        session.flush()
        first.batch = first.id
        session.flush()
        if rows[1:]:
            session.execute(insert(LifecycleChange), [row | {"batch": first.id} for row in rows[1:]])
    settle(session, list(beside))
    counts = ", ".join(f"{count} {verdict}" for verdict, count in plan.counts.items())
    note(session, now, actor, "import", "past steps", counts)


def row_of(point_id: int, past: PastStep, override: str, now: int, actor: str) -> dict[str, Any]:
    return {
        "point_id": point_id,
        "stage": past.step.stage,
        "since": past.step.since,
        "recorded_at": now,
        "actor": past.actor or actor,
        "note": past.note,
        "document": past.document,
        "override": override,
    }


def stepping_over(
    session: Session, city: City, ids: Mapping[str, int], new: Iterable[PastStep], now: int
) -> dict[int, str]:
    """By the row of an acceptance."""
    accepted = {ids[past.code]: past for past in new if past.step.stage == "accepted"}
    claims = {point_id: Claim(past.step.since, past.document) for point_id, past in accepted.items()}
    known = evidence(session, city, claims, now)
    reasons = dict.fromkeys(GATES, PAST)
    return {accepted[id_].number: as_text(stepped_over(gates(one), reasons)) for id_, one in known.items()}


def fill_documents(session: Session, ids: Mapping[str, int], documents: Iterable[PastStep]) -> None:
    for past in documents:
        session.execute(
            update(LifecycleChange)
            .where(LifecycleChange.point_id == ids[past.code], LifecycleChange.withdrawn_at.is_(None))
            .where(LifecycleChange.stage == past.step.stage, LifecycleChange.since == past.step.since)
            .values(document=past.document)
        )
