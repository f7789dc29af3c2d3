"""What is known of each device that speaks SNMPv3: its engine-ID, its clocks, and the keys that are good for it."""

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from collectors.snmp import usm
from collectors.snmp.transport import Peer
from collectors.snmp.v3 import AUTHENTICATED, LARGEST_NUMBER, NO_CLOCKS, PRIVATE, Clocks
from collectors.target import Credential

log = logging.getLogger(__name__)

TIME_WINDOW_S = 150  # RFC 3414 section 2.2.3
MOST_DEVICES = 262_144  # remembered; beyond that the oldest is asked for its engine-ID again


class Terms(NamedTuple):
    """A credential as it is used on the wire."""

    user: bytes
    context: bytes
    level: int
    auth_protocol: str
    priv_protocol: str
    digest_size: int


@lru_cache(4_096)
def terms_of(credential: Credential) -> Terms:
    """Raises SnmpCredentialError when the credential cannot be used with any device."""
    usm.check(credential)
    auth, priv = credential.auth_protocol, credential.priv_protocol
    level = (AUTHENTICATED if auth else 0) | (PRIVATE if priv else 0)
    size = usm.AUTHENTICATION[auth].digest_size if auth else 0
    return Terms(credential.user.encode(), credential.context.encode(), level, auth, priv, size)


@dataclass(slots=True, eq=False)
class Authority:
    """The authoritative engine (RFC 3414 section 1.5.1) at one address, for one user."""

    terms: Terms
    is_known: bool = False  # its engine-ID can be used; else it is asked for first
    has_answered: bool = False  # and so proved every part of the credential
    engine_id: bytes = b""
    keys: usm.Keys = usm.NO_KEYS
    clocks: Clocks = NO_CLOCKS
    clocks_at: float = 0.0  # monotonic time at which `clocks` was right
    are_clocks_proven: bool = False  # by an authentic message, not by the discovery alone, which anybody can forge

    def learn(self, credential: Credential, engine_id: bytes, clocks: Clocks, now: float) -> None:
        if engine_id != self.engine_id:
            self.engine_id, self.keys = engine_id, usm.keys(credential, engine_id)
        self.is_known, self.has_answered, self.are_clocks_proven = True, False, False
        self.clocks, self.clocks_at = clocks, now

    def forget(self) -> None:
        """What does not answer may have been replaced or set back, so its engine-ID is asked for again."""
        self.is_known = self.has_answered = False

    def clocks_now(self, now: float) -> Clocks:
        boots, time = self.clocks
        return Clocks(boots, min(time + int(now - self.clocks_at), LARGEST_NUMBER))

    def is_timely(self, clocks: Clocks, now: float) -> bool:
        """RFC 3414 section 3.2 step 7b, for a message whose digest is right: follows the clocks, never backwards."""
        if clocks > self.clocks or not self.are_clocks_proven:
            self.clocks, self.clocks_at, self.are_clocks_proven = clocks, now, True
        boots, time = self.clocks_now(now)
        return boots < LARGEST_NUMBER and clocks.boots == boots and clocks.time >= time - TIME_WINDOW_S


class Authorities:
    """`counts` has `shared_engine_id`: devices told apart by their addresses although their engine-IDs are the same."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._known: dict[tuple[Peer, Credential], Authority] = {}
        self._owners: dict[bytes, Peer] = {}
        self._shared: set[tuple[bytes, Peer]] = set()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, peer: Peer, credential: Credential) -> Authority:
        """Raises SnmpCredentialError when the credential cannot be used."""
        key = peer, credential
        authority = self._known.get(key)
        if authority is None:
            authority = self._known[key] = Authority(terms_of(credential))
            if len(self._known) > MOST_DEVICES:
                del self._known[next(iter(self._known))]
        return authority

    def keep(self, used: Collection[tuple[Peer, Credential]]) -> None:
        """Forget the devices that are not among these, and credentials that were replaced."""
        peers = {peer for peer, _ in used}
        self._known = {key: authority for key, authority in self._known.items() if key in used}
        self._owners = {engine_id: peer for engine_id, peer in self._owners.items() if peer in peers}
        self._shared = {(engine_id, peer) for engine_id, peer in self._shared if peer in peers}

    def found(self, peer: Peer, engine_id: bytes) -> None:
        """Reports a device whose engine-ID is that of another: its own under two addresses, or a copied one."""
        if len(self._owners) > MOST_DEVICES:
            self._owners.clear()
        owner = self._owners.setdefault(engine_id, peer)
        if owner.address == peer.address or (engine_id, peer) in self._shared:
            return
        if len(self._shared) > MOST_DEVICES:
            self._shared.clear()
        self._shared.add((engine_id, peer))
        self.counts["shared_engine_id"] += 1
        log.warning(
            "%s and %s have the same SNMPv3 engine-ID %s: one device at two addresses, or a copied configuration",
            owner.address[0],
            peer.address[0],
            engine_id.hex(),
        )
