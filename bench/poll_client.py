"""The process that is measured by bench.poll: asks every agent of a farm in rounds and checks what they say."""

import argparse
import asyncio
import gc
import json
import random
import resource
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.acceptance import address, mix
from collectors.result import PollResult
from collectors.rounds import Rounds
from collectors.target import Credential, Target

SSIDS, INTERFACES = 9, 4  # of each agent: 9 client counts, 8 counters of octets, a speed, sysUpTime and ifNumber are 20
COMMUNITY = Credential(community="public")
SECURED = Credential("3", "", "city", "SHA", "authpass12345", "AES", "privpass12345")
USUAL_TRIES = (1, 2, 2, 2)
AGENTS_A_S = 5_000  # are begun
FIRST_AGENTS_A_S = 500
KEPT = 2_000  # results of a round that are kept for the check; beyond that each n-th


@dataclass
class Figures:
    """CPU of this process and of nothing else; `rounds` are those of devices already learned."""

    agents: int
    version: str
    first_cpu_us: float  # first contact: identification, tables, plan
    first_wall_s: float
    first_memory_mb: float
    cpu_us: float  # per agent and round, dead ones and second tries included; the best round
    cpu_us_rounds: list[float]
    wall_s: float  # of that round; `spread_s` of it on purpose
    spread_s: float
    memory_mb: float  # most that was ever resident
    pss_mb: float  # at the end
    sockets: int
    objects: int  # asked of each agent
    answered: int
    silent: int
    right: int  # values
    wrong: int
    missing: int
    resent: int
    kernel_drops: int
    plans: int


@dataclass
class Checked:
    right: int = 0
    wrong: int = 0
    missing: int = 0

    def check(self, result: PollResult, started: float) -> None:
        """The farm's values follow from the address; counters grow by the microseconds since it began."""
        value = mix(int.from_bytes(bytes(map(int, address(result.key).split("."))), "little"))
        said = {(sample.metric, sample.label): sample.value for sample in result.samples}
        grown = (time.time() - started) * 1e6
        for i in range(1, SSIDS + 1):
            self._compare(said.get(("ssid_clients", f"WiFi-Publik-{i}")), (value >> i) % 60, 0)
        for i in range(1, INTERFACES + 1):
            self._compare(said.get(("if_in_octets", f"wlan{i}")), (value << 6) * i, grown / 8)
            self._compare(said.get(("if_out_octets", f"wlan{i}")), (value << 10) * i, grown)

    def _compare(self, found: float | None, least: float, more: float) -> None:
        if found is None:
            self.missing += 1
        elif least <= found <= least + more:
            self.right += 1
        else:
            self.wrong += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, required=True)
    parser.add_argument("--version", choices=("2c", "3"), default="2c")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--window", type=int, default=2_048)
    parser.add_argument("--started", type=float, required=True, help="when the farm was started")
    json.dump(asdict(asyncio.run(measure(parser.parse_args()))), sys.stdout)


async def measure(options: argparse.Namespace) -> Figures:
    credential = SECURED if options.version == "3" else COMMUNITY
    dice = random.Random(1)
    targets = [Target(i, address(i), credential, phase=dice.random()) for i in range(options.agents)]
    rounds = Rounds(tries=USUAL_TRIES, window=options.window)
    checked, told = Checked(), Counter[bool | None]()
    kept: list[PollResult] = []
    each = max(1, options.agents // KEPT)

    def take(result: PollResult) -> None:
        told[result.reachable] += 1
        if result.key % each == 0 and result.reachable:
            kept.append(result)
        if result.reachable is False:
            silent.add(result.key)

    async def a_round(a_s: float) -> tuple[float, float]:
        told.clear()
        spread_s = options.agents / a_s
        cpu, wall = time.process_time(), time.monotonic()
        await rounds.run(targets, spread_s=spread_s, deadline_s=3_600, sink=take)  # it ends with the last answer
        spent = time.process_time() - cpu, time.monotonic() - wall
        for result in kept:
            checked.check(result, options.started)
        kept.clear()
        return spent

    silent: set[int] = set()
    first_cpu, first_wall = await a_round(FIRST_AGENTS_A_S)
    first_memory = peak_mb()
    targets = [replace(target, expected_down=target.key in silent) for target in targets]  # as after some misses
    gc.collect()
    spent = [await a_round(AGENTS_A_S) for _ in range(options.rounds)]
    cpu, wall = min(spent)
    plans = [device.plan for target in targets if (device := rounds.learned(target.key)) and device.plan]
    stats = rounds.stats
    figures = Figures(
        options.agents, options.version,
        round(first_cpu / options.agents * 1e6, 1), round(first_wall, 1), first_memory,
        round(cpu / options.agents * 1e6, 1), [round(one / options.agents * 1e6, 1) for one, _ in spent],
        round(wall, 1), options.agents / AGENTS_A_S, peak_mb(), pss_mb(), udp_sockets(),
        sum(map(len, plans[0].requests)), told[True], told[False], checked.right, checked.wrong, checked.missing,
        stats["resent"], stats.get("kernel_drops", 0), len(set(map(id, plans))),
    )  # fmt: skip
    await rounds.close()
    return figures


def peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def pss_mb() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024, 1)


def udp_sockets() -> int:
    own = {str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
    rows = [line.split() for line in Path("/proc/self/net/udp").read_text().splitlines()[1:]]
    return sum(f"socket:[{row[9]}]" in own for row in rows)


if __name__ == "__main__":
    main()
