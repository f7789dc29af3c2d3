"""The invented points: 750 that are built, with 820 access points, and 250 on their way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from hotspot.analytics.areanames import DISTRICT, AreaName
from hotspot.analytics.cells import Place as Position
from hotspot.analytics.cells import Ring
from hotspot.demo.cells import area
from hotspot.demo.chance import dice
from hotspot.demo.names import FUNDS, KINDS, PROVIDERS, site_name, street

BUILT, PIPELINE = 750, 250
SUSPENDED = 14
EXTRA = (5, *(2,) * 5, *(1,) * 55)  # access points beyond the first of the points that have several
STAGES = {"planned": 120, "proposed": 60, "surveyed": 40, "funded": 30}
MONTHS = 36
SEASON = (0.3, 0.5, 0.9, 0.6, 1.0, 1.1, 1.2, 1.1, 1.2, 1.4, 1.8, 2.0)  # budgets are spent late in the year
PORT = 16161
COMMUNITY = "demonstration"
OUTSIDE = "127.36.250"  # addresses of access points that are not in the inventory


@dataclass(frozen=True, slots=True)
class Place:
    """One point; `since` is the day it reached its stage, `aps` the addresses of its access points by name."""

    code: str
    name: str
    kind: str
    village: AreaName
    position: Position
    address: str
    stage: str
    since: date
    installed_on: date | None
    accepted_on: date | None
    fund: str
    provider: str
    auth_mode: str
    aps: Mapping[str, str]


Life = tuple[str, date, date | None, date | None]  # stage, since, installed_on, accepted_on


def places(areas: Sequence[AreaName], cells: Mapping[str, Ring], today: date) -> list[Place]:
    """In order of their codes, which is about that of their installation."""
    random = dice("places")
    sites = sites_of(areas, cells, random)
    lives = lives_of(today, random)
    extra = dict(zip(random.sample(range(60, BUILT), len(EXTRA)), EXTRA, strict=True))
    made, taken = [], 0
    for number, ((kind, name, village), life) in enumerate(zip(sites, lives, strict=True)):
        count = 1 + extra.get(number, 0) if number < BUILT else 0
        code = f"TS-{number + 1:04}"
        made.append(
            Place(
                code,
                name,
                kind,
                village,
                spot(cells[village.code], random),
                f"{street(random)}, {village.name}",
                *life,
                weighted(FUNDS, random) if life[0] != "proposed" else "",
                weighted(PROVIDERS, random) if number < BUILT else "",
                weighted({"open": 95, "portal": 4, "password": 1}, random),
                {f"{code.lower()}-{ap + 1}": loopback(taken + ap) for ap in range(count)},
            )
        )
        taken += count
    return made


def sites_of(areas: Sequence[AreaName], cells: Mapping[str, Ring], random: Random) -> list[tuple[str, str, AreaName]]:
    """Kind, name and village of every point: the offices first, the others in no order."""
    villages = [one for one in areas if one.level != DISTRICT]
    offices = [("village_office", site_name("village_office", village.name, 1), village) for village in villages]
    for district in (one for one in areas if one.level == DISTRICT):
        seat = next(village for village in villages if village.parent_code == district.code)
        offices.append(("district_office", site_name("district_office", district.name, 1), seat))
    sizes = {village.code: area(cells[village.code]) ** 0.5 * random.uniform(0.8, 1.25) for village in villages}
    seen: Counter[tuple[str, str]] = Counter()
    others: list[tuple[str, str, AreaName]] = []
    while len(offices) + len(others) < BUILT + PIPELINE:
        village = random.choices(villages, [sizes[one.code] for one in villages])[0]
        kind = weighted(KINDS, random)
        seen[village.code, kind] += 1
        others.append((kind, site_name(kind, village.name, seen[village.code, kind]), village))
    random.shuffle(others)
    return [*offices, *others]


def lives_of(today: date, random: Random) -> list[Life]:
    suspended = set(random.sample(range(100, BUILT - 100), SUSPENDED))
    lives = [
        built(day, today, random, suspended=number in suspended)
        for number, day in enumerate(installation_days(today, random))
    ]
    for stage, count in STAGES.items():
        lives += [(stage, today - timedelta(days=random.randint(5, 240)), None, None) for _ in range(count)]
    return lives


def installation_days(today: date, random: Random) -> list[date]:
    """BUILT working days in the last three years, in order, more of them late in each year."""
    days = [today - timedelta(days=back) for back in range(MONTHS * 30, 0, -1)]
    days = [day for day in days if day.weekday() < 5]
    weights = [SEASON[day.month - 1] * (0.7 + 0.6 * place / len(days)) for place, day in enumerate(days)]
    return sorted(random.choices(days, cum_weights=list(accumulate(weights)), k=BUILT))


def built(installed: date, today: date, random: Random, *, suspended: bool) -> Life:
    accepted = installed + timedelta(days=random.randint(14, 60))
    if accepted > today:
        return "installed", installed, installed, None
    if suspended:
        return "suspended", today - timedelta(days=random.randint(6, 100)), installed, accepted
    return ("active" if (today - accepted).days > 20 else "accepted"), accepted, installed, accepted


def spot(ring: Ring, random: Random) -> Position:
    """Somewhere in the cell, rather in its middle."""
    x, y = (sum(corner[axis] for corner in ring) / len(ring) for axis in (0, 1))
    edge = ring[random.randrange(len(ring))]
    other = ring[random.randrange(len(ring))]
    part, rest = random.random() ** 0.7 * 0.9, random.random()
    target = tuple(edge[axis] * rest + other[axis] * (1 - rest) for axis in (0, 1))
    return round(x + part * (target[0] - x), 5), round(y + part * (target[1] - y), 5)


def weighted(choices: Mapping[str, int], random: Random) -> str:
    return random.choices(list(choices), list(choices.values()))[0]


def loopback(number: int) -> str:
    """Every address of 127.0.0.0/8 is this machine on Linux; 127.36.x.y keeps clear of what others use."""
    return f"127.36.{number // 250}.{number % 250 + 1}"
