"""Results and pings find each other, whichever comes first, and none waits for long."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from collectors import pinged
from collectors.echo import IcmpError
from collectors.icmp import Pinger
from collectors.pinged import PingedRounds, is_pingable
from collectors.result import Ping, PollResult
from collectors.target import Credential, Target

GOOD = Ping(3, 3, 0.002)


class FakePinger(Pinger):
    """Tells of a ping when the test says so."""

    def __init__(self, refused: str = "") -> None:
        super().__init__()
        self.refused = refused
        self.told: dict[str, Callable[[Ping | None], None]] = {}
        self.delays: list[float] = []
        self.hurried = 0

    def begin(self, address: str, done: Callable[[Ping | None], None], **how: Any) -> Any:
        if address == self.refused:
            raise IcmpError("no IPv6 here")
        self.told[address] = done
        self.delays.append(how["delay_s"])
        return address

    def hurry(self, _: Any) -> None:
        self.hurried += 1


class FakeRounds:
    """Gives each target its result after `during`, of which a test may make what it wants."""

    def __init__(self, during: Callable[[], None] = lambda: None, wait_s: float = 0.0) -> None:
        self.during, self.wait_s = during, wait_s

    async def run(self, targets: Sequence[Target], *, sink: Callable[[PollResult], None], **_: Any) -> None:
        self.during()
        for target in targets:
            sink(PollResult(target.key, 1.0, reachable=True))
        await asyncio.sleep(self.wait_s)


def target(key: int, address: str = "", phase: float = 0.0) -> Target:
    return Target(key, address or f"192.0.2.{key}", Credential(community="x"), phase=phase)


def run(rounds: FakeRounds, pinger: Pinger, *targets: Target, deadline_s: float = 60) -> list[PollResult]:
    results: list[PollResult] = []

    async def bounded() -> None:
        async with asyncio.timeout(20):
            await PingedRounds(rounds, pinger).run(targets, spread_s=10, deadline_s=deadline_s, sink=results.append)

    asyncio.run(bounded())
    return results


def test_ping_that_came_first_goes_with_the_result() -> None:
    pinger = FakePinger()
    rounds = FakeRounds(during=lambda: pinger.told["192.0.2.1"](GOOD))
    assert [result.ping for result in run(rounds, pinger, target(1))] == [GOOD]
    assert pinger.hurried == 0


def test_result_waits_for_a_ping_that_comes_later_and_hurries_it() -> None:
    pinger = FakePinger()

    def later() -> None:
        asyncio.get_running_loop().call_later(0.05, pinger.told["192.0.2.1"], GOOD)

    assert [result.ping for result in run(FakeRounds(later), pinger, target(1))] == [GOOD]
    assert pinger.hurried == 1


def test_result_waits_no_longer_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinged, "HOLD_S", 0.05)
    pinger = FakePinger()
    assert [result.ping for result in run(FakeRounds(), pinger, target(1), target(2))] == [None, None]
    pinger.told["192.0.2.1"](GOOD)  # much too late, which is no harm


def test_result_waits_for_no_ping_beyond_the_deadline() -> None:
    began = time.monotonic()
    assert [result.ping for result in run(FakeRounds(), FakePinger(), target(1), deadline_s=0.05)] == [None]
    assert time.monotonic() - began < pinged.HOLD_S


def test_results_held_are_given_when_the_round_is_cut_off() -> None:
    results: list[PollResult] = []

    async def cut() -> None:
        rounds = PingedRounds(FakeRounds(wait_s=60), FakePinger())
        work = asyncio.create_task(rounds.run([target(1)], spread_s=10, deadline_s=60, sink=results.append))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)

    asyncio.run(cut())
    assert [(result.key, result.ping) for result in results] == [(1, None)]


def test_pings_leave_at_the_phase_of_their_device() -> None:
    pinger = FakePinger()

    def all_come() -> None:
        for tell in pinger.told.values():
            tell(GOOD)

    run(FakeRounds(all_come), pinger, target(1, phase=0.25), target(2, phase=0.5))
    assert pinger.delays == [2.5, 5.0]


def test_device_that_cannot_be_pinged_is_polled_all_the_same() -> None:
    pinger = FakePinger(refused="2001:db8::1")
    results = run(FakeRounds(), pinger, target(1, "2001:db8::1"), target(2, "127.0.0.5"))
    assert [(result.key, result.ping) for result in results] == [(1, None), (2, None)]
    assert pinger.told == {}


@pytest.mark.parametrize(
    ("address", "pingable"),
    [("192.0.2.1", True), ("2001:db8::1", True), ("127.0.0.1", False), ("::1", False), ("", False), ("ap-1", False)],
)
def test_this_machine_answers_for_its_own_addresses(address: str, pingable: bool) -> None:
    assert is_pingable(address) is pingable
