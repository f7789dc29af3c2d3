"""A process of simulated access points, 127.0.16.0 and up; a line on its input says how many of them are silent.

`python -m tests.collectors.many_agents COUNT` prints its port, then each line when it is so.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address

from collectors import oids
from collectors.agent import Agent, AgentHost, Object
from collectors.snmp.codec import Tag

CLIENTS = "1.3.6.1.4.1.41112.1.6.1.2.1"
FIRST = IPv4Address("127.0.16.0")


def address(number: int) -> str:
    return str(FIRST + number)


def access_point(clients: int) -> Agent:
    return Agent(
        {
            oids.SYS_DESCR: Object(Tag.OCTET_STRING, b"U6-Lite 6.5.62"),
            oids.SYS_OBJECT_ID: Object(Tag.OBJECT_IDENTIFIER, "1.3.6.1.4.1.8072.3.2.10"),
            **{f"{CLIENTS}.6.{row}": Object(Tag.OCTET_STRING, b"WiFi %d" % row) for row in range(1, 5)},
            **{f"{CLIENTS}.8.{row}": Object(Tag.INTEGER, clients) for row in range(1, 5)},
        }
    )


class Agents:
    """The process, from outside."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.port = int(self._said())

    def silence(self, count: int) -> None:
        """Every agent whose number is below `count` falls silent, the others answer."""
        assert self._process.stdin
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        assert self._said() == f"{count}\n"

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def serving(count: int) -> Iterator[Agents]:
    command = [sys.executable, "-m", __name__, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Agents(process)
        finally:
            process.terminate()


async def main() -> None:
    agents = [access_point(number % 50) for number in range(int(sys.argv[1]))]
    host = AgentHost({address(number): agent for number, agent in enumerate(agents)}, 0)
    host.open()
    say(host.port)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        for number, agent in enumerate(agents):
            agent.silent = number < int(line)
        say(int(line))


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
