"""An hour of the week in a colour: values by weekday and hour in, rows of shaded cells out (_partials/heat.html)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotspot.analytics.availability import Figure

SHADES = 6
DARK = (0.0, 0.001, 0.01, 0.03, 0.1)  # share of the time down above which a shade begins
DAYS, HOURS = range(7), range(24)  # Monday first
Week = Mapping[tuple[int, int], float]
Shade = Callable[[float], int]


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of the week: `shade` from 0 to SHADES - 1, the most; None when nothing was measured."""

    day: int
    hour: int
    value: float | None
    shade: int | None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Seven rows of 24 cells; `most` is the cell to name in words, None when nothing was measured."""

    rows: list[list[Cell]]
    most: Cell | None


def by_most(week: Week) -> HeatMap:
    """Shades share out what lies between nobody and the busiest hour."""
    top = max(week.values(), default=0)
    return drawn(week, lambda value: min(SHADES - 1, int(value / top * SHADES)) if top else 0)


def by_dark(week: Week) -> HeatMap:
    """Shades of a share of time down, on a scale that is the same for every point."""
    return drawn(week, lambda share: sum(share > least for least in DARK))


def drawn(week: Week, shade: Shade) -> HeatMap:
    rows = [[cell(day, hour, week.get((day, hour)), shade) for hour in HOURS] for day in DAYS]
    known = [one for row in rows for one in row if one.value is not None]
    return HeatMap(rows, max(known, key=lambda one: one.value or 0, default=None))


def cell(day: int, hour: int, value: float | None, shade: Shade) -> Cell:
    return Cell(day, hour, value, None if value is None else shade(value))


def clients_of_week(zone: str, hours: Iterable[tuple[int, float | None]]) -> Week:
    """The mean by weekday and hour of (beginning of an hour, clients); an unread hour says nothing."""
    clocks, found = ZoneInfo(zone), defaultdict[tuple[int, int], list[float]](list)
    for t, clients in hours:
        if clients is not None:
            found[when(clocks, t)].append(clients)
    return {key: sum(values) / len(values) for key, values in found.items()}


def down_of_week(zone: str, hours: Iterable[tuple[int, Figure]]) -> Week:
    """The share of the known time that was down by weekday and hour: seconds are added first, then divided."""
    clocks, sums = ZoneInfo(zone), defaultdict[tuple[int, int], Figure](Figure)
    for t, figure in hours:
        key = when(clocks, t)
        sums[key] = sums[key] + figure
    return {key: 1 - one.availability for key, one in sums.items() if one.availability is not None}


def when(zone: ZoneInfo, t: int) -> tuple[int, int]:
    local = datetime.fromtimestamp(t, zone)
    return local.weekday(), local.hour
