"""Text with a separator into lines of cells: quotation marks left open spoil one line, never the rest of the file."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hotspot.analytics.import_row import N_

SEPARATORS = (",", ";", "\t", "|", "^", "~")
PIECES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
MOST_IN_CELL = 40  # lines that one quoted cell may span
LONGEST_LINE = 400_000
PROBE = 60

csv.field_size_limit(LONGEST_LINE * MOST_IN_CELL)


@dataclass(frozen=True, slots=True)
class Cut:
    number: int
    cells: list[str]
    note: str = ""


def pieces(text: str) -> Iterator[str]:
    """Lines with their ends; \\x0b, \\x0c, \\x85 and the like end no line, as str.splitlines would have it."""
    return (match[0] for match in PIECES.finditer(text) if match[0])


def cut(text: str, separator: str) -> Iterator[Cut]:
    """(line of the file, cells) of each line; a cell in quotation marks may go over several."""
    waiting: list[str] = []
    start = 1
    for number, piece in enumerate(pieces(text), start=1):
        if not waiting and '"' not in piece:
            yield Cut(number, cells_of(piece, separator))
            continue
        if not waiting:
            start = number
        waiting.append(piece)
        if not is_open(waiting, separator):
            yield Cut(start, quoted(waiting, separator))
            waiting = []
        elif len(waiting) > MOST_IN_CELL:
            yield from without_marks(waiting, start, separator)
            waiting = []
    if waiting:
        yield from without_marks(waiting, start, separator)


def cells_of(piece: str, separator: str) -> list[str]:
    return piece.rstrip("\r\n")[:LONGEST_LINE].split(separator)


def is_open(lines: Sequence[str], separator: str) -> bool:
    """Whether a quoted cell has not ended yet: a mark counts where a cell begins, or where one is open."""
    text = "".join(lines)
    if text.count('"') % 2 == 0:
        return False
    return bool(re.search(rf'(?:^|{re.escape(separator)})\s?"', text))


def quoted(lines: Sequence[str], separator: str) -> list[str]:
    try:
        return next(csv.reader(iter(lines), delimiter=separator, skipinitialspace=True))
    except (csv.Error, StopIteration):
        return cells_of("".join(lines), separator)


def without_marks(lines: Sequence[str], start: int, separator: str) -> Iterator[Cut]:
    """The first line as it stands; what follows it is read anew."""
    yield Cut(
        start, [cell.strip().strip('"') for cell in cells_of(lines[0], separator)], N_("a quotation mark left open")
    )
    for one in cut("".join(lines[1:]), separator):
        yield Cut(one.number + start, one.cells, one.note)


def separator_of(text: str) -> str:
    """The one that cuts most of the first lines into the same number of cells, more than one."""
    if match := re.match(r'"?sep=(.)"?\s*[\r\n]', text[:20], re.IGNORECASE):
        return match[1]
    head = text[:200_000]

    def steadiness(separator: str) -> float:
        counts = [len(one.cells) for one in islice(cut(head, separator), PROBE) if any(map(str.strip, one.cells))]
        usual = Counter(count for count in counts if count > 1).most_common(1)
        if not usual:
            return 0.0
        width, times = usual[0]
        close = sum(abs(count - width) <= 1 for count in counts if count > 1)
        return (times + 0.3 * (close - times)) / len(counts) * float(min(width, 12) ** 0.35)

    return max(SEPARATORS, key=steadiness)
