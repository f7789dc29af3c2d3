"""hotspot collector: polls on schedule; of several, the one that holds the lease works."""

import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from functools import partial

import click
from sqlalchemy import Engine

from hotspot import cities, clock, logs
from hotspot.collector import Collector
from hotspot.commands.collectors import collectors
from hotspot.commands.opening import check_profiles, open_database
from hotspot.jobs import Schedule
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.supervisor import supervise, when_parent_ends

log = logging.getLogger(__name__)
TICK_S = 1.0
STEP_S = 3  # a difference between the wall clock and the monotonic one that is no drift any more
LAST_S = 9.0  # a database that hangs must not hold up the end


@click.command()
@click.pass_obj
def collector(settings: Settings) -> None:
    """Poll the access points on schedule, until told to stop; of several cities each in a process of its own."""
    logs.set_up(settings.log_level, settings.city)
    if not settings.city and cities.slugs(settings):
        when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
        sys.exit(supervise([], partial(collectors, settings)))
    check_profiles()
    engine = open_database(settings)
    asyncio.run(work(settings, engine, master_key(settings)))
    engine.dispose()
    log.info("ended")


async def work(settings: Settings, engine: Engine, key: bytes) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    when_parent_ends(lambda: loop.call_soon_threadsafe(stop.set))
    collector = Collector(settings, engine, key)
    schedule = Schedule(collector, loop)
    schedule.start()
    await watch_clock(collector, schedule, stop)
    give_up = threading.Timer(LAST_S, os._exit, (1,))
    give_up.daemon = True
    give_up.start()
    schedule.stop()
    await asyncio.to_thread(schedule.run, "end", collector.stop)
    if collector.broken.done():
        raise collector.broken.result()


async def watch_clock(collector: Collector, schedule: Schedule, stop: asyncio.Event) -> None:
    """Until it is time to stop, or a mistake of ours; a clock that is set moves the schedule."""
    loop = asyncio.get_running_loop()
    offset = clock.exact() - loop.time()
    while not stop.is_set() and not collector.broken.done():
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK_S):
                await stop.wait()
        step_s = round(clock.exact() - loop.time() - offset)
        if abs(step_s) >= STEP_S:
            offset += step_s
            schedule.realign()
            await asyncio.to_thread(schedule.run, "clock", partial(collector.clock_was_set, step_s))
