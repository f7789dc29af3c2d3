"""The points on their way: how many wait in each stage, how long that takes here, which are stuck, what will come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.forecast import Ahead, month_ends
from hotspot.analytics.inventory import LIFECYCLE, PRE_BUILT
from hotspot.analytics.pipeline import Wait, pipeline
from hotspot.store.four_counts import Member
from hotspot.store.models import Point
from hotspot.store.points import PointFilter

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Stage:
    """`since`: the day on which the point that stands here longest came to this stage; empty when no step is dated.

    Of a stage before installation also the days that half and four of five stays took (`median`, `long`) and the
    number of stays that `ended`; the days are empty with too few stays, or when fewer have gone on yet.
    """

    key: str
    points: int
    since: date | None
    median: int | None
    long: int | None
    ended: int
    stuck: int
    filter: PointFilter


@dataclass(frozen=True, slots=True)
class Stuck:
    """A point that waits longer in its stage than four of five did."""

    code: str
    name: str
    stage: str
    since: date
    days: int


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """`ahead`: how many of those waiting will be installed by the ends of MONTHS months, and last by `due`.

    Of `waiting` points `told` are simulated; of the others a stage on their way has too few stays.
    """

    stages: list[Stage]
    stuck: list[Stuck]
    waiting: int
    told: int
    ahead: tuple[Ahead, ...]
    due: Ahead | None


def on_the_way(session: Session, everyone: Sequence[Member], day: date, due: date | None = None) -> OnTheWay:
    """As known at the end of `day`; every stage in the order of a life."""
    ends = month_ends(day, MONTHS)
    found = pipeline(tuple(one.life for one in everyone), day, (*ends, *([due] if due and due > day else [])))
    codes = labels(session, [everyone[place].id for place in found.stuck])
    stuck = [
        Stuck(*codes[everyone[place].id], stay.stage, day - timedelta(days=stay.days), stay.days)
        for place, stay in found.here.items()
        if place in found.stuck
    ]
    stuck.sort(key=lambda one: (-one.days, one.code))
    standing: dict[str, list[date | None]] = {key: [] for key in LIFECYCLE}
    for one in everyone:
        if stage := one.life.stage_on(day):
            standing[stage].append(came(one, stage, day))
    stages = [stage_row(key, standing[key], found.waits.get(key), stuck) for key in LIFECYCLE]
    waiting = sum(stage.points for stage in stages if stage.key in PRE_BUILT)
    last = found.ahead[MONTHS] if len(found.ahead) > MONTHS else None
    return OnTheWay(stages, stuck, waiting, found.told, found.ahead[:MONTHS] if found.told else (), last)


def stage_row(key: str, since: Sequence[date | None], wait: Wait | None, stuck: Sequence[Stuck]) -> Stage:
    return Stage(
        key,
        len(since),
        min((day for day in since if day), default=None),
        wait.median if wait else None,
        wait.long if wait else None,
        wait.ended if wait else 0,
        sum(one.stage == key for one in stuck),
        PointFilter(lifecycle=key),
    )


def came(one: Member, stage: str, day: date) -> date | None:
    """When the point came to the stage in which it stands."""
    return max((since for since, step in one.life.changes if step == stage and since <= day), default=None)


def labels(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(select(Point.id, Point.code, Point.name).where(Point.id.in_(ids))) if ids else ()
    return {point: (code, name) for point, code, name in rows}
