"""The page of a pack that people print and sign, as data for templates/pdf/evidence.typ; in Indonesian."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from hotspot.analytics.sla import REASONS
from hotspot.analytics.sla_month import Outcome
from hotspot.analytics.sla_words import OUTCOMES, cut, formula, sentences
from hotspot.evidence.month import LineMonth, Month, dates_of
from hotspot.evidence.records import Excluded

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
NO_DATA = "tanpa data"
INVENTED = "DATA CONTOH: kota, kontrak dan angka di halaman ini dibuat-buat."
MOST_EXCLUSIONS = 200  # on paper; exclusions.csv has all


def page(month: Month, fingerprint: str, replaces_sha256: str) -> dict[str, object]:
    """What the template shows; only values of JSON."""
    terms = month.records.terms
    first, last = dates_of(terms.month)
    in_force = {each.number for line in month.lines for each in line.exclusions}
    return {
        "language": "id",
        "title": f"Bukti layanan {MONTHS[first.month - 1]} {first.year}",
        "city": terms.city_name,
        "subtitle": f"Kontrak {terms.contract}, {terms.provider}",
        "as_of": f"Dibaca {moment(terms.as_of, terms.zone)}",
        "banner": INVENTED if terms.demonstration else None,
        "figures": figures(month),
        "terms": {
            "Kontrak": terms.contract, "Perihal": terms.title or "-", "Penyedia": terms.provider,
            "Sumber dana": terms.fund or "-", "Masa kontrak": f"{day(terms.starts_on)} – {day(terms.ends_on)}",
            "Bulan yang dinilai": f"{day(first)} – {day(last)} ({terms.zone})",
        },
        "rule": sentences(month.rule, "id"),
        "lines": [line_cells(line) for line in month.lines],
        "formulas": [
            {"point": line.line.point, "text": formula_of(month, line)}
            for line in month.lines
            if line.verdict.outcome is not Outcome.MET or line.days < line.of_days
        ],
        "exclusions": [
            exclusion_cells(each, terms.zone) for each in month.records.exclusions if each.number in in_force
        ][:MOST_EXCLUSIONS],
        "fingerprint": fingerprint,
        "replaces": replaces_sha256 or None,
    }  # fmt: skip


def figures(month: Month) -> list[Mapping[str, str]]:
    seconds = month.seconds
    below = sum(line.verdict.outcome is Outcome.BELOW for line in month.lines)
    return [
        {"label": "Dibayarkan", "value": rupiah(month.amount_rp), "note": f"dari {rupiah(month.gross_rp)}"},
        {
            "label": "Potongan",
            "value": rupiah(month.gross_rp - month.amount_rp),
            "note": f"{below} dari {len(month.lines)} titik di bawah target",
        },
        {"label": "Ketersediaan", "value": percent(seconds.availability), "note": "semua titik, tertimbang waktu"},
        {"label": "Cakupan", "value": percent(seconds.coverage), "note": "waktu yang diukur"},
    ]


def line_cells(one: LineMonth) -> list[str]:
    verdict = one.verdict
    return [
        one.line.point, one.line.point_name, number(one.line.fee_rp), f"{one.days}/{one.of_days}",
        percent(verdict.availability), percent(one.seconds.coverage), OUTCOMES[verdict.outcome][0],
        number(verdict.deduction_rp), number(verdict.amount_rp),
    ]  # fmt: skip


def exclusion_cells(one: Excluded, zone: str) -> list[str]:
    return [one.point, moment(one.start, zone), moment(one.end, zone), REASONS[one.reason][0], one.note, one.decided_by]


def formula_of(month: Month, one: LineMonth) -> str:
    told = formula(month.rule, one.seconds, one.line.fee_rp, one.days, one.of_days, one.verdict)
    return told.replace(" * ", " × ").replace(" - ", " − ")


def rupiah(value: int) -> str:
    return f"Rp{number(value)}"


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def percent(share: Fraction | None) -> str:
    """Cut, not rounded, to four decimals."""
    return NO_DATA if share is None else f"{cut(share, 4).replace('.', ',')} %"


def day(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(t: int, zone: str) -> str:
    local = datetime.fromtimestamp(t, ZoneInfo(zone))
    return f"{day(local.date())} {local:%H.%M} {local.tzname()}"
