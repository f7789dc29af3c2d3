"""Judges the rows of a strange table by themselves: accepted, merged into another, or rejected with a reason.

accepted + merged + rejected = rows read, whatever the table holds. What was mended on the way is told beside each row.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hotspot.analytics.column_guess import Columns
from hotspot.analytics.column_names import is_known, words_of
from hotspot.analytics.import_row import EARLIEST, LONGEST, LONGEST_ADDRESS, N_, Reason
from hotspot.analytics.lines import Line
from hotspot.analytics.loose_dates import DAY, month_first, told
from hotspot.analytics.loose_numbers import angle, is_nothing
from hotspot.analytics.place_columns import Places
from hotspot.analytics.row_identity import joined, with_codes
from hotspot.analytics.shifted_rows import put_back, strange, usual_kinds
from hotspot.analytics.sifted import ACCEPTED, REJECTED, Remark, Sifted, Sifting

DATES = ("installed_on", "accepted_on")
PLACE_COLUMNS = frozenset(("latitude", "longitude", "coordinates", "east", "north"))
# Must not be guessed when cells are moved.
TELLING = ("point_code", "point_name", "latitude", "longitude", "coordinates", "installed_on")
TOTALS = frozenset((
    "total", "totals", "subtotal", "sub_total", "grand_total", "jumlah", "jumlah_total", "total_keseluruhan",
    "sum", "suma", "summe", "gesamt", "somme", "totale", "totaal", "razem", "итого", "всего", "합계", "총계", "소계",
    "계", "總計", "合計", "合计", "总计", "小計", "小计", "المجموع", "รวม", "total_general", "σύνολο", "tong_cong",
))  # fmt: skip
NOTE = re.compile(
    r"(?:source|sumber|notes?|catatan|keterangan|fuente|nota|quelle|fonte|출처|자료|資料來源|出典|注)\s*[:：]|[※*]"
)


@dataclass(frozen=True)
class Reader:
    """What is known of the table as a whole before its rows are read one by one."""

    header: tuple[str, ...]
    columns: Columns
    places: Places
    usual: Mapping[int, str]
    mdy: Mapping[str, bool]
    today: date
    names: tuple[str, ...]  # the header in lower case
    own: bool  # made for us: codes are codes, and words are checked when the row is judged against the inventory


def sift(
    header: Sequence[str], lines: Sequence[Line], columns: Columns, places: Places, today: date, *, own: bool = False
) -> Sifting:
    """`places`: how the table tells where its rows lie (place_columns.places_of)."""
    reader = Reader(
        tuple(header),
        columns,
        places,
        usual_kinds(lines, len(header)),
        {
            ours: month_first(cell_of(line, at) for line in lines)
            for ours in DATES
            if (at := columns.get(ours)) is not None
        },
        today,
        tuple(name.casefold() for name in header),
        own,
    )
    rows = [read(line, at, reader) for at, line in enumerate(lines)]
    merged = joined(rows, columns, places, own=own)
    coded = merged if "point_code" in columns.guesses else with_codes(merged)
    return Sifting(tuple(coded), tuple(places.notes))


def cell_of(line: Line, at: int) -> str:
    return line.cells[at] if at < len(line.cells) else ""


def read(line: Line, at: int, reader: Reader) -> Sifted:
    """One row by itself."""
    if line.lost:
        return refused(line, "", Reason("%(what)s", {"what": line.lost}))
    if (why := no_row(line, at, reader)) is not None:
        return refused(line, "", why)
    raw, remarks = line.cells, []
    if line.note:
        remarks.append(Remark("", Reason("%(what)s", {"what": line.note}), mended=True))
    odd = strange(raw, reader.usual)
    if len(raw) > len(reader.header) or misplaced(raw, odd, reader):
        telling = [place for ours in TELLING if (place := reader.columns.get(ours)) is not None]
        back = put_back(raw, dict(reader.usual), len(reader.header), telling)
        if back is None:
            return refused(line, *shift_reason(raw, odd, reader))
        raw = tuple(back)
        remarks.append(Remark("", Reason(N_("its cells stood in other columns and were moved back")), mended=True))
    cells: dict[str, str] = {}
    for ours in reader.columns.guesses:
        if ours not in PLACE_COLUMNS:
            remarks += fill(cells, ours, raw, reader)
    remarks += fill_place(cells, raw, reader)
    if reason := unnamed(cells, reader):
        return refused(replace(line, cells=raw), "point_name", reason)
    return Sifted(line.number, ACCEPTED, cells, raw, remarks=tuple(remarks))


def refused(line: Line, column: str, reason: Reason) -> Sifted:
    return Sifted(line.number, REJECTED, {}, line.cells, column, reason)


def no_row(line: Line, at: int, reader: Reader) -> Reason | None:
    """A header again, a total or a note stand among the rows of many tables."""
    filled = [(place, cell.strip()) for place, cell in enumerate(line.cells) if cell.strip()]
    if not filled:
        return Reason(N_("empty"))
    again = sum(place < len(reader.names) and cell.casefold() == reader.names[place] for place, cell in filled)
    if again * 2 >= len(filled) and again > 1:
        return Reason(N_("the names of the columns again, not a place"))
    if at < 3 and len(filled) > 2 and all(len(cell) < 60 and is_known(cell) for _, cell in filled):
        return Reason(N_("the names of the columns again, not a place"))
    first = "_".join(words_of(filled[0][1]))
    if (first in TOTALS or first.split("_")[0] in TOTALS) and len(filled) * 2 <= max(len(reader.header), 4):
        return Reason(N_("a total, not a place"))
    alone = len(filled) == 1 < len(reader.header) - 2 and len(filled[0][1]) > 60
    if alone or (len(filled) * 2 <= len(reader.header) + 1 and NOTE.match(filled[0][1].casefold())):
        return Reason(N_("a note, not a place"))
    return None


def misplaced(raw: Sequence[str], odd: Sequence[int], reader: Reader) -> bool:
    """Whether so many cells are of another kind than usual that the row must have shifted."""
    where = [at for ours in ("latitude", "longitude", "east", "north") if (at := reader.columns.get(ours)) is not None]
    lost = [at for at in where if at < len(raw) and not is_nothing(raw[at]) and angle(raw[at]) is None]
    if lost:
        return len(odd) > 1
    return len(odd) > 1 and len(odd) * 2 > len(reader.usual)


def shift_reason(raw: Sequence[str], odd: Sequence[int], reader: Reader) -> tuple[str, Reason]:
    if len(raw) > len(reader.header):
        return "", Reason(N_("more cells than the header; is a text with a separator not in quotation marks?"))
    ours_at = {guess.column: ours for ours, guess in reader.columns.guesses.items()}
    at = next((one for one in odd if one in ours_at), odd[0])
    text = N_("its cells stand in other columns: %(column)s says %(value)s")
    return ours_at.get(at, ""), Reason(text, {"column": reader.header[at], "value": tidy(raw[at])[:60]})


def tidy(text: str) -> str:
    """One line without spaces around, control characters and marks that can't be seen."""
    plain = unicodedata.normalize("NFC", text).replace("\u200b", "").replace("\ufeff", "").replace("�", "?")
    if not plain.isprintable():
        plain = "".join(map(printed, plain))
    return " ".join(plain.split())


def printed(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cs", "Co", "Cn", "Cf"):
        return ""
    return " " if category in ("Cc", "Zl", "Zp", "Zs") else letter


def fill(cells: dict[str, str], ours: str, raw: Sequence[str], reader: Reader) -> Iterable[Remark]:
    """The first column for it that says something."""
    for at in reader.columns.all_of(ours):
        text = tidy(raw[at]) if at < len(raw) else ""
        if text and (reader.own or not is_nothing(text)):
            if ours in DATES:
                return fill_date(cells, ours, text, reader)
            return fill_text(cells, ours, text, reader)
    return ()


def fill_text(cells: dict[str, str], ours: str, text: str, reader: Reader) -> Iterable[Remark]:
    most = LONGEST_ADDRESS if ours == "address" else LONGEST
    cells[ours] = text
    if reader.own or len(text) <= most:
        return ()
    cells[ours] = text[: most - 1] + "…"
    return (Remark(ours, Reason(N_("longer than %(most)s characters: the rest was left out"), {"most": most})),)


def fill_date(cells: dict[str, str], ours: str, text: str, reader: Reader) -> Iterable[Remark]:
    found = told(text, mdy=reader.mdy.get(ours, False))
    if found is None or found.day is None:
        if reader.own:
            cells[ours] = text
            return ()
        what = found.note if found else N_("no date")
        return (Remark(ours, Reason(N_("%(value)s is left out: %(what)s"), {"value": text[:40], "what": what})),)
    if not EARLIEST <= found.day <= reader.today:
        if reader.own:
            cells[ours] = found.day.isoformat()
            return ()
        return (
            Remark(
                ours, Reason(N_("%(value)s is left out: before public Wi-Fi or in the future"), {"value": text[:40]})
            ),
        )
    cells[ours] = found.day.isoformat()
    if not found.note:
        return ()
    reason = Reason(
        N_("%(value)s was read as %(day)s: %(what)s"), {"value": text[:40], "day": cells[ours], "what": found.note}
    )
    return (Remark(ours, reason, mended=found.exact == DAY),)


def fill_place(cells: dict[str, str], raw: Sequence[str], reader: Reader) -> Iterable[Remark]:
    settled = reader.places.of(raw)
    if settled is None:
        return ()
    if settled.place is None:
        if reader.own and "latitude" in reader.columns.guesses and "longitude" in reader.columns.guesses:
            for ours in ("latitude", "longitude"):  # as it stands: the row is judged with it
                at = reader.columns.guesses[ours].column
                cells[ours] = tidy(raw[at]) if at < len(raw) else ""
            return ()
        return (Remark("latitude", Reason(N_("it is left without a place: %(what)s"), {"what": settled.doubt})),)
    cells["latitude"], cells["longitude"] = (f"{one:.7f}".rstrip("0").rstrip(".") for one in settled.place)
    if not settled.mended:
        return ()
    return (Remark("latitude", Reason(N_("%(what)s: put right"), {"what": settled.mended}), mended=True),)


def unnamed(cells: dict[str, str], reader: Reader) -> Reason | None:
    """Gives a row without a name that of its address; without either it is no place."""
    if reader.own or cells.get("point_name") or cells.get("ap_name"):
        return None
    other = next(
        (cells[ours] for ours in ("site_name", "detail", "address", "point_code", "area_name") if cells.get(ours)), ""
    )
    if other:
        cells["point_name"] = other[:LONGEST]
        return None
    if cells.get("latitude"):
        cells["point_name"] = f"{cells['latitude']}, {cells['longitude']}"
        return None
    return Reason(N_("neither a name nor an address nor a place"))
