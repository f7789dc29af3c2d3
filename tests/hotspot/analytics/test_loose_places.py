"""Which places of a list are wrong is told by where the others lie."""

import pytest

from hotspot.analytics import loose_places
from hotspot.analytics.countries import country_of
from hotspot.analytics.import_row import INDONESIA
from hotspot.analytics.loose_places import Pair, in_metres, projected, region_of, settle, turned, whole_numbers

SEOUL = [(37.5 + i / 100, 127.0 + i / 100) for i in range(40)]
SEA = [(45.0 + i / 100, -40.0 + i / 100) for i in range(40)]  # in no country


@pytest.mark.parametrize(
    ("pair", "place", "said"),
    [
        ((37.55, 127.05), (37.55, 127.05), ""),
        ((127.05, 37.55), (37.55, 127.05), loose_places.SWAPPED),
        ((37.55, -127.05), (37.55, 127.05), loose_places.SIGN),
        ((37.55, 1270512340.0), (37.55, 127.051234), loose_places.POINT_LOST),
        ((0.0, 0.0), None, loose_places.ZERO),
        ((37.55, 37.55), None, loose_places.SAME),
        ((48.85, 2.35), None, loose_places.FAR),
        ((3755.0, 5.0), None, loose_places.NO_PLACE),
    ],
)
def test_a_place_among_others(pair: Pair, place: Pair | None, said: str) -> None:
    region = region_of([*SEOUL, (127.05, 37.55), (0.0, 0.0)])
    assert region is not None
    assert region.country == "South Korea"
    settled = settle(pair, region)
    assert settled.place == place
    assert (settled.mended or settled.doubt) == said


def test_a_list_in_no_known_country_has_its_own_bulk() -> None:
    region = region_of(SEA)
    assert region is not None
    assert region.box is None
    assert settle((46.5, -41.0), region).place == (46.5, -41.0)
    assert settle((37.5, 127.0), region).doubt == loose_places.FAR


def test_the_country_of_the_city_may_be_given() -> None:
    region = region_of([(-6.3, 106.6)] * 9, INDONESIA, "Indonesia")
    assert region is not None
    assert settle((106.6, -6.3), region).mended == loose_places.SWAPPED
    assert region_of([], INDONESIA, "Indonesia") is not None
    assert region_of([]) is None


def test_a_whole_list_the_wrong_way_round() -> None:
    assert turned([(127.0, 37.5)] * 9 + [(37.5, 127.0)])
    assert not turned([(37.5, 127.0)] * 9)
    assert not turned([])
    assert turned([(106.6, -6.3)] * 9, INDONESIA)
    assert not turned([(-6.3, 106.6)] * 9, INDONESIA)


def test_degrees_without_their_point_and_metres() -> None:
    assert whole_numbers([(37_481_974.0, 127_057_478.0)] * 9) == 1e6
    assert whole_numbers([(198_000.0, 551_000.0)] * 9) == 0
    assert whole_numbers([(9_999_999.0, 1_000_001.0)] * 9) in (0.0, 1e6, 1e5, 1e7, 1e8)
    assert in_metres([(198_000.0, 551_000.0)] * 9 + [(37.0, 127.0)])
    origin, nothing, place = projected([(0.0, 0.0), None, (500_000.0, 10.0)], "EPSG:32633") or []
    assert (origin, nothing) == (None, None)
    assert place == pytest.approx((0.0, 15.0), abs=1e-3)
    assert projected([(1.0, 1.0)], "EPSG:1") is None


def test_countries() -> None:
    assert country_of(SEOUL) == "South Korea"
    assert country_of([(25.03, 121.56)]) == "Taiwan"
    assert country_of([]) == ""
