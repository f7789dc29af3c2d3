"""Indicators, Gini and ranking against their definitions."""

from datetime import date
from itertools import product
from random import Random

import pytest

from hotspot.analytics.equity import AreaFacts, Stated, city_equity, gini, lorenz
from hotspot.analytics.reach import AreaReach
from hotspot.analytics.underserved import DEFAULTS, PARTS, TOP, places, ranked

DAY = date(2026, 6, 30)


def area(code: str, points: int, people: float | None = None, *, near: int | None = None, **stated: float) -> AreaFacts:
    kinds = stated | ({"population": people} if people is not None else {})
    return AreaFacts(
        code,
        code,
        "d",
        "D",
        points,
        2.0,
        {kind: Stated(value, DAY, kind == "population") for kind, value in kinds.items()},
        None if near is None else AreaReach(100, near, min(100, near * 2), 400.0),
    )


def gini_of(people: list[tuple[int, int]]) -> float:
    """Half the mean difference of any two people's shares, against the mean (Gini 1912)."""
    everyone = [points / living for points, living in people for _ in range(living)]
    mean = sum(everyone) / len(everyone)
    return sum(abs(a - b) for a, b in product(everyone, everyone)) / (2 * len(everyone) ** 2 * mean)


def test_figures_of_an_area() -> None:
    one = area("a", 6, 20_000, near=25, poor=1_000)
    assert one.per_10000 == 3
    assert one.people_per_point == pytest.approx(3333.33, abs=0.01)
    assert one.per_km2 == 3
    assert one.poor_share == 0.05
    assert one.people_near == 5_000
    assert one.estimated


def test_what_nobody_stated_is_no_figure() -> None:
    unknown = area("a", 3)
    assert (unknown.per_10000, unknown.people_per_point, unknown.poor_share, unknown.people_near) == (None,) * 4
    empty = area("b", 3, 0)
    assert (empty.per_10000, empty.people_per_point) == (None, None)
    none = area("c", 0, 1000)
    assert none.per_10000 == 0
    assert none.people_per_point is None


def test_the_city_divides_only_what_belongs_together() -> None:
    found = city_equity([area("a", 4, 10_000, near=50), area("b", 6, near=10), area("c", 0, 30_000)])
    assert (found.points, found.areas, found.areas_without, found.ground_without) == (10, 3, 1, 1)
    assert found.per_10000 == 1  # 4 points of 40,000 people; the 6 of area b are against nobody known
    assert found.people_per_point == 10_000
    assert found.near_share == 0.3
    assert found.people_near_share == 0.5
    assert found.as_of == (DAY, DAY)
    assert found.estimate
    nothing = city_equity([area("a", 4)])
    assert (nothing.people, nothing.per_10000, nothing.near_share, nothing.gini, nothing.as_of) == (None,) * 5


def test_gini_is_the_mean_difference() -> None:
    dice = Random(4)
    for _ in range(20):
        people = [(dice.randint(0, 9), dice.randint(1, 12)) for _ in range(dice.randint(2, 7))]
        if not sum(points for points, _ in people):
            continue
        areas = [area(str(n), points, living) for n, (points, living) in enumerate(people)]
        assert gini(lorenz(areas)) == pytest.approx(gini_of(people), abs=1e-9)


def test_lorenz_lies_below_the_diagonal_and_rises() -> None:
    curve = lorenz([area("a", 1, 10), area("b", 3, 10), area("c", 0, 20)])
    assert list(curve) == [(0, 0), (0.5, 0), (0.75, 0.25), (1, 1)]
    assert gini(curve) == pytest.approx(0.625)
    assert gini(lorenz([area("a", 5, 10), area("b", 10, 20)])) == 0
    assert lorenz([area("a", 5, 10)]) == ()
    assert lorenz([area("a", 0, 10), area("b", 0, 10)]) == ()
    assert gini(()) is None


def test_places_are_shares_of_the_others() -> None:
    assert places([1, 2, 3], rising=True) == [0, 0.5, 1]
    assert places([1, 2, 3], rising=False) == [1, 0.5, 0]
    assert places([5, 5, None], rising=True) == [0.5, 0.5, None]
    assert places([5, None], rising=True) == [0.5, None]


def city(seed: int, number: int = 30) -> list[AreaFacts]:
    dice = Random(seed)
    return [
        area(
            f"{n:02}",
            dice.randint(0, 30),
            dice.randint(5_000, 60_000),
            near=dice.randint(0, 100),
            poor=dice.randint(10, 900),
            schools=dice.randint(0, 30),
            umkm=dice.randint(0, 900),
        )
        for n in range(number)
    ]


def test_one_weight_alone_orders_by_its_part() -> None:
    areas = city(1)
    for part, (_, look, rising) in PARTS.items():
        found = ranked(areas, dict.fromkeys(PARTS, 0) | {part: 10})
        values = [look(one.area) or 0 for one in found]
        assert values == sorted(values, reverse=rising)
        assert [one.rank for one in found] == list(range(1, 31))


def test_a_score_is_the_mean_of_its_parts() -> None:
    for one in ranked(city(2), DEFAULTS):
        parts = [(DEFAULTS[part], need) for part, need in one.needs.items() if need is not None]
        assert one.score == pytest.approx(sum(w * need for w, need in parts) / sum(w for w, _ in parts))
        assert one.known == 1


def test_an_area_of_which_little_is_known_has_no_place() -> None:
    found = ranked([*city(3, 12), area("99", 0, near=0)], DEFAULTS)
    last = found[-1]
    assert last.area.code == "99"
    assert (last.rank, last.score, last.stays) == (None, None, None)
    assert last.known == 0.3
    assert all(one.rank is None for one in ranked(city(3), dict.fromkeys(PARTS, 0)))


def test_stability_is_a_share_of_the_trials_and_always_the_same() -> None:
    first, second = ranked(city(5), DEFAULTS), ranked(city(5), DEFAULTS)
    assert first == second
    stays = [one.stays or 0 for one in first]
    assert sum(stays) == pytest.approx(TOP)
    assert stays[0] > 0.9
    assert stays[-1] == 0
    assert all(one.stays == 1 for one in ranked(city(6, TOP), DEFAULTS))
