"""The simulated access points: `python -m hotspot.demo.agents` answers for all of them on loopback, over real UDP."""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from collectors.agent import Agent, AgentHost
from hotspot import clock, logs
from hotspot.analytics.calendar import midnight
from hotspot.demo import controller, fate
from hotspot.demo.places import COMMUNITY, OUTSIDE
from hotspot.demo.tables import agent, device
from hotspot.demo.usage import Crowd, crowd
from hotspot.settings import load
from hotspot.store.base import make_engine, reading
from hotspot.store.models import AccessPoint, ApState, Area, City, Point, Site, State
from hotspot.supervisor import when_parent_ends

log = logging.getLogger(__name__)
TICK_S = 2.0
STRANGERS = 6  # access points that hang on walls and are in nobody's list, for the search to find


@dataclass(slots=True)
class Simulated:
    agent: Agent
    fate: fate.Fate

    def live(self, now: int) -> None:
        """Fall silent, or come back; what lost its power starts anew."""
        silent = self.fate.is_silent(now)
        if self.agent.silent and not silent:
            self.agent.reboot(now)
        self.agent.silent = silent


def simulated(engine: Engine, now: int) -> tuple[dict[str, Simulated], int]:
    """Every access point that is polled, by its address, and the port of all of them."""
    query = (
        select(AccessPoint, Point.installed_on, Site.venue_kind, Area.code, ApState, City.time_zone)
        .join(Point, Point.id == AccessPoint.point_id)
        .join(Site, Site.id == Point.site_id)
        .join(Area, Area.id == Site.area_id)
        .join(City, City.id == AccessPoint.city_id)
        .join(ApState, ApState.ap_id == AccessPoint.id)
        .where(AccessPoint.polling, City.demonstration)
    )
    with reading(engine) as session:
        rows = session.execute(query.order_by(AccessPoint.id)).all()
    villages = tuple(sorted({row.code for row in rows}))
    nightly = fate.nightly({row.AccessPoint.name: row.venue_kind for row in rows})
    loose = fate.loose(row.AccessPoint.name for row in rows) if rows else ""
    above_all = fate.Fate(controller.NAME, "", villages)  # it has its own power
    found = {controller.ADDRESS: Simulated(controller.agent(crowds_behind(rows), now), above_all)}
    for row in rows:
        if row.AccessPoint.address is None:
            continue
        name, state = row.AccessPoint.name, row.ApState
        down_since = state.since if state.state == State.DOWN else None
        opened = midnight(row.time_zone, row.installed_on) if row.installed_on else now
        booted_at = state.last_poll - (state.uptime_s or 0)
        found[row.AccessPoint.address] = Simulated(
            agent(device(name, crowd(name, row.venue_kind, opened)), COMMUNITY, booted_at),
            fate.Fate(
                name,
                row.code,
                villages,
                fate.back_at(row.code, down_since, now),
                nightly=name in nightly,
                loose=name == loose,
            ),
        )
    beside = rows[:: max(1, len(rows) // STRANGERS)][:STRANGERS]
    outside = strangers([(row.AccessPoint.name, row.venue_kind, row.code) for row in beside], villages, now)
    return outside | found, rows[0].AccessPoint.port if rows else 0


def crowds_behind(rows: Sequence[Any]) -> dict[str, Crowd]:
    """Of the access points that are followed through the controller, by name."""
    return {
        row.AccessPoint.name: crowd(
            row.AccessPoint.name, row.venue_kind, midnight(row.time_zone, row.installed_on) if row.installed_on else 0
        )
        for row in rows
        if row.AccessPoint.controller_id is not None
    }


def strangers(beside: Sequence[tuple[str, str, str]], villages: tuple[str, ...], now: int) -> dict[str, Simulated]:
    """Each hangs beside a known one, whose name, venue kind and village are given; the last is that one itself."""
    made = {}
    for number, (name, kind, village) in enumerate(beside, start=1):
        called = name if number == STRANGERS else f"{name.rpartition('-')[0]}-9"
        one = agent(device(called, crowd(called, kind, now)), COMMUNITY, now)
        made[f"{OUTSIDE}.{number}"] = Simulated(one, fate.Fate(called, village, villages))
    return made


async def answer(everything: dict[str, Simulated], port: int) -> None:
    """Until told to stop."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    when_parent_ends(lambda: loop.call_soon_threadsafe(stop.set))
    for one in everything.values():
        one.live(clock.now())
    host = AgentHost({address: one.agent for address, one in everything.items()}, port)
    host.open()
    log.info("%d simulated access points answer on port %d of 127.36.0.0/16", len(everything), host.port)
    while not stop.is_set():
        for one in everything.values():
            one.live(clock.now())
        try:
            await asyncio.wait_for(stop.wait(), TICK_S)
        except TimeoutError:
            continue
    host.close()


def main() -> None:
    settings = load()
    logs.set_up(settings.log_level)
    engine = make_engine(settings.database)
    everything, port = simulated(engine, clock.now())
    engine.dispose()
    try:
        asyncio.run(answer(everything, port))
    except OSError as error:
        log.error("UDP port %d can't be used: %s", port, error.strerror)
        sys.exit(1)


if __name__ == "__main__":
    main()
