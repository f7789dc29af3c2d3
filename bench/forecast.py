"""How often the range of a forecast holds what then happened, on real roll-outs and on invented ones; and its cost.

python -m bench.forecast [--data FOLDER] [--json FILE]

FOLDER has the folders rollouts (kiosks of New York by borough, zones of Colombia by operator) and inventories (free
Wi-Fi of Korea by province), as their cities publish them. Each case stands at a month of a past roll-out, sees the
months before it, and asks when 15 % or 25 % of all points more will stand; the answer is known.
"""

import argparse
import csv
import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from pathlib import Path
from random import Random

from hotspot.analytics.forecast import HIGH, HORIZON, LEAST_MONTHS, LOW, MIDDLE, WINDOWS, forecast, futures, quantile

FRACTIONS, STEPS = (0.3, 0.45, 0.6, 0.75), (0.15, 0.25)
LEAST_SEEN, LEAST_MISSING = 8, 5  # months seen, points missing
LEAST_POINTS = {"kiosks": 60, "zones": 60, "provinces": 150}
DRAWS = 1000
ALPHA = 0.2  # what an 80 % range may miss


@dataclass(frozen=True, slots=True)
class Case:
    """`months` is how long the `missing` points really took; the month in which the last came is counted whole."""

    series: str
    seen: tuple[int, ...]
    missing: int
    months: int


Range = tuple[float, float, float]
Method = Callable[[Case], Range]


def cases(series: Mapping[str, Sequence[int]]) -> list[Case]:
    found = []
    for name, built in series.items():
        sums, total = list(accumulate(built)), sum(built)
        for fraction in FRACTIONS:
            start = next(month for month, stood in enumerate(sums) if stood >= fraction * total) + 1
            for step in STEPS:
                missing = int(step * total)
                if start < LEAST_SEEN or missing < LEAST_MISSING or sums[start - 1] + step * total > 0.98 * total:
                    continue
                end = next(month for month, stood in enumerate(sums) if stood >= sums[start - 1] + missing)
                found.append(Case(name, tuple(built[:start]), missing, end + 1 - start))
    return found


def ours(case: Case) -> Range:
    return spread([arrival for arrival, _ in futures(case.seen, 0, case.missing)])


def constant_rate(case: Case) -> Range:
    months = case.missing / max(sum(case.seen) / len(case.seen), 1e-6)
    return months, months, months


def twelve_months(case: Case) -> Range:
    """The mean of the last twelve months, give or take a factor of 1.6."""
    months = case.missing / max(sum(case.seen[-12:]) / len(case.seen[-12:]), 1e-6)
    return months / 1.6, months, months * 1.6


def bootstrap(window: int, block: int) -> Method:
    """Months drawn from the last `window`, in runs of `block`."""

    def method(case: Case) -> Range:
        random, seen = Random(1), case.seen[-window:]
        length = min(block, len(seen))

        def arrival() -> float:
            came = 0
            for month in range(HORIZON):
                if month % length == 0:
                    start = random.randrange(len(seen) - length + 1)
                came += seen[start + month % length]
                if came >= case.missing:
                    return month + 1
            return math.inf

        return spread([arrival() for _ in range(DRAWS)])

    return method


def gamma_poisson(case: Case) -> Range:
    """A rate that is not known exactly, points that come one by one at it."""
    random, seen = Random(1), case.seen[-12:]
    rates = (random.gammavariate(0.5 + sum(seen), 1 / len(seen)) for _ in range(DRAWS))
    return spread([random.gammavariate(case.missing, 1) / rate for rate in rates])


METHODS: dict[str, Method] = {
    "ours": ours,
    "bootstrap of 24 months": bootstrap(24, 1),
    "bootstrap of 12 months": bootstrap(12, 1),
    "bootstrap of 24 months by three": bootstrap(24, 3),
    "mean of 12 months, factor 1.6": twelve_months,
    "gamma-Poisson of 12 months": gamma_poisson,
    "constant rate": constant_rate,
}


def spread(arrivals: list[float]) -> Range:
    ordered = sorted(arrivals)
    low, middle, high = (quantile(ordered, share) for share in (LOW, MIDDLE, HIGH))
    return low, middle, high


@dataclass(frozen=True, slots=True)
class Score:
    """`held`: the share of cases within the range; `wrong_by`: the median factor between the middle and the truth;
    `interval`: the interval score on logarithms (Gneiting and Raftery 2007), the smaller the better."""

    cases: int
    held: float
    early: float
    late: float
    wrong_by: float
    width: float
    interval: float


def score(method: Method, asked: Sequence[Case]) -> Score:
    rows = []
    for case in asked:
        low, middle, high = (min(max(math.ceil(months) if months < HORIZON else HORIZON + 1, 1), HORIZON + 1)
                             for months in method(case))  # fmt: skip
        truth = math.log(case.months)
        a, b = math.log(low), math.log(high)
        penalty = 2 / ALPHA * (max(0.0, a - truth) + max(0.0, truth - b))
        rows.append((truth < a, truth > b, abs(math.log(middle) - truth), b - a, b - a + penalty))
    early, late, _, width, interval = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    wrong = sorted(row[2] for row in rows)[len(rows) // 2]
    return Score(len(rows), 1 - early - late, early, late, math.exp(wrong), math.exp(width), interval)


def by_month(days: Iterable[date]) -> list[int]:
    counts = Counter(day.year * 12 + day.month for day in days)
    return [counts[month] for month in range(min(counts), max(counts) + 1)]


def real_series(data: Path) -> dict[str, list[int]]:
    groups: dict[str, list[date]] = defaultdict(list)
    for name, day in [*kiosks(data / "rollouts"), *zones(data / "rollouts"), *provinces(data / "inventories")]:
        groups[name].append(day)
    return {
        name: by_month(days)
        for name, days in sorted(groups.items())
        if len(days) >= LEAST_POINTS[name.partition("/")[0]]
    }


def kiosks(folder: Path) -> Iterator[tuple[str, date]]:
    """By borough, and all together; a few payphones of the last century are listed, too."""
    with (folder / "nyc_linknyc_kiosk_locations_20251008.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            day = datetime.strptime(row["Activation Complete"], "%m/%d/%Y").date()  # noqa: DTZ007  # a day, no instant
            if day.year >= 2015:
                yield f"kiosks/{row['Borough']}", day
                yield "kiosks/all", day


def zones(folder: Path) -> Iterator[tuple[str, date]]:
    with (folder / "colombia_zonas_wifi_gratis.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            word = row["FECHA ACTIVACIÓN"].partition(" ")[0]
            if word:
                yield f"zones/{row['OPERADOR']}", datetime.strptime(word, "%m/%d/%Y").date()  # noqa: DTZ007  # a day


def provinces(folder: Path) -> Iterator[tuple[str, date]]:
    """Months of installation up to 2017; later ones are few and of some offices only."""
    with (folder / "korea_national_free_wifi_standard.csv").open(encoding="cp949", newline="") as file:
        for row in csv.DictReader(file):
            year, _, month = (row["설치년월"] or "").strip()[:7].partition("-")
            if year.isdigit() and month.isdigit() and 2000 <= int(year) <= 2017 and 1 <= int(month) <= 12:
                yield f"provinces/{row['설치시도명']}", date(int(year), int(month), 1)


def invented_series(number: int, seed: int = 1) -> dict[str, list[int]]:
    """Roll-outs in phases: contracts of a few months to two years, each with a pace and a regularity of its own,
    pauses between them, batches that are handed over together."""
    return {f"invented/{index}": invented(Random(f"{seed} {index}")) for index in range(number)}


def invented(random: Random) -> list[int]:
    months, pace = random.randint(18, 110), math.exp(random.uniform(math.log(3), math.log(40)))
    idle, uneven = random.uniform(0.1, 0.7), random.uniform(0.3, 2.0)
    built: list[int] = []
    while len(built) < months:
        phase = pace * random.lognormvariate(0, 0.6)
        for _ in range(random.randint(4, 24)):
            busy = random.random() > idle
            built.append(round(phase / (1 - idle) * random.gammavariate(1 / uneven, uneven)) if busy else 0)
        if random.random() < 0.4:
            built += [0] * random.randint(2, 8)
    built = built[:months]
    while built and not built[0]:
        del built[0]
    while built and not built[-1]:
        del built[-1]
    return built if sum(built) >= 60 else invented(random)


def answered(asked: Iterable[Case]) -> list[Case]:
    """Those that are not refused for too few months."""
    return [case for case in asked if sum(number > 0 for number in case.seen[-WINDOWS[-1] :]) >= LEAST_MONTHS]


def cost_ms(asked: Sequence[Case], months: int) -> dict[str, float]:
    """CPU of a forecast, the dice thrown before."""
    spent = []
    for case in asked:
        begun = time.process_time()
        forecast.__wrapped__(
            case.seen, sum(case.seen), sum(case.seen) + case.missing, date(2026, 1, 15), date(2027, 1, 1), months
        )
        spent.append((time.process_time() - begun) * 1000)
    spent.sort()
    return {"median": round(spent[len(spent) // 2], 1), "slowest": round(spent[-1], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    sets = {"invented": answered(cases(invented_series(100)))}
    if chosen.data:
        sets["real"] = cases(real_series(chosen.data))
        sets["real, six months or more with points"] = answered(sets["real"])
    report: dict[str, object] = {}
    for title, asked in sets.items():
        print(f"{title}: {len(asked)} cases of {len({case.series for case in asked})} roll-outs")
        scores = {name: score(method, asked) for name, method in METHODS.items()}
        for name, one in scores.items():
            print(
                f"  {name:34} held {one.held:.0%} (came earlier {one.early:.0%}, later {one.late:.0%}),"
                f" middle wrong by x{one.wrong_by:.2f}, width x{one.width:.1f}, interval score {one.interval:.2f}"
            )
        report[title] = {
            name: {key: round(getattr(one, key), 3) for key in Score.__slots__} for name, one in scores.items()
        }
    report["cost_ms"] = {f"{months} months of fan": cost_ms(sets["invented"], months) for months in (0, 36)}
    print("CPU ms a forecast:", report["cost_ms"])
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
