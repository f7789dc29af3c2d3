"""A line of a table as text, whatever file it came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """`number`: the line of a text or the place of a record; `lost` says why it is no row, `note` what was mended."""

    number: int
    cells: tuple[str, ...]
    lost: str = ""
    note: str = ""
