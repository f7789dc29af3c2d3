"""A month of polls as a city makes them: the same numbers whoever asks, a day at a time."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle as endless

from hotspot.analytics import extras

DAY = 86400
METRICS = (
    "up", "rtt_us", "uptime_s", "clients", "rx_bytes", "tx_bytes", "errors", "cpu_percent", "memory_percent",
    "ping_sent", "ping_received", "ping_us",
)  # fmt: skip
CLIENTS = METRICS.index("clients")
OUTAGES_A_MONTH, SHORTEST, LONGEST = 7, 3, 48  # lengths in polls
GAP_DAY, GAP_FROM_S, GAP_TO_S = 10, 7200, 14400  # nobody polled then
NOISE = 1 << 16
Values = tuple[int | None, ...]  # in the order of METRICS
Cycle = tuple[int, list[tuple[int, Values]]]  # the slot; by access point what it answered


@dataclass(frozen=True, slots=True)
class Month:
    """`start` is a midnight of the city; access points are numbered from 1, each is polled `offset` after the slot."""

    start: int
    access_points: int
    days: int
    interval_s: int

    @property
    def end(self) -> int:
        return self.start + self.days * DAY

    @property
    def aps(self) -> range:
        return range(1, self.access_points + 1)

    def offset(self, ap: int) -> int:
        return ap % self.interval_s


def generate(month: Month) -> Iterator[list[Cycle]]:
    """The cycles of each day. Who is down answers nothing; the two hours of the gap are missing altogether."""
    chance = random.Random(1)
    noise = endless([chance.gauss(0, 1) for _ in range(NOISE)])
    gap = month.start + GAP_DAY * DAY
    outages = {ap: _outages(month, chance) for ap in month.aps}
    booted = {ap: month.start - chance.randrange(10 * DAY, 100 * DAY) for ap in month.aps}
    for day in range(month.days):
        midnight = month.start + day * DAY
        made: list[Cycle] = []
        for slot in range(midnight, midnight + DAY, month.interval_s):
            if gap + GAP_FROM_S <= slot < gap + GAP_TO_S:
                continue
            busy = 0.15 + math.sin((slot - midnight) / DAY * math.pi) ** 2
            rows = []
            for ap in month.aps:
                if slot in outages[ap]:
                    booted[ap] = slot
                    rows.append((ap, SILENT))
                else:
                    rows.append((ap, _answer(month, ap, slot, busy, slot - booted[ap], noise)))
            made.append((slot, rows))
        yield made


def said(ap: int, slot: int, values: Values) -> tuple[str | None, int]:
    """What two radios and a network say in an answer, as the recorder keeps it, and how many values that is."""
    clients = values[CLIENTS]
    if clients is None:
        return None, 0
    chance = random.Random(ap * slot)
    radios = [
        {
            "label": f"wifi{number}", "clients": part, "channel": 1 + 5 * (ap % 3) + 35 * number,
            "utilisation": round(min(99.0, max(1.0, 12 + 2.5 * part + chance.gauss(0, 4))), 1),
            "noise": -95 + 3 * number + chance.randrange(3), "tx_power": 20,
        }
        for number, part in enumerate((clients // 3, clients - clients // 3))
    ]  # fmt: skip
    detail = {"radios": radios, "ssids": [{"label": "Free Wi-Fi", "clients": clients}], "extras": {}}
    return extras.written(detail), 11


SILENT: Values = (0, *(None,) * 8, 3, 0, None)


def _answer(month: Month, ap: int, slot: int, busy: float, uptime_s: int, noise: Iterator[float]) -> Values:
    """Clients come and go by the hour, traffic follows them, times of answers scatter upwards."""
    mean = (ap % 40 + 1) * busy
    clients = max(0, round(mean + next(noise) * math.sqrt(mean)))
    octets = clients * month.interval_s * 2000
    return (
        1,
        1500 + ap % 7 * 300 + int(200 * abs(next(noise))),
        uptime_s + month.offset(ap),
        clients,
        int(octets * math.exp(next(noise) / 2)),
        int(octets / 8 * math.exp(next(noise) / 2)),
        1 if next(noise) > 3 else 0,
        max(1, round(8 + clients / 3 + 2 * next(noise))),
        40 + ap % 30 + slot // 21_600 % 4,
        3,
        3,
        700 + ap % 7 * 200 + int(80 * abs(next(noise))),
    )


def _outages(month: Month, chance: random.Random) -> set[int]:
    """The slots in which it is silent: never fewer than an outage needs."""
    silent: set[int] = set()
    polls = month.days * DAY // month.interval_s
    for _ in range(max(1, round(OUTAGES_A_MONTH * month.days / 30))):
        first = chance.randrange(polls)
        length = chance.randint(SHORTEST, LONGEST)
        silent.update(month.start + place * month.interval_s for place in range(first, min(polls, first + length)))
    return silent
