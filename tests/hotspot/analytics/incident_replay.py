"""The rules of incidents over a made-up history, with what is kept between two looks in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from hotspot.analytics.incident_course import REOPEN_S, Doing, Member, Said, ended_at
from hotspot.analytics.incident_groups import Group, Outage, shared_groups
from hotspot.analytics.incident_sayings import Looked, Recover, Say, saying
from hotspot.analytics.incidents import Case, Form, Reopen, Silent, forms, is_untold, joins
from hotspot.analytics.rule_scope import OutageRule, Place
from hotspot.analytics.spans import DOWN, UNKNOWN, UP

T = 1_795_000_000
STEP_S = 60
RULE = OutageRule(1, "Outages", "warning", 0, 1)
CITY = Group("city", "")
States = Mapping[int, str]
"""By access point one letter: up, down, unknown, or w for down while it is worked on."""


@dataclass
class Replay:
    """Two access points a point, four a fibre and kelurahan; `told` is (seconds since T, incident, event)."""

    rules: Sequence[OutageRule] = (RULE,)
    quiet_before: int = 0
    aps: int = 8
    a_fibre: int = 4
    now: int = T
    cases: dict[int, Case] = field(default_factory=dict)
    log: list[tuple[int, int, str, bool]] = field(default_factory=list)
    doing: dict[int, Doing] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = count(1)
        self.doing = {i: Doing(UP, T - 900, T, "", None, watched=True) for i in range(self.aps)}

    @property
    def told(self) -> list[tuple[int, int, str]]:
        return [(at - T, incident, kind) for at, incident, kind, quiet in self.log if not quiet]

    def run(self, **letters: str) -> "Replay":
        """A letter a minute for each access point named, as a1="uudd"; all others are up."""
        minutes = max(map(len, letters.values()))
        for minute in range(minutes):
            self.step({int(name[1:]): course[minute] for name, course in letters.items() if minute < len(course)})
        return self

    def step(self, states: States) -> None:
        self.now += STEP_S
        for ap_id in self.doing:
            self.doing[ap_id] = self.seen(self.doing[ap_id], states.get(ap_id, "u"))
        for _ in range(4):
            if not self.look({i for i, letter in states.items() if letter == "w"}):
                return

    def seen(self, before: Doing, letter: str) -> Doing:
        state = {"u": UP, "?": UNKNOWN}.get(letter, DOWN)
        if before.state == state:
            return replace(before, last_ok=self.now) if state == UP else before
        last_ok = self.now if state == UP else before.last_ok
        return Doing(state, self.now, last_ok, "", before.since if before.state == UP else None, watched=True)

    def silent(self, worked_on: set[int]) -> dict[int, Silent]:
        return {
            ap_id: self.fallen(ap_id, one.since, ap_id in worked_on)
            for ap_id, one in self.doing.items() if one.state == DOWN
        }  # fmt: skip

    def look(self, worked_on: set[int]) -> bool:
        """Whether anything changed."""
        down = self.silent(worked_on)
        known = [one for one in self.cases.values() if one.is_open or self.now - (one.recovered_at or 0) < REOPEN_S]
        standing = {one.ap_id: one for case in known if case.is_open for one in case.standing}
        over = {
            one.id: at
            for one in standing.values()
            if (at := ended_at(one, self.doing[one.ap_id or 0], self.now)) is not None
        }
        for case in known:
            members = tuple(replace(one, ended_at=over.get(one.id, one.ended_at)) for one in case.members)
            self.cases[case.id] = replace(case, members=members)
        loose = [one for one in down.values() if one.ap_id not in standing and not one.in_maintenance]
        joined = joins(loose, known, self.now)
        for join in joined:
            self.add(join.incident_id, join.silent)
        if over or joined:
            return True
        untold = [case for case in known if is_untold(case)]
        again = [down[one.ap_id or 0] for case in untold for one in case.standing if one.ap_id in down]
        answers = [one.last_ok for one in self.doing.values() if one.state == UP and one.last_ok is not None]
        oldest = {STEP_S: min(answers)} if answers else {}
        pool = [*loose, *again]
        sizes = {group: len(of) for group, of in shared_groups(self.fallen(i, 0).outage for i in self.doing).items()}
        if formed := forms(pool, known, lambda group, most: min(most, sizes[group]), oldest, self.now):
            for form in formed:
                self.form(form)
            return True
        looked = Looked(down, self.rules, oldest, self.quiet_before, self.now)
        said = [one for case in known if case.is_open and (one := saying(case, looked))]
        for one in said:
            self.say(one)
        return bool(said)

    def add(self, incident_id: int, members: Sequence[Silent]) -> None:
        case = self.cases[incident_id]
        there = {one.subject for one in case.standing}
        new = tuple(
            Member(next(self.ids), one.subject, one.ap_id, one.outage.start, None)
            for one in members if one.subject not in there
        )  # fmt: skip
        self.cases[incident_id] = replace(case, members=case.members + new, recovered_at=None)

    def form(self, change: Form | Reopen) -> None:
        if isinstance(change, Reopen):
            self.add(change.incident_id, change.silent)
            return
        row = change.incident_id or next(self.ids)
        case = self.cases.get(row) or Case(row, change.group, "notice", None, flapping=False, members=())
        taken: tuple[Member, ...] = ()
        subjects = {one.subject for one in change.silent}
        for other in change.merged:
            taken += self.cases.pop(other).members
            self.merged[other] = row
        for untold in [one for one in self.cases.values() if is_untold(one) and one.id != row]:
            moved = tuple(one for one in untold.standing if one.subject in subjects)
            taken += moved
            self.cases[untold.id] = replace(untold, members=tuple(one for one in untold.members if one not in moved))
        self.cases[row] = replace(case, group=change.group, members=case.members + taken)
        self.add(row, change.silent)

    def say(self, change: Say | Recover) -> None:
        case = self.cases[change.incident_id]
        kind = change.kind if isinstance(change, Say) else "recovered"
        if isinstance(change, Recover):
            if change.unopened:
                self.log.append((self.now, case.id, change.unopened, True))
            case = replace(case, recovered_at=change.at, flapping=False)
            left = {one.id for one in change.left}
            for one in change.left:
                row, group = next(self.ids), Group("ap", str(one.ap_id))
                said = Said("opened", self.now, 1, quiet=True)
                self.cases[row] = Case(row, group, "notice", None, False, (one,), said, opened=True)
            case = replace(case, members=tuple(one for one in case.members if one.id not in left))
        elif change.severity:
            case = replace(case, severity=change.severity)
        self.log.append((self.now, case.id, kind, change.quiet))
        self.cases[case.id] = replace(
            case,
            said=Said(kind, self.now, case.count, change.quiet),
            flapping=kind == "flapping",
            opened=case.opened or kind == "opened" or isinstance(change, Recover),
            heard=case.heard or not change.quiet,
        )

    def fallen(self, ap_id: int, since: int, in_maintenance: bool = False) -> Silent:
        point, fibre = str(ap_id // 2), str(ap_id // self.a_fibre)
        home = Group("point", point)
        outage = Outage(ap_id, since, STEP_S, home, (home, Group("upstream", fibre), Group("area", fibre), CITY))
        return Silent(outage, f"AP-{ap_id}", ap_id // 2, Place("36.74"), STEP_S, in_maintenance)
