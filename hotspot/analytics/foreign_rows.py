"""Rows of a table that was not made for us, as rows of our own form: what the inventory needs and the file can tell."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from hotspot.analytics.import_row import LONGEST, Row
from hotspot.analytics.inventory import VENUE_KINDS
from hotspot.analytics.sifted import ACCEPTED, Sifted, Sifting
from hotspot.analytics.venue_words import venue_of

AreaAt = Callable[[float, float], str]  # the code of the kelurahan at a place, empty where it is unknown
OF_SITE = ("venue_kind", "address", "latitude", "longitude")
OTHER = "other"


def prepared(sifting: Sifting, *, own: bool, area_at: AreaAt | None = None) -> list[Row]:
    """The accepted rows. Of our own form they stay as they are, so that a wrong word is refused and not guessed at."""
    rows = [row for row in sifting.rows if row.verdict == ACCEPTED]
    if own:
        return [Row(row.number, row.cells) for row in rows]
    cells = [ours_of(row, area_at) for row in rows]
    name_sites(cells)
    return [Row(row.number, mine) for row, mine in zip(rows, cells, strict=True)]


def ours_of(row: Sifted, area_at: AreaAt | None) -> dict[str, str]:
    cells = {ours: text for ours, text in row.cells.items() if ours != "detail" and text}
    detail = row.cells.get("detail", "")
    name = cells.get("point_name", "")
    if detail and detail != name:
        cells.setdefault("site_name", name)
        cells["point_name"] = f"{name}, {detail}"[:LONGEST]
    if cells.get("ap_name") and not cells.get("ap_address"):
        del cells["ap_name"]  # the name of a device that nobody can ask
    cells["venue_kind"] = kind_of(cells)
    if area_at is not None and not cells.get("area_code") and cells.get("latitude"):
        code = area_at(float(cells["latitude"]), float(cells["longitude"]))
        if code:
            cells["area_code"] = code
    return cells


def kind_of(cells: Mapping[str, str]) -> str:
    """By the word for it, else by the name: "Masjid Al Ikhlas" is a mosque in any list."""
    said = cells.get("venue_kind", "")
    return said if said in VENUE_KINDS else venue_of(said) or venue_of(cells.get("point_name", "")) or OTHER


def name_sites(rows: Sequence[dict[str, str]]) -> None:
    """Points that say different things of one site get a site each: a list knows halls with many doors by one name."""
    together: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for cells in rows:
        together[where(cells)].append(cells)
    for group in together.values():
        if any(site(one) != site(other) for one, other in pairwise(group)):
            for cells in group:
                cells["site_name"] = cells["point_name"]
    used = Counter(where(cells) for cells in rows)
    firsts: dict[tuple[str, ...], tuple[str, ...]] = {}
    for cells in rows:
        key = where(cells)
        if used[key] > 1 and firsts.setdefault(key, site(cells)) != site(cells):
            cells["site_name"] = f"{cells['point_name'][: LONGEST - 20]} ({cells.get('point_code', '')[:16]})"


def where(cells: Mapping[str, str]) -> tuple[str, ...]:
    area = tuple(cells.get(ours, "").casefold() for ours in ("area_code", "area_name", "district"))
    return (*area, cells.get("site_name") or cells.get("point_name", ""))


def site(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cells.get(ours, "") for ours in OF_SITE)
