"""Where messages may go: public addresses, and the private ones that the operator names in a setting.

Who may enter an address of a channel must not reach what only this machine reaches: its own services, the devices, the
metadata of a cloud. So a name is resolved once, every address it has must be allowed, and that one is connected to.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from hotspot.settings import hosts_and_networks

NEVER = ("is_multicast", "is_reserved", "is_site_local")
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address within an IPv6 one


class ForbiddenError(Exception):
    """The text says which host and why."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`hosts` and `networks` are allowed although they are private."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def names(self, host: str) -> bool:
        """Whether the operator named this host itself, or a network with this address."""
        try:
            return self.in_networks(ip_address(host))
        except ValueError:
            return host.lower().rstrip(".") in self.hosts

    def allows(self, address: str) -> bool:
        found = plain(ip_address(address.partition("%")[0]))
        public = found.is_global and not any(getattr(found, word, False) for word in NEVER)
        return public or self.in_networks(found)

    def in_networks(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self.networks if network.version == address.version)

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """What `host` resolves to; raises ForbiddenError if any of it is out of bounds, OSError if there is none."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        wrong = next((one for one in addresses if not (self.names(host) or self.allows(one))), None)
        if wrong:
            raise ForbiddenError(f"{host} is at {wrong}, which is no public address")
        return addresses


def plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1]) or address


def guard_of(text: str) -> Guard:
    """Of names and networks by commas, as the setting has them."""
    hosts, networks = hosts_and_networks(text)
    return Guard(frozenset(hosts), tuple(networks))
