"""An SLA rule, and a month judged by it, as sentences that people read: Indonesian (`id`) or English (`en`)."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from hotspot.analytics.sla import HUNDRED, Kind, NoData, Rule, Unknown, plain
from hotspot.analytics.sla_month import Outcome, Verdict
from hotspot.analytics.sla_time import Seconds

Words = tuple[str, str]  # Indonesian, English
TARGET: Words = (
    "Ketersediaan yang dijanjikan sekurangnya {target} % setiap bulan.",
    "At least {target} % availability is promised each month.",
)
ALWAYS: Words = ("Semua jam dalam bulan itu dihitung.", "All hours of the month count.")
HOURS: Words = ("Hanya jam layanan yang dihitung: {hours}.", "Only the service hours count: {hours}.")
UNKNOWN: Mapping[Unknown, Words] = {
    Unknown.EXCLUDED: (
        "Waktu yang tidak diketahui tidak ikut dihitung.",
        "Time in which nobody could tell is left out.",
    ),
    Unknown.DOWN: (
        "Waktu yang tidak diketahui dihitung sebagai padam.",
        "Time in which nobody could tell counts as down.",
    ),
    Unknown.UP: (
        "Waktu yang tidak diketahui dihitung sebagai aktif.",
        "Time in which nobody could tell counts as up.",
    ),
}
NO_DATA: Mapping[NoData, Words] = {
    NoData.PAY: (
        "Bila cakupan pengukuran di bawah {coverage} %, bulan itu tanpa data dan dibayar penuh.",
        "Where less than {coverage} % was watched the month has no data and is paid in full.",
    ),
    NoData.WITHHOLD: (
        "Bila cakupan pengukuran di bawah {coverage} %, bulan itu tanpa data dan tidak dibayar.",
        "Where less than {coverage} % was watched the month has no data and is not paid.",
    ),
}
STEP: Words = (
    "Di bawah {below} % dipotong {deduct} % dari biaya bulanan.",
    "Below {below} % a deduction of {deduct} % of the monthly fee.",
)
KINDS: Mapping[Kind, Words] = {
    Kind.PROPORTIONAL: (
        "Di bawah target, potongan = biaya × (1 − ketersediaan / {target} %).",
        "Below the target the deduction is fee × (1 − availability / {target} %).",
    ),
    Kind.HOURLY: (
        "Di bawah target, potongan = biaya × jam padam di atas yang diizinkan / jam layanan bulan itu.",
        "Below the target the deduction is fee × hours down beyond those allowed / service hours of the month.",
    ),
}
CAP: Words = (
    "Potongan karena gangguan paling banyak {cap} % dari biaya bulanan.",
    "For outages at most {cap} % of the monthly fee is deducted.",
)
MEND: Words = ("Gangguan diperbaiki dalam {hours} jam.", "An outage is mended within {hours} hours.")
OUTCOMES: Mapping[Outcome, Words] = {
    Outcome.MET: ("Tercapai", "Kept"),
    Outcome.BELOW: ("Di bawah target", "Below the target"),
    Outcome.NO_DATA: ("Tanpa data", "No data"),
}


def sentences(rule: Rule, language: str) -> list[str]:
    """The whole rule, a sentence for each thing it says."""
    said: list[tuple[Words, Mapping[str, Decimal | str]]] = [
        (TARGET, {"target": rule.target}),
        (HOURS, {"hours": rule.hours}) if rule.hours else (ALWAYS, {}),
        (UNKNOWN[rule.unknown], {}),
        (NO_DATA[rule.no_data], {"coverage": rule.minimum_coverage}),
        *((STEP, {"below": step.below, "deduct": step.deduct}) for step in rule.steps),
    ]
    if rule.kind in KINDS:
        said.append((KINDS[rule.kind], {"target": rule.target}))
    if rule.cap < HUNDRED:
        said.append((CAP, {"cap": rule.cap}))
    if rule.mend_hours:
        said.append((MEND, {"hours": str(rule.mend_hours)}))
    return [spoken(words, language, values) for words, values in said]


def spoken(words: Words, language: str, values: Mapping[str, Decimal | str]) -> str:
    """With the decimals as the language writes them: 99,5 or 99.5."""
    indonesian, english = words
    point = "," if language == "id" else "."
    told = {name: plain(v).replace(".", point) if isinstance(v, Decimal) else v for name, v in values.items()}
    return (indonesian if language == "id" else english).format(**told)


def formula(rule: Rule, seconds: Seconds, fee_rp: int, days: int, of_days: int, verdict: Verdict) -> str:
    """The amount of a line with its numbers put in, as arithmetic that can be typed into a calculator.

    `A = 99/100 (99.000000 %); 1000000 * 31/31 * (1 - 5/100) = 950000`: seconds up of seconds judged, then the amount.
    """
    if verdict.outcome is Outcome.NO_DATA:
        rest = seconds.total_s - seconds.excluded_s
        told = f"coverage = {rest - seconds.unknown_s}/{rest}" if rest else "no second to judge"
        share = str(int(verdict.share))
    else:
        told = f"A = {verdict.up_s}/{verdict.judged_s} ({cut(verdict.availability)} %)"
        share = "0" if verdict.outcome is Outcome.MET else deducted(rule, seconds, verdict)
    return f"{told}; {fee_rp} * {days}/{of_days} * (1 - {share}) = {verdict.amount_rp}"


def deducted(rule: Rule, seconds: Seconds, verdict: Verdict) -> str:
    up_s, judged_s, target = verdict.up_s, verdict.judged_s, plain(rule.target)
    if rule.kind is Kind.STEPS:
        share = f"{plain(max([s.deduct for s in rule.steps if is_below(s.below, verdict)], default=Decimal(0)))}/100"
    elif rule.kind is Kind.PROPORTIONAL:
        share = f"(1 - {up_s}/{judged_s} / ({target}/100))"
    else:
        share = f"({judged_s - up_s} - (1 - {target}/100) * {judged_s})/{seconds.total_s}"
    return share if rule.cap == HUNDRED else f"min({plain(rule.cap)}/100, {share})"


def is_below(below: Decimal, verdict: Verdict) -> bool:
    return Fraction(verdict.up_s, verdict.judged_s) < Fraction(below) / 100


def cut(share: Fraction | None, digits: int = 6) -> str:
    """In percent, cut and not rounded (99.9999999 % is not 100 %); empty where nothing is known."""
    if share is None:
        return ""
    whole, rest = divmod(share.numerator * 10 ** (digits + 2) // share.denominator, 10**digits)
    return f"{whole}.{rest:0{digits}}"
