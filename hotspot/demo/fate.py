"""When a simulated access point falls silent from now on: as functions of the time, so that nothing is to remember."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hotspot.demo.chance import share
from hotspot.demo.mishaps import DAY_S, HOUR_S, MINUTE_S, NIGHTS_OFF, ZONE_S

CUT_WINDOW_S = 3 * HOUR_S  # in each of them one kelurahan loses its power
FAULT_WINDOW_S = 6 * HOUR_S
FAULT_CHANCE = 0.02  # of one access point in one such window
LOOSE_WINDOW_S = 35 * MINUTE_S
LONG_DEAD_S = 12 * HOUR_S  # what was silent for so long is broken and waits for a technician


@lru_cache(8192)
def moment(kind: str, subject: str, window: int, window_s: int, least_s: int, most_s: int) -> tuple[int, int]:
    """A stretch of time within the window."""
    length = least_s + int(share(kind, subject, window, "length") * (most_s - least_s))
    start = window * window_s + int(share(kind, subject, window, "start") * (window_s - length))
    return start, start + length


@dataclass(frozen=True, slots=True)
class Fate:
    """`back_at` is when what is silent at the start comes back; None when it does not."""

    name: str
    village: str
    villages: tuple[str, ...]
    back_at: float | None = 0.0
    nightly: bool = False
    loose: bool = False

    def is_silent(self, t: int) -> bool:
        return self.back_at is None or t < self.back_at or self.has_no_power(t) or self.is_faulty(t)

    def has_no_power(self, t: int) -> bool:
        if self.nightly and not 5.5 * HOUR_S < (t + ZONE_S) % DAY_S < 21.5 * HOUR_S:
            return True
        window = t // CUT_WINDOW_S
        struck = self.villages[int(share("cut", window) * len(self.villages))]
        start, end = moment("cut", struck, window, CUT_WINDOW_S, 4 * MINUTE_S, 11 * MINUTE_S)
        return self.village == struck and start <= t < end

    def is_faulty(self, t: int) -> bool:
        if self.loose:
            start, end = moment("loose", self.name, t // LOOSE_WINDOW_S, LOOSE_WINDOW_S, 3 * MINUTE_S, 9 * MINUTE_S)
            return start <= t < end
        window = t // FAULT_WINDOW_S
        start, end = moment("fault", self.name, window, FAULT_WINDOW_S, 3 * MINUTE_S, 25 * MINUTE_S)
        return start <= t < end and share("fault", self.name, window) < FAULT_CHANCE


def back_at(village: str, down_since: int | None, now: int) -> float | None:
    """When a device that was silent as the agents started answers again: its kelurahan gets its power back at once."""
    if down_since is None:
        return 0.0
    if now - down_since > LONG_DEAD_S:
        return None
    return now + (4 + 26 * share("back", village)) * MINUTE_S


def nightly(kinds: Mapping[str, str]) -> frozenset[str]:
    """The access points, given with their venue kinds, whose plug is pulled every evening."""
    offices = (name for name, kind in kinds.items() if kind in ("school", "village_office", "reading_garden"))
    return frozenset(sorted(offices, key=lambda name: share("night", name))[:NIGHTS_OFF])


def loose(names: Iterable[str]) -> str:
    """The one with the loose contact."""
    return min(names, key=lambda name: share("loose", name))
