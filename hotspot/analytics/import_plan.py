"""What an import would do to the inventory, row by row, before anything is written.

Every row of the file gets exactly one verdict, so that added + changed + unchanged + rejected = rows read. A bad row
never stops the others, and a second import of the same file finds every accepted row unchanged: which of two rows that
contradict each other is rejected depends on their order in the file alone, never on what an import has written since.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from hotspot.analytics.import_judge import Draft, judge, life_of, place
from hotspot.analytics.import_row import N_, Reason, RejectedError, Row, Typed, reject, typed
from hotspot.analytics.inventory import BUILT
from hotspot.analytics.inventory_facts import (
    ApFacts,
    Change,
    Inventory,
    PointFacts,
    SiteFacts,
    SiteKey,
    difference,
)
from hotspot.analytics.lifecycle import Steps
from hotspot.analytics.permissions import OUTSIDE, within

ADDED, CHANGED, UNCHANGED, REJECTED = "added", "changed", "unchanged", "rejected"
Key = TypeVar("Key")
Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on one row; `column` and `reason` of a rejected one, `changes` of a changed one."""

    number: int
    verdict: str
    point_code: str
    ap_name: str
    changes: tuple[Change, ...] = ()
    column: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`sites`, `points` and `access_points` hold what has to be written: the new and the changed, as they will be."""

    outcomes: tuple[Outcome, ...]
    sites: Mapping[SiteKey, SiteFacts]
    points: Mapping[str, PointFacts]
    access_points: Mapping[str, ApFacts]
    lives: Mapping[str, Steps]  # of those points, as they will be
    notes: tuple[Reason, ...]  # what the operator should know although no row is wrong
    counts: Mapping[str, int] = field(init=False)  # rows by verdict; they add up to the rows read

    def __post_init__(self) -> None:
        found = Counter(outcome.verdict for outcome in self.outcomes)
        counts = {verdict: found[verdict] for verdict in (ADDED, CHANGED, UNCHANGED, REJECTED)}
        object.__setattr__(self, "counts", counts)

    @property
    def accepted(self) -> int:
        return self.counts[ADDED] + self.counts[CHANGED]

    @property
    def rejected(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.verdict == REJECTED]


def make_plan(
    rows: Sequence[Row],
    inventory: Inventory,
    today: date,
    *,
    demonstration: bool = False,
    bounds: frozenset[str] = frozenset(),
) -> Plan:
    """`bounds` are the areas within which the file may change something; none are the whole city."""
    read: list[Typed] = []
    refused: dict[int, RejectedError] = {}
    for row in rows:
        try:
            said = typed(row, inventory.areas, today, demonstration=demonstration)
            if bounds:
                hold(said, inventory, bounds)
            read.append(said)
        except RejectedError as error:
            refused[row.number] = error
    judged, draft = settle(read, inventory, today)
    refused |= judged
    by_number = {row.number: row for row in read}
    outcomes = tuple(
        refusal(row, refused[row.number]) if row.number in refused else verdict(by_number[row.number], inventory, draft)
        for row in rows
    )
    points = news(draft.points, inventory.points)
    return Plan(
        outcomes,
        news(draft.sites, inventory.sites),
        points,
        news(draft.access_points, inventory.access_points),
        {code: life_of(code, point, inventory, today) for code, point in points.items()},
        tuple(notes(draft)),
    )


def hold(row: Typed, inventory: Inventory, bounds: frozenset[str]) -> None:
    """Raises RejectedError for a row that names a place outside, or changes what stands outside or at no point."""
    if not row.code:
        reject("point_code", N_("a device at no point is for accounts of the whole city"))
    touched = [row.point["area_code"]]
    device = inventory.access_points.get(row.ap_name)
    for code in (row.code, *([device.point_code] if device else [])):
        if code in inventory.points:
            touched.append(inventory.points[code].site[0])
        elif code != row.code:
            reject("ap_name", N_("a device at no point is for accounts of the whole city"))
    for area in touched:
        if not within(area, bounds):
            reject("area_code", OUTSIDE, value=area)


def settle(read: Sequence[Typed], inventory: Inventory, today: date) -> tuple[dict[int, RejectedError], Draft]:
    """The rows that can't be, and what the others make of the inventory.

    A row may take the address of an access point that another row moves away. When that other row turns out to be
    rejected, the address is not free after all and everything is judged again without counting on it.
    """
    leaving = {row.ap_name: row.number for row in read if moves(row, inventory.access_points.get(row.ap_name))}
    while True:
        refused, draft = judge(read, inventory, leaving.keys(), today)
        stuck = [name for name, number in leaving.items() if number in refused]
        if not stuck:
            return refused, draft
        for name in stuck:
            del leaving[name]


def moves(row: Typed, stored: ApFacts | None) -> bool:
    return stored is not None and place(row, stored) != (stored.address, stored.port)


def refusal(row: Row, error: RejectedError) -> Outcome:
    code, name = (printable(row.cells.get(column, "")) for column in ("point_code", "ap_name"))
    return Outcome(row.number, REJECTED, code, name, column=error.column, reason=error.reason)


def printable(text: str) -> str:
    return "".join(letter for letter in text[:60] if letter.isprintable())


def verdict(row: Typed, inventory: Inventory, draft: Draft) -> Outcome:
    is_known = row.ap_name in inventory.access_points if row.ap_name else row.code in inventory.points
    if not is_known:
        return Outcome(row.number, ADDED, row.code, row.ap_name)
    changes = tuple(changes_of(row, inventory, draft))
    return Outcome(row.number, CHANGED if changes else UNCHANGED, row.code, row.ap_name, changes)


def changes_of(row: Typed, inventory: Inventory, draft: Draft) -> Iterable[Change]:
    point, before = draft.points.get(row.code), inventory.points.get(row.code)
    if point is not None and before is not None:
        yield from difference(before, point)
        yield from difference(inventory.sites[before.site], draft.sites[point.site])
    if row.ap_name:
        yield from difference(inventory.access_points[row.ap_name], draft.access_points[row.ap_name])


def news(wanted: Mapping[Key, Facts], stored: Mapping[Key, Facts]) -> dict[Key, Facts]:
    return {key: facts for key, facts in wanted.items() if stored.get(key) != facts}


def notes(draft: Draft) -> Iterable[Reason]:
    dateless = sum(point.lifecycle in BUILT and point.installed_on is None for point in draft.points.values())
    if dateless:
        yield Reason(N_("%(count)s built points have no date of installation and are in no count"), {"count": dateless})
    mute = sum(not ap.secret and not ap.controller for ap in draft.access_points.values())
    if mute:
        text = N_("%(count)s access points have no community of their own: only the credential sets are tried")
        yield Reason(text, {"count": mute})
