"""How much an invented access point is used at a time: what the history tells and what the simulated agents answer."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from hotspot.demo.chance import flicker, share

HOUR_S, DAY_S, WEEK_HOURS = 3600, 86400, 168
ZONE_S = 7 * HOUR_S  # WIB, without summer time
MONDAY_S = 4 * DAY_S  # 1970 began on a Thursday
DOWN_BYTES_S, UP_BYTES_S = 21_000, 2_600  # of one client, averaged over an hour
RAMP_DAYS = 120  # until people know that a point is there

SHAPES = {  # share of the peak for each hour of the day: on weekdays, on Saturday and Sunday
    "evening": (
        (8, 5, 3, 3, 6, 14, 18, 20, 24, 28, 32, 38, 44, 42, 40, 46, 58, 72, 88, 100, 98, 80, 48, 20),
        (12, 7, 4, 4, 7, 14, 22, 34, 46, 54, 58, 60, 62, 60, 60, 66, 76, 88, 100, 100, 94, 82, 58, 28),
    ),
    "worship": (
        (3, 2, 3, 14, 52, 34, 16, 14, 16, 18, 24, 64, 80, 42, 34, 62, 52, 58, 100, 92, 54, 24, 9, 4),
        (3, 2, 3, 14, 50, 36, 22, 24, 30, 34, 38, 66, 76, 46, 38, 62, 54, 60, 100, 94, 60, 28, 10, 4),
    ),
    "office": (
        (1, 1, 1, 1, 1, 3, 16, 54, 88, 100, 98, 92, 70, 84, 90, 72, 34, 16, 10, 8, 6, 4, 2, 1),
        (1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 12, 10, 10, 10, 8, 8, 6, 5, 4, 3, 2, 1, 1),
    ),
    "market": (
        (6, 5, 6, 14, 46, 78, 96, 100, 96, 90, 82, 74, 66, 58, 52, 48, 46, 42, 36, 30, 24, 16, 10, 7),
        (7, 6, 7, 16, 50, 84, 100, 100, 98, 94, 86, 76, 66, 58, 52, 50, 48, 44, 40, 34, 26, 18, 11, 8),
    ),
}
PEAKS = {  # venue kind: shape, clients of one access point at the peak
    "community_hall": ("evening", 9),
    "park": ("evening", 17),
    "mosque": ("worship", 10),
    "prayer_room": ("worship", 5),
    "church": ("worship", 7),
    "hindu_temple": ("worship", 5),
    "buddhist_temple": ("worship", 5),
    "confucian_temple": ("worship", 4),
    "school": ("office", 24),
    "market": ("market", 21),
    "health_centre": ("office", 15),
    "health_post": ("office", 4),
    "reading_garden": ("evening", 7),
    "village_office": ("office", 11),
    "district_office": ("office", 16),
    "service_mall": ("office", 38),
    "terminal": ("market", 26),
}


@dataclass(frozen=True, slots=True)
class Week:
    """Mean clients in each hour of a week from Monday 0:00, and their sum up to each hour, for one unit of scale."""

    means: tuple[float, ...]
    sums: tuple[float, ...]


@cache
def week(venue_kind: str) -> Week:
    shape, peak = PEAKS[venue_kind]
    weekday, weekend = SHAPES[shape]
    means = tuple(peak * part / 100 for part in (*weekday * 5, *weekend * 2))
    sums = [0.0]
    for mean in means:
        sums.append(sums[-1] + mean)
    return Week(means, tuple(sums))


@cache
def mood(day: int) -> float:
    """What a day does to the whole city."""
    return share("day", day)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who uses one access point; `scale` makes some places busier than others of their kind."""

    name: str
    venue_kind: str
    scale: float
    since: int  # when the point was opened

    def mean(self, t: int) -> float:
        """Expected clients at an instant."""
        return self.by_hour(t)[(t + ZONE_S) // HOUR_S % 24] * self.level(t)

    def by_hour(self, t: int) -> tuple[float, ...]:
        """Expected clients in each hour of the day of `t`, for a level of 1."""
        weekday = (t + ZONE_S - MONDAY_S) // DAY_S % 7
        return week(self.venue_kind).means[weekday * 24 : weekday * 24 + 24]

    def level(self, t: int) -> float:
        """How busy the place is on the day of `t`: days differ by rain, holidays and football."""
        day = (t + ZONE_S) // DAY_S
        return self.scale * self.ramp(t) * (0.78 + 0.3 * mood(day) + 0.14 * flicker(self.name, day))

    def ramp(self, t: int) -> float:
        return min(1.0, 0.45 + 0.55 * max(0, t - self.since) / (RAMP_DAYS * DAY_S))

    def clients(self, t: int) -> int:
        """Stations at this minute: the same for whoever asks within it."""
        minute = t // 60
        return int(self.mean(t) * (0.7 + 0.6 * flicker(self.name, minute)) + flicker(self.name, -minute))

    def traffic(self, t: float) -> float:
        """Client-seconds since some Monday long ago; grows steadily, for counters."""
        table = week(self.venue_kind)
        seconds = t + ZONE_S - MONDAY_S
        weeks, rest = divmod(seconds, WEEK_HOURS * HOUR_S)
        hour, part = divmod(rest, HOUR_S)
        done = table.sums[int(hour)] + table.means[int(hour)] * part / HOUR_S
        return (weeks * table.sums[-1] + done) * HOUR_S * self.scale


def crowd(name: str, venue_kind: str, since: int) -> Crowd:
    return Crowd(name, venue_kind, SCALES[bisect_right(SCALE_AT, share("scale", name)) - 1], since)


SCALES = (0.35, 0.6, 0.85, 1.1, 1.5, 2.2)
SCALE_AT = (0.0, 0.12, 0.32, 0.58, 0.82, 0.95)
