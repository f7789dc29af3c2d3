"""The verdict on every row of a file: what reading said of it, and what the inventory makes of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from hotspot.analytics.import_plan import ADDED, CHANGED, UNCHANGED, Plan
from hotspot.analytics.import_row import Reason
from hotspot.analytics.inventory_facts import Change
from hotspot.analytics.sifted import ACCEPTED, MERGED, REJECTED, Remark, Sifted, Sifting

OF_PLAN = (ADDED, CHANGED, UNCHANGED, MERGED, REJECTED)
OF_READING = (ACCEPTED, MERGED, REJECTED)


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the file; `raw` are its cells as the file has them, `cells` those by our columns."""

    number: int
    verdict: str
    point_code: str
    ap_name: str
    raw: tuple[str, ...]
    cells: Mapping[str, str]
    changes: tuple[Change, ...] = ()
    column: str = ""
    reason: Reason | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """accepted + merged + rejected = rows read, where accepted = added + changed + unchanged."""

    rows: tuple[Told, ...]
    notes: tuple[Reason, ...]
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        found = Counter(row.verdict for row in self.rows)
        known = OF_READING if any(row.verdict == ACCEPTED for row in self.rows) else OF_PLAN
        object.__setattr__(self, "counts", {name: found[name] for name in known})

    @property
    def accepted(self) -> int:
        return len(self.rows) - self.counts[MERGED] - self.counts[REJECTED]

    @property
    def to_write(self) -> int:
        return self.counts.get(ADDED, 0) + self.counts.get(CHANGED, 0)

    @property
    def mended(self) -> int:
        """Rows in which something was put right."""
        return sum(any(remark.mended for remark in row.remarks) for row in self.rows)

    @property
    def doubted(self) -> int:
        """Rows of which something was left out or taken with doubt."""
        return sum(any(not remark.mended for remark in row.remarks) for row in self.rows)


def read_alone(sifting: Sifting) -> Report:
    """Without any inventory."""
    return Report(tuple(told(row) for row in sifting.rows), sifting.notes)


def against(sifting: Sifting, plan: Plan) -> Report:
    """Accepted rows get the verdict of the plan."""
    outcomes = {outcome.number: outcome for outcome in plan.outcomes}
    rows = []
    for row in sifting.rows:
        outcome = outcomes.get(row.number) if row.verdict == ACCEPTED else None
        if outcome is None:
            rows.append(told(row))
            continue
        rows.append(
            Told(
                row.number,
                outcome.verdict,
                outcome.point_code,
                outcome.ap_name,
                row.raw,
                row.cells,
                outcome.changes,
                outcome.column,
                outcome.reason,
                row.remarks,
            )
        )
    return Report(tuple(rows), (*sifting.notes, *plan.notes))


def told(row: Sifted) -> Told:
    code, name = row.cells.get("point_code", ""), row.cells.get("ap_name", "")
    return Told(row.number, row.verdict, code, name, row.raw, row.cells, (), row.column, row.reason, row.remarks)
