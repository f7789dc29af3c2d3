"""What is done by the clock, poll or no poll: roll-ups, retention, windows of maintenance that comes again."""

from collections.abc import Sequence
from threading import Lock

from sqlalchemy import Engine

from hotspot import clock
from hotspot.analytics.calendar import day_of, days
from hotspot.recorder import Poll
from hotspot.settings import Settings
from hotspot.store import jobruns
from hotspot.store.alerts.deliveries import forget_attempts
from hotspot.store.base import reading, writing
from hotspot.store.chunks import compact, oldest_hot
from hotspot.store.citizens import forget as forget_sources
from hotspot.store.city import current_city
from hotspot.store.lease import Fence
from hotspot.store.maintenance_lists import settle
from hotspot.store.maintenance_series import make_ahead
from hotspot.store.retention import forget_chunks, forget_hours
from hotspot.store.rollups import roll_up as compute
from hotspot.store.searches import forget as forget_searches
from hotspot.store.sign_ins import forget_old

DAY_S = 86400
MARGIN_S = 3600  # a roll-up looks back at polls a little older than the last one
KEEP_RUNS_S = 7 * DAY_S
KEEP_ATTEMPTS_DAYS = 400  # what was answered to each try of a message


class Unrolled:
    """How far back polls were stored since the last roll-up; told by one thread, asked by another."""

    def __init__(self) -> None:
        self.since = clock.now()
        self.changing = Lock()

    def note(self, polls: Sequence[Poll], misses: int) -> None:
        """An outage is dated back to its first missed poll, so a poll may change what lies some polls before it."""
        touched = [int(poll.result.at) - 2 * misses * poll.interval_s for poll in polls]
        with self.changing:
            self.since = min([self.since, *touched])

    def take(self) -> int:
        with self.changing:
            since, self.since = self.since, clock.now()
        return since

    def give_back(self, since: int) -> None:
        with self.changing:
            self.since = min(self.since, since)


def roll_up(engine: Engine, fence: Fence, unrolled: Unrolled) -> None:
    """Figures of the hours and days touched since the last time, once a minute."""
    since = unrolled.take()
    try:
        roll_up_since(engine, fence, since)
    except BaseException:
        unrolled.give_back(since)
        raise


def roll_up_since(engine: Engine, fence: Fence, since: int) -> None:
    """In one transaction with the claim of the job."""
    now = clock.now()
    slot = now - now % 60
    with writing(engine) as session:
        fence.check(session)
        city = current_city(session)
        last = jobruns.last_finished(session, "roll_up")
        if city and jobruns.claim(session, "roll_up", slot, fence.holder, now):
            compute(session, city, min(since, last or since), now)
            jobruns.finish(session, "roll_up", slot, clock.now())


def announce_ahead(engine: Engine, fence: Fence) -> None:
    """The windows of maintenance series that come within the next weeks, once a day; whose work it is that began."""
    with writing(engine) as session:
        fence.check(session)
        city = current_city(session)
        if city:
            make_ahead(session, city, clock.now())
            settle(session, city, clock.now())


def retain(engine: Engine, fence: Fence, settings: Settings) -> None:
    """Once a day pack single polls that are older than their term, and drop what nobody looks at any more.

    Nothing goes that is not rolled up.
    """
    now = clock.now()
    slot = now - now % DAY_S
    with writing(engine) as session:
        fence.check(session)
        if not jobruns.claim(session, "retention", slot, fence.holder, now):
            return
        rolled_up = jobruns.last_finished(session, "roll_up") or 0
        jobruns.forget(session, now - KEEP_RUNS_S)
        forget_old(session, now, settings.session_hours * 3600)
        city = current_city(session)
        if city:
            forget_searches(session, city.id, now)
            forget_sources(session, day_of(city.time_zone, now))
    pack_polls(engine, fence, min(now - settings.keep_polls_days * DAY_S, rolled_up - MARGIN_S))
    terms = (
        (forget_chunks, settings.keep_chunks_days),
        (forget_hours, settings.keep_hours_days),
        (forget_attempts, KEEP_ATTEMPTS_DAYS),
    )
    for forget, keep_days in terms:
        dropped = 1
        while dropped:
            with writing(engine) as session:
                fence.check(session)
                dropped = forget(session, now - keep_days * DAY_S)
    with writing(engine) as session:
        jobruns.finish(session, "retention", slot, clock.now())


def pack_polls(engine: Engine, fence: Fence, before: int) -> None:
    """Every day of the city that ended before that instant."""
    with reading(engine) as session:
        city = current_city(session)
        oldest = oldest_hot(session, city.id) if city else None
        zone = city.time_zone if city else ""
        city_id = city.id if city else 0
    for day in days(zone, oldest, before) if oldest is not None else ():
        if day[1] <= before:
            compact(engine, fence, city_id, day)
