"""What a month of a point earns under an SLA rule: the share that is deducted, and the amount to the rupiah.

Everything is exact (the quotient of two decimals is not, so shares are fractions) and rounded once, at the amount.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from hotspot.analytics.sla import Kind, NoData, Rule, Unknown
from hotspot.analytics.sla_time import Seconds


class Outcome(StrEnum):
    """How the month was judged."""

    MET = "met"
    BELOW = "below"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A line's month: `up_s` of `judged_s` seconds under the rule; `share` of the fee (0 to 1) is deducted.

    `gross_rp` is the fee of the line's days, `amount_rp` what is paid, both rounded, `deduction_rp` the rest.
    """

    outcome: Outcome
    up_s: int
    judged_s: int
    share: Fraction
    gross_rp: int
    amount_rp: int

    @property
    def availability(self) -> Fraction | None:
        return Fraction(self.up_s, self.judged_s) if self.judged_s else None

    @property
    def deduction_rp(self) -> int:
        return self.gross_rp - self.amount_rp


def judge(rule: Rule, seconds: Seconds, fee_rp: int, days: int, of_days: int) -> Verdict:
    """Of a line in force on `days` of the `of_days` days of a month, with its monthly fee."""
    up_s, judged_s = judged(rule.unknown, seconds)
    outcome, share = verdict(rule, seconds, up_s, judged_s)
    gross = Fraction(fee_rp * days, of_days)
    return Verdict(outcome, up_s, judged_s, share, rupiah(gross), rupiah(gross * (1 - share)))


def judged(unknown: Unknown, seconds: Seconds) -> tuple[int, int]:
    """Seconds that count as up, and all that count."""
    known = seconds.up_s + seconds.down_s
    if unknown is Unknown.EXCLUDED:
        return seconds.up_s, known
    extra = seconds.unknown_s if unknown is Unknown.UP else 0
    return seconds.up_s + extra, known + seconds.unknown_s


def verdict(rule: Rule, seconds: Seconds, up_s: int, judged_s: int) -> tuple[Outcome, Fraction]:
    """Watched too little, or nothing left to judge: the consequence the rule names, which no cap limits."""
    coverage = seconds.coverage
    if not judged_s or coverage is None or coverage < percent(rule.minimum_coverage):
        return Outcome.NO_DATA, Fraction(rule.no_data is NoData.WITHHOLD)
    if Fraction(up_s, judged_s) >= percent(rule.target):
        return Outcome.MET, Fraction(0)
    return Outcome.BELOW, min(percent(rule.cap), DEDUCTIONS[rule.kind](rule, seconds, up_s, judged_s))


def stepped(rule: Rule, _: Seconds, up_s: int, judged_s: int) -> Fraction:
    """The lowest step the availability is below."""
    reached = [step.deduct for step in rule.steps if Fraction(up_s, judged_s) < percent(step.below)]
    return percent(reached[-1]) if reached else Fraction(0)


def proportional(rule: Rule, _: Seconds, up_s: int, judged_s: int) -> Fraction:
    """1 - A / target."""
    return 1 - Fraction(up_s, judged_s) / percent(rule.target)


def hourly(rule: Rule, seconds: Seconds, up_s: int, judged_s: int) -> Fraction:
    """Down time beyond what the target allows, of all the service hours of the window."""
    allowed = (1 - percent(rule.target)) * judged_s
    return (judged_s - up_s - allowed) / seconds.total_s


DEDUCTIONS: Mapping[Kind, Callable[[Rule, Seconds, int, int], Fraction]] = {
    Kind.STEPS: stepped,
    Kind.PROPORTIONAL: proportional,
    Kind.HOURLY: hourly,
}


def percent(value: Decimal) -> Fraction:
    """Of percent the share, exactly."""
    return Fraction(value) / 100


def rupiah(value: Fraction) -> int:
    """Half a rupiah is rounded up."""
    return floor(value + Fraction(1, 2))
