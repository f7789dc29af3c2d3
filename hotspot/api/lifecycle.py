"""/points/{code}/lifecycle: the steps of a point's life, and how it stood on any day."""

from datetime import date, datetime

from pydantic import Field
from sqlalchemy import select

from hotspot.api.layer import Ask
from hotspot.api.problem import Problem
from hotspot.api.query import Day, Query
from hotspot.api.shapes import Envelope, Shape
from hotspot.store.lifecycle import Taken, steps_of
from hotspot.store.models import Point
from hotspot.store.point_day import day_state, relocated_from, relocated_to


class LifecycleQuery(Query):
    """`on`: today when left out."""

    on: Day | None = None


class LifeStep(Shape):
    """A recorded step; a withdrawn one counts no more. `overrides`: by gate, why it was taken without that proof."""

    stage: str
    since: date
    assumed: bool = Field(description="true: the stage was reached by that day, the day itself is not known")
    actor: str
    document: str
    note: str
    overrides: dict[str, str]
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class LifecycleAnswer(Envelope):
    """`stage` is null before the first step; `access_points` are those measured there by that day."""

    point: str
    on: date
    stage: str | None
    site: str
    area: str
    access_points: list[str]
    relocated_from: str | None
    relocated_to: list[str]
    steps: list[LifeStep]


def one(ask: Ask[LifecycleQuery], code: str) -> LifecycleAnswer:
    """The life of a point: its dated steps, and what it was on a day."""
    query = select(Point.id).where(Point.city_id == ask.city.id, Point.code == code)
    point_id = ask.session.scalar(query)
    if point_id is None:
        raise Problem(404, "There is no point of this code.")
    state = day_state(ask.session, ask.city, point_id, ask.query.on or ask.today, ask.now)
    before = relocated_from(ask.session, point_id)
    return LifecycleAnswer(
        **ask.head(),
        point=code,
        on=state.day,
        stage=state.stage,
        site=state.site,
        area=state.area,
        access_points=list(state.devices),
        relocated_from=before.code if before else None,
        relocated_to=[after.code for after in relocated_to(ask.session, point_id)],
        steps=[step(ask, taken) for taken in steps_of(ask.session, [point_id])[point_id]],
    )


def step(ask: Ask[LifecycleQuery], taken: Taken) -> LifeStep:
    return LifeStep(
        stage=taken.stage,
        since=taken.since,
        assumed=taken.step.assumed,
        actor=taken.actor,
        document=taken.document,
        note=taken.note,
        overrides=dict(taken.override),
        recorded_at=ask.at(taken.recorded_at),
        withdrawn_at=ask.time(taken.withdrawn_at),
        withdrawn_by=taken.withdrawn_by,
    )
