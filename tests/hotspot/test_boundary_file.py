"""A city's own boundaries: what fits is taken, everything else is named."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotspot.analytics.areanames import Gazetteer
from hotspot.boundary_file import Boundaries, read_boundaries
from hotspot.cli import cli
from hotspot.inventory_file import FileError
from hotspot.store.areas import official
from tests.conftest import SHARED

AREAS = Gazetteer(official("36.74").areas)
SQUARE = [[106.66, -6.32], [106.68, -6.32], [106.68, -6.30], [106.66, -6.30], [106.66, -6.32]]

SWAPPED = [[y, x] for x, y in SQUARE]


def feature(shape: object = None, **properties: object) -> dict[str, object]:
    geometry = shape or {"type": "Polygon", "coordinates": [SQUARE]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def read(folder: Path, *features: object) -> Boundaries:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return read_boundaries(path, AREAS)


@pytest.mark.parametrize(
    "properties",
    [
        {"KODE": "36.74.01.1002"},
        {"kode_kemendagri": 3674011002},
        {"nama": "RAWA BUNTU"},
        {"NAMA": "Rawabuntu", "KECAMATAN": "Serpong"},
    ],
)
def test_area_is_found_by_code_or_name(tmp_path: Path, properties: dict[str, object]) -> None:
    (one,) = read(tmp_path, feature(**properties)).found
    assert (one.area.code, one.latitude, one.longitude) == ("36.74.01.1002", -6.31, 106.67)
    assert json.loads(one.geometry)["type"] == "Polygon"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature(nama="Atlantis"), "no property holds"),
        (feature({"type": "Point", "coordinates": [106, -6]}, nama="Ciater"), "neither a Polygon"),
        (feature({"type": "Polygon", "coordinates": []}, nama="Ciater"), "empty"),
        (feature({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, nama="Ciater"), "closed ring"),
        (
            feature({"type": "Polygon", "coordinates": [[[y, x] for x, y in SQUARE]]}, nama="Ciater"),
            "outside Indonesia",
        ),
        (feature({"type": "Polygon", "coordinates": [["x"] * 4]}, nama="Ciater"), "not a longitude"),
        (feature({"type": "Polygon", "coordinates": [SQUARE[:-1] * 6000 + SQUARE[:1]]}, nama="Ciater"), "corners"),
        ("nonsense", "not a feature"),
    ],
)
def test_bad_feature_is_named_and_stops_no_other(tmp_path: Path, bad: object, reason: str) -> None:
    result = read(tmp_path, bad, feature(nama="Rawa Buntu"))
    assert len(result.found) == 1
    assert reason in result.rejected[1]


def test_area_that_comes_twice_keeps_the_first(tmp_path: Path) -> None:
    assert "came before" in read(tmp_path, feature(nama="Ciater"), feature(nama="Ciater")).rejected[2]


@pytest.mark.parametrize("text", ["", "[]", '{"features": 1}', "[" * 100_000])
def test_file_without_features_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError):
        read_boundaries(path, AREAS)


@pytest.mark.shared
def test_real_boundaries_are_all_taken() -> None:
    result = read_boundaries(SHARED / "data" / "tangsel" / "tangsel_kelurahan.geojson", AREAS)
    assert (len(result.found), result.rejected) == (54, {})


def test_command_draws_the_areas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOT_DATA_DIR", str(tmp_path / "data"))
    read(tmp_path, feature(nama="Ciater"), feature(nama="Atlantis"))
    assert CliRunner().invoke(cli, ["init", "--city", "36.74"]).exit_code == 0
    result = CliRunner().invoke(cli, ["import", "boundaries", str(tmp_path / "areas.geojson")])
    assert result.exit_code == 0, result.output
    assert "1 areas drawn, 1 features rejected" in result.stdout
    assert "feature 2 rejected: no property" in result.stdout
