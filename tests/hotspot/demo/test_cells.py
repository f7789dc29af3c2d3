"""The drawn boundaries cover the city once, without holes."""

import json
import random

from hotspot.demo.cells import area, cells, distance, geometry, inside, union
from hotspot.demo.centres import CENTRES
from hotspot.demo.create import outlines_of
from hotspot.store.areas import official

PLACES = {code: (longitude, latitude) for code, (latitude, longitude) in CENTRES.items()}
CELLS = cells(PLACES)


def test_cell_holds_its_centre_and_is_convex() -> None:
    for code, ring in CELLS.items():
        assert inside(PLACES[code], ring)
        assert area(ring) > 1


def test_every_place_of_a_cell_is_nearest_to_its_centre() -> None:
    dice = random.Random(1)
    for code, ring in CELLS.items():
        shares = [dice.random() for _ in ring]
        place = (
            sum(part * corner[0] for part, corner in zip(shares, ring, strict=True)) / sum(shares),
            sum(part * corner[1] for part, corner in zip(shares, ring, strict=True)) / sum(shares),
        )
        assert min(PLACES, key=lambda other: distance(PLACES[other], place)) == code


def test_cells_join_to_one_city_without_holes() -> None:
    (outline,) = union(CELLS.values())
    assert abs(area(outline) - sum(map(area, CELLS.values()))) < 0.01
    assert 140 < area(outline) < 190


def test_each_kecamatan_is_one_piece() -> None:
    for district in {code[:2] for code in CELLS}:
        assert len(union(ring for code, ring in CELLS.items() if code.startswith(district))) == 1


def test_geometry_is_closed_geojson() -> None:
    ring = next(iter(CELLS.values()))
    shape = json.loads(geometry([ring]))
    assert shape["type"] == "Polygon"
    assert shape["coordinates"][0][0] == shape["coordinates"][0][-1]
    assert json.loads(geometry([ring, ring]))["type"] == "MultiPolygon"


def test_centres_are_those_of_the_official_codes() -> None:
    assert len(outlines_of(official("36.74"))) == 54
