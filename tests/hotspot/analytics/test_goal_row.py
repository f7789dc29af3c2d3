from datetime import date

import pytest

from hotspot.analytics.areanames import AreaName, Gazetteer
from hotspot.analytics.goal_row import Wanted, wanted
from hotspot.analytics.import_row import RejectedError, Row

AREAS = Gazetteer(
    [
        AreaName("36.74.01", "Serpong", "district"),
        AreaName("36.74.01.1001", "Buaran", "village", "36.74.01"),
    ]
)
CELLS = {"quantity": "250", "kind": "more", "from_on": "2022-01-01", "to_on": "2022-12-31", "since": "2021-12-01"}


def read(**cells: str) -> Wanted:
    return wanted(Row(2, CELLS | cells), AREAS)


def test_a_row_says_what_is_wanted() -> None:
    assert read(source="RKPD", venue="masjid", fund="CSR", area="36.74.01.1001") == Wanted(
        250, False, date(2022, 1, 1), date(2022, 12, 31), "RKPD", "36.74.01.1001", "mosque", "CSR", date(2021, 12, 1)
    )


@pytest.mark.parametrize(
    ("text", "number"), [("750", 750), ("1.075", 1075), ("3,000", 3000), ("1.000.000", 1_000_000), ("0", 0)]
)
def test_thousands_may_be_parted(text: str, number: int) -> None:
    assert read(quantity=text).quantity == number


@pytest.mark.parametrize(
    ("text", "cumulative"), [("all", True), ("Kumulatif", True), ("in all", True), ("MORE", False), ("tambahan", False)]
)
def test_the_kind_in_both_languages(text: str, cumulative: bool) -> None:
    assert read(kind=text).cumulative is cumulative


def test_an_area_by_code_or_the_name_of_a_kecamatan() -> None:
    assert read(area="367401").area == "36.74.01"
    assert read(area="serpong").area == "36.74.01"
    assert read().area == ""


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("quantity", ""),
        ("quantity", "-1"),
        ("quantity", "1.5"),
        ("quantity", "12345678"),
        ("quantity", "٣"),
        ("kind", ""),
        ("kind", "x"),
        ("from_on", "31.02.2022"),
        ("to_on", ""),
        ("since", ""),
        ("area", "Buaran"),
        ("area", "99"),
        ("fund", "a\0b"),
        ("source", "x" * 201),
        ("withdrawn", "2026-01-01"),
        ("demonstration", "invented data"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_column(column: str, text: str) -> None:
    with pytest.raises(RejectedError) as refused:
        read(**{column: text})

    assert refused.value.column == column


def test_invented_targets_belong_into_a_demonstration() -> None:
    row = Row(2, CELLS | {"demonstration": "invented data"})

    assert wanted(row, AREAS, demonstration=True).quantity == 250
