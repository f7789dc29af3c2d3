"""Every row of an annex gets one verdict, and what is wrong is named by its column."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.annex import Annexes, AnnexPlan, Frame, check_free, cut, key_of, make_plan, rupiah
from hotspot.analytics.contracts import Line
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED
from hotspot.analytics.import_row import RejectedError, Row

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
STORED = Line("K1", "TS-1", *YEAR, 450_000)
KNOWN = Annexes(
    {"K1": Frame("Nusa Link", *YEAR), "K2": Frame("Serat Kota", date(2026, 1, 1), date(2027, 12, 31))},
    frozenset({"TS-1", "TS-2", "TS-3"}),
    {key_of(STORED): STORED},
)


def plan(*rows: Mapping[str, str], known: Annexes = KNOWN) -> AnnexPlan:
    basic = {"contract_number": "K1", "point_code": "TS-2", "monthly_fee": "400000"}
    return make_plan([Row(number, {**basic, **row}) for number, row in enumerate(rows, 2)], known)


def test_rows_are_added_changed_and_left() -> None:
    found = plan(
        {}, {"point_code": "TS-1", "monthly_fee": "Rp 500.000"}, {"point_code": "TS-3", "starts_on": "1/7/2026"}
    )
    assert [one.verdict for one in found.outcomes] == [ADDED, CHANGED, ADDED]
    assert [str(change) for change in found.outcomes[1].changes] == ["monthly_fee: 450000 -> 500000"]
    assert [(change.column, change.new) for change in found.outcomes[2].changes] == [
        ("starts_on", "2026-07-01"), ("ends_on", "2026-12-31"), ("monthly_fee", "400000"),
    ]  # fmt: skip
    assert found.lines[0] == Line("K1", "TS-2", *YEAR, 400_000)
    assert found.lines[2].starts_on == date(2026, 7, 1)
    assert plan({"point_code": "TS-1", "monthly_fee": "450000"}).counts[UNCHANGED] == 1


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"contract_number": "K9"}, "contract_number", "there is no contract K9"),
        ({"contract_number": ""}, "contract_number", "empty"),
        ({"provider": "Other"}, "provider", "contract K1 is with Nusa Link"),
        ({"point_code": "TS-99"}, "point_code", "there is no point TS-99"),
        ({"monthly_fee": "-1"}, "monthly_fee", "a negative amount"),
        ({"monthly_fee": "450.000,50"}, "monthly_fee", "no amount of whole rupiah"),
        ({"monthly_fee": "9" * 15}, "monthly_fee", "more than"),
        ({"monthly_fee": "=1+1"}, "monthly_fee", "a formula"),
        ({"starts_on": "32/01/2026"}, "starts_on", "is not a date"),
        ({"starts_on": "2025-12-31"}, "starts_on", "the contract starts on 2026-01-01"),
        ({"ends_on": "2027-01-01"}, "ends_on", "the contract ends on 2026-12-31"),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "ends_on", "ends before it starts"),
        ({"starts_on": "1900-01-01"}, "starts_on", "too far away"),
        ({"point_code": "TS-1", "contract_number": "K2"}, "starts_on", "TS-1 is in contract K1 from 2026-01-01"),
        ({"demonstration": "demonstration data"}, "demonstration", "real city"),
    ],
)
def test_what_is_wrong_is_named(row: dict[str, str], column: str, words: str) -> None:
    found = plan({"point_code": "TS-3"}, row)
    assert found.outcomes[1].verdict == REJECTED
    assert found.outcomes[1].column == column
    assert words in str(found.outcomes[1].reason)
    assert found.outcomes[0].verdict == ADDED
    assert not found.whole
    assert not found.lines


def test_a_row_with_too_many_cells_and_the_same_line_twice() -> None:
    cells = {"contract_number": "K1", "point_code": "TS-2", "monthly_fee": "1"}
    found = make_plan([Row(2, cells, shifted=True), Row(3, cells), Row(4, cells)], KNOWN)
    assert [one.verdict for one in found.outcomes] == [REJECTED, ADDED, REJECTED]
    assert str(found.outcomes[2].reason) == "the same line as in row 3"


def test_of_two_rows_the_later_one_is_at_fault() -> None:
    found = plan(
        {"starts_on": "2026-06-01"}, {"ends_on": "2026-06-01"}, {"contract_number": "K2", "starts_on": "2027-01-01"}
    )
    assert [one.verdict for one in found.outcomes] == [ADDED, REJECTED, ADDED]
    assert (found.outcomes[1].column, "in row 2" in str(found.outcomes[1].reason)) == ("ends_on", True)


def test_lines_may_change_hands_within_one_file() -> None:
    """The stored line is shortened by the same file that gives its point to another contract."""
    found = plan(
        {"point_code": "TS-1", "contract_number": "K2", "starts_on": "2026-07-01"},
        {"point_code": "TS-1", "ends_on": "2026-06-30", "monthly_fee": "450000"},
    )
    assert [one.verdict for one in found.outcomes] == [ADDED, CHANGED]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["K1", "K2"]), st.sampled_from(["TS-1", "TS-2"]), st.integers(0, 364), st.integers(0, 90)
        ),
        max_size=12,
    )
)
def test_no_day_is_ever_paid_twice(rows: list[tuple[str, str, int, int]]) -> None:
    found = plan(
        *(
            {
                "contract_number": contract,
                "point_code": point,
                "starts_on": str(YEAR[0] + timedelta(days=start)),
                "ends_on": str(min(YEAR[1], YEAR[0] + timedelta(days=start + length))),
            }
            for contract, point, start, length in rows
        )
    )
    assert sum(found.counts.values()) == len(rows)
    after = list((dict(KNOWN.lines) | {key_of(line): line for line in found.lines}).values())
    assert not any(a.point == b.point and a.meets(b) for at, a in enumerate(after) for b in after[at + 1 :])
    clean = not found.counts[REJECTED]
    assert found.whole == clean


@pytest.mark.parametrize(
    ("text", "amount"),
    [("450000", 450_000), ("Rp450.000", 450_000), ("Rp. 1.450.000,-", 1_450_000), ("450,000.00", 450_000), ("IDR 0", 0),
     ("450.000,00", 450_000), ("450000.0", 450_000)],
)  # fmt: skip
def test_rupiah_as_people_write_them(text: str, amount: int) -> None:
    assert rupiah("fee", text) == amount


@pytest.mark.parametrize("text", ["", "abc", "4.50", "45.0000", "1e6", "(450000)", "−5", "450000,5", "٤٥"])
def test_what_is_no_rupiah(text: str) -> None:
    with pytest.raises(RejectedError):
        rupiah("fee", text)


def test_cutting_a_line() -> None:
    assert cut(STORED, date(2025, 12, 31)) is None
    assert cut(STORED, date(2026, 3, 31)) == Line("K1", "TS-1", date(2026, 1, 1), date(2026, 3, 31), 450_000)
    assert cut(STORED, date(2030, 1, 1)) == STORED


def test_one_line_is_held_against_those_of_its_point() -> None:
    other = Line("K2", "TS-1", date(2026, 12, 31), date(2027, 6, 30), 1)
    with pytest.raises(RejectedError) as caught:
        check_free(other, [STORED])
    assert caught.value.column == "starts_on"
    check_free(other, [Line("K1", "TS-2", *YEAR, 1)])
