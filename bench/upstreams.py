"""How well joint outages tell what hangs together, in invented years whose upstreams are known, and how long it takes.

    python -m bench.upstreams [--devices 1000] [--json]

Feeders carry 12 to 60 access points and fail 3 to 12 times a year, each time a few are spared by a battery; fibres
carry a part of a feeder's and fail 3 to 8 times. Every access point has 2 to 40 outages of its own, the city five.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence

from hotspot.analytics.fell_together import Outage, Together, fell_together

YEAR_S = 365 * 86_400
SPARED = 0.08
SEEDS = 5
SAME = 0.6


def year(devices: int, dice: random.Random) -> tuple[list[Outage], list[set[int]]]:
    """The outages, and the access points of each upstream that failed at least three times."""
    outages = [
        Outage(ap, dice.randrange(YEAR_S)) for ap in range(devices) for _ in range(int(2 + 38 * dice.random() ** 3))
    ]
    upstreams: list[set[int]] = []
    first = 0
    while first < devices:
        feeder = list(range(first, min(devices, first + dice.randrange(12, 61))))
        first += len(feeder)
        upstreams += [fail(feeder, dice.randrange(3, 13), SPARED, outages, dice)]
        carried = dice.sample(feeder, len(feeder) // 2)
        if len(carried) >= 3:
            upstreams += [fail(carried, dice.randrange(3, 9), 0.02, outages, dice)]
    for _ in range(5):
        fail(range(devices), 1, 0.02, outages, dice)
    return outages, upstreams


def fail(members: Sequence[int], times: int, spared: float, outages: list[Outage], dice: random.Random) -> set[int]:
    for _ in range(times):
        start = dice.randrange(YEAR_S)
        outages += [Outage(ap, start + dice.randrange(60)) for ap in members if dice.random() >= spared]
    return set(members)


def alike(first: set[int], second: set[int]) -> float:
    return len(first & second) / len(first | second)


def judged(found: Sequence[Together], known: Sequence[set[int]]) -> dict[str, float]:
    """Shares: of the groups found those that are nearly an upstream, of the upstreams those that were found."""
    groups = [set(one.members) for one in found if len(one.members) >= 3]
    right = [group for group in groups if any(alike(group, one) >= SAME for one in known)]
    inside = [group for group in groups if any(len(group & one) >= 0.9 * len(group) for one in known)]
    hit = [one for one in known if any(alike(group, one) >= SAME for group in groups)]
    return {
        "groups": len(groups), "upstreams": len(known), "right": len(right) / max(1, len(groups)),
        "within_one": len(inside) / max(1, len(groups)), "found": len(hit) / len(known),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = []
    for seed in range(SEEDS):
        outages, known = year(asked.devices, random.Random(seed))
        began = time.perf_counter()
        found = fell_together(outages, asked.devices)
        rows.append({"outages": len(outages), "seconds": time.perf_counter() - began, **judged(found, known)})
    if asked.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            ", ".join(
                f"{name} {value:.2f}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items()
            )
        )


if __name__ == "__main__":
    main()
