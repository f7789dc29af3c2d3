"""The whole way with known devices: CSV -> scheduled polls -> facts, compared with what the devices are known to say.

    python -m bench.acceptance --farm snmpfarm.c --agents 1000 --cycles 20 --interval 15

Needs a C compiler for the farm of simulated agents, and Debian's snmpd for the real one and the one that is killed.
"""

import argparse
import json
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from ipaddress import IPv4Address
from pathlib import Path

from bench.city import City, Device, cpu_seconds, free_port, memory_mb, wait_for

SSIDS = 4  # client rows of a farm agent


@dataclass
class Report:
    agents: int
    cycles: int
    interval_s: int
    polls: int
    live: int
    dead: int
    up_wrong: int  # live agents not up or dead agents not down at the end
    clients_compared: int
    clients_wrong: int
    clients_missing: int
    false_outages: int
    outage_start_off_s: int  # outage of the killed agent against its first missed poll
    outage_end_off_s: int  # its end against the first answered poll
    outage_s: int
    cycle_ms_last: int
    collector_cpu_us_per_poll: float
    collector_memory_mb: float
    skipped_cycles: int

    @property
    def good(self) -> bool:
        wrong = self.up_wrong + self.clients_wrong + self.clients_missing + self.false_outages
        return wrong == self.outage_start_off_s == self.outage_end_off_s == 0 and self.clients_compared > 0


def address(number: int) -> str:
    return f"127.{1 + number // 65536}.{number // 256 % 256}.{number % 256}"


def mix(value: int) -> int:
    """The farm's 32-bit hash, from which an agent's values follow."""
    value ^= value >> 16
    value = value * 0x7FEB352D & 0xFFFFFFFF
    value ^= value >> 15
    value = value * 0x846CA68B & 0xFFFFFFFF
    return value ^ value >> 16


def clients(agent: str) -> int:
    """What the farm's agent answers, summed over its SSIDs."""
    value = mix(int.from_bytes(IPv4Address(agent).packed, "little"))
    return sum((value >> row) % 60 for row in range(1, SSIDS + 1))


@contextmanager
def snmpd(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A private net-snmp agent; ends with the block unless it was killed before."""
    (folder / f"snmpd-{port}.conf").write_text(f"rocommunity public 127.0.0.1\nagentaddress udp:127.0.0.1:{port}\n")
    command = [shutil.which("snmpd") or "/usr/sbin/snmpd", "-f", "-Lo", "-C", "-c", f"{folder}/snmpd-{port}.conf", "-r"]
    command += ["-p", f"{folder}/snmpd-{port}.pid"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"SNMP_PERSISTENT_DIR": str(folder)}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def built(source: Path, folder: Path) -> Path:
    binary = folder / "snmpfarm"
    subprocess.run(["cc", "-O2", "-o", binary, source, "-lcrypto"], check=True)
    return binary


@contextmanager
def farm(binary: Path, port: int, options: argparse.Namespace) -> Iterator[None]:
    command = [str(binary), "--port", str(port), "--dead", str(options.dead), "--loss", str(options.loss)]
    command += ["--delay", str(options.delay), "--quiet", "--duration", "3600"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def measure(options: argparse.Namespace, folder: Path) -> Report:
    binary = built(options.farm, folder)
    listed = subprocess.run([binary, "--dead", str(options.dead), "--list-dead", str(options.agents)], check=True,
                            capture_output=True, text=True).stdout.split()  # fmt: skip
    dead = {name for name in listed if name.startswith("127.")}
    ports = {"farm": free_port(), "kept": free_port(), "killed": free_port()}
    agents = [address(number) for number in range(options.agents)]
    devices = [Device(agent, agent, ports["farm"]) for agent in agents]
    devices += [Device(name, "127.0.0.1", ports[name]) for name in ("kept", "killed")]
    city = City(folder)
    imported = city.create(devices, options.interval)
    if imported["added"] != len(devices):
        raise RuntimeError(f"the import did not take every row: {imported}")
    with farm(binary, ports["farm"], options), snmpd(folder, ports["kept"]), city.start("collector") as collector:
        with snmpd(folder, ports["killed"]) as killed:
            until_cycle(city, options.cycles // 3, options.interval)
            killed.send_signal(signal.SIGKILL)
            wait_for(lambda: bool(outages(city, "killed")), 8 * options.interval + 60, "an outage of the killed agent")
        with snmpd(folder, ports["killed"]):
            wait_for(lambda: outages(city, "killed")[0][1] > 0, 4 * options.interval + 60, "the end of the outage")
            until_cycle(city, options.cycles, options.interval)
            cpu, memory = cpu_seconds(collector.pid), memory_mb(collector.pid)
    return compare(city, agents, dead, options, cpu, memory)


def until_cycle(city: City, cycle: int, interval: int) -> None:
    def reached() -> bool:
        return bool(city.ask("SELECT 1 FROM collector_status WHERE cycles >= ?", cycle))

    wait_for(reached, (cycle + 3) * interval + 60, f"cycle {cycle}")


def outages(city: City, name: str) -> list[tuple[int, ...]]:
    return city.ask(
        'SELECT s.start, coalesce(s."end", 0) FROM status_span s JOIN access_point a ON a.id = s.ap_id '
        "WHERE a.name = ? AND s.state = 0 ORDER BY s.start",
        name,
    )


def compare(
    city: City, agents: list[str], dead: set[str], options: argparse.Namespace, cpu: float, memory: float
) -> Report:
    ids = {str(name): int(key) for key, name in city.ask("SELECT id, name FROM access_point")}
    up = {ap for (ap,) in city.ask("SELECT ap_id FROM ap_state WHERE state = 1")}
    live = [agent for agent in agents if agent not in dead]
    expected = {ids[agent]: clients(agent) for agent in live}
    answered = city.ask(  # a first contact that is cut short by the end of its cycle has no samples yet
        "SELECT ap_id, clients FROM poll_hot p WHERE up = 1 "
        "AND slot > (SELECT min(slot) FROM poll_hot WHERE ap_id = p.ap_id)"
    )
    seen = [(expected[ap], value) for ap, value in answered if ap in expected]
    down = city.ask("SELECT ap_id FROM status_span WHERE state = 0")
    may_be_down = {ids[agent] for agent in dead} | {ids["killed"]}
    start, end = outages(city, "killed")[0]
    polls = city.ask("SELECT slot + offset_s, up FROM poll_hot WHERE ap_id = ? ORDER BY slot", ids["killed"])
    first_missed = next(at for at, up in polls if up == 0 and at >= start)
    first_answered = next(at for at, up in polls if up == 1 and at > start)
    total = city.ask("SELECT count(*) FROM poll_hot")[0][0]
    status = city.ask("SELECT cycles, skipped, duration_ms FROM collector_status")[0]
    return Report(
        agents=len(agents), cycles=status[0], interval_s=options.interval, polls=total, live=len(live), dead=len(dead),
        up_wrong=sum((ids[agent] in up) == (agent in dead) for agent in agents),
        clients_compared=len(seen), clients_wrong=sum(value not in (right, None) for right, value in seen),
        clients_missing=sum(value is None for _, value in seen),
        false_outages=sum(ap not in may_be_down for (ap,) in down),
        outage_start_off_s=start - first_missed, outage_end_off_s=end - first_answered, outage_s=end - start,
        cycle_ms_last=status[2], collector_cpu_us_per_poll=round(cpu / total * 1e6, 1),
        collector_memory_mb=round(memory, 1), skipped_cycles=status[1],
    )  # fmt: skip


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--farm", required=True, type=Path, help="C source of the farm of simulated agents")
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--interval", type=int, default=15)
    parser.add_argument("--dead", type=int, default=5, help="percent of agents that never answer")
    parser.add_argument("--loss", type=int, default=2, help="percent of exchanges that are dropped")
    parser.add_argument("--delay", type=int, default=20, help="milliseconds")
    return parser.parse_args(words)


def main() -> int:
    options = arguments()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = measure(options, Path(folder))
    print(json.dumps(asdict(report) | {"good": report.good, "wall_s": round(time.monotonic() - started)}, indent=2))
    return 0 if report.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
