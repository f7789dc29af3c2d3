"""Outages to incidents: what joins an incident that is there, what makes a new one, and what is said of each.

Values in, changes out: nothing here reads or writes. As long as nothing was said of an incident, what belongs to it is
thought over again with every outage that comes; from then on its members stay with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotspot.analytics.incident_course import REOPEN_S, Member, Said, came_back, is_settled
from hotspot.analytics.incident_groups import RANK, TOGETHER_S, WIDE, Explained, Group, Outage, SizeOf, explained
from hotspot.analytics.incident_rows import chosen_rows
from hotspot.analytics.rule_scope import Place


@dataclass(frozen=True, slots=True)
class Silent:
    """An access point in service, or a controller, that is down now."""

    outage: Outage
    label: str
    point_id: int | None
    place: Place
    interval_s: int
    in_maintenance: bool = False

    @property
    def ap_id(self) -> int:
        return self.outage.ap_id

    @property
    def subject(self) -> str:
        return f"ap:{self.ap_id}"


@dataclass(frozen=True, slots=True)
class Case:
    """An incident of outages that is open, or ended a short time ago.

    `said` is what was said of it last; `opened`, whether that it began is in its history; `heard`, whether anybody was
    ever told of it.
    """

    id: int
    group: Group
    severity: str
    recovered_at: int | None
    flapping: bool
    members: tuple[Member, ...]
    said: Said | None = None
    opened: bool = False
    heard: bool = False

    @property
    def is_open(self) -> bool:
        return self.recovered_at is None

    @property
    def standing(self) -> tuple[Member, ...]:
        return tuple(one for one in self.members if one.ended_at is None)

    @property
    def count(self) -> int:
        return len({one.subject for one in self.members})

    @property
    def last_start(self) -> int:
        return max((one.since for one in self.members), default=0)


@dataclass(frozen=True, slots=True)
class Join:
    """Outages become members of an incident that is open."""

    incident_id: int
    silent: tuple[Silent, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A group as an incident: a new one, or what an untold one is now; `merged` are untold ones that are the same."""

    group: Group
    silent: tuple[Silent, ...]
    incident_id: int | None = None
    merged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reopen:
    """An incident that was over goes on, with these."""

    incident_id: int
    silent: tuple[Silent, ...]


def joins(silent: Iterable[Silent], cases: Sequence[Case], now: int) -> list[Join]:
    """What goes with an incident that is open: its own members that are down again, and what shares what it is of."""
    found: dict[int, list[Silent]] = {}
    lately = members_lately(cases, now)
    told = sorted((case for case in cases if case.is_open and case.said), key=lambda case: (rank(case.group), -case.id))
    for one in silent:
        incident_id = lately.get(one.ap_id) or next((case.id for case in told if fits(one.outage, case)), None)
        if incident_id:
            found.setdefault(incident_id, []).append(one)
    return [Join(incident_id, tuple(members)) for incident_id, members in found.items()]


def rank(group: Group) -> int:
    return RANK.index(group.shared) if group.shared in RANK else -1


def members_lately(cases: Iterable[Case], now: int) -> dict[int, int]:
    """By access point the newest open incident in which it was down a short time ago."""
    return {
        member.ap_id: case.id
        for case in sorted(cases, key=lambda case: case.id) if case.is_open
        for member in case.members
        if member.ap_id is not None and member.ended_at is not None and now - member.ended_at < REOPEN_S
    }  # fmt: skip


def fits(outage: Outage, case: Case) -> bool:
    """At a point, upstream or controller whatever happens while it is down; in a place only what began together."""
    if case.group not in outage.groups:
        return False
    return case.group.shared not in WIDE or outage.earliest <= case.last_start + TOGETHER_S


def forms(
    silent: Iterable[Silent], cases: Sequence[Case], size_of: SizeOf, oldest_answers: Mapping[int, int], now: int
) -> list[Form | Reopen]:
    """What the outages make that belong to no incident of which anything was said; new ones only once settled."""
    by_id = {one.ap_id: one for one in silent}
    groups = sorted(explained((one.outage for one in by_id.values()), size_of), key=lambda one: -len(one.outages))
    untold = {case.id: case for case in cases if is_untold(case)}
    owners = {member.ap_id: case.id for case in untold.values() for member in case.standing}
    found: list[Form | Reopen] = []
    for group, chosen in zip(groups, chosen_rows([ids_of(group) for group in groups], owners), strict=True):
        members = tuple(by_id[ap_id] for ap_id in ids_of(group))
        row = untold.get(chosen.row) if chosen.row is not None else None
        if row is not None:
            if chosen.merged or not is_as_it_was(group, row):
                found.append(Form(group.group, members, row.id, chosen.merged))
        elif is_settled(group.first, group.last, longest_interval(members), oldest_answers, now):
            back = returned(members, cases)
            found.append(Reopen(back.id, members) if back else Form(group.group, members))
    return found


def is_untold(case: Case) -> bool:
    return case.is_open and case.said is None


def ids_of(group: Explained) -> tuple[int, ...]:
    return tuple(one.ap_id for one in group.outages)


def is_as_it_was(group: Explained, row: Case) -> bool:
    return row.group == group.group and set(ids_of(group)) <= {one.ap_id for one in row.standing}


def longest_interval(silent: Iterable[Silent]) -> int:
    return max(one.interval_s for one in silent)


def returned(silent: Sequence[Silent], cases: Iterable[Case]) -> Case | None:
    """The incident that was over and that these are again."""
    subjects = {one.subject for one in silent}
    over = [case for case in cases if not case.is_open and came_back(subjects, case.members)]
    return max(over, key=lambda case: case.id, default=None)
