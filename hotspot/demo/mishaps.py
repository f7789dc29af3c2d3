"""What went wrong in the invented year: power cuts, provider lines, single devices, and the collector itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hotspot.analytics.calendar import Period
from hotspot.analytics.spans import DOWN, UNKNOWN, UP, Span, union
from hotspot.demo.chance import dice, happenings, share

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
ZONE_S = 7 * HOUR_S
LEAST_S = 150  # shorter silences are no outage
POWER_CUTS_A_YEAR, LINE_FAULTS_A_YEAR, FIBRE_FAULTS_A_YEAR = 7, 3, 30
POOR_FIBRES, ON_A_FIBRE = 3, 6  # fibres that keep failing, each a provider's in a kelurahan with so many access points
QUALITY = ((0.70, 5), (0.92, 16), (1.0, 55))  # share of the access points up to here, faults a year
DEAD = 9  # access points that stay silent today
NIGHTS_OFF = 5  # places whose caretaker pulls the plug in the evening
NIGHTS = 75
GAP_DAYS_AGO, GAP_S = 23, 3 * HOUR_S + 40 * MINUTE_S
UPGRADE_DAYS_AGO, UPGRADE_S = 121, 14 * MINUTE_S
DARK_NOW_S = 38 * MINUTE_S  # since when one kelurahan has no power


@dataclass(frozen=True, slots=True)
class Watched:
    """An access point while it is polled: `offset_s` into every interval, from the first poll to the last."""

    name: str
    village: str
    district: str
    provider: str
    kind: str
    offset_s: int
    first: int
    last: int

    def poll_after(self, t: float, interval_s: int) -> int:
        """The first poll at or after an instant."""
        return -((self.offset_s - int(t)) // interval_s) * interval_s + self.offset_s


def collector_gaps(now: int) -> list[Period]:
    """When nobody looked: a broken disk one afternoon, an upgrade."""
    broken = (now - GAP_DAYS_AGO * DAY_S) // DAY_S * DAY_S + 7 * HOUR_S + 11 * MINUTE_S
    upgrade = (now - UPGRADE_DAYS_AGO * DAY_S) // DAY_S * DAY_S + 2 * HOUR_S
    return [(upgrade, upgrade + UPGRADE_S), (broken, broken + GAP_S)]


def silences(watched: Sequence[Watched], start: int, now: int) -> dict[str, list[Period]]:
    """For each access point the stretches in which it did not answer; they may overlap."""
    found: dict[str, list[Period]] = defaultdict(list)
    shared(found, watched, start, now)
    for one in watched:
        found[one.name] += own_faults(one, start, now)
    habits(found, watched, now)
    standing(found, watched, now)
    return found


def shared(found: dict[str, list[Period]], watched: Sequence[Watched], start: int, now: int) -> None:
    """Power cuts of a kelurahan, faults of a provider's line in a kecamatan, and a few fibres that keep failing."""
    years = (now - start) / (365 * DAY_S)
    powered, connected, fibred = defaultdict(list), defaultdict(list), defaultdict(list)
    for one in watched:
        powered[one.village].append(one)
        connected[f"{one.district} {one.provider}"].append(one)
        fibred[f"{one.village} {one.provider}"].append(one)
    long = [name for name, members in fibred.items() if len(members) >= ON_A_FIBRE]
    poor = {name: fibred[name] for name in sorted(long, key=lambda name: share("poor fibre", name))[:POOR_FIBRES]}
    for kind, groups, a_year, middle_s, reach in (
        ("power", powered, POWER_CUTS_A_YEAR, 55 * MINUTE_S, 0.85),
        ("line", connected, LINE_FAULTS_A_YEAR, 150 * MINUTE_S, 0.95),
        ("fibre", poor, FIBRE_FAULTS_A_YEAR, 25 * MINUTE_S, 1.0),
    ):
        for name, members in sorted(groups.items()):
            random = dice(kind, name)
            for _ in range(happenings(random, a_year * years)):
                begin = start + random.random() * (now - start - DAY_S)
                length = min(14 * HOUR_S, random.lognormvariate(0, 0.8) * middle_s)
                for one in members:
                    if random.random() < reach:
                        found[one.name].append((int(begin), int(begin + length + random.uniform(20, 200))))


def own_faults(one: Watched, start: int, now: int) -> Iterable[Period]:
    random = dice("faults", one.name)
    years = (now - start) / (365 * DAY_S)
    luck = share("quality", one.name)
    rate = next(rate for limit, rate in QUALITY if luck <= limit)
    for _ in range(happenings(random, rate * years)):
        begin = start + random.random() * (now - start - DAY_S)
        yield int(begin), int(begin + min(2 * DAY_S, random.lognormvariate(0, 1.2) * 24 * MINUTE_S))
    if random.random() < 0.28 * years:  # one that had to wait for a technician
        begin = start + random.random() * (now - start - 12 * DAY_S)
        yield int(begin), int(begin + random.uniform(0.7, 8) * DAY_S)


def habits(found: dict[str, list[Period]], watched: Sequence[Watched], now: int) -> None:
    """Plugs pulled every evening, and one device with a loose contact."""
    offices = [one for one in watched if one.kind in ("school", "village_office", "reading_garden")]
    for one in sorted(offices, key=lambda one: share("night", one.name))[:NIGHTS_OFF]:
        random = dice("nights", one.name)
        evening = (now + ZONE_S) // DAY_S * DAY_S - ZONE_S + 21 * HOUR_S
        for back in range(NIGHTS + 1):
            begin = int(evening - back * DAY_S + random.uniform(0, 70) * MINUTE_S)
            end = int(evening - back * DAY_S + 8.3 * HOUR_S + random.uniform(0, 50) * MINUTE_S)
            if begin < now:
                found[one.name].append((begin, end))
    loose = min(watched, key=lambda one: share("loose", one.name))
    random, t = dice("loose contact"), now - 5 * DAY_S
    while t < now - HOUR_S:
        t += int(random.uniform(12, 70) * MINUTE_S)
        found[loose.name].append((t, t + int(random.uniform(3, 14) * MINUTE_S)))


def standing(found: dict[str, list[Period]], watched: Sequence[Watched], now: int) -> None:
    """What is silent at this moment: dead devices, and a kelurahan without power."""
    alive = [one for one in watched if one.last >= now - HOUR_S]
    for one in sorted(alive, key=lambda one: share("dead", one.name))[:DEAD]:
        found[one.name].append((now - int((0.1 + 33 * share("dead since", one.name) ** 2) * DAY_S), now + DAY_S))
    for one in alive:
        if one.village == dark_village(alive):
            found[one.name].append((now - DARK_NOW_S + int(40 * share("dark", one.name)), now + DAY_S))


def dark_village(watched: Iterable[Watched]) -> str:
    return min({one.village for one in watched}, key=lambda village: share("dark", village))


def spans(one: Watched, silent: Iterable[Period], gaps: Sequence[Period], interval_s: int, now: int) -> list[Span]:
    """The history of an access point as the recorder would have stored it; the last span ends `now`, and is open."""
    silence = [
        (begin, end)
        for start, until in union(silent, one.first, one.last + 1)
        if (end := min(one.poll_after(until, interval_s), now)) - (begin := one.poll_after(start, interval_s)) > LEAST_S
    ]
    unseen = [
        (one.poll_after(start, interval_s) - interval_s, one.poll_after(end, interval_s))
        for start, end in gaps
        if one.first < start and end < one.last
    ]
    marks = sorted({one.first, now, *(t for period in (*silence, *unseen) for t in period)})
    made: list[Span] = []
    for start, end in pairwise(marks):
        state = UNKNOWN if within(start, unseen) else DOWN if within(start, silence) else UP
        if start < one.first or end <= start:
            continue
        if made and made[-1].state == state:
            made[-1] = Span(made[-1].start, end, state)
        else:
            made.append(Span(start, end, state))
    return made


def within(t: int, periods: Iterable[Period]) -> bool:
    return any(start <= t < end for start, end in periods)
