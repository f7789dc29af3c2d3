"""Finds the line with the names of the columns, below titles and above the rows."""

import re
from collections import Counter
from collections.abc import Sequence

from hotspot.analytics.column_names import is_known

WITHIN = 25  # lines; titles, notes and a logo may stand above
LONGEST_NAME = 80
FIGURE = re.compile(r"[-+]?\d[\d.,:/ -]*")

Numbered = tuple[int, list[str]]


def header_at(lines: Sequence[Numbered]) -> int | None:
    """The position in `lines` of the names of columns; None where the first line is a row already."""
    head = [cells for _, cells in lines[:WITHIN]]
    widths = Counter(filled(cells) for _, cells in lines[:400])
    usual = max((width for width, times in widths.items() if times * 4 >= max(widths.values())), default=0)
    scores = [likeness(cells, usual, head[at + 1 :]) for at, cells in enumerate(head)]
    best = max(range(len(scores)), key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] > 0 else None


def filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def likeness(cells: Sequence[str], usual: int, below: Sequence[Sequence[str]]) -> float:
    """How much a line looks like names: known words, no figures, no name twice, as wide as the rows."""
    names = [cell.strip() for cell in cells if cell.strip()]
    if not names or len(names) * 2 < min(usual, 6) or len(names) == 1 < usual:
        return -1.0
    figures = sum(bool(FIGURE.fullmatch(name)) and not year(name) for name in names)
    understood = sum(is_known(name) for name in names if len(name) <= LONGEST_NAME)
    twice = len(names) - len(set(names))
    long = sum(len(name) > LONGEST_NAME for name in names)
    score = 2.0 * understood / len(names) + min(understood, 4) * 0.25 + 0.6 - 2.5 * figures / len(names)
    score -= 1.5 * twice / len(names) + 1.5 * long / len(names)
    if not understood:
        score -= 0.3 if figures_below(below) and not figures else 1.0
    return score


def year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", text))


def figures_below(below: Sequence[Sequence[str]]) -> bool:
    return any(FIGURE.fullmatch(cell.strip()) for cells in below[:5] for cell in cells if cell.strip())


def names_of(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """One name a column, none of them twice: those without get a number, later ones of a name a mark."""
    seen: Counter[str] = Counter()
    names = []
    for at in range(max(width, len(cells))):
        name = " ".join(cells[at].replace("\0", "").split())[:LONGEST_NAME] if at < len(cells) else ""
        name = name or f"column {at + 1}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)
