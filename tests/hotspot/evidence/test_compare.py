import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hotspot.analytics.spans import DOWN, UNKNOWN, UP
from hotspot.evidence.compare import compare
from hotspot.evidence.records import Records, Stay, StoredSpan, Work
from tests.hotspot.evidence.example import at, records, terms

WAS = records()


def said(now: Records) -> list[str]:
    return [str(each) for each in compare(WAS, now)]


def with_span(place: int, **fields: Any) -> Records:
    spans = list(WAS.spans)
    spans[place] = replace(spans[place], **fields)
    return replace(WAS, spans=tuple(spans))


def changed(rows: Sequence[Any], place: int, **fields: Any) -> tuple[Any, ...]:
    return tuple(replace(row, **fields) if n == place else row for n, row in enumerate(rows))


def test_records_that_only_went_on_are_the_same() -> None:
    later = with_span(2, end=WAS.spans[2].end + 86_400)

    assert said(replace(later, terms=terms(as_of=at("2026-12-01")))) == []


def test_edited_outage_is_named_with_what_it_was_and_what_it_is() -> None:
    outage = next(n for n, span in enumerate(WAS.spans) if span.state == DOWN and span.access_point == "AP-2")

    told = said(with_span(outage, state=int(UP)))

    assert told == [
        "spans.csv, AP-2, 2026-10-10T00:00:00+07:00 to 2026-10-11T06:00:00+07:00: was down, is up",
        "amount: was Rp1,906,048; the records of now give Rp1,943,548",
    ]


def test_late_data_are_told_apart_from_edits() -> None:
    gap = next(n for n, span in enumerate(WAS.spans) if span.state == UNKNOWN)

    told = said(with_span(gap, state=int(UP)))

    assert told[0].endswith("was unknown, is up: late data, or an edit")


def test_shifted_end_of_an_outage_names_the_time_between() -> None:
    outage = next(n for n, span in enumerate(WAS.spans) if span.state == DOWN and span.access_point == "AP-1")
    end = WAS.spans[outage].end
    spans = changed(changed(WAS.spans, outage, end=end + 60), outage + 1, start=end + 60)

    told = said(replace(WAS, spans=spans))

    assert told[0] == "spans.csv, AP-1, 2026-10-06T00:10:00+07:00 to 2026-10-06T00:11:00+07:00: was up, is down"


def test_edit_that_changes_no_state_is_named_as_a_row() -> None:
    told = said(with_span(1, cause="link"))

    assert (
        told[0]
        == "spans.csv, AP-1, 2026-10-06T00:00:00+07:00 to 2026-10-06T00:10:00+07:00: is not there any more as it was"
    )
    assert told[1].endswith("came into the database since")


def test_any_edited_span_is_named() -> None:
    chance = random.Random(3)
    for place, span in enumerate(WAS.spans):
        field = chance.choice(["start", "state", "cause", "start_err"])
        value: Any = {"start": span.start - 30, "state": (span.state + 1) % 3, "cause": "storm", "start_err": 7}[field]

        told = said(with_span(place, **{field: value}))

        assert told[0].startswith(f"spans.csv, {span.access_point}, "), (field, told)


def test_lost_and_added_spans_are_named() -> None:
    lost = replace(WAS, spans=tuple(span for span in WAS.spans if span.access_point != "AP-3"))
    added = replace(
        WAS, spans=(*WAS.spans, StoredSpan("AP-9", at("2026-10-02"), at("2026-10-03"), int(DOWN), "", 0, 0))
    )

    assert "AP-3, 2026-10-01T00:00:00+07:00 to 2026-10-23T00:00:00+07:00: was up, is unknown" in said(lost)[0]
    assert "AP-9, 2026-10-02" in said(added)[0]


OCTOBER_2 = "2026-10-02T00:00:00+07:00"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"lines": changed(WAS.lines, 1, fee_rp=9)}, "lines.csv, P-2 from 2026-01-01: fee_rp was 750000, is 9"),
        ({"lines": WAS.lines[:2]}, "lines.csv, P-3 from 2026-10-20: is not in the database any more"),
        ({"terms": terms(provider="Serat")}, "contract.json: provider was Nusa Link, is Serat"),
        ({"terms": terms(ends_on=date(2027, 1, 1))}, "contract.json: ends_on was 2026-12-31, is 2027-01-01"),
        (
            {"exclusions": changed(WAS.exclusions, 0, withdrawn_at=5)},
            "exclusions.csv, number 7 of P-2: withdrawn_at was -, is 5",
        ),
        (
            {"exclusions": (*WAS.exclusions, replace(WAS.exclusions[0], number=9))},
            "exclusions.csv, number 9 of P-2: came into the database since",
        ),
        (
            {"maintenance": ()},
            f"maintenance.csv, AP-1, {OCTOBER_2} to 2026-10-02T01:00:00+07:00: is not in the database any more",
        ),
        (
            {"stays": (*WAS.stays, Stay("AP-9", "P-1", at("2026-10-02"), at("2026-10-03")))},
            f"access_points.csv, AP-9 at P-1 since {OCTOBER_2}: came into the database since",
        ),
    ],
)
def test_other_records_are_named_with_the_field(fields: dict[str, Any], named: str) -> None:
    assert named in said(replace(WAS, **fields))


def test_maintenance_beyond_the_month_is_no_difference() -> None:
    beyond = Work("AP-1", at("2026-11-02"), at("2026-11-03"))

    assert said(replace(WAS, maintenance=(*WAS.maintenance, beyond))) == []
