"""What becomes of the rows of a strange table: accepted, merged or rejected, with what was mended on the way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from hotspot.analytics.import_row import Reason

ACCEPTED, MERGED, REJECTED = "accepted", "merged", "rejected"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was mended, or that is doubtful, in a row that is accepted all the same."""

    column: str
    reason: Reason
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Sifted:
    """One row: `cells` by our columns; `into` the number of the row that a merged one says again."""

    number: int
    verdict: str
    cells: Mapping[str, str]
    raw: tuple[str, ...]
    column: str = ""
    reason: Reason | None = None
    into: int = 0
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Sifting:
    rows: tuple[Sifted, ...]
    notes: tuple[Reason, ...]  # of the table as a whole
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        found = Counter(row.verdict for row in self.rows)
        object.__setattr__(self, "counts", {name: found[name] for name in (ACCEPTED, MERGED, REJECTED)})
