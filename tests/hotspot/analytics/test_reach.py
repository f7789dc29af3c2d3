"""Distances, areas and reach against sums done the long way."""

import json
import time
from itertools import pairwise
from math import acos, cos, radians, sin
from random import Random

import pytest

from hotspot.analytics.cells import cells
from hotspot.analytics.geography import EARTH_M, Place, area_at, area_km2, contains, distance_m, grid, rings
from hotspot.analytics.reach import NEAR_M, WALK_M, gaps, reach, with_more
from tests.conftest import SHARED

MIDDLE = (-6.3, 106.7)


def box(south: float, west: float, high: float, wide: float) -> list[list[float]]:
    return [
        [west, south],
        [west + wide, south],
        [west + wide, south + high],
        [west, south + high],
        [west, south],
    ]


def outline(*polygons: list[list[list[float]]]) -> str:
    return json.dumps({"type": "MultiPolygon", "coordinates": polygons})


SQUARE = outline([box(-6.31, 106.69, 0.02, 0.02)])
HOLED = outline([box(-6.31, 106.69, 0.02, 0.02), box(-6.305, 106.695, 0.01, 0.01)])
TWO = outline([box(-6.31, 106.69, 0.02, 0.02)], [box(-6.28, 106.69, 0.01, 0.01)])


def city(seed: int = 7, number: int = 20) -> tuple[tuple[str, str], ...]:
    """Areas that fill a city of about 12 by 12 km."""
    dice = Random(seed)
    places = [(106.65 + dice.random() / 10, -6.35 + dice.random() / 10) for _ in range(number)]
    return tuple(
        (f"{n:02}", json.dumps({"type": "Polygon", "coordinates": [ring]})) for n, ring in enumerate(cells(places))
    )


def points_of(seed: int, number: int) -> tuple[Place, ...]:
    dice = Random(seed)
    return tuple((-6.35 + dice.random() / 10, 106.65 + dice.random() / 10) for _ in range(number))


def by_cosines(a: Place, b: Place) -> float:
    lat, other = radians(a[0]), radians(b[0])
    return EARTH_M * acos(sin(lat) * sin(other) + cos(lat) * cos(other) * cos(radians(b[1] - a[1])))


def test_a_distance_is_that_of_the_law_of_cosines() -> None:
    assert distance_m((0, 106), (1, 106)) == pytest.approx(111_195, abs=1)
    assert distance_m(MIDDLE, MIDDLE) == 0
    for a, b in pairwise(points_of(1, 50)):
        assert distance_m(a, b) == pytest.approx(by_cosines(a, b), rel=1e-6)


def test_an_area_is_that_of_the_ellipsoid() -> None:
    # A square degree at the equator, from the arc lengths 111.3195 km of longitude and 110.5743 km of latitude.
    degree = area_km2(outline([box(0, 106, 1, 1)]))
    assert degree == pytest.approx(12_308.8, rel=2e-4)
    assert area_km2(HOLED) == pytest.approx((area_km2(SQUARE) or 0) * 0.75, rel=1e-4)
    assert area_km2(TWO) == pytest.approx((area_km2(SQUARE) or 0) * 1.25, rel=1e-3)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"type": "Point", "coordinates": [1, 2]}', '{"type": "Polygon"}'])
def test_no_outline_is_no_area_and_no_cell(text: str) -> None:
    assert area_km2(text) in (None, 0)
    assert rings(text) == []
    assert grid((("x", text),)).cells == {}


def test_cells_lie_within_their_outline_and_not_in_its_hole() -> None:
    for shape in (SQUARE, HOLED, TWO):
        ground = grid((("a", shape),))
        everywhere = [(x * 150 + 75, y * 150 + 75) for x in range(-20, 20) for y in range(-40, 40)]
        inside = {place for place in everywhere if contains(shape, ground.flat.place(*place))}
        assert set(ground.cells["a"]) == inside


def test_neighbours_share_no_cell() -> None:
    ground = grid(city())
    everything = [cell for found in ground.cells.values() for cell in found]
    assert len(everything) == len(set(everything))


def test_an_area_smaller_than_a_cell_has_its_middle() -> None:
    ((x, y),) = grid((("a", outline([box(-6.3, 106.7, 0.0001, 0.0001)])),)).cells["a"]
    assert (round(x), round(y)) == (0, 0)


def test_a_place_is_found_in_its_area() -> None:
    two = (("a", SQUARE), ("b", outline([box(-6.28, 106.69, 0.01, 0.01)])))
    assert area_at(two, (-6.30, 106.70)) == "a"
    assert area_at(two, (-6.275, 106.695)) == "b"
    assert area_at(two, (-6.2, 106.7)) is None


@pytest.mark.parametrize("number", [1, 9, 120])
def test_shares_are_those_of_a_dense_sample(number: int) -> None:
    outlines, points = city(), points_of(number, number)
    found = reach(grid(outlines), points)
    dice = Random(2)
    sample = [(-6.36 + dice.random() * 0.12, 106.64 + dice.random() * 0.12) for _ in range(4_000)]
    inside = [place for place in sample if area_at(outlines, place)]
    away = [min(distance_m(place, point) for point in points) for place in inside]
    assert found.city is not None
    assert found.city.near_share == pytest.approx(sum(m <= NEAR_M for m in away) / len(away), abs=0.02)
    assert found.city.walk_share == pytest.approx(sum(m <= WALK_M for m in away) / len(away), abs=0.02)
    assert found.city.mean_m == pytest.approx(sum(away) / len(away), rel=0.03)


def test_the_tree_finds_the_nearest_of_all() -> None:
    ground, points = grid(city()), points_of(3, 300)
    flat = [ground.flat.xy(point) for point in points]
    for code, squares in reach(ground, points).squares.items():
        for (x, y), square in list(zip(ground.cells[code], squares, strict=True))[::9]:
            assert square == pytest.approx(min((x - a) ** 2 + (y - b) ** 2 for a, b in flat))


def test_without_a_point_nothing_is_near_and_no_distance_is_known() -> None:
    none = reach(grid(city()), ()).city
    assert none is not None
    assert (none.near, none.walk, none.mean_m) == (0, 0, None)
    assert reach(grid(()), points_of(1, 2)).city is None


def test_a_point_more_never_takes_ground_away() -> None:
    ground = grid(city())
    for seed in range(12):
        have, more = points_of(seed, seed * 8), points_of(seed + 100, 1 + seed % 4)
        before = reach(ground, have)
        after = with_more(ground, before, more)
        for code, area in after.areas.items():
            old = before.areas[code]
            assert (area.near, area.walk) >= (old.near, old.walk)
            assert area.near >= old.near
            assert area.walk >= old.walk
            assert old.mean_m is None or (area.mean_m or 0) <= old.mean_m + 1e-9
        whole = reach(ground, (*have, *more))
        assert {code: (a.near, a.walk) for code, a in after.areas.items()} == {
            code: (a.near, a.walk) for code, a in whole.areas.items()
        }


def test_gaps_bring_more_than_places_at_random() -> None:
    outlines = city()
    ground = grid(outlines)
    before = reach(ground, points_of(5, 10))
    best = gaps(ground, before, "03", 3)
    assert len(best) == 3
    assert {area_at(outlines, place) for place in best} == {"03"}
    gained = with_more(ground, before, best).areas["03"].near
    dice, inside = Random(1), ground.cells["03"]
    for _ in range(20):
        others = [ground.flat.place(*cell) for cell in dice.sample(inside, 3)]
        assert gained >= with_more(ground, before, others).areas["03"].near
    assert gaps(ground, before, "no such area", 3) == []


def test_a_thousand_points_take_less_than_a_third_of_a_second() -> None:
    outlines, points = city(number=54), points_of(1, 1000)
    start = time.process_time()
    reach(grid(outlines), points)
    assert time.process_time() - start < 0.3
    start = time.process_time()
    reach(grid(outlines), points)
    assert time.process_time() - start < 0.01  # remembered


def test_the_grid_of_a_city_has_its_area() -> None:
    outlines = city()
    whole = sum(area_km2(boundary) or 0 for _, boundary in outlines)
    assert sum(map(len, grid(outlines).cells.values())) * 0.15**2 == pytest.approx(whole, rel=0.01)


@pytest.mark.shared
def test_the_outlines_of_a_real_city_have_their_official_area() -> None:
    features = json.loads((SHARED / "data/tangsel/tangsel_kelurahan.geojson").read_text())["features"]
    outlines = tuple((feature["id"], json.dumps(feature["geometry"])) for feature in features)
    assert sum(area_km2(boundary) or 0 for _, boundary in outlines) == pytest.approx(164.85, abs=0.01)
    assert sum(map(len, grid(outlines).cells.values())) * 0.15**2 == pytest.approx(164.85, rel=0.01)


def test_ground_that_gaps_bring_is_not_made_of_roundings() -> None:
    """A circle of 300 m holds 12.6 cells; one around the middle of a cell would hold 9 or 13, as roundings fall."""
    outlines = city()
    ground = grid(outlines)
    nothing = reach(ground, ())
    for code, _ in outlines:
        (first,) = gaps(ground, nothing, code, 1)
        found = with_more(ground, nothing, [first])
        assert sum(area.near for area in found.areas.values()) == 13
