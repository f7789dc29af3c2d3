"""Which kelurahan come next: a score of weighted parts that everybody can see, and how much it hangs on the weights."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from hotspot.analytics.equity import AreaFacts

# Part: (default weight, what is looked at, True: the higher the needier).
PARTS: Mapping[str, tuple[int, Callable[[AreaFacts], float | None], bool]] = {
    "points": (40, lambda area: area.per_10000, False),
    "reach": (30, lambda area: None if area.reach is None else area.reach.near_share, False),
    "poor": (20, lambda area: area.poor_share, True),
    "schools": (5, lambda area: per_point(area, "schools"), True),
    "umkm": (5, lambda area: per_point(area, "umkm"), True),
}
DEFAULTS = {part: weight for part, (weight, _, _) in PARTS.items()}
MOST_WEIGHT = 100
LEAST_KNOWN = 0.5  # of the weights; an area of which less is known has no place
TRIALS, SWING, TOP = 200, 0.5, 10


@dataclass(frozen=True, slots=True)
class Ranked:
    """An area with its `score` from 0 to 1 (1 the neediest) and the need by part, None where nothing is known.

    `rank` is None when too little is known; `stays` is the share of the trials with other weights in which the area
    is among the first TOP.
    """

    area: AreaFacts
    rank: int | None
    score: float | None
    needs: Mapping[str, float | None]
    known: float
    stays: float | None


def per_point(area: AreaFacts, kind: str) -> float | None:
    """Of something that would use a point; with no point as if with half a one, so that more of it is still more."""
    found = area.stated.get(kind)
    return None if found is None else found.value / (area.points or 0.5)


def ranked(areas: Sequence[AreaFacts], weights: Mapping[str, int]) -> list[Ranked]:
    """The neediest first, equal scores by code; areas of which too little is known last."""
    needs, own = needs_of(areas), tuple(weights[part] for part in PARTS)
    order, scores = ranking(needs, own)
    stays = stability(needs, own)
    places = {n: place for place, n in enumerate(order, start=1)}
    whole = sum(own) or 1
    found = [
        Ranked(
            area,
            places.get(n),
            scores.get(n),
            dict(zip(PARTS, needs[n], strict=True)),
            sum(weight for weight, need in zip(own, needs[n], strict=True) if need is not None) / whole,
            stays[n] if n in places else None,
        )
        for n, area in enumerate(areas)
    ]
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.area.code))


Needs = tuple[tuple[float | None, ...], ...]


def needs_of(areas: Sequence[AreaFacts]) -> Needs:
    """By area the place of each part among all areas, from 0 to 1: no single outlier stretches the scale."""
    columns = [places([look(area) for area in areas], rising=rising) for _, look, rising in PARTS.values()]
    return tuple(zip(*columns, strict=True))


def places(values: Sequence[float | None], *, rising: bool) -> list[float | None]:
    """The share of the others that lie below (half of the equal ones with them); 0.5 for the only one known."""
    known = [value for value in values if value is not None]
    others = len(known) - 1

    def place(value: float) -> float:
        if not others:
            return 0.5
        below, equal = sum(one < value for one in known), sum(one == value for one in known) - 1
        share = (below + equal / 2) / others
        return share if rising else 1 - share

    return [None if value is None else place(value) for value in values]


def ranking(needs: Needs, weights: Sequence[float]) -> tuple[list[int], dict[int, float]]:
    """The places of the areas in `needs`, neediest first, and their scores: means of the known parts by weight."""
    whole = sum(weights)
    scores = {}
    for n, row in enumerate(needs):
        known = taken = 0.0
        for weight, need in zip(weights, row, strict=True):
            if need is not None:
                known += weight
                taken += weight * need
        if whole and known >= whole * LEAST_KNOWN:
            scores[n] = taken / known
    return sorted(scores, key=lambda n: (-scores[n], n)), scores


@lru_cache(maxsize=32)
def stability(needs: Needs, weights: tuple[float, ...]) -> tuple[float, ...]:
    """In what share of TRIALS each area is among the first TOP, every weight multiplied by 0.5 to 1.5 at random.

    The same dice each time: equal input has equal output.
    """
    dice = Random(36)  # noqa: S311  # no secret
    hits = [0] * len(needs)
    for _ in range(TRIALS):
        swung = [weight * dice.uniform(1 - SWING, 1 + SWING) for weight in weights]
        for n in ranking(needs, swung)[0][:TOP]:
            hits[n] += 1
    return tuple(hit / TRIALS for hit in hits)
