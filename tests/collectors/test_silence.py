"""One dead device never delays a living one: the gate for every change of the engine.

1,000 simulated access points in a process of their own, of which 100 fall silent; a real agent that is stopped.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.target import Credential, Target
from tests.collectors.conftest import running_snmpd
from tests.collectors.many_agents import address, serving

AGENTS, SILENT = 1_000, 100
INTERVAL_S = 4.0  # all are asked within it
TRIES = (1.0, 1.0, 1.0)
PUBLIC = Credential(community="public")


@dataclass
class Cycle:
    """What one round was for the devices that are watched."""

    freshness: float  # share of the interval that is left when the answer comes, mean
    length_s: float  # from the first request to the last answer
    answered: int
    silent: int


async def cycle(rounds: Rounds, targets: Sequence[Target], watched: range, spread_s: float = INTERVAL_S) -> Cycle:
    due = {target.key: target.phase * spread_s for target in targets}
    began = time.monotonic()
    late: list[float] = []
    came: list[float] = []
    silent = 0

    def take(result: PollResult) -> None:
        nonlocal silent
        if result.key in watched and result.reachable:
            came.append(time.monotonic() - began)
            late.append(came[-1] - due[result.key])
        silent += result.reachable is False

    await rounds.run(targets, spread_s=spread_s, deadline_s=spread_s + 20, sink=take)
    return Cycle(1 - fmean(late) / INTERVAL_S, max(came), len(came), silent)


def test_a_hundred_devices_that_fall_silent_delay_none_of_the_others() -> None:
    dice = random.Random(1)
    living = range(SILENT, AGENTS)

    async def story(port: int) -> tuple[Cycle, Cycle, Cycle]:
        rounds = Rounds(tries=TRIES)
        targets = [Target(n, address(n), PUBLIC, port=port, phase=dice.random()) for n in range(AGENTS)]
        try:
            await cycle(rounds, targets, living)  # first contacts
            before = await cycle(rounds, targets, living)
            agents.silence(SILENT)
            falling = await cycle(rounds, targets, living)
            known = [replace(target, expected_down=target.key not in living) for target in targets]
            return before, falling, await cycle(rounds, known, living)
        finally:
            await rounds.close()

    with serving(AGENTS) as agents:
        before, *after = asyncio.run(story(agents.port))

    assert (before.answered, before.silent) == (AGENTS - SILENT, 0)
    assert before.freshness > 0.95
    for now in after:
        assert (now.answered, now.silent) == (AGENTS - SILENT, SILENT)
        assert now.freshness >= 0.98 * before.freshness
        assert now.length_s <= 1.1 * before.length_s


def test_a_real_agent_that_is_stopped_delays_nobody_and_comes_back(tmp_path: Path) -> None:
    others = range(1, 101)

    async def story(agents: int, real: int) -> tuple[Cycle, Cycle, Cycle]:
        rounds = Rounds(tries=TRIES, window=4)
        targets = [Target(n, address(n), PUBLIC, port=agents, phase=n / 200) for n in others]
        targets.append(Target(0, "127.0.0.1", PUBLIC, port=real, phase=0))
        pid = int((tmp_path / "pid").read_text())
        try:
            await cycle(rounds, targets, others, 1)
            before = await cycle(rounds, targets, others, 1)
            os.kill(pid, signal.SIGSTOP)
            stopped = await cycle(rounds, targets, others, 1)
            os.kill(pid, signal.SIGCONT)
            return before, stopped, await cycle(rounds, targets, range(101), 1)
        finally:
            os.kill(pid, signal.SIGCONT)
            await rounds.close()

    with (
        serving(101) as agents,
        running_snmpd(tmp_path, "rocommunity public\nagentaddress udp:127.0.0.1:{port}\n") as real,
    ):
        before, stopped, back = asyncio.run(story(agents.port, real.port))

    assert (stopped.answered, stopped.silent) == (100, 1)
    assert stopped.freshness >= 0.98 * before.freshness
    assert stopped.length_s <= 1.1 * before.length_s + 0.05
    assert (back.answered, back.silent) == (101, 0)
