"""The collector follows the demonstration's access points through its controller."""

import asyncio
from dataclasses import replace

from sqlalchemy import Engine, select

from collectors.agent import AgentHost
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.target import Credential, Target
from hotspot.demo import controller
from hotspot.demo.places import COMMUNITY
from hotspot.demo.usage import crowd
from hotspot.recorder import Poll, Recorder
from hotspot.store.base import reading, writing
from hotspot.store.models import AccessPoint, ApState, State
from tests.hotspot import small_city

NOW = 1_795_240_000
CROWDS = {name: crowd(name, "service_mall", NOW - 10**7) for name in ("ts-0001-1", "ts-0002-1", "ts-0003-1")}


def poll() -> PollResult:
    async def ask() -> PollResult:
        host = AgentHost({controller.ADDRESS: controller.agent(CROWDS, NOW)}, 0, lambda: NOW)
        host.open()
        rounds, results = Rounds(), list[PollResult]()
        target = Target(1, controller.ADDRESS, Credential(community=COMMUNITY), port=host.port)
        await rounds.run([target], spread_s=0.0, deadline_s=20.0, sink=results.append)
        await rounds.close()
        host.close()
        return results[0]

    return asyncio.run(ask())


def test_controller_tells_of_its_access_points() -> None:
    told = poll()
    assert (told.error, told.profile) == ("", "ruckus-smartzone")
    assert told.identity
    assert (told.identity.vendor, told.identity.model) == ("Ruckus", controller.MODEL)
    assert told.access_points
    listed = {one.name: one for one in told.access_points}
    assert set(listed) == {*CROWDS, *controller.UNPLACED}
    assert {name: one.up for name, one in listed.items() if not one.up} == {"ts-0003-1": False}
    first = listed["ts-0001-1"]
    assert (first.key, first.serial, first.model) == (
        controller.mac("ts-0001-1"),
        controller.serial("ts-0001-1"),
        "T350D",
    )
    samples = {sample.metric: sample.value for sample in first.samples}
    assert samples["clients"] == CROWDS["ts-0001-1"].clients(NOW) > 0


def test_what_it_tells_is_recorded(engine: Engine) -> None:
    city_id = small_city.build(engine)
    with writing(engine) as session:
        row = AccessPoint(city_id=city_id, name=controller.NAME, kind="controller", address=controller.ADDRESS)
        session.add(row)
        session.flush()
        controller_id = row.id
    recorder = Recorder(engine, city_id, misses=3)
    recorder.record([Poll(NOW, 30, replace(poll(), key=controller_id, at=NOW))], fence=None)
    with reading(engine) as session:
        query = select(AccessPoint.name, AccessPoint.controller_key, ApState.state)
        query = query.join(ApState, ApState.ap_id == AccessPoint.id).where(AccessPoint.controller_id == controller_id)
        states = {row.name: row.state for row in session.execute(query)}
    assert set(states) == {*CROWDS, *controller.UNPLACED}
    assert states.pop("ts-0003-1") == State.DOWN
    assert set(states.values()) == {State.UP}
