"""A city of simulated devices on loopback, really polled over UDP, for the tests of the service."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine

from collectors.agent import Agent, AgentHost, Object
from collectors.snmp.codec import Tag
from hotspot.secrets import seal
from hotspot.store.base import writing
from hotspot.store.models import AccessPoint, Area, City, Point, Site

SYSTEM = "1.3.6.1.2.1.1"
T = TypeVar("T")


def address(number: int) -> str:
    return f"127.77.{number // 250}.{number % 250 + 1}"


def agent(number: int) -> Agent:
    return Agent(
        {
            f"{SYSTEM}.1.0": Object(Tag.OCTET_STRING, b"Linux device 6.1"),
            f"{SYSTEM}.2.0": Object(Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.8072.3.2.10"),
            f"{SYSTEM}.5.0": Object(Tag.OCTET_STRING, f"device-{number}".encode()),
        },
        booted_at=time.time() - 86400,
    )


@contextmanager
def devices(count: int) -> Iterator[tuple[list[Agent], int]]:
    """Agents at address(0), address(1) ... on one UDP port, served by a thread of their own."""
    agents = [agent(number) for number in range(count)]
    host = AgentHost({address(number): one for number, one in enumerate(agents)}, 0)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def call(act: Callable[[], None]) -> None:
        act()

    asyncio.run_coroutine_threadsafe(call(host.open), loop).result()
    try:
        yield agents, host.port
    finally:
        asyncio.run_coroutine_threadsafe(call(host.close), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def settle(engine: Engine, key: bytes, count: int, port: int, interval_s: int = 60, community: str = "public") -> int:
    """The city's id; its access points are AP-0, AP-1 ... with the ids 1, 2 ..."""
    with writing(engine) as session:
        city = City(code="36.74", name="Testing", poll_interval_s=interval_s)
        session.add(city)
        session.flush()
        area = Area(city_id=city.id, code="36.74.01.1001", name="Somewhere", level="village")
        session.add(area)
        session.flush()
        site = Site(city_id=city.id, area_id=area.id, name="Hall", venue_kind="park")
        session.add(site)
        session.flush()
        point = Point(city_id=city.id, site_id=site.id, code="P-1", name="Hall", lifecycle="active")
        session.add(point)
        session.flush()
        for number in range(count):
            name = f"AP-{number}"
            sealed = seal(key, json.dumps({"community": community}), f"{city.id}/access_point/{name}")
            session.add(
                AccessPoint(
                    city_id=city.id,
                    point_id=point.id,
                    name=name,
                    address=address(number),
                    port=port,
                    credential=sealed,
                )
            )
            session.flush()
        return city.id


def until(question: Callable[[], T], deadline_s: float = 30, every_s: float = 0.1) -> T:
    """The first answer that is true; fails the test at the deadline."""
    end = time.monotonic() + deadline_s
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"still {answer!r} after {deadline_s} s")
        time.sleep(every_s)
