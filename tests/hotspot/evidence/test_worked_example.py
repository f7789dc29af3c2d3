"""The month computed by hand in docs/evidence.md, computed by the program from the records on that page."""

import re
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotspot.analytics.sla_time import Seconds
from hotspot.analytics.sla_words import cut, formula
from hotspot.evidence.columns import MARK, read
from hotspot.evidence.month import Month, sla_month
from hotspot.evidence.records import Records
from hotspot.evidence.tables import RECORDED
from tests.hotspot.evidence.example import ZONE, at, terms

PAGE = (Path(__file__).resolve().parents[3] / "docs/evidence.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```\w+ ([\w.]+)\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture(scope="module")
def month() -> Month:
    parts: dict[str, Any] = {}
    for name, (field, kind) in RECORDED.items():
        content = MARK + BLOCKS[name].replace("\n", "\r\n").encode()
        parts[field], faults = read(name, content, kind, ZoneInfo(ZONE))
        assert faults == []
    own = terms(rule=BLOCKS["contract.json"], starts_on=date(2026, 1, 1), as_of=at("2026-11-02T09:00"))
    return sla_month(Records(own, **parts))


def test_every_formula_stands_on_the_page(month: Month) -> None:
    for line in month.lines:
        told = formula(month.rule, line.seconds, line.line.fee_rp, line.days, line.of_days, line.verdict)
        assert f"    {told}\n" in PAGE


def test_seconds_are_those_counted_by_hand(month: Month) -> None:
    assert [line.seconds for line in month.lines] == [
        Seconds(2_670_600, 7_800),
        Seconds(5_216_400, 43_200, 10_800, 0, 86_400),
        Seconds(1_274_400, 187_200, 0, 7_200),
    ]
    assert cut(month.lines[1].seconds.coverage, 4) == "99.7950"
    for number in ("2,670,600", "5,216,400", "43,200", "1,274,400", "187,200", "99.7950 %"):
        assert number in PAGE


def test_amounts_are_those_of_the_page_to_the_rupiah(month: Month) -> None:
    assert [line.verdict.amount_rp for line in month.lines] == [500_000, 617_500, 208_387]
    assert (month.lines[2].verdict.gross_rp, month.lines[2].verdict.deduction_rp) == (260_484, 52_097)
    assert f"**Rp{month.amount_rp:,}** are paid of Rp{month.gross_rp:,}" in PAGE
