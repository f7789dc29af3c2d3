"""What others spend on the same agents, in the same run as bench.poll: pysnmp, Debian's exporter, and bare sockets."""

import argparse
import asyncio
import http.client
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.acceptance import address
from bench.city import cpu_seconds, memory_mb
from bench.poll_client import INTERFACES, SECURED, SSIDS
from collectors import oids
from collectors.snmp.codec import Pdu, encode_oid, encode_request

CLIENTS = "1.3.6.1.4.1.41112.1.6.1.2.1.8"
OBJECTS = (
    oids.SYS_UP_TIME,
    oids.IF_NUMBER,
    *(f"{column}.{i}" for column in (oids.IF_HC_IN_OCTETS, oids.IF_HC_OUT_OCTETS) for i in range(1, INTERFACES + 1)),
    f"{oids.IF_HIGH_SPEED}.1",
    *(f"{CLIENTS}.{i}" for i in range(1, SSIDS + 1)),
)
IN_FLIGHT = 64
EXPORTER = shutil.which("prometheus-snmp-exporter")
EXPORTER_PORT = 9116


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--v3", action="store_true")
    options = parser.parse_args()
    agents = [address(number) for number in range(options.agents)]
    found: dict[str, Any] = {"sockets": sockets(agents), "pysnmp 2c": asyncio.run(pysnmp(agents, "2c"))}
    if options.v3:
        found["pysnmp 3"] = asyncio.run(pysnmp(agents, "3"))
    found["prometheus-snmp-exporter"] = exporter(agents) if EXPORTER else "not installed"
    json.dump(found, sys.stdout)


def figures(agents: list[str], answered: int, cpu_s: float, wall_s: float, memory: float) -> dict[str, float]:
    return {
        "agents": len(agents), "answered": answered, "cpu_us": round(cpu_s / len(agents) * 1e6, 1),
        "wall_s": round(wall_s, 2), "memory_mb": round(memory, 1),
    }  # fmt: skip


def own_memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sockets(agents: list[str]) -> dict[str, float]:
    """The same datagrams sent and received, and nothing else: what no Python program can do without."""
    raw = [encode_oid(oid) for oid in OBJECTS]
    request = encode_request(Pdu.GET, 1, b"public", 2**30, raw)
    cpu, wall, answered = time.process_time(), time.monotonic(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        asking.settimeout(0.2)
        for begin in range(0, len(agents), IN_FLIGHT):
            for agent in agents[begin : begin + IN_FLIGHT]:
                asking.sendto(request, (agent, 161))
        try:
            while True:
                asking.recvfrom(65_535)
                answered += 1
        except TimeoutError:
            pass
    return figures(agents, answered, time.process_time() - cpu, time.monotonic() - wall, own_memory_mb())


async def pysnmp(agents: list[str], version: str) -> dict[str, float]:
    """Its high-level interface as its documentation shows it, one engine, so many in flight that it loses nothing."""
    from pysnmp.hlapi.v3arch import asyncio as hlapi

    engine, places = hlapi.SnmpEngine(), asyncio.Semaphore(IN_FLIGHT)
    who = (
        hlapi.CommunityData("public")
        if version == "2c"
        else hlapi.UsmUserData(
            SECURED.user, SECURED.auth_password, SECURED.priv_password,
            authProtocol=hlapi.usmHMACSHAAuthProtocol, privProtocol=hlapi.usmAesCfb128Protocol,
        )
    )  # fmt: skip

    async def ask(agent: str) -> bool:
        objects = [hlapi.ObjectType(hlapi.ObjectIdentity(oid)) for oid in OBJECTS]
        async with places:
            where = await hlapi.UdpTransportTarget.create((agent, 161), timeout=1, retries=1)
            error, status, _, found = await hlapi.get_cmd(engine, who, where, hlapi.ContextData(), *objects)
        return not error and not status and len(found) == len(OBJECTS)

    await asyncio.gather(*(ask(agent) for agent in agents))  # first contacts are left out, as they are for ours
    cpu, wall = time.process_time(), time.monotonic()
    answered = sum(await asyncio.gather(*(ask(agent) for agent in agents)))
    spent = time.process_time() - cpu, time.monotonic() - wall
    engine.close_dispatcher()
    return figures(agents, answered, *spent, own_memory_mb())


def exporter(agents: list[str]) -> dict[str, float]:
    """With the HTTP request of each agent, without which it does nothing."""
    module = {
        "version": 2, "auth": {"community": "public"}, "timeout": "1s", "retries": 1, "get": list(OBJECTS),
        "metrics": [
            {"name": f"object_{i}", "oid": oid, "type": "gauge", "help": "one of the objects"}
            for i, oid in enumerate(OBJECTS)
        ],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "snmp.yml").write_text(json.dumps({"bench": module}))
        command = [str(EXPORTER), f"--config.file={folder}/snmp.yml", f"--web.listen-address=127.0.0.1:{EXPORTER_PORT}"]
        environment = {**os.environ, "GOMAXPROCS": "1"}
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        try:
            wait_for_exporter()
            with ThreadPoolExecutor(IN_FLIGHT) as pool:
                list(pool.map(scrape, agents[:IN_FLIGHT]))
                cpu, wall = cpu_seconds(process.pid), time.monotonic()
                answered = sum(pool.map(scrape, agents))
            spent = cpu_seconds(process.pid) - cpu, time.monotonic() - wall
            return figures(agents, answered, *spent, memory_mb(process.pid))
        finally:
            process.kill()
            process.wait()


def scrape(agent: str) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", EXPORTER_PORT, timeout=30)
    asking.request("GET", f"/snmp?module=bench&target={agent}")
    answer = asking.getresponse()
    text = answer.read()
    asking.close()
    return answer.status == http.client.OK and text.count(b"\nobject_") == len(OBJECTS)


def wait_for_exporter() -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as attempt:
            if not attempt.connect_ex(("127.0.0.1", EXPORTER_PORT)):
                return
        time.sleep(0.05)
    raise RuntimeError("prometheus-snmp-exporter does not listen")


if __name__ == "__main__":
    main()
