"""A network that misbehaves: a UDP proxy that loses, delays, doubles, reorders, cuts and falsifies datagrams."""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

IP_PKTINFO = 8
DATAGRAMS_A_WAKE_UP = 64


@dataclass(frozen=True, slots=True)
class Weather:
    """Shares of datagrams, in each direction; times in seconds. Reordering comes from delays that differ."""

    loss: float = 0.0
    twice: float = 0.0
    cut: float = 0.0
    wrong_id: float = 0.0
    delay_s: float = 0.0
    jitter_s: float = 0.0


class Proxy:
    """Passes what comes to an address at `port` on to the same address at `to_port`, and the answers back."""

    def __init__(self, to_port: int, weather: Weather, seed: int = 1) -> None:
        self.weather, self.port = weather, 0
        self.lost = self.passed = 0
        self._to_port, self._chance = to_port, random.Random(seed)
        self._clients: dict[str, tuple[str, int]] = {}

    def open(self) -> None:
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._near.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        self._near.bind(("0.0.0.0", 0))
        self._far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port = self._near.getsockname()[1]
        loop = asyncio.get_running_loop()
        for opened, take in ((self._near, self._asked), (self._far, self._answered)):
            opened.setblocking(False)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            loop.add_reader(opened, take)

    def close(self) -> None:
        for opened in (self._near, self._far):
            asyncio.get_running_loop().remove_reader(opened)
            opened.close()

    def _asked(self) -> None:
        for _ in range(DATAGRAMS_A_WAKE_UP):
            try:
                data, ancillary, _, client = self._near.recvmsg(65_535, 64)
            except BlockingIOError:
                return
            address = socket.inet_ntoa(struct.unpack("=I4s4s", ancillary[0][2])[1])
            self._clients[address] = client
            self._weathered(data, self._far, (address, self._to_port), b"")

    def _answered(self) -> None:
        for _ in range(DATAGRAMS_A_WAKE_UP):
            try:
                data, (address, _) = self._far.recvfrom(65_535)
            except OSError:
                return
            if address in self._clients:
                self._weathered(data, self._near, self._clients[address], socket.inet_aton(address))

    def _weathered(self, data: bytes, through: socket.socket, to: tuple[str, int], origin: bytes) -> None:
        weather, chance = self.weather, self._chance
        for _ in range(2 if chance.random() < weather.twice else 1):
            if chance.random() < weather.loss:
                self.lost += 1
                continue
            changed = data
            if chance.random() < weather.cut:
                changed = data[: chance.randrange(len(data))]
            elif chance.random() < weather.wrong_id:
                at = data.index(b"\x02\x04") + 2  # a request-id has four octets
                changed = data[:at] + chance.randbytes(4) + data[at + 4 :]
            wait = weather.delay_s + chance.random() * weather.jitter_s
            asyncio.get_running_loop().call_later(wait, self._send, changed, through, to, origin)

    def _send(self, data: bytes, through: socket.socket, to: tuple[str, int], origin: bytes) -> None:
        ancillary = [(socket.IPPROTO_IP, IP_PKTINFO, struct.pack("=I4s4s", 0, origin, b""))] if origin else []
        try:
            through.sendmsg([data], ancillary, 0, to)
            self.passed += 1
        except OSError:  # a full buffer, or closed meanwhile: lost, as on any network
            self.lost += 1


@contextmanager
def weathered(to_port: int, weather: Weather) -> Iterator[Proxy]:
    """A proxy in a thread of its own."""
    proxy, loop = Proxy(to_port, weather), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def call(act: object) -> None:
        assert callable(act)
        act()

    asyncio.run_coroutine_threadsafe(call(proxy.open), loop).result()
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(call(proxy.close), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
