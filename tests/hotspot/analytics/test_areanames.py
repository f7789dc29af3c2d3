"""The kelurahan a file means is found by code or by any spelling of its name."""

import pytest

from hotspot.analytics.areanames import DISTRICT, VILLAGE, AreaName, Gazetteer, dotted, normalised

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
