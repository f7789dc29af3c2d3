"""The files of a pack: what was recorded, and what was computed from it; read back, and computed anew."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotspot.analytics.import_row import N_
from hotspot.analytics.sla_time import Seconds
from hotspot.analytics.sla_words import cut, formula, sentences
from hotspot.evidence.columns import WORDS, day, instant, iso, read, written
from hotspot.evidence.container import Fault, fault
from hotspot.evidence.month import LineMonth, Month
from hotspot.evidence.records import Excluded, Line, Records, Stay, StoredSpan, Terms, Work
from hotspot.spreadsheet import Cell, csv_bytes

TERMS = "contract.json"
RECORDED: Mapping[str, tuple[str, type[Any]]] = {  # file: field of Records, a line
    "lines.csv": ("lines", Line),
    "access_points.csv": ("stays", Stay),
    "spans.csv": ("spans", StoredSpan),
    "maintenance.csv": ("maintenance", Work),
    "exclusions.csv": ("exclusions", Excluded),
}
SECONDS = ("up_s", "down_s", "unknown_s", "maintenance_s", "excluded_s", "availability_percent", "coverage_percent")
AMOUNTS = (
    "point", "point_name", "monthly_fee_rp", "days", "of_days", "access_points", *SECONDS, "judged_s", "judged_up_s",
    "judged_percent", "outcome", "deduction_percent", "gross_rp", "deduction_rp", "amount_rp", "formula",
)  # fmt: skip
DAYS = ("point", "first_day_of_line", "day", *SECONDS)
OUTAGES = (
    "point", "first_day_of_line", "access_point", "state", "start", "end", "cause", "counted_s", "maintenance_s",
    "excluded_s", "exclusions", "reasons",
)  # fmt: skip


def recorded(records: Records) -> dict[str, bytes]:
    zone = ZoneInfo(records.terms.zone)
    files = {name: written(kind, getattr(records, field), zone) for name, (field, kind) in RECORDED.items()}
    return {TERMS: terms_text(records.terms), **files}


def computed(month: Month) -> dict[str, bytes]:
    """What follows from the records."""
    zone = ZoneInfo(month.records.terms.zone)
    causes = {(span.access_point, span.start): span.cause for span in month.records.spans}
    return {
        "amounts.csv": csv_bytes(AMOUNTS, (amount(month, line) for line in month.lines)),
        "days.csv": csv_bytes(DAYS, (row for line in month.lines for row in days(line))),
        "outages.csv": csv_bytes(OUTAGES, (row for line in month.lines for row in outages(line, causes, zone))),
    }


def terms_text(terms: Terms) -> bytes:
    """The rule as an object and as sentences, so that people need no program to read it."""
    told = asdict(terms) | {
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(),
        "as_of": iso(terms.as_of, ZoneInfo(terms.zone)),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def terms_of(content: bytes) -> tuple[Terms | None, list[Fault]]:
    wrong = [fault(TERMS, N_("is not written as Hotspot writes it"))]
    try:
        told = json.loads(content.decode())
        zone = ZoneInfo(told["zone"])
        text = {field.name: told.pop(field.name) for field in fields(Terms)}
        if any(not isinstance(value, bool if name == "demonstration" else str) for name, value in text.items()):
            return None, wrong
        text |= {name: day(text[name], zone) for name in ("starts_on", "ends_on")}
        terms = Terms(**text | {"as_of": instant(text["as_of"], zone)})
        day(f"{terms.month}-01", zone)  # raises where it is no month
        same = terms_text(terms) == content  # raises where a text is none
    except ZoneInfoNotFoundError as error:
        said = N_("its time zone is not known here: %(error)s; Python's package tzdata brings all of them")
        return None, [fault(TERMS, said, error=str(error)[:100])]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError, OverflowError):
        return None, wrong
    return (terms, []) if same else (None, wrong)


def records_of(files: Mapping[str, bytes]) -> tuple[Records | None, list[Fault]]:
    """None where a file is missing or can't be read."""
    missing = [fault(name, N_("is missing")) for name in (TERMS, *RECORDED) if name not in files]
    terms, faults = (None, missing) if missing else terms_of(files[TERMS])
    if terms is None:
        return None, faults
    parts: dict[str, Any] = {}
    for name, (field, kind) in RECORDED.items():
        parts[field], wrong = read(name, files[name], kind, ZoneInfo(terms.zone))
        faults += wrong
    return (None if faults else Records(terms, **parts)), faults


def seconds_cells(one: Seconds) -> tuple[Cell, ...]:
    sums = one.up_s, one.down_s, one.unknown_s, one.maintenance_s, one.excluded_s
    return *sums, cut(one.availability), cut(one.coverage)


def amount(month: Month, one: LineMonth) -> tuple[Cell, ...]:
    line, verdict = one.line, one.verdict
    told = formula(month.rule, one.seconds, line.fee_rp, one.days, one.of_days, verdict)
    return (
        line.point, line.point_name, line.fee_rp, one.days, one.of_days, len(set(one.access_points)),
        *seconds_cells(one.seconds), verdict.judged_s, verdict.up_s, cut(verdict.availability), verdict.outcome.value,
        cut(verdict.share), verdict.gross_rp, verdict.deduction_rp, verdict.amount_rp, told,
    )  # fmt: skip


def days(one: LineMonth) -> Iterator[tuple[Cell, ...]]:
    for place, seconds in enumerate(one.by_day):
        yield one.line.point, one.first, one.day(place), *seconds_cells(seconds)


def outages(one: LineMonth, causes: Mapping[tuple[str, int], str], zone: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    for each in one.stretches:
        hit = [one.exclusions[place] for place in each.excluded]
        yield (
            one.line.point, one.first, each.name, WORDS[each.state], iso(each.start, zone), iso(each.end, zone),
            causes.get((each.name, each.start), ""), each.counted_s, each.maintenance_s, each.excluded_s,
            " ".join(str(exclusion.number) for exclusion in hit),
            " ".join(dict.fromkeys(exclusion.reason for exclusion in hit)),
        )  # fmt: skip


def readme(month: Month) -> bytes:
    """What the pack is and how it is checked, for somebody who has never seen one."""
    terms = month.records.terms
    rule = [
        f"- {id_}\n  {en}" for id_, en in zip(sentences(month.rule, "id"), sentences(month.rule, "en"), strict=True)
    ]
    invented = ["DATA CONTOH / INVENTED DATA"] if terms.demonstration else []
    text = [
        f"Paket bukti / Evidence pack: {terms.contract}, {terms.month}, {terms.city_name}",
        *invented, "",
        "Periksa tanpa basis data dan tanpa jaringan / Check it without a database or a network:",
        "  python -m hotspot.evidence PACK.zip", "",
        "Aturan / Rule:", *rule, "",
        *(f"{name}\n  {id_}\n  {en}" for name, (id_, en) in CONTENTS.items()), "",
    ]  # fmt: skip
    return "\n".join(text).encode()


CONTENTS: Mapping[str, tuple[str, str]] = {
    "evidence.pdf": ("Ringkasan untuk dicetak.", "A summary to print."),
    "amounts.csv": (
        "Tiap titik: detik, ketersediaan, potongan, jumlah, rumus.",
        "Each point: seconds, availability, deduction, amount, formula.",
    ),
    "days.csv": ("Tiap titik dan hari.", "Each point and day."),
    "outages.csv": (
        "Tiap gangguan dan waktu tanpa pengukuran, dengan pengecualiannya.",
        "Each outage and each time nobody watched, with its exclusions.",
    ),
    "contract.json": ("Syarat kontrak dan aturannya.", "The contract's terms and its rule."),
    "lines.csv": ("Lampiran: titik dan biaya bulanan.", "The annex: points and monthly fees."),
    "access_points.csv": ("Perangkat mana di titik mana.", "Which device stood at which point."),
    "spans.csv": (
        "Semua rentang aktif, padam, tidak diketahui; dari sini semuanya dihitung.",
        "All spans up, down, unknown; from these everything is computed.",
    ),
    "maintenance.csv": ("Pemeliharaan yang diumumkan sebelumnya.", "Maintenance announced before it began."),
    "exclusions.csv": ("Keputusan pengecualian, juga yang ditarik.", "Exclusions decided, withdrawn ones too."),
    "manifest.json": ("SHA-256 setiap berkas, dan paket sebelumnya.", "SHA-256 of each file, and the pack before."),
    "manifest.sig": ("Tanda tangan Ed25519 atas manifest.json.", "The Ed25519 signature of manifest.json."),
}
