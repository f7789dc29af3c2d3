"""Files of denominators, row by row."""

from datetime import date

import pytest

from hotspot.analytics.areanames import AreaName, Gazetteer
from hotspot.analytics.denominators import Key, Plan, make_plan
from hotspot.analytics.equity import Stated
from hotspot.analytics.import_row import Row
from hotspot.analytics.verdicts import counts

TODAY, DAY = date(2026, 11, 21), date(2025, 6, 30)
A, B = "36.74.01.1001", "36.74.01.1006"
AREAS = Gazetteer(
    (
        AreaName("36.74.01", "Serpong", "district"),
        AreaName(A, "Buaran", "village", "36.74.01", ("Buwaran",)),
        AreaName(B, "Rawa Buntu", "village", "36.74.01"),
    )
)


def plan(*rows: dict[str, str], stored: dict[Key, Stated] | None = None) -> Plan:
    return make_plan([Row(n, cells) for n, cells in enumerate(rows, start=2)], AREAS, stored or {}, TODAY)


def long(value: str, kind: str = "population", area: str = A, as_of: str = "2025-06-30", **more: str) -> dict[str, str]:
    return {"area_code": area, "kind": kind, "value": value, "as_of": as_of} | more


def test_a_number_a_row() -> None:
    found = plan(long("12345", source="BPS", estimate="ya"), long("9", kind="Sekolah", area=B))
    assert found.wanted == {
        (A, "population", DAY): Stated(12345, DAY, True, "BPS"),
        (B, "schools", DAY): Stated(9, DAY, False, ""),
    }
    assert counts(found.verdicts) == {"added": 2, "changed": 0, "unchanged": 0, "rejected": 0}


def test_a_column_for_each_kind() -> None:
    cells = {"area_name": "Kel. Buwaran", "as_of": "2025", "population": "24.530", "poor": "612", "schools": ""}
    assert plan(cells).wanted == {
        (A, "population", DAY): Stated(24530, DAY, False, ""),
        (A, "poor", DAY): Stated(612, DAY, False, ""),
    }


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1,234,567", 1234567), ("+5", 5), ("007", 7), ("16.0", 16)])
def test_whole_numbers(text: str, number: int) -> None:
    assert plan(long(text)).wanted[A, "population", DAY] == Stated(number, DAY, False, "")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (long("-5"), "value"),
        (long("-1.234"), "value"),
        (long("many"), "value"),
        (long("12.5"), "value"),
        (long("1e9"), "value"),
        (long("١٢"), "value"),
        (long("999999999999"), "value"),
        (long("nan"), "value"),
        (long("5", kind="dragons"), "kind"),
        (long("5", kind=""), "kind"),
        (long(""), "value"),
        ({"area_code": A, "as_of": "2025"}, "value"),
        ({"area_code": A, "as_of": "2025", "population": "5", "poor": "-1"}, "poor"),
        (long("5", as_of="2027-01-01"), "as_of"),
        (long("5", as_of="2026"), ""),
        (long("5", as_of="2027"), "as_of"),
        (long("5", as_of="0000"), "as_of"),
        (long("5", as_of="31/31/2020"), "as_of"),
        (long("5", as_of="1845-08-17"), "as_of"),
        (long("5", as_of=""), "as_of"),
        (long("5", area="36.74.99.1001"), "area_code"),
        (long("5", area="36.74.01"), "area_code"),
        ({"area_name": "Atlantis", "as_of": "2025", "population": "5"}, "area_name"),
        (long("5", estimate="perhaps"), "estimate"),
        (long("5", source="=1+1"), "source"),
        (long("5", demonstration="invented data"), "demonstration"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_of_its_row_is_written(cells: dict[str, str], column: str) -> None:
    found = plan(cells, long("7", area=B))
    (first, second) = found.verdicts
    assert (first.kind, first.column) == (("rejected", column) if column else ("added", ""))
    assert second.kind == "added"
    assert (A, "poor", DAY) not in found.wanted


def test_a_row_with_too_many_cells_is_refused() -> None:
    row = Row(2, long("5"), shifted=True)
    assert make_plan([row], AREAS, {}, TODAY).verdicts[0].kind == "rejected"


def test_the_same_file_again_changes_nothing() -> None:
    stored: dict[Key, Stated] = {(A, "population", DAY): Stated(5.0, DAY, False, "BPS")}
    found = plan(long("5", source="BPS"), long("6", source="BPS", as_of="2024"), stored=stored)
    assert counts(found.verdicts) == {"added": 1, "changed": 0, "unchanged": 1, "rejected": 0}
    changed = plan(long("6", source="BPS"), stored=stored)
    assert [str(change) for change in changed.verdicts[0].changes] == ["population: 5 BPS -> 6 BPS"]
    gone = plan(long("-"), stored=stored)
    assert gone.wanted == {(A, "population", DAY): None}


def test_of_rows_that_contradict_each_other_the_first_counts() -> None:
    found = plan(long("5"), long("6"), long("5"))
    assert [one.kind for one in found.verdicts] == ["added", "rejected", "added"]
    assert found.wanted[A, "population", DAY] == Stated(5, DAY, False, "")


def test_there_are_no_more_poor_people_than_people() -> None:
    stored: dict[Key, Stated] = {(A, "population", date(2024, 6, 30)): Stated(100, date(2024, 6, 30), False)}
    assert plan(long("101", kind="poor"), stored=stored).verdicts[0].column == "poor"
    assert plan(long("101", kind="poor"), long("200"), stored=stored).verdicts[0].kind == "added"
    assert plan(long("101", kind="poor", as_of="2023"), stored=stored).verdicts[0].kind == "added"
    assert plan(long("101", kind="poor")).verdicts[0].kind == "added"
