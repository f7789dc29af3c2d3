"""The collector reads every simulated family as it reads the real devices."""

import asyncio
from collections.abc import Mapping
from itertools import pairwise

import pytest

from collectors.agent import AgentHost
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.target import Credential, Target
from hotspot.demo import fate
from hotspot.demo.models import MODELS, Model, serial_of
from hotspot.demo.tables import FAMILIES, Device, agent
from hotspot.demo.usage import crowd

NOW = 1_795_240_000
COMMUNITY = "demonstration"


def polls(devices: Mapping[str, Device], times: int = 1) -> list[list[PollResult]]:
    """Each device asked over UDP, as often as wanted; a minute of simulated time apart."""

    async def ask() -> list[list[PollResult]]:
        clock = [float(NOW)]
        host = AgentHost(
            {address: agent(one, COMMUNITY, NOW - 5000) for address, one in devices.items()}, 0, lambda: clock[0]
        )
        host.open()
        rounds = Rounds()
        results: list[list[PollResult]] = []
        for _ in range(times):
            seen: list[PollResult] = []
            targets = [
                Target(key, address, Credential(community=COMMUNITY), port=host.port)
                for key, address in enumerate(devices)
            ]
            await rounds.run(targets, spread_s=0.0, deadline_s=20.0, sink=seen.append)
            results.append(sorted(seen, key=lambda result: result.key))
            clock[0] += 60
        await rounds.close()
        host.close()
        return results

    return asyncio.run(ask())


def busy(model: Model, name: str = "ts-0001-1") -> Device:
    return Device(name, crowd(name, "service_mall", NOW - 10**7), model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.model)
def test_family_is_recognised_and_read(model: Model) -> None:
    one = busy(model)
    first, second = (results[0] for results in polls({"127.36.9.1": one}, times=2))
    assert first.error == ""
    assert first.profile == model.family
    assert first.identity is not None
    said = first.identity
    assert (said.vendor, said.model, said.firmware) == (model.vendor, model.model, model.firmware)
    assert said.serial == serial_of(one.name, model)
    assert said.sys_name == one.name
    samples = {(sample.metric, sample.label): sample.value for sample in first.samples}
    assert one.clients(NOW) > 0
    assert samples["clients", ""] == one.clients(NOW)
    uplinks = {sample.label for sample in first.samples if sample.metric == "if_in_octets"}
    assert uplinks
    counters = [
        {sample.label: sample.value for sample in result.samples if sample.metric == "if_in_octets"}
        for result in (first, second)
    ]
    assert max(counters[1][label] - counters[0][label] for label in uplinks) > 0
    assert first.clock.uptime_s == 5000


def test_every_family_of_the_models_has_a_table() -> None:
    assert {model.family for model in MODELS} == set(FAMILIES)


def test_ap_without_clients_says_zero_not_nothing() -> None:
    quiet = [
        Device(f"ts-{number}", crowd(f"ts-{number}", "health_post", NOW), model) for number, model in enumerate(MODELS)
    ]
    devices = {f"127.36.9.{number}": one for number, one in enumerate(quiet, start=1)}
    for one, result in zip(quiet, polls(devices)[0], strict=True):
        clients = [sample.value for sample in result.samples if (sample.metric, sample.label) == ("clients", "")]
        assert clients == [one.clients(NOW)]


def test_usage_follows_the_day() -> None:
    one = crowd("x", "village_office", NOW - 10**7)
    monday = NOW // 604_800 * 604_800 + 4 * 86_400
    assert one.mean(monday + 3 * 3600) > 10 * one.mean(monday + 19 * 3600)  # 10:00 and 02:00 in WIB


def test_traffic_only_grows_and_matches_the_clients() -> None:
    one = crowd("x", "park", NOW - 10**8)
    steps = [one.traffic(NOW + step * 600) for step in range(200)]
    assert all(before < after for before, after in pairwise(steps))
    hour = one.traffic(NOW + 3600) - one.traffic(NOW)
    assert 0.5 < hour / (3600 * one.scale * one.by_hour(NOW)[(NOW + 7 * 3600) // 3600 % 24]) < 2


def test_broken_device_stays_silent_and_a_fresh_outage_ends() -> None:
    assert fate.back_at("a", NOW - 2 * 86_400, NOW) is None
    back = fate.back_at("a", NOW - 600, NOW)
    assert back is not None
    assert NOW < back < NOW + 3600
    assert fate.back_at("a", None, NOW) == 0.0


def test_something_happens_every_few_hours_but_never_to_all() -> None:
    villages = tuple(f"36.74.01.10{number:02}" for number in range(54))
    fates = [fate.Fate(f"ap-{number}", villages[number % 54], villages) for number in range(820)]
    silent = [sum(one.is_silent(NOW + minute * 60) for one in fates) for minute in range(0, 360, 2)]
    assert max(silent) > 5
    assert max(silent) < 82


def test_plug_pulled_in_the_evening_is_back_in_the_morning() -> None:
    one = fate.Fate("a", "v", ("w",), nightly=True)
    midnight = NOW // 86_400 * 86_400 - 7 * 3600
    assert [one.has_no_power(midnight + hour * 3600) for hour in (2, 12, 23)] == [True, False, True]
