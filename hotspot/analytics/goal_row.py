"""One row of a file of targets: from text to typed values, or the column and the reason why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hotspot.analytics.areanames import DISTRICT, Gazetteer, dotted
from hotspot.analytics.import_row import N_, Row, bare, cleaned, needed, parsed_day, reject, word

COLUMNS: Mapping[str, tuple[str, ...]] = {  # with the other names they are known by
    "quantity": ("jumlah", "jumlah_titik", "target", "points", "titik"),
    "kind": ("jenis", "jenis_target", "cara_hitung"),
    "from_on": ("mulai", "dari", "tanggal_mulai", "from"),
    "to_on": ("sampai", "selesai", "tanggal_selesai", "batas_waktu", "to"),
    "since": ("berlaku_sejak", "valid_since", "ditetapkan", "tanggal_dokumen"),
    "area": ("wilayah", "kode_wilayah", "area_code", "kecamatan", "kelurahan"),
    "venue": ("venue_kind", "jenis_lokasi", "jenis_tempat"),
    "fund": ("sumber_dana", "dana", "pendanaan"),
    "source": ("sumber", "dokumen", "document", "dasar"),
    "withdrawn": ("dicabut",),
    "demonstration": ("demonstrasi",),
}
NEEDED = (("quantity",), ("kind",), ("from_on",), ("to_on",), ("since",))
KINDS = {
    True: ("all", "in all", "cumulative", "kumulatif", "total", "semua"),
    False: ("more", "increment", "tambahan", "penambahan"),
}
WORDS = {bare(name): cumulative for cumulative, names in KINDS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A version as somebody enters it; empty `area` (a code), `venue` and `fund` (a name) don't narrow the city.

    `since` is the day from which on it is known; the store says what it is when it is empty.
    """

    quantity: int
    cumulative: bool
    from_on: date
    to_on: date
    source: str = ""
    area: str = ""
    venue: str = ""
    fund: str = ""
    since: date | None = None


def wanted(row: Row, areas: Gazetteer, *, demonstration: bool = False) -> Wanted:
    """Raises RejectedError. Whether days and number make sense, and the fund exists, is for the store to say."""
    cells = {column: text for column, cell in row.cells.items() if (text := cleaned(column, cell))}
    if cells.get("demonstration") and not demonstration:
        reject("demonstration", N_("demonstration data does not belong into a real city"))
    if cells.get("withdrawn"):
        reject("withdrawn", N_("withdrawn; leave the row out"))
    return Wanted(
        quantity=number(needed(cells, "quantity")),
        cumulative=kind(needed(cells, "kind")),
        from_on=day("from_on", needed(cells, "from_on")),
        to_on=day("to_on", needed(cells, "to_on")),
        source=cells.get("source", ""),
        area=area(cells["area"], areas) if "area" in cells else "",
        venue=word("venue_kind", cells["venue"]) if "venue" in cells else "",
        fund=cells.get("fund", ""),
        since=day("since", needed(cells, "since")),
    )


def number(text: str) -> int:
    """A point or a comma may part the thousands."""
    if not re.fullmatch(r"\d{1,7}|\d{1,3}([.,])\d{3}(\1\d{3})*", text, re.ASCII):
        reject("quantity", N_("%(value)s is not a whole number above zero"), value=text)
    return int(re.sub(r"[.,]", "", text))


def kind(text: str) -> bool:
    """Whether it is cumulative."""
    found = WORDS.get(bare(text))
    if found is None:
        reject("kind", N_("%(value)s is neither all (points in all) nor more (than at the beginning)"), value=text)
    return found


def day(column: str, text: str) -> date:
    return parsed_day(text) or reject(column, N_("%(value)s is not a date such as 2021-12-31"), value=text)


def area(text: str, areas: Gazetteer) -> str:
    """A code, or the name of a kecamatan."""
    if found := areas.by_code.get(dotted(text)):
        return found.code
    named = [one for one in areas.by_code.values() if one.level == DISTRICT and bare(one.name) == bare(text)]
    if len(named) != 1:
        reject("area", N_("%(value)s is no area of this city"), value=text)
    return named[0].code
