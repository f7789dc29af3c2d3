"""The life of a point as dated steps: which may follow which, and what the steps say of any day.

`proposed -> planned -> surveyed -> funded -> installed -> accepted -> active <-> suspended -> relocated | retired`

Stages may be left out, for nobody records all of them, but none comes before an earlier one. A life may begin with any
stage. Steps of one day are in the order of the stages, so that what is recorded late finds its place by its date alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from hotspot.analytics.import_row import EARLIEST, N_, reject
from hotspot.analytics.inventory import BUILT, GONE, LIFECYCLE, PRE_BUILT

ORDER: Final[Mapping[str, int]] = {stage: place for place, stage in enumerate(LIFECYCLE)}
AFTER: Final[Mapping[str, frozenset[str]]] = {  # the stages that a stage may follow
    **{stage: frozenset(other for other in PRE_BUILT if ORDER[other] < ORDER[stage]) for stage in PRE_BUILT},
    "installed": PRE_BUILT,
    "accepted": frozenset({"installed", "active"}),  # the latter when it ran before it was accepted
    "active": frozenset({"installed", "accepted", "suspended"}),
    "suspended": frozenset({"installed", "accepted", "active"}),
    "relocated": BUILT,
    "retired": PRE_BUILT | BUILT,
}
ASSUMED = "import, day not known"  # the note of a step whose day is assumed
REPEATED: Final = frozenset({"active", "suspended"})  # every other stage comes once in a life


@dataclass(frozen=True, slots=True)
class Step:
    """`assumed`: only the stage is known, and that it was reached by `since` (an inventory without dates)."""

    stage: str
    since: date
    assumed: bool = False


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the steps say together: the stage, and the two days that are counted by."""

    stage: str
    installed_on: date | None = None
    accepted_on: date | None = None


def ordered(steps: Iterable[Step]) -> Steps:
    return tuple(sorted(steps, key=lambda step: (step.since, ORDER[step.stage])))


def stage_on(steps: Iterable[Step], day: date) -> str | None:
    """The stage at the end of the day; None before the first step."""
    return next((step.stage for step in reversed(ordered(steps)) if step.since <= day), None)


def standing(steps: Iterable[Step]) -> Standing | None:
    """None without any step."""
    life = ordered(steps)
    days = {step.stage: step.since for step in life if not step.assumed and step.stage not in REPEATED}
    return Standing(life[-1].stage, days.get("installed"), days.get("accepted")) if life else None


def next_stages(stage: str | None) -> tuple[str, ...]:
    """What may follow, in the order of a life."""
    return tuple(other for other in LIFECYCLE if stage is None or stage in AFTER[other])


def added(steps: Iterable[Step], new: Step, today: date) -> Steps:
    """The life with the new step in its place; raises RejectedError for `stage` or `since`.

    Assumptions that the new step shows to be wrong are left out.
    """
    if new.stage not in ORDER:
        reject("stage", N_("%(value)s is not one of the known values"), value=new.stage[:60])
    if new.since > today:
        reject("since", N_("this day has not come yet"))
    if new.since < EARLIEST:
        reject("since", N_("%(value)s lies before public Wi-Fi"), value=new.since.isoformat())
    life = tuple(step for step in ordered(steps) if not overtaken(step, new, steps))
    same = next((step for step in life if step.stage == new.stage), None)
    if new in life or (same and new.stage not in REPEATED):
        text = N_("it was %(stage)s on %(day)s already; withdraw that step if its day is wrong")
        reject("since" if same and same.since != new.since else "stage", text, stage=new.stage, day=same and same.since)
    after = ordered((*life, new))
    place = after.index(new)
    follows(after[place - 1] if place else None, new)
    if place + 1 < len(after):
        precedes(new, after[place + 1])
    return after


def overtaken(step: Step, new: Step, steps: Iterable[Step]) -> bool:
    """Whether an assumed day was too late, or is the day of the same coming to the stage as the new step's."""
    if not step.assumed or new.assumed:
        return False
    if step.stage != new.stage:
        return ORDER[step.stage] < ORDER[new.stage] and step.stage not in REPEATED and step.since > new.since
    first, last = sorted((step.since, new.since))
    return not any(first <= other.since <= last and other.stage in REPEATED - {step.stage} for other in steps)


def follows(before: Step | None, new: Step) -> None:
    """Whether the new step may come after the one before it."""
    if before is None:
        if new.stage == "accepted" and not new.assumed:
            reject("stage", N_("accepted without a date of installation"))
        return
    if before.stage in AFTER[new.stage]:
        return
    values = {"stage": new.stage, "other": before.stage, "day": before.since}
    if before.stage == new.stage:
        reject("stage", N_("it is %(stage)s since %(day)s already"), **values)
    if before.stage in GONE:
        reject("stage", N_("it was %(other)s on %(day)s; nothing comes after that"), **values)
    if ORDER[before.stage] > ORDER[new.stage]:
        reject("since", N_("%(stage)s can't come after %(other)s, which was on %(day)s"), **values)
    reject("stage", N_("%(stage)s does not follow %(other)s; a step between them is missing"), **values)


def precedes(new: Step, after: Step) -> None:
    """Whether the step after the new one may still come."""
    if new.stage not in AFTER[after.stage]:
        text = N_("%(other)s on %(day)s can't come after %(stage)s")
        reject("since", text, stage=new.stage, other=after.stage, day=after.since)


def removed(steps: Iterable[Step], *old: Step) -> Steps:
    """The life without these steps; raises RejectedError when what is left does not fit together."""
    life = ordered(steps)
    left = tuple(step for step in life if step not in old)
    settled: dict[Step | None, Steps] = {None: life[:1]} | {first: (second,) for first, second in pairwise(life)}
    for before, after in pairwise((None, *left)):
        if after is None or after in settled.get(before, ()):
            continue
        fits = before.stage in AFTER[after.stage] if before else after.stage != "accepted" or after.assumed
        if not fits:
            text = N_("%(other)s on %(day)s needs this step; withdraw that one first")
            reject("stage", text, other=after.stage, day=after.since)
    return left


def reconciled(steps: Sequence[Step], wanted: Standing, today: date) -> Steps:
    """The life that says what an inventory says, with as few new steps as can be; raises RejectedError.

    Days of installation and acceptance are moved to those wanted. A new stage is dated by them where they say it, else
    by today; that is then an assumption. `lifecycle`, `installed_on` and `accepted_on` are the columns named.
    """
    if standing(steps) == wanted:
        return ordered(steps)
    days = {"installed": wanted.installed_on, "accepted": wanted.accepted_on}
    gone = {step for step in steps if step.stage in days and gives_way(step, days[step.stage])} | guessed(steps, wanted)
    kept = [step for step in steps if step not in gone]
    new = [Step(stage, day) for stage, day in days.items() if day and Step(stage, day) not in kept]
    life = ordered([*(step for step in kept if not any(overtaken(step, one, kept) for one in new)), *new])
    if not life or life[-1].stage != wanted.stage:
        if life and life[-1].stage not in AFTER[wanted.stage]:
            text = N_("no step leads from %(other)s to %(stage)s; withdraw on the point's page what was not so")
            reject("lifecycle", text, stage=wanted.stage, other=life[-1].stage)
        told = (wanted.accepted_on or wanted.installed_on) if wanted.stage in BUILT - {"suspended"} else None
        fits = told is not None and (not life or life[-1].since <= told)
        life = ordered([*life, Step(wanted.stage, told if told and fits else today, assumed=True)])
    check(steps, life, wanted)
    return life


def gives_way(step: Step, day: date | None) -> bool:
    """An assumed day to a known one, a known one to another or none."""
    return day is not None if step.assumed else day != step.since


def guessed(steps: Sequence[Step], wanted: Standing) -> set[Step]:
    """The last step, where only the two days said when it was: it moves with them."""
    was, last = standing(steps), max(steps, key=lambda step: (step.since, ORDER[step.stage]), default=None)
    if was is None or last is None or was.stage != wanted.stage or not last.assumed or last.stage not in REPEATED:
        return set()
    return {last} if last.since in (was.accepted_on, was.installed_on) else set()


def check(before: Sequence[Step], after: Steps, wanted: Standing) -> None:
    """Every pair of steps that were not side by side before; names the column of the inventory."""
    settled = set(pairwise(ordered(before)))
    for first, second in pairwise(after):
        if (first, second) in settled or first.stage in AFTER[second.stage]:
            continue
        values = {"stage": second.stage, "other": first.stage, "day": first.since}
        pair = {first.stage, second.stage}
        column = next((f"{stage}_on" for stage in ("accepted", "installed") if stage in pair), "")
        if column and second.stage != wanted.stage:
            reject(column, N_("%(stage)s can't come after %(other)s, which was on %(day)s"), **values)
        reject("lifecycle", N_("%(stage)s can't come after %(other)s, which was on %(day)s"), **values)
    if after[-1].stage != wanted.stage:
        values = {"stage": wanted.stage, "other": after[-1].stage, "day": after[-1].since}
        reject("lifecycle", N_("%(stage)s can't come after %(other)s, which was on %(day)s"), **values)
