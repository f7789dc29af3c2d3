"""Metres on a map become the places that surveyors publish for them."""

import pytest

from hotspot.analytics.projections import back, likely, named


@pytest.mark.parametrize(
    ("system", "east", "north", "latitude", "longitude"),
    [
        ("EPSG:3857", 261_600, 6_250_000, 48.85326, 2.34999),
        ("EPSG:2326", 836_694.05, 819_069.8, 22.31060, 114.18101),  # the origin of the grid, Hong Kong
        ("EPSG:27700", 530_000, 180_000, 51.50400, -0.12840),
        ("EPSG:2154", 652_469, 6_862_035, 48.85660, 2.35220),
        ("EPSG:2056", 2_600_000, 1_200_000, 46.95108, 7.43864),  # the old observatory of Bern
        ("EPSG:32748", 500_000, 10_000_000, 0.0, 105.0),
        ("EPSG:32633", 500_000, 0, 0.0, 15.0),
        ("EPSG:5179", 953_901.1, 1_952_032.1, 37.56650, 126.97800),
        ("EPSG:3826", 250_000, 0, 0.0, 121.0),
    ],
)
def test_known_places(system: str, east: float, north: float, latitude: float, longitude: float) -> None:
    way = back(system)
    assert way is not None
    assert list(way(east, north)) == pytest.approx([latitude, longitude], abs=2e-4)


def test_an_unknown_system_has_no_way() -> None:
    assert back("EPSG:9999") is None
    assert back("") is None


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("EPSG:25830", "EPSG:25830"),
        ("X (ETRS89 / UTM 30N)", "EPSG:32630"),
        ("utm_48s", "EPSG:32748"),
        ("Rechtswert UTM 33", "EPSG:32633"),
        ("x_25831", "EPSG:25831"),
        ("TWD97 X", "EPSG:3826"),
        ("UTM 70", ""),
        ("easting", ""),
    ],
)
def test_systems_are_told_by_name(text: str, system: str) -> None:
    assert named(text) == system


def test_a_grid_is_likely_where_one_alone_fits_the_script() -> None:
    assert likely([198_000, 199_000], [551_000, 552_000], "hangul") == "EPSG:5186"
    assert likely([198_000, 199_000], [551_000, 552_000], "latin") == ""
