from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.analytics.sla import Kind, NoData, Rule, Step, Unknown
from hotspot.analytics.sla_month import Outcome, judge, rupiah
from hotspot.analytics.sla_time import Seconds

OCTOBER = 31 * 86_400
STEPS = (Step(Decimal("99.5"), Decimal(5)), Step(Decimal(98), Decimal(10)), Step(Decimal(95), Decimal(50)))


def rule(kind: Kind = Kind.STEPS, **fields: object) -> Rule:
    steps = STEPS if kind is Kind.STEPS else ()
    return Rule(Decimal("99.5"), kind, steps, **fields)  # type: ignore[arg-type]


def down(seconds: int, unknown_s: int = 0) -> Seconds:
    return Seconds(OCTOBER - seconds - unknown_s, seconds, unknown_s)


@pytest.mark.parametrize(
    ("down_s", "amount"),
    [
        (0, 1_000_000),
        (13_392, 1_000_000),  # 99.5 % to the second is no breach
        (13_393, 950_000),
        (53_568, 950_000),  # 98 % to the second
        (53_569, 900_000),
        (133_921, 500_000),
        (OCTOBER, 500_000),
    ],
)
def test_steps_deduct_the_lowest_one_the_availability_is_below(down_s: int, amount: int) -> None:
    assert judge(rule(), down(down_s), 1_000_000, 31, 31).amount_rp == amount


def test_below_the_target_but_above_the_first_step_deducts_nothing() -> None:
    steps = Rule(Decimal("99.9"), Kind.STEPS, STEPS)

    told = judge(steps, down(10_000), 1_000_000, 31, 31)

    assert (told.outcome, told.amount_rp) == (Outcome.BELOW, 1_000_000)


def test_proportional_pays_the_part_of_the_target_that_was_kept() -> None:
    """99.5 % promised, half of the month down: 50 / 99.5 of the fee."""
    told = judge(rule(Kind.PROPORTIONAL), down(OCTOBER // 2), 1_000_000, 31, 31)

    assert told.share == 1 - Fraction(500, 995)
    assert (told.amount_rp, told.deduction_rp) == (502_513, 497_487)


def test_hourly_deducts_the_hours_beyond_those_allowed() -> None:
    """Allowed are 3.72 of 744 hours; 13.72 hours down are 10 too many: 10 / 744 of 744,000 rupiah."""
    told = judge(rule(Kind.HOURLY), down(49_392), 744_000, 31, 31)

    assert told.deduction_rp == 10_000


@pytest.mark.parametrize(
    ("unknown", "judged_s", "availability"),
    [
        (Unknown.EXCLUDED, OCTOBER - 86_400, Fraction(30 * 86_400 - 3_600, 30 * 86_400)),
        (Unknown.DOWN, OCTOBER, Fraction(OCTOBER - 90_000, OCTOBER)),
        (Unknown.UP, OCTOBER, Fraction(OCTOBER - 3_600, OCTOBER)),
    ],
)
def test_unknown_time_counts_as_the_rule_says(unknown: Unknown, judged_s: int, availability: Fraction) -> None:
    told = judge(rule(unknown=unknown), down(3_600, 86_400), 1_000_000, 31, 31)

    assert (told.judged_s, told.availability) == (judged_s, availability)


@pytest.mark.parametrize(("no_data", "amount"), [(NoData.PAY, 700_000), (NoData.WITHHOLD, 0)])
@pytest.mark.parametrize(
    "seconds", [Seconds(), Seconds(unknown_s=OCTOBER), Seconds(100, 100, OCTOBER - 200), Seconds(excluded_s=OCTOBER)]
)
def test_month_that_was_watched_too_little_has_the_named_consequence(
    no_data: NoData, amount: int, seconds: Seconds
) -> None:
    """Also with a cap: it limits what is deducted for outages."""
    told = judge(rule(no_data=no_data, cap=Decimal(10)), seconds, 700_000, 31, 31)

    assert (told.outcome, told.amount_rp) == (Outcome.NO_DATA, amount)


def test_coverage_is_that_of_the_time_not_excluded() -> None:
    half = Seconds(up_s=100, unknown_s=100, excluded_s=1_000)

    assert half.coverage == Fraction(1, 2)
    assert judge(rule(), half, 100, 31, 31).outcome is Outcome.MET
    assert judge(rule(minimum_coverage=Decimal("50.1")), half, 100, 31, 31).outcome is Outcome.NO_DATA


def test_cap_limits_the_deduction() -> None:
    assert judge(rule(cap=Decimal("7.5")), down(OCTOBER), 1_000_000, 31, 31).amount_rp == 925_000


def test_line_of_some_days_has_the_fee_of_those_days() -> None:
    told = judge(rule(), down(OCTOBER), 1_000_000, 10, 31)

    assert (told.gross_rp, told.amount_rp, told.deduction_rp) == (322_581, 161_290, 161_291)


def test_half_a_rupiah_is_rounded_up_once() -> None:
    """1 rupiah, 50 % deducted; and two thirds of 3 / 4 of a rupiah, a half that no quotient in between may lose."""
    assert judge(rule(), down(OCTOBER), 1, 31, 31).amount_rp == 1
    assert rupiah(Fraction(2, 3) * Fraction(3, 4)) == 1


@given(st.fractions(0, 10**12, max_denominator=10**15))
def test_rupiah_are_rounded_as_decimals_are(value: Fraction) -> None:
    with localcontext() as context:
        context.prec = 60
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        assert rupiah(value) == int(quotient.quantize(Decimal(1), ROUND_HALF_UP))


@given(
    kind=st.sampled_from(Kind),
    unknown=st.sampled_from(Unknown),
    seconds=st.builds(Seconds, *[st.integers(0, OCTOBER)] * 5),
    fee=st.integers(0, 10**10),
    days=st.integers(0, 31),
)
def test_amount_is_never_negative_nor_more_than_the_fee(
    kind: Kind, unknown: Unknown, seconds: Seconds, fee: int, days: int
) -> None:
    told = judge(rule(kind, unknown=unknown), seconds, fee, days, 31)

    assert 0 <= told.amount_rp <= told.gross_rp <= fee
    assert 0 <= told.share <= 1
