"""A file of what points are divided by: people, poor people, schools, UMKM of an area on a day, row by row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotspot.analytics.areanames import Gazetteer
from hotspot.analytics.equity import DENOMINATORS, Stated
from hotspot.analytics.import_plan import ADDED, CHANGED, UNCHANGED
from hotspot.analytics.import_row import N_, NOTHING, RejectedError, Row, area, bare, cleaned, parsed_day, reject
from hotspot.analytics.inventory_facts import Change
from hotspot.analytics.verdicts import Verdict, refusal

# Column of ours: other names it is known by. A row has a kind with its value, or a column for each kind.
COLUMNS = {
    "area_code": ("kode_wilayah", "kode_kelurahan", "kode_kemendagri", "kode"),
    "area_name": ("kelurahan", "desa", "nama_kelurahan", "kelurahan_desa", "wilayah"),
    "district": ("kecamatan", "nama_kecamatan", "district_name"),
    "kind": ("jenis", "jenis_data", "indikator"),
    "value": ("nilai", "jumlah"),
    "as_of": ("per_tanggal", "tanggal", "tahun", "per"),
    "estimate": ("perkiraan", "estimasi"),
    "source": ("sumber", "sumber_data"),
    "population": ("penduduk", "jumlah_penduduk", "jiwa"),
    "poor": ("penduduk_miskin", "jumlah_penduduk_miskin", "miskin"),
    "schools": ("sekolah", "jumlah_sekolah"),
    "umkm": ("jumlah_umkm", "usaha_mikro"),
    "demonstration": ("demonstrasi",),
}
NEEDED = (("area_code", "area_name"), ("as_of",), ("value", *DENOMINATORS))
EARLIEST = date(1945, 8, 17)
MOST = 99_999_999
WORDS = {bare(word): kind for kind, words in DENOMINATORS.items() for word in (kind, *words, *COLUMNS[kind])}
YES = frozenset({"ya", "yes", "y", "true", "1", "x", "benar", "perkiraan", "estimasi", "estimate"})
NO = frozenset({"", "tidak", "no", "n", "false", "0", "salah"})

Key = tuple[str, str, date]  # code of the area, kind, day


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted` holds what has to be written; None takes away what is stored."""

    verdicts: tuple[Verdict, ...]
    wanted: Mapping[Key, Stated | None]


def make_plan(
    rows: Sequence[Row], areas: Gazetteer, stored: Mapping[Key, Stated], today: date, *, demonstration: bool = False
) -> Plan:
    """Of rows that contradict each other the first counts; more poor people than people are refused."""
    read: dict[int, dict[Key, Stated | None]] = {}
    refused: dict[int, RejectedError] = {}
    said: dict[Key, Stated | None] = {}
    for row in rows:
        try:
            found = entries(row, areas, today, demonstration=demonstration)
            check_once(found, said)
            read[row.number] = found
            said |= found
        except RejectedError as error:
            refused[row.number] = error
    people = people_by_area({**stored, **said})
    for number, found in list(read.items()):
        try:
            check_poor(found, people)
        except RejectedError as error:
            refused[number] = error
            del read[number]
    verdicts = [
        refusal(row.number, subject(row), refused[row.number])
        if row.number in refused
        else verdict(row, read[row.number], stored)
        for row in rows
    ]
    wanted = {key: one for found in read.values() for key, one in found.items() if stored.get(key) != one}
    return Plan(tuple(verdicts), wanted)


def entries(row: Row, areas: Gazetteer, today: date, *, demonstration: bool) -> dict[Key, Stated | None]:
    """What the row says; raises RejectedError with the column and the reason."""
    if row.shifted:
        reject("", N_("more cells than the header has columns"))
    cells = {column: cleaned(column, value) for column, value in row.cells.items()}
    if cells.get("demonstration") and not demonstration:
        reject("demonstration", N_("demonstration data does not belong into a real city"))
    code, as_of = area(cells, areas), stated_day(cells.get("as_of", ""), today)
    estimate, source = truth(cells.get("estimate", "")), cells.get("source", "")
    given = {kind: cells[kind] for kind in DENOMINATORS if cells.get(kind)}
    values: dict[str, int | None] = {}
    if cells.get("kind") or cells.get("value"):
        kind = WORDS.get(bare(cells.get("kind", "")))
        if kind is None:
            reject("kind", N_("%(value)s is not one of the known values"), value=cells.get("kind") or NOTHING)
        values[kind] = whole_number("value", cells.get("value", ""))
    values |= {kind: whole_number(kind, text) for kind, text in given.items()}
    if not values:
        reject("value", N_("empty"))
    return {
        (code, kind, as_of): None if number is None else Stated(number, as_of, estimate, source)
        for kind, number in values.items()
    }


def whole_number(column: str, text: str) -> int | None:
    """12.345 and 12,345 are thousands, as counts are written; None (a lone -) takes the number away."""
    if text == NOTHING:
        return None
    plain = re.sub(r"[.,]", "", text) if re.fullmatch(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*", text) else text
    if re.fullmatch(r"-\d+([.,]\d+)?", plain, re.ASCII):
        reject(column, N_("%(value)s is negative"), value=text)
    plain = re.sub(r"[.,]0+$", "", plain)  # as spreadsheets write whole numbers, too
    if not re.fullmatch(r"\+?\d{1,12}", plain, re.ASCII):
        reject(column, N_("%(value)s is not a whole number") if text else N_("empty"), value=text)
    if int(plain) > MOST:
        reject(column, N_("%(value)s is more than an area can have"), value=text)
    return int(plain)


def stated_day(text: str, today: date) -> date:
    """A year alone is its middle, for which statistics offices give the number of people."""
    if not text:
        reject("as_of", N_("empty"))
    year = re.fullmatch(r"\d{4}", text, re.ASCII)
    found = date(int(text), 6, 30) if year and int(text) else parsed_day(text)
    if found is None:
        reject("as_of", N_("%(value)s is not a date such as 2021-12-31"), value=text)
    if found > today:
        reject("as_of", N_("%(value)s lies in the future"), value=found.isoformat())
    if found < EARLIEST:
        reject("as_of", N_("%(value)s is too long ago"), value=found.isoformat())
    return found


def truth(text: str) -> bool:
    word = bare(text)
    if word not in YES | NO:
        reject("estimate", N_("%(value)s is neither yes nor no"), value=text)
    return word in YES


def check_once(found: Mapping[Key, Stated | None], said: Mapping[Key, Stated | None]) -> None:
    for key, one in found.items():
        if key in said and said[key] != one:
            reject(key[1], N_("another row before says otherwise for the same area, kind and day"))


def people_by_area(stated: Mapping[Key, Stated | None]) -> dict[str, list[Stated]]:
    people: dict[str, list[Stated]] = {}
    for (code, kind, _), one in stated.items():
        if kind == "population" and one is not None:
            people.setdefault(code, []).append(one)
    return people


def check_poor(found: Mapping[Key, Stated | None], people: Mapping[str, Sequence[Stated]]) -> None:
    for (code, kind, day), one in found.items():
        if kind != "poor" or one is None:
            continue
        before = [past for past in people.get(code, ()) if past.as_of <= day]
        living = max(before, key=lambda past: past.as_of, default=None)
        if living is not None and one.value > living.value:
            values = {"poor": int(one.value), "people": int(living.value)}
            reject("poor", N_("%(poor)s poor people of %(people)s people"), **values)


def subject(row: Row) -> str:
    said = " ".join(filter(None, (row.cells.get(column, "") for column in ("area_code", "area_name", "kind"))))
    return "".join(letter for letter in said[:100] if letter.isprintable())


def verdict(row: Row, found: Mapping[Key, Stated | None], stored: Mapping[Key, Stated]) -> Verdict:
    changes = tuple(
        Change(kind, told(stored.get((code, kind, day))), told(one))
        for (code, kind, day), one in found.items()
        if stored.get((code, kind, day)) != one
    )
    new = all(key not in stored for key in found)
    kind = UNCHANGED if not changes else ADDED if new else CHANGED
    return Verdict(row.number, kind, subject(row), changes)


def told(one: Stated | None) -> str:
    return "" if one is None else f"{int(one.value)}{' (estimate)' if one.estimate else ''} {one.source}".strip()
