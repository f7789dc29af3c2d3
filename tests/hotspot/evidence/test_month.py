from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from hotspot.analytics.sla_month import Outcome
from hotspot.analytics.sla_time import Seconds
from hotspot.evidence.month import dates_of, sla_month
from tests.hotspot.evidence.example import at, records, terms

DAY = 86_400


def test_month_judges_each_line() -> None:
    """P-2: 18 of 730 hours (744 less 2 unknown and 12 excluded) are down; P-3: 12 of 31 days, 1 hour is down."""
    one, two, three = sla_month(records()).lines

    assert (one.verdict.outcome, one.verdict.amount_rp) == (Outcome.MET, 1_000_000)
    assert two.seconds == Seconds(31 * DAY - 115_200, 64_800, 7_200, 0, 43_200)
    assert two.verdict.amount_rp == 712_500
    assert (three.days, three.verdict.gross_rp, three.access_points) == (12, 193_548, ("AP-3", "AP-4"))
    assert three.seconds.down_s == 3_600
    assert three.verdict.availability == 1 - Fraction(1, 12 * 24)
    assert three.verdict.amount_rp == 193_548
    assert sla_month(records()).amount_rp == 1_906_048


def test_days_of_a_line_add_up_to_it() -> None:
    for line in sla_month(records()).lines:
        assert len(line.by_day) == line.days
        assert all(seconds.total_s == DAY for seconds in line.by_day)
        assert sum(line.by_day, Seconds()) == line.seconds
    assert (line.day(0), line.day(11)) == (date(2026, 10, 20), date(2026, 10, 31))


def test_withdrawn_exclusions_do_not_count() -> None:
    assert sla_month(records()).lines[0].exclusions == ()


@pytest.mark.parametrize(("now", "days", "over"), [("2026-10-03T12:00", 3, False), ("2026-09-30", 0, False)])
def test_running_month_ends_now(now: str, days: int, over: bool) -> None:
    told = sla_month(replace(records(), terms=terms(as_of=at(now))))

    assert (len(told.lines[0].by_day), told.over) == (days, over)
    assert told.seconds.total_s == max(0, 2 * int(2.5 * DAY)) if days else told.seconds.total_s == 0


@pytest.mark.parametrize("month", ["2026-02", "2026-03", "2028-02", "2026-12"])
def test_lines_that_have_no_day_in_the_month_are_left_out(month: str) -> None:
    later = replace(records().lines[0], starts_on=date(2029, 3, 31), ends_on=date(2029, 4, 30))
    gone = replace(records().lines[0], starts_on=date(2025, 1, 31), ends_on=date(2025, 3, 31))

    told = sla_month(replace(records(), terms=terms(month, ends_on=date(2030, 1, 1)), lines=(later, gone)))

    assert told.lines == ()
    assert told.amount_rp == 0


def test_line_beyond_its_contract_counts_as_far_as_the_contract() -> None:
    told = sla_month(replace(records(), terms=terms(ends_on=date(2026, 10, 10))))

    assert [line.days for line in told.lines] == [10, 10]


def test_service_hours_leave_the_rest_out() -> None:
    rule = '{"target": 99.5, "kind": "hourly", "hours": "Mon-Sun 06:00-22:00"}'

    told = sla_month(replace(records(), terms=terms(rule=rule)))

    assert told.lines[0].seconds.total_s == 31 * 16 * 3_600
    assert told.lines[0].by_day[0].total_s == 16 * 3_600


def test_month_that_is_none_is_refused() -> None:
    for word in ("2026-13", "2026", "oct", "2026-1-01"):
        with pytest.raises(ValueError, match=r"\S"):
            dates_of(word)
