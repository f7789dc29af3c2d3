"""What siting costs: grid, reach, ranking and points that are not there, of an invented city; prints a table.

python -m bench.siting
"""

import json
import time
from collections.abc import Callable
from datetime import date
from random import Random

from hotspot.analytics.cells import cells
from hotspot.analytics.equity import DENOMINATORS, AreaFacts, Stated
from hotspot.analytics.geography import area_at, distance_m, grid, rings
from hotspot.analytics.reach import NEAR_M, WALK_M, gaps, reach, with_more
from hotspot.analytics.underserved import DEFAULTS, ranked, stability

AREAS, POINTS, SAMPLE, RUNS = 54, 1_000, 20_000, 5


def cost(act: Callable[[], object]) -> float:
    """Milliseconds of CPU, the best of RUNS, nothing remembered from the run before."""
    best = float("inf")
    for _ in range(RUNS):
        for kept in (grid, rings, reach, stability):
            kept.cache_clear()
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return best * 1000


def main() -> None:
    dice = Random(7)
    middles = [(106.65 + dice.random() * 0.13, -6.36 + dice.random() * 0.12) for _ in range(AREAS)]
    outlines = tuple(
        (f"{n:02}", json.dumps({"type": "Polygon", "coordinates": [ring]})) for n, ring in enumerate(cells(middles))
    )
    points = tuple((-6.36 + dice.random() * 0.12, 106.65 + dice.random() * 0.13) for _ in range(POINTS))
    ground = grid(outlines)
    found = reach(ground, points)
    facts = [
        AreaFacts(
            code, code, "", "", dice.randint(0, 40), 3.0,
            {kind: Stated(dice.randint(50, 40_000), date(2025, 6, 30), True) for kind in DENOMINATORS},
            found.areas[code],
        )
        for code, _ in outlines
    ]  # fmt: skip
    few = points[:100]
    print(f"{AREAS} areas, {sum(map(len, ground.cells.values()))} squares, {POINTS} points, CPU in ms:")
    print(f"  grid over the outlines           {cost(lambda: grid(outlines)):6.1f}")
    print(f"  nearest point of every square    {cost(lambda: reach(ground, points)):6.1f}")
    print(f"  ranking and its 200 trials       {cost(lambda: ranked(facts, DEFAULTS)):6.1f}")
    print(f"  50 points more                   {cost(lambda: with_more(ground, found, points[:50])):6.1f}")
    print(f"  10 points into an area's gaps    {cost(lambda: gaps(ground, found, '03', 10)):6.1f}")
    told = reach(ground, few).city
    inside: list[float] = []
    while len(inside) < SAMPLE:
        place = (-6.37 + dice.random() * 0.14, 106.64 + dice.random() * 0.15)
        if area_at(outlines, place):
            inside.append(min(distance_m(place, point) for point in few))
    near, walk = (sum(m <= most for m in inside) / SAMPLE for most in (NEAR_M, WALK_M))
    if told is not None:
        print(f"  of 100 points within 300 m: grid {told.near_share:.4f}, {SAMPLE} random places {near:.4f}")
        print(f"  of 100 points within 500 m: grid {told.walk_share:.4f}, {SAMPLE} random places {walk:.4f}")


if __name__ == "__main__":
    main()
