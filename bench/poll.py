"""What asking costs: CPU, time and memory from the target to the result, for 1,000 to 100,000 agents that answer.

    python -m bench.poll --farm snmpfarm.c --agents 1000,10000,100000 --v3 --json bench/results/poll.json

The farm of simulated agents and who asks it run in a network namespace of their own, on a core each. In the same run,
on fewer of the agents: pysnmp's high-level interface, Debian's prometheus-snmp-exporter where it is installed, and the
bare sockets. Needs root, a C compiler and iproute2.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.acceptance import built

SECURED = "city:SHA:authpass12345:AES:privpass12345"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--farm", required=True, type=Path, help="C source of the farm of simulated agents")
    parser.add_argument("--agents", default="1000,10000,100000")
    parser.add_argument("--v3", action="store_true", help="also SNMPv3 with SHA and AES-128")
    parser.add_argument("--dead", type=int, default=5, help="percent of agents that never answer")
    parser.add_argument("--loss", type=int, default=2, help="percent of exchanges that are dropped")
    parser.add_argument("--delay", type=int, default=20, help="milliseconds")
    parser.add_argument("--rounds", type=int, default=5, help="of which the best counts")
    parser.add_argument("--others", type=int, default=500, help="agents that the others ask; 0 leaves them out")
    parser.add_argument("--json", type=Path, help="where the figures are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, namespace() as inside:
        report = measure(options, built(options.farm, Path(folder)), inside)
    text = json.dumps(report, indent=2)
    print(text)
    if options.json:
        options.json.write_text(f"{text}\n")


def measure(options: argparse.Namespace, binary: Path, inside: Sequence[str]) -> dict[str, Any]:
    agents = [int(number) for number in options.agents.split(",")]
    versions = ["2c", "3"] if options.v3 else ["2c"]
    report: dict[str, Any] = {
        "python": platform.python_version(), "cores": os.cpu_count(), "load": [os.getloadavg()[0]],
        "dead": options.dead, "loss": options.loss, "delay_ms": options.delay, "ours": [],
    }  # fmt: skip
    for version in versions:
        for number in agents:
            asked = ["--agents", str(number), "--version", version, "--rounds", str(options.rounds)]
            report["ours"].append(run(options, binary, inside, "bench.poll_client", *asked))
            report["load"].append(os.getloadavg()[0])
            print(json.dumps(report["ours"][-1]), file=sys.stderr)
    if options.others:
        asked = ["--agents", str(options.others), *(["--v3"] if options.v3 else [])]
        report["others"] = run(options, binary, inside, "bench.poll_others", *asked)
    return report


def run(options: argparse.Namespace, binary: Path, inside: Sequence[str], module: str, *arguments: str) -> Any:
    """A process of its own for each figure, so that its memory is nobody else's."""
    with farm(options, binary, inside) as started:
        command = [*inside, *core(0), sys.executable, "-m", module, *arguments]
        told = {"bench.poll_client": ["--started", str(started)]}.get(module, [])
        done = subprocess.run([*command, *told], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


@contextmanager
def farm(options: argparse.Namespace, binary: Path, inside: Sequence[str]) -> Iterator[float]:
    """When it was started; its counters grow from then on."""
    command = [*inside, *core(1), str(binary), "--ifs", "9", "--quiet", "--duration", "7200", "--v3", SECURED]
    command += ["--dead", str(options.dead), "--loss", str(options.loss), "--delay", str(options.delay)]
    started = time.time()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        if not process.stdout.readline().startswith("ready"):
            raise RuntimeError("the farm does not start")
        try:
            yield started
        finally:
            process.kill()


def core(number: int) -> list[str]:
    return ["taskset", "-c", str(number)] if (os.cpu_count() or 1) > 1 else []


@contextmanager
def namespace() -> Iterator[list[str]]:
    """The command that runs another inside: its loopback has all of 127.0.0.0/8 and port 161 free."""
    name = f"bench-poll-{os.getpid()}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "netns", "exec", name, "ip", "link", "set", "lo", "up"], check=True)
        yield ["ip", "netns", "exec", name]
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True)


if __name__ == "__main__":
    main()
