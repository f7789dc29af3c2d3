"""The addresses somebody wants searched: from text to ranges, each address once and in order, or why not."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from typing import NamedTuple

from hotspot.analytics.import_row import N_, reject

MOST = 65_536  # addresses of one search
WITHOUT_BROADCAST = 31  # prefixes from here on have neither a network nor a broadcast address (RFC 3021)
NOWHERE = tuple(map(IPv4Network, ("0.0.0.0/8", "224.0.0.0/3")))  # this network, multicast, reserved, broadcast


class Range(NamedTuple):
    """From the first to the last address, both in it, as numbers of one IP version."""

    version: int
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        made = IPv4Address if self.version == 4 else IPv6Address
        first, last = str(made(self.first)), str(made(self.last))
        return first if first == last else f"{first}-{last}"


def ranges(text: str) -> tuple[Range, ...]:
    """Of `10.0.0.0/22`, `10.1.2.3`, `10.1.2.3-10.1.2.40` (or `-40`) and single IPv6 addresses, between spaces or
    commas; in order and without overlaps. Raises RejectedError of the column `ranges`.
    """
    words = re.sub(r"\s*-\s*", "-", text).replace(",", " ").replace(";", " ").split()
    if not words:
        reject("ranges", N_("empty"))
    found = joined(map(one_range, words))
    total = sum(one.size for one in found)
    if total > MOST:
        reject("ranges", N_("%(total)s addresses; at most %(most)s are searched at once"), total=total, most=MOST)
    return found


def one_range(word: str) -> Range:
    if "/" in word:
        return of_network(word)
    if "-" in word:
        return of_ends(word)
    try:
        address = ip_address(word)
    except ValueError:
        reject("ranges", N_("%(value)s is neither an address nor a range such as 10.0.0.0/22"), value=word)
    return usable(Range(address.version, int(address), int(address)), word)


def of_network(word: str) -> Range:
    try:
        network = ip_network(word, strict=False)
    except ValueError:
        reject("ranges", N_("%(value)s is neither an address nor a range such as 10.0.0.0/22"), value=word)
    if network.version == 6 and network.num_addresses > 1:
        reject("ranges", N_("%(value)s: IPv6 addresses are searched one by one, not as a range"), value=word)
    inner = int(network.version == 4 and network.prefixlen < WITHOUT_BROADCAST)
    first, last = int(network.network_address) + inner, int(network.broadcast_address) - inner
    return usable(Range(network.version, first, last), word)


def of_ends(word: str) -> Range:
    begin, _, end = word.partition("-")
    if end.isdigit():  # only the last octet
        end = f"{begin.rpartition('.')[0]}.{end}"
    try:
        first, last = IPv4Address(begin), IPv4Address(end)
    except AddressValueError:
        reject("ranges", N_("%(value)s is no range such as 10.1.2.3-10.1.2.40"), value=word)
    if last < first:
        reject("ranges", N_("%(value)s ends before it begins"), value=word)
    return usable(Range(4, int(first), int(last)), word)


def usable(one: Range, word: str) -> Range:
    """Unless some of it is no address of a device."""
    if one.version == 4:
        wrong = any(one.first <= int(net.broadcast_address) and int(net.network_address) <= one.last for net in NOWHERE)
    else:
        address = IPv6Address(one.first)
        wrong = address.is_multicast or address.is_unspecified or "%" in word
    if wrong:
        reject("ranges", N_("%(value)s has addresses that no device has"), value=word)
    return one


def joined(found: Iterable[Range]) -> tuple[Range, ...]:
    kept: list[Range] = []
    for one in sorted(found):
        if kept and kept[-1].version == one.version and one.first <= kept[-1].last + 1:
            kept[-1] = kept[-1]._replace(last=max(kept[-1].last, one.last))
        else:
            kept.append(one)
    return tuple(kept)


def written(found: Iterable[Range]) -> str:
    """As text that `ranges` reads."""
    return " ".join(map(str, found))


def addresses(found: Iterable[Range]) -> Iterator[str]:
    for one in found:
        made = IPv4Address if one.version == 4 else IPv6Address
        for number in range(one.first, one.last + 1):
            yield str(made(number))
