"""What the service costs once it knows its devices: CPU a poll of the whole collector, memory of all processes.

    python -m bench.pipeline --farm snmpfarm.c --agents 1000 --cycles 8 --interval 15

Start and learning are left out: counted is from the end of the `--warm`-th cycle on. Needs a C compiler for the farm.
"""

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from socket import SOCK_STREAM

from bench.acceptance import address, built, farm, until_cycle
from bench.city import City, Device, cpu_seconds, free_port, memory_mb


@dataclass(frozen=True)
class Report:
    agents: int
    interval_s: int
    cycles: int
    polls: int
    cpu_us_per_poll: float
    cpu_share_of_a_core: float
    cycle_ms: float  # median, from the first request to the last answer or silence
    skipped_cycles: int
    collector_memory_mb: float
    web_memory_mb: float  # all its workers
    memory_mb: float


def measure(options: argparse.Namespace, folder: Path) -> Report:
    binary, port = built(options.farm, folder), free_port()
    city = City(folder, {"bind": f"127.0.0.1:{free_port(SOCK_STREAM)}"})
    agents = [address(number) for number in range(options.agents)]
    city.create([Device(agent, agent, port) for agent in agents], options.interval)
    with farm(binary, port, options), city.start("collector") as collector, city.start("web") as web:
        until_cycle(city, options.warm, options.interval)
        cpu, polls, began = cpu_seconds(collector.pid), count(city), time.monotonic()
        lengths = []
        for cycle in range(options.warm + 1, options.warm + options.cycles + 1):
            until_cycle(city, cycle, options.interval)
            lengths.append(city.ask("SELECT duration_ms FROM collector_status")[0][0])
        cpu, polls, wall = cpu_seconds(collector.pid) - cpu, count(city) - polls, time.monotonic() - began
        own, pages = memory_mb(collector.pid), memory_mb(web.pid)
        skipped = city.ask("SELECT skipped FROM collector_status")[0][0]
    return Report(
        agents=options.agents, interval_s=options.interval, cycles=options.cycles, polls=polls,
        cpu_us_per_poll=round(cpu / polls * 1e6, 1), cpu_share_of_a_core=round(cpu / wall, 4),
        cycle_ms=statistics.median(lengths), skipped_cycles=skipped, collector_memory_mb=round(own, 1),
        web_memory_mb=round(pages, 1), memory_mb=round(own + pages, 1),
    )  # fmt: skip


def count(city: City) -> int:
    return city.ask("SELECT count(*) FROM poll_hot")[0][0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--farm", required=True, type=Path, help="C source of the farm of simulated agents")
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--warm", type=int, default=3, help="cycles of start and learning that are not counted")
    parser.add_argument("--cycles", type=int, default=8)
    parser.add_argument("--interval", type=int, default=15)
    parser.add_argument("--dead", type=int, default=5, help="percent of agents that never answer")
    parser.add_argument("--loss", type=int, default=2, help="percent of exchanges that are dropped")
    parser.add_argument("--delay", type=int, default=20, help="milliseconds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asdict(measure(options, Path(folder))), indent=2))


if __name__ == "__main__":
    main()
