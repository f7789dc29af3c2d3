"""The scheduled reports: on the first of each month those of the month before, once each, and made up for later."""

import logging
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Engine

from hotspot import clock
from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.reports import AGAIN_S, TRIES, Month, Order, due
from hotspot.pdf import PdfError
from hotspot.store import jobruns
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.lease import Fence
from hotspot.store.models import City
from hotspot.store.reports import Run, add_report, job_of, runs, schedules

log = logging.getLogger(__name__)
ACTOR = "schedule"
SETTLED_S = 900  # after midnight, so that the last polls of the month are stored and rolled up
Attempt = tuple[int, int, Order]  # schedule, slot, what to make


def make_due(engine: Engine, fence: Fence) -> None:
    """Whatever is due now. One that fails is tried TRIES times, an hour apart, and then left for a person."""
    now = clock.now()
    with reading(engine) as session:
        city = current_city(session)
        if city is None:
            return
        wanted = [
            one
            for row in schedules(session, city)
            for month in due(row.since, day_of(city.time_zone, now - SETTLED_S))
            for one in attempt(city, row.id, replace(row.order, period=month.text), month, runs(session, row.id), now)
        ]
    for schedule, slot, order in wanted:
        with writing(engine) as session:
            fence.check(session)
            claimed = jobruns.claim(session, job_of(schedule), slot, fence.holder, now)
        if claimed:
            make_one(engine, fence, city, schedule, slot, order)


def attempt(city: City, schedule: int, order: Order, month: Month, known: Sequence[Run], now: int) -> Iterator[Attempt]:
    """The next try at a month; none when it was made, runs, or failed too often. Tries are slots one after another."""
    slot = midnight(city.time_zone, month.after)
    tried = [run for run in known if slot <= run.slot < slot + TRIES]
    if any(run.finished_at is not None for run in tried) or len(tried) >= TRIES:
        return
    if not tried or now - max(run.started_at for run in tried) >= AGAIN_S:
        yield schedule, slot + len(tried), order


def make_one(engine: Engine, fence: Fence, city: City, schedule: int, slot: int, order: Order) -> None:
    """In the archive together with the proof that it was made."""
    named = f"{order.kind} {order.key}".strip()
    # Imported for the first report: with all that a report asks it would cost every collector some megabytes.
    from hotspot.reports.make import make

    try:
        with reading(engine) as session:
            data = make(session, city, order, clock.now())
    except (RejectedError, PdfError, subprocess.TimeoutExpired) as error:
        log.error("report %s of %s was not made: %s", named, order.period, error)
        return
    with writing(engine) as session:
        fence.check(session)
        add_report(session, city.id, order, data, clock.now(), ACTOR)
        jobruns.finish(session, job_of(schedule), slot, clock.now())
    log.info("report %s of %s made", named, order.period)
