"""The verdict on each row of a file that is no inventory: added, changed, unchanged or rejected, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED
from hotspot.analytics.import_row import Reason, RejectedError
from hotspot.analytics.inventory_facts import Change


@dataclass(frozen=True, slots=True)
class Verdict:
    """On the row of line `number`, which is about `subject`; `changes` of a changed one, the rest of a rejected one."""

    number: int
    kind: str
    subject: str
    changes: tuple[Change, ...] = ()
    column: str = ""
    reason: Reason | None = None


def refusal(number: int, subject: str, error: RejectedError) -> Verdict:
    shown = "".join(letter for letter in subject[:60] if letter.isprintable())
    return Verdict(number, REJECTED, shown, column=error.column, reason=error.reason)


def counts(verdicts: Iterable[Verdict]) -> Mapping[str, int]:
    """They add up to the rows read."""
    found = Counter(one.kind for one in verdicts)
    return {kind: found[kind] for kind in (ADDED, CHANGED, UNCHANGED, REJECTED)}
