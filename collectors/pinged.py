"""Pings beside the polls: each device is pinged at its turn, and its result carries what came of it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from ipaddress import ip_address
from typing import Protocol

from collectors.echo import IcmpError
from collectors.icmp import Pinger, Series
from collectors.result import Ping, PollResult
from collectors.target import Target

HOLD_S = 1.5  # a result waits for its ping no longer: three echoes to a silent device take 1.4

Sink = Callable[[PollResult], None]


class Asking(Protocol):
    """What collectors.rounds.Rounds does; each target gives one result."""

    async def run(self, targets: Sequence[Target], *, spread_s: float, deadline_s: float, sink: Sink) -> None: ...


class PingedRounds:
    """Rounds whose results carry a ping; to be used in their stead."""

    def __init__(self, rounds: Asking, pinger: Pinger) -> None:
        self._rounds = rounds
        self._pinger = pinger

    async def run(self, targets: Sequence[Target], *, spread_s: float, deadline_s: float, sink: Sink) -> None:
        """As Rounds.run: pings that are not done by the deadline are left out."""
        end = asyncio.get_running_loop().time() + deadline_s
        turns = _Turns(self._pinger, sink)
        for target in targets:
            turns.begin(target, target.phase * spread_s)
        try:
            await self._rounds.run(targets, spread_s=spread_s, deadline_s=deadline_s, sink=turns.take)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(end):
                    await turns.settled()
        finally:
            turns.release_all()


class _Turns:
    """Of one run: results that wait for a ping, and pings that wait for a result."""

    def __init__(self, pinger: Pinger, sink: Sink) -> None:
        self._pinger = pinger
        self._sink = sink
        self._series: dict[int, Series] = {}
        self._pings: dict[int, Ping | None] = {}
        self._held: dict[int, PollResult] = {}
        self._empty = asyncio.Event()

    def begin(self, target: Target, delay_s: float) -> None:
        if is_pingable(target.address):
            try:
                self._series[target.key] = self._pinger.begin(
                    target.address, partial(self._came, target.key), delay_s=delay_s
                )
            except IcmpError:  # no IPv6 on this machine, say; the poll tells more
                return

    def take(self, result: PollResult) -> None:
        key = result.key
        if key in self._pings:
            self._sink(replace(result, ping=self._pings[key]))
        elif key in self._series:
            self._held[key] = result
            self._empty.clear()
            self._pinger.hurry(self._series[key])
            asyncio.get_running_loop().call_later(HOLD_S, self._release, key)
        else:
            self._sink(result)

    async def settled(self) -> None:
        if self._held:
            await self._empty.wait()

    def release_all(self) -> None:
        for key in list(self._held):
            self._release(key)

    def _came(self, key: int, ping: Ping | None) -> None:
        self._pings[key] = ping
        if key in self._held:
            self._held[key] = replace(self._held[key], ping=ping)
            self._release(key)

    def _release(self, key: int) -> None:
        result = self._held.pop(key, None)
        if result is None:
            return
        if not self._held:
            self._empty.set()
        self._sink(result)


@lru_cache(65_536)
def is_pingable(address: str) -> bool:
    """Whether an answer says anything: on loopback it is this machine that answers, whatever the device does."""
    try:
        return not ip_address(address).is_loopback
    except ValueError:
        return False
