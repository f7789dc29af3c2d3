"""One step for many points at once: what it would do to each, doing it, and taking all of it back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.acceptance import GATES
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import N_, Reason, RejectedError, reject
from hotspot.analytics.lifecycle import REPEATED, Step, Steps, removed, stage_on
from hotspot.analytics.permissions import OUTSIDE
from hotspot.store.acceptance import TOGETHER, evidence
from hotspot.store.audit import note
from hotspot.store.bulk import slices
from hotspot.store.lifecycle import (
    NewStep,
    complete,
    lives,
    proven,
    settle,
    tidy,
    withdraw_rows,
    write,
)
from hotspot.store.models import City, LifecycleChange, Point

CHANGE, THERE, REFUSED = "change", "there", "refused"
MOST = 5_000  # points at once


@dataclass(frozen=True, slots=True)
class Look:
    """What the step does to a point; `beside` are its other steps, `point_id` is None for a code that is none."""

    code: str
    name: str
    stage: str | None
    verdict: str
    reason: Reason | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    beside: Steps = ()
    point_id: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Steps taken together, `stages` of them different; of `steps` in all `standing` were not withdrawn."""

    number: int
    stage: str
    since: date
    document: str
    recorded_at: int
    actor: str
    steps: int
    standing: int
    stages: int


def look(
    session: Session,
    city: City,
    codes: Sequence[str],
    new: NewStep,
    why: str,
    now: int,
    barred: frozenset[str] = frozenset(),
) -> list[Look]:
    """In the order of the codes, each once; `why` is the reason for every gate that is not open, empty for none.

    Points that are barred (see store.bounds) are refused.

    Raises RejectedError for what would be wrong for every point.
    """
    codes = list(dict.fromkeys(codes))
    if len(codes) > MOST:
        reject("codes", N_("more than %(most)s points at once"), most=MOST)
    new = replace(tidy(new), reasons=dict.fromkeys(GATES, why))
    points = {row.code: row for some in slices(codes, TOGETHER) for row in session.execute(named(city, some))}
    ids = [row.id for row in points.values()]
    today, looked = day_of(city.time_zone, now), []
    known_lives = lives(session, ids, today)
    wanting = {id_: new.claim for id_ in ids if new.stage == "accepted"}
    known = evidence(session, city, wanting, now) if wanting else {}
    for code in codes:
        row = points.get(code)
        if row is None:
            none = Reason(N_("there is no point of this code"))
            looked.append(Look(code, "", None, REFUSED, none))
            continue
        if code in barred:
            looked.append(Look(code, row.name, None, REFUSED, Reason(OUTSIDE, {"value": code}), point_id=row.id))
            continue
        life = known_lives[row.id]
        one = Look(code, row.name, stage_on(life, today), CHANGE, point_id=row.id)
        if before := already(life, new):
            since = Reason(N_("since %(day)s"), {"day": before})
            looked.append(replace(one, verdict=THERE, reason=since))
            continue
        try:
            beside, overrides = proven(life, new, known.get(row.id), today)
            looked.append(replace(one, overrides=overrides, beside=beside))
        except RejectedError as error:
            looked.append(replace(one, verdict=REFUSED, reason=error.reason))
    return looked


def named(city: City, codes: Sequence[str]) -> Select[int, str, str]:
    return select(Point.id, Point.code, Point.name).where(Point.city_id == city.id, Point.code.in_(codes))


def already(life: Steps, new: NewStep) -> date | None:
    """Since when the point has been at the stage: that day, or ever where it comes once in a life."""
    same = [step.since for step in life if step.stage == new.stage]
    if stage_on(life, new.since) == new.stage:
        return max(day for day in same if day <= new.since)
    return same[0] if same and new.stage not in REPEATED else None


def take_all(
    session: Session,
    city: City,
    codes: Sequence[str],
    new: NewStep,
    why: str,
    barred: frozenset[str] = frozenset(),
    *,
    now: int,
    actor: str,
) -> tuple[list[Look], int | None]:
    """The steps of those that `look` would change, and the number of their batch; None where there is none."""
    looked = look(session, city, codes, new, why, now, barred)
    wanted = {one.point_id: one for one in looked if one.verdict == CHANGE and one.point_id is not None}
    if not wanted:
        return looked, None
    complete(session, {point_id: one.beside for point_id, one in wanted.items()}, now, actor)
    ids = [write(session, point_id, tidy(new), one.overrides, now=now, actor=actor) for point_id, one in wanted.items()]
    for some in slices(ids, TOGETHER):
        session.execute(update(LifecycleChange).where(LifecycleChange.id.in_(some)).values(batch=ids[0]))
    settle(session, list(wanted))
    note(session, now, actor, "step", f"{len(ids)} points", f"{new.stage} since {new.since}; batch {ids[0]}")
    return looked, ids[0]


def withdraw_all(
    session: Session, city: City, batch: int, barred: frozenset[str] = frozenset(), *, now: int, actor: str
) -> int:
    """How many steps of the batch were withdrawn.

    Raises RejectedError for the first point that is barred (see store.bounds), or that has gone on since.
    """
    query = select(LifecycleChange.id, LifecycleChange.point_id, Point.code, LifecycleChange.stage)
    query = query.add_columns(LifecycleChange.since).join(Point, Point.id == LifecycleChange.point_id)
    rows = session.execute(
        query.where(
            Point.city_id == city.id, LifecycleChange.batch == batch, LifecycleChange.withdrawn_at.is_(None)
        ).order_by(Point.code)
    ).all()
    known = lives(session, [row.point_id for row in rows], day_of(city.time_zone, now))
    gone: dict[str, list[Step]] = defaultdict(list)
    for row in rows:
        gone[row.code] += [step for step in known[row.point_id] if (step.stage, step.since) == (row.stage, row.since)]
    ids = {row.code: row.point_id for row in rows}
    for code, steps in gone.items():
        if code in barred:
            reject("batch", OUTSIDE, value=code)
        try:
            removed(known[ids[code]], *steps)
        except RejectedError as error:
            text = N_("%(code)s has gone on since: %(reason)s")
            raise RejectedError("batch", text, code=code, reason=error.reason) from error
    for some in slices([row.id for row in rows], TOGETHER):
        withdraw_rows(session, list(some), now, actor)
    settle(session, list(ids.values()))
    if rows:
        note(session, now, actor, "withdraw", f"{len(rows)} points", f"batch {batch}")
    return len(rows)


def batches(session: Session, city: City, limit: int = 20) -> list[Batch]:
    """The newest first."""
    first = LifecycleChange
    counted = (
        select(
            LifecycleChange.batch,
            func.count().label("steps"),
            func.count().filter(LifecycleChange.withdrawn_at.is_(None)).label("standing"),
            func.count(LifecycleChange.stage.distinct()).label("stages"),
        )
        .where(LifecycleChange.batch.is_not(None))
        .group_by(LifecycleChange.batch)
        .subquery()
    )
    query = (
        select(first.id, first.stage, first.since, first.document, first.recorded_at, first.actor)
        .add_columns(counted.c.steps, counted.c.standing, counted.c.stages)
        .join(counted, counted.c.batch == first.id)
        .join(Point, Point.id == first.point_id)
        .where(Point.city_id == city.id)
        .order_by(first.id.desc())
        .limit(limit)
    )
    return [Batch(*row) for row in session.execute(query)]
