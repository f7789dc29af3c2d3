"""ICMP echo on the wire: sockets that may send it, requests, and what tells an answer from anything else."""

import socket
import struct
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

RECEIVE_BUFFER = 1 << 20
TOKEN = 16  # random octets in each echo, by which its answer is known
IPV4, IPV6 = int(socket.AF_INET), int(socket.AF_INET6)
IPV6_ICMP = 58  # not in the socket module of every system
PROTOCOL = {IPV4: socket.IPPROTO_ICMP, IPV6: IPV6_ICMP}
NAME = {IPV4: "IPv4", IPV6: "IPv6"}
ECHO_REQUEST = {IPV4: 8, IPV6: 128}
ECHO_REPLY = {IPV4: 0, IPV6: 129}
HEADER = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence
ONLY_ANSWERS = {  # filters of raw sockets: a set bit is a type that is not wanted
    IPV4: (255, 1, struct.pack("=L", 0xFFFFFFFF ^ 1 << ECHO_REPLY[IPV4])),  # SOL_RAW, ICMP_FILTER
    IPV6: (IPV6_ICMP, 1, ((1 << 256) - 1 ^ 1 << ECHO_REPLY[IPV6]).to_bytes(32, "little")),
}
HOW_TO_ALLOW = (
    "pinging is not allowed: set `sysctl -w net.ipv4.ping_group_range='0 2147483647'` (in compose: sysctls:), "
    "or give the process CAP_NET_RAW (systemd: AmbientCapabilities=CAP_NET_RAW; compose: cap_add: [NET_RAW])"
)


Address = tuple[str, int] | tuple[str, int, int, int]


class IcmpError(Exception):
    """This process may not ping, or what it was to ping is no address; a sentence for the operator."""


class Opened(NamedTuple):
    socket: socket.socket
    family: int
    raw: bool  # sees every answer that this machine gets, for IPv4 with the IP header


def open_socket(family: int) -> Opened:
    """An unprivileged ICMP socket, else a raw one; raises IcmpError with what to set."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            opened = socket.socket(family, kind, PROTOCOL[family])
        except PermissionError:
            continue
        except OSError as error:
            raise IcmpError(f"this machine can't ping over {NAME[family]}: {error.strerror}") from None
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        raw = kind == socket.SOCK_RAW
        if raw:
            level, option, value = ONLY_ANSWERS[family]
            opened.setsockopt(level, option, value)
        return Opened(opened, family, raw)
    raise IcmpError(HOW_TO_ALLOW)


@lru_cache(65_536)
def resolve(address: str) -> tuple[int, Address]:
    """Address family and socket address; no name service is asked. Raises IcmpError."""
    try:
        ip_address(address)  # the socket layer would also take "10.1" for 10.0.0.1
        found = socket.getaddrinfo(address, 0, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)[0]
    except (OSError, ValueError):
        raise IcmpError(f"{address} is not an IP address") from None
    return found[0], found[4]  # type: ignore[return-value] # the type of getaddrinfo also covers other families


def echo(family: int, identifier: int, sequence: int, token: bytes) -> bytes:
    """With the checksum that raw IPv4 sockets need; for the others the kernel writes its own."""
    kind = ECHO_REQUEST[family]
    blank = HEADER.pack(kind, 0, 0, identifier, sequence) + token
    return HEADER.pack(kind, 0, checksum(blank), identifier, sequence) + token


def token_of(opened: Opened, data: bytes, identifier: int) -> bytes | None:
    """The token of an echo reply of ours; None when it is none. What the kernel does not check is checked here."""
    if opened.raw and opened.family == IPV4:
        data = data[4 * (data[0] & 0x0F) :] if data else data
        if checksum(data):
            return None
    if len(data) != HEADER.size + TOKEN:
        return None
    kind, code, _, answered, _ = HEADER.unpack_from(data)
    if kind != ECHO_REPLY[opened.family] or code or (opened.raw and answered != identifier):
        return None
    return data[HEADER.size :]


def checksum(data: bytes) -> int:
    """RFC 1071; 0 over data that holds its own right checksum."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) & ~1]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
