"""Rows whose cells stand in other columns: told by the kinds of cells that a column usually holds."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from hotspot.analytics.lines import Line
from hotspot.analytics.loose_numbers import is_nothing

USUAL = 0.85  # of the cells of a column that are of one kind, for others to be strange
SAMPLE = 2000
KINDS = (
    ("fraction", re.compile(r"[-+]?\d{1,3}[.,]\d{3,}")),
    ("date", re.compile(r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:[T ].*)?|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")),
    ("phone", re.compile(r"\+?\(?\d{2,4}\)?[-. )]\d{3,4}[-. ]?\d{3,4}.{0,6}")),
    ("digits", re.compile(r"[-+]?\d+(?:[.,]\d{1,2})?")),
    ("mail", re.compile(r"\S+@\S+\.\w+")),
    ("web", re.compile(r"https?://\S+")),
)


@lru_cache(maxsize=65536)
def kind(cell: str) -> str:
    text = cell.strip()
    if is_nothing(text):
        return ""
    return next((name for name, pattern in KINDS if pattern.fullmatch(text)), "text")


def usual_kinds(lines: Sequence[Line], width: int) -> dict[int, str]:
    """The columns that nearly always hold one kind that is not text."""
    whole = [line for line in lines if not line.lost]
    sample = whole[:: max(1, len(whole) // SAMPLE)]
    found: dict[int, str] = {}
    for at in range(width):
        counts = Counter(kind(line.cells[at]) for line in sample if at < len(line.cells))
        filled = sum(counts.values()) - counts[""]
        if filled * 5 < len(sample) or filled < 4:
            continue
        name, times = max(((name, times) for name, times in counts.items() if name), key=lambda one: one[1])
        if name != "text" and times >= USUAL * filled:
            found[at] = name
    return found


def strange(cells: Sequence[str], usual: Mapping[int, str]) -> list[int]:
    """The columns whose cell is of another kind than all others; whole numbers may stand among fractions."""
    return [
        at
        for at, name in usual.items()
        if at < len(cells)
        and (seen := kind(cells[at])) not in ("", name)
        and not (name == "fraction" and seen == "digits")
    ]


def put_back(cells: Sequence[str], usual: Mapping[int, str], width: int, telling: Sequence[int]) -> list[str] | None:
    """The one way to move cells by which every column holds its kind; None where there is none or more than one.

    Ways that differ in none of the `telling` columns are one.
    """
    for ways in (spoken(cells, width), without_empty(list(cells), width), joined(list(cells), width)):
        found: dict[tuple[str, ...], list[str]] = {}
        for way in ways:
            if not strange(way, usual) and sum(bool(kind(way[at])) for at in usual) >= 2:
                found.setdefault(tuple(way[at] for at in telling), way)
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def spoken(cells: Sequence[str], width: int) -> list[list[str]]:
    """Where the parts too many begin with a space alone among all cells, they are the rest of a sentence."""
    surplus = len(cells) - width
    rest = [at for at, cell in enumerate(cells) if cell.startswith(" ") and cell.strip()]
    if surplus < 1 or len(rest) != surplus or rest[0] == 0:
        return []
    way: list[str] = []
    for at, cell in enumerate(cells):
        if at in rest:
            way[-1] = f"{way[-1]},{cell}"
        else:
            way.append(cell)
    return [way]


def without_empty(cells: list[str], width: int) -> Iterator[list[str]]:
    """Empty cells too many left out, or where the end is empty, ones that are missing put in."""
    for by in range(1, 4):
        for at in range(len(cells) - by + 1):
            if not any(cell.strip() for cell in cells[at : at + by]):
                yield ([*cells[:at], *cells[at + by :]] + [""] * width)[:width]
        if len(cells) >= width and not any(cell.strip() for cell in cells[width - by :]):
            for at in range(width - by):
                yield [*cells[:at], *[""] * by, *cells[at:]][:width]


def joined(cells: list[str], width: int) -> Iterator[list[str]]:
    """Cells that a separator inside them has parted."""
    surplus = len(cells) - width
    for at in range(width) if 0 < surplus < 4 else ():
        whole = ", ".join(part.strip() for part in cells[at : at + surplus + 1])
        yield [*cells[:at], whole, *cells[at + surplus + 1 :]]
