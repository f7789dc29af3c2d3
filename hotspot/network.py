"""Whether this machine's own network works: asked before silence is taken for an outage."""

import errno
import ipaddress
import socket
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 2.0
PROC = Path("/proc/net")
INTERFACES = Path("/sys/class/net")
COMPLETE = 0x2  # ATF_COM of linux/if_arp.h: the neighbour has answered
ANSWERS = frozenset({0, errno.ECONNREFUSED})  # a refusal is an answer too


@dataclass(frozen=True, slots=True)
class Gateway:
    """The default route."""

    address: str
    interface: str


def works(reference_hosts: str, addresses: Iterable[str]) -> bool:
    """Whether a reference host answers, or else the default gateway; devices on this machine itself need neither."""
    if reference_hosts:
        return any(answers(pair) for pair in reference_hosts.split(","))
    if all(is_loopback(address) for address in addresses):
        return True
    gateway = default_gateway()
    return has_carrier("*") if gateway is None else is_alive(gateway)


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def answers(pair: str) -> bool:
    """Whether host:port takes or refuses a TCP connection."""
    host, _, port = pair.strip().rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), TIMEOUT_S):
            return True
    except OSError as error:
        return error.errno in ANSWERS


def default_gateway() -> Gateway | None:
    for line in lines(PROC / "route"):
        if line[1:2] == ["00000000"] and line[7:8] == ["00000000"]:
            return Gateway(socket.inet_ntoa(struct.pack("=L", int(line[2], 16))), line[0])
    return None


def is_alive(gateway: Gateway) -> bool:
    """The gateway's ARP entry is complete, or it has none (point to point) and its interface has a carrier."""
    for line in lines(PROC / "arp"):
        if line[0] == gateway.address and line[5] == gateway.interface:
            return bool(int(line[2], 16) & COMPLETE)
    return has_carrier(gateway.interface)


def has_carrier(pattern: str) -> bool:
    """Whether an interface is connected; a machine that can't tell (not Linux) is believed."""
    if not INTERFACES.is_dir():
        return True
    return any(carrier(folder) for folder in INTERFACES.glob(pattern) if folder.name != "lo")


def carrier(folder: Path) -> bool:
    try:
        return (folder / "carrier").read_text().strip() == "1"
    except OSError:  # an interface that is switched off can't even be asked
        return False


def lines(path: Path) -> Sequence[list[str]]:
    try:
        return [line.split() for line in path.read_text().splitlines()[1:]]
    except OSError:
        return []
