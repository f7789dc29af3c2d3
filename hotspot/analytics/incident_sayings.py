"""What is said of an incident of outages, and to whom it matters: once that it is there, once that it is over.

Nothing is said while nobody may know: when all that is down of it is being worked on. What was over before it could be
told, or began before anybody looked for incidents, is on record and told to nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotspot.analytics.incident_course import (
    RETURN_S,
    Member,
    Said,
    comes_and_goes,
    has_grown,
    is_quiet,
    is_settled,
    left_behind,
)
from hotspot.analytics.incident_words import at_least
from hotspot.analytics.incidents import Case, Silent, longest_interval
from hotspot.analytics.rule_scope import OutageRule, Place

EVER_S = 10**9


@dataclass(frozen=True, slots=True)
class Say:
    """An event of the incident; `severity` is None where it stays as it is."""

    incident_id: int
    kind: str
    quiet: bool = False
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Recover:
    """It ended when the last of its members did; `left` stay down and become incidents that are told to nobody.

    `unopened`: nothing was said of its beginning, so that is put on record first.
    """

    incident_id: int
    at: int
    quiet: bool
    unopened: str = ""
    left: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen besides the incidents: what is down now, by access point, and what people want to hear of.

    What began before `quiet_before` is told to nobody. `oldest_answers`: see incident_course.is_settled.
    """

    silent: Mapping[int, Silent]
    rules: Sequence[OutageRule]
    oldest_answers: Mapping[int, int]
    quiet_before: int
    now: int


Saying = Say | Recover


def saying(case: Case, looked: Looked) -> Saying | None:
    """The next thing to say of an open incident, None when there is nothing."""
    if case.flapping:
        return after_flapping(case, looked.now)
    if comes_and_goes(case.members, looked.now) and (say := flapping(case, looked)):
        return say
    if not case.standing:
        return None if may_relapse(case, looked.now) else recovery(case)
    if case.said is None or case.said.kind == "recovered":
        return opening(case, looked)
    if left_behind(case.members, looked.now):
        return recovery(case, left=case.standing)
    return growth(case, case.said, looked)


def may_relapse(case: Case, now: int) -> bool:
    """What came back once is over when it was quiet for long, so that it is told twice at most, not with each turn."""
    again = case.said is not None and case.said.kind == "reopened" and not case.said.quiet
    return again and not is_quiet(case.members, now)


def flapping(case: Case, looked: Looked) -> Say | None:
    """Also what never lasted long enough to be told, where a rule would have told of it."""
    if case.heard:
        return Say(case.id, "flapping")
    severity = wanted(looked.rules, places(down_now(case, looked)), EVER_S)
    return Say(case.id, "flapping", severity=severity) if severity else None


def after_flapping(case: Case, now: int) -> Saying | None:
    """Once it was quiet for long, how it is then."""
    if not is_quiet(case.members, now):
        return None
    return Say(case.id, "reopened") if case.standing else recovery(case)


def recovery(case: Case, left: tuple[Member, ...] = ()) -> Recover:
    ends = [one.ended_at for one in case.members if one.ended_at is not None]
    untold = case.said is None or case.said.kind == "recovered"
    unopened = ("reopened" if case.opened else "opened") if untold else ""
    quiet = untold or (case.said is not None and case.said.quiet) or all(one.gone for one in case.members)
    return Recover(case.id, max(ends, default=0), quiet, unopened, left)


def opening(case: Case, looked: Looked) -> Say | None:
    """Once it is settled, and lasts as long as the rules want; what was told before and came back, for RETURN_S."""
    down = down_now(case, looked)
    if not down:
        return None
    since, last = min(one.since for one in case.standing), max(one.since for one in case.standing)
    interval_s = longest_interval(down)
    if case.said is None and not is_settled(since, last, interval_s, looked.oldest_answers, looked.now):
        return None
    if case.heard and looked.now - last < RETURN_S:
        return None
    kind = "reopened" if case.opened else "opened"
    if since < looked.quiet_before:
        return Say(case.id, kind, quiet=True)
    if severity := wanted(looked.rules, places(down), looked.now - since):
        return Say(case.id, kind, severity=severity)
    return None if wanted(looked.rules, places(down), EVER_S) else Say(case.id, kind, quiet=True)


def growth(case: Case, said: Said, looked: Looked) -> Say | None:
    """It is much larger than was said, or graver; or was too small to be told of, and is so no longer."""
    down = down_now(case, looked)
    since = min(one.since for one in case.standing)
    severity = wanted(looked.rules, places(down), looked.now - since)
    if said.quiet:
        return Say(case.id, "grew", severity=severity) if severity and case.count > said.members else None
    if severity and severity != case.severity and at_least(severity, case.severity):
        return Say(case.id, "grew", severity=severity)
    if said.kind != "grew" and has_grown(said.members, case.count):
        return Say(case.id, "grew")
    return None


def down_now(case: Case, looked: Looked) -> list[Silent]:
    """Those of its members on which nobody works."""
    found = (looked.silent.get(one.ap_id) for one in case.standing if one.ap_id is not None)
    return [one for one in found if one is not None and not one.in_maintenance]


def places(down: Sequence[Silent]) -> list[Place]:
    """Of their points; a device without a point counts as one."""
    return list({one.outage.home: one.place for one in down}.values())


def wanted(rules: Sequence[OutageRule], at: Sequence[Place], lasted_s: int) -> str:
    """The severity of the first rule that wants to hear of it, empty for none; the gravest come first."""
    return next((rule.severity for rule in rules if rule.wants(at, lasted_s)), "")
