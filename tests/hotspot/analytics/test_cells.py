import random
from itertools import pairwise

import pytest

from hotspot.analytics.cells import Place, Ring, cells, hull, turn


def size(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def inside(place: Place, ring: Ring) -> bool:
    return all(turn(a, b, place) >= -1e-12 for a, b in pairwise(ring))


def test_every_place_lies_in_its_own_cell_and_in_no_other() -> None:
    chance = random.Random(1)
    places = [(chance.uniform(106.6, 106.8), chance.uniform(-6.4, -6.2)) for _ in range(60)]
    rings = cells(places)
    for own, place in enumerate(places):
        assert [i for i, ring in enumerate(rings) if inside(place, ring)] == [own]


def test_the_cells_fill_the_ground_without_overlap() -> None:
    places = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.4, 0.6)]
    rings = cells(places)
    ground = hull([corner for ring in rings for corner in ring])
    assert sum(size(ring) for ring in rings) == pytest.approx(size([*ground, ground[0]]))


@pytest.mark.parametrize("places", [[], [(1.0, 1.0)], [(1.0, 1.0), (2.0, 1.0)], [(1.0, 1.0), (1.0, 1.0), (3.0, 1.0)]])
def test_few_or_equal_places_have_cells_too(places: list[Place]) -> None:
    assert all(size(ring) > 0 for ring in cells(places))
