"""Which rows of a table are one place: by code, else by name, detail and position; and a code for those without."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from hotspot.analytics.column_guess import Columns
from hotspot.analytics.column_names import words_of
from hotspot.analytics.import_row import N_, Reason
from hotspot.analytics.place_columns import Places
from hotspot.analytics.sifted import ACCEPTED, MERGED, REJECTED, Sifted

WHERE = ("address", "area_code", "area_name", "district")


def joined(rows: Sequence[Sifted], columns: Columns, places: Places, *, own: bool) -> list[Sifted]:
    """Rows that say a place again are merged into the first; one that says otherwise of the same code is rejected."""
    first: dict[tuple[str, ...], int] = {}
    whole: dict[tuple[str, ...], int] = {}
    found: list[Sifted] = []
    by_number: dict[int, int] = {}
    for row in rows:
        if row.verdict == ACCEPTED:
            content = tuple(" ".join(cell.split()) for cell in row.raw)
            key = () if own else key_of(row, columns, places)
            if content in whole or (key and key in first):
                kept = whole.get(content, first.get(key, 0))
                row = again(row, found[by_number[kept]], content in whole, columns)
                if row.verdict == MERGED:
                    found[by_number[kept]] = filled_up(found[by_number[kept]], row)
            else:
                whole[content] = row.number
                if key:
                    first[key] = row.number
        by_number.setdefault(row.number, len(found))
        found.append(row)
    return found


def key_of(row: Sifted, columns: Columns, places: Places) -> tuple[str, ...]:
    """What makes two rows one place: the code, or else name, detail and position; () where nothing tells."""
    cells = row.cells
    if cells.get("point_code"):
        return ("code", cells["point_code"].casefold(), cells.get("ap_name", "").casefold())
    if "point_code" in columns.guesses:
        return ()
    where = places.written(row.raw) or tuple(cells.get(ours, "") for ours in WHERE)
    return ("name", cells.get("point_name", "").casefold(), cells.get("detail", "").casefold(), *where)


def again(row: Sifted, kept: Sifted, exact: bool, columns: Columns) -> Sifted:
    if exact:
        return replace(
            row,
            verdict=MERGED,
            into=kept.number,
            reason=Reason(N_("the same as row %(row)s"), {"row": kept.number}),
            remarks=(),
        )
    if "point_code" not in columns.guesses:
        reason = Reason(N_("the same name and position as row %(row)s"), {"row": kept.number})
        return replace(row, verdict=MERGED, into=kept.number, reason=reason, remarks=())
    for ours, value in row.cells.items():
        if kept.cells.get(ours) and value.casefold() != kept.cells[ours].casefold():
            text = N_("row %(row)s has this code already and says %(other)s, not %(value)s")
            values = {"row": kept.number, "other": kept.cells[ours][:60], "value": value[:60]}
            return replace(row, verdict=REJECTED, column=ours, reason=Reason(text, values), remarks=())
    return replace(
        row,
        verdict=MERGED,
        into=kept.number,
        reason=Reason(N_("says nothing that row %(row)s does not say"), {"row": kept.number}),
        remarks=(),
    )


def filled_up(kept: Sifted, row: Sifted) -> Sifted:
    """What the first row left empty is taken from the merged one."""
    more = {ours: value for ours, value in row.cells.items() if value and not kept.cells.get(ours)}
    return replace(kept, cells={**kept.cells, **more}) if more else kept


def with_codes(rows: Sequence[Sifted]) -> list[Sifted]:
    """A code for each row of a table without any: the same for the same place in every later file.

    Of name, detail and where it is said to be; where that is not enough to tell two rows apart, of the position, too.
    """
    used: set[str] = set()
    found = []
    for row in rows:
        if row.verdict == ACCEPTED:
            parts = [
                row.cells.get(ours, "")
                for ours in ("point_name", "detail", "area_code", "area_name", "district", "address")
            ]
            code = code_of(parts)
            more = [row.cells.get("latitude", ""), row.cells.get("longitude", ""), *row.raw]
            while code in used:
                parts.append(more.pop(0) if more else str(row.number))
                code = code_of(parts)
            used.add(code)
            row = replace(row, cells={**row.cells, "point_code": code})
        found.append(row)
    return found


def code_of(parts: Sequence[str]) -> str:
    text = "\x1f".join(" ".join(words_of(part)) for part in parts)
    return "W-" + base64.b32encode(hashlib.sha256(text.encode()).digest())[:8].decode()
