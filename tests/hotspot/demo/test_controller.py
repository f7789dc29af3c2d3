"""The collector follows the demonstration's access points through its controller."""

import asyncio

from collectors.agent import AgentHost
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.target import Credential, Target
from hotspot.demo import controller
from hotspot.demo.places import COMMUNITY
from hotspot.demo.usage import crowd

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
