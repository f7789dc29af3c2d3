"""What probably was the cause of outages that belong together, best first, with what speaks for it.

Nothing here is certain: a cause is likely when most of what went silent hangs on it, and most of what hangs on it is
silent. Whether it was power or the line shows only once devices answer again: who lost power began anew.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from hotspot.analytics.import_row import N_
from hotspot.analytics.upstreams import FIBRE, POWER_AREA, PROVIDER_LINE, SWITCH

CAUSES: Mapping[str, str] = {
    "power": N_("Electricity"),
    "fibre_cut": N_("Fibre cut"),
    "line": N_("Line"),
    "device": N_("Device"),
    "monitoring": N_("Monitoring, not the devices"),
    "maintenance": N_("Planned work"),
    "unknown": N_("Not known"),
}
REASON_OF: Mapping[str, str] = {"power": "power", "fibre_cut": "fibre_cut", "device": "device"}
"""The incident_words.REASONS that somebody who agrees would give; nothing for the others."""

OF_KIND: Mapping[str, str] = {FIBRE: "fibre_cut", POWER_AREA: "power", PROVIDER_LINE: "line", SWITCH: "device"}
WEIGHT: Mapping[str, float] = {  # of groups that explain as much the one that people can go to, then the narrowest
    "upstream": 1.0,
    "controller": 0.95,
    "point": 0.9,
    "provider": 0.8,
    "area": 0.75,
    "district": 0.7,
    "city": 0.65,
    "ap": 0.5,
}
EXPLAINS = 0.5  # of what went silent, and silent of what hangs on it
MANY = 3  # access points of an area, a provider or the city
PLACES = ("provider", "area", "district", "city")
MOST = 3  # proposals
PROOF = 0.6  # of the devices that came back: so many began anew, or so many did not
TOGETHER_S = 180
OTHERWISE = 0.7


@dataclass(frozen=True, slots=True)
class Silent:
    """An access point that went silent; `rebooted` tells, once it came back, whether it had begun anew meanwhile.

    `pings`: it answers pings all the same. None is not known.
    """

    ap_id: int
    since: int
    ended_at: int | None = None
    rebooted: bool | None = None
    pings: bool | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """Incidents of the same group in the last months, and the reason that people gave most often."""

    count: int
    last_at: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What silent access points share; `shared` is one of incident_words.SHARED, `kind` that of an upstream.

    `members` are those of the incident. Of all that belong to it `down`, `up` and `unknown` are counts; one of the
    others answered last at `seen`. `providers` counts those whose access points here are silent. The others of a single
    access point ("ap") are those at its point.
    """

    shared: str
    key: str
    name: str
    members: frozenset[int]
    down: int
    up: int
    unknown: int = 0
    seen: int | None = None
    kind: str = ""
    providers: int = 1
    past: Past | None = None

    @property
    def fill(self) -> float:
        """The share that is silent for all that is known; a single one is all of itself."""
        return 1.0 if self.shared == "ap" else self.down / self.total if self.down else 0.0

    @property
    def total(self) -> int:
        return self.down + self.up + self.unknown


@dataclass(frozen=True, slots=True)
class Work:
    """A maintenance window that ran when the silence began, at one of the silent or at what shares its upstream."""

    name: str
    reason: str
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`groups` are all that any of the silent belong to; `traps` is how many of them sent one around the beginning."""

    silent: tuple[Silent, ...]
    groups: tuple[Group, ...]
    traps: int = 0
    works: tuple[Work, ...] = ()


Value = str | int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for or against; a key of root_cause_text.EVIDENCE and what stands in its sentence.

    Names of values tell what they are: `..._at` an instant, `..._s` seconds, other numbers counts.
    """

    kind: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """`cause` is a key of CAUSES; `explained` of the `of` access points that went silent belong to the group."""

    cause: str
    shared: str
    key: str
    name: str
    kind: str
    explained: int
    of: int
    score: float
    evidence: tuple[Evidence, ...]

    @property
    def share(self) -> float:
        return self.explained / self.of


def root_cause(facts: Facts) -> tuple[Proposal, ...]:
    """The best first, MOST at most; none where nothing explains at least half of what is silent.

    Of upstreams that explain as much the one that stands first in `facts.groups`, which is the nearest.
    """
    found = [(group.total, proposal(facts, group)) for group in facts.groups if explains(facts, group)]
    told = [one for one in found if (one[1].shared, one[1].cause) != ("ap", "unknown")]  # which says nothing
    ranked = sorted(told, key=lambda one: (-one[1].score, one[0]))
    return without_repeats(one for _, one in ranked)[:MOST]


def explains(facts: Facts, group: Group) -> bool:
    count, of = len(group.members), len(facts.silent)
    if not count or count < EXPLAINS * of or group.fill <= EXPLAINS:
        return False
    if group.shared in PLACES:
        return count >= MANY
    return count > 1 or of == 1


def proposal(facts: Facts, group: Group) -> Proposal:
    members = [one for one in facts.silent if one.ap_id in group.members]
    cause = cause_of(group, members, facts.works)
    share = len(members) / len(facts.silent)
    return Proposal(
        cause,
        group.shared,
        group.key,
        group.name,
        group.kind,
        len(members),
        len(facts.silent),
        round(share * group.fill * WEIGHT.get(group.shared, 0.5) * fit(group, cause, members), 3),
        tuple(evidence(facts, group, members)),
    )


def fit(group: Group, cause: str, members: Iterable[Silent]) -> float:
    """Less than 1 where the clocks of the devices say something else than what the upstream is."""
    told = any(one.rebooted is not None for one in members)
    return OTHERWISE if told and group.shared == "upstream" and cause != guessed(group) else 1.0


def cause_of(group: Group, members: Iterable[Silent], works: Iterable[Work]) -> str:
    """Restarts are worth most: they were measured, all else is a guess from what hangs together."""
    mine = tuple(members)
    if sum(1 for one in mine if one.pings) > PROOF * len(mine):
        return "monitoring"
    told = [one.rebooted for one in mine if one.rebooted is not None]
    guess = guessed(group)
    if told:
        began_anew = sum(told) / len(told)
        if began_anew >= PROOF:
            return "power"
        if began_anew <= 1 - PROOF:
            return guess if guess in ("fibre_cut", "device") and group.shared == "upstream" else "line"
    return "maintenance" if any(works) else guess


def guessed(group: Group) -> str:
    if group.shared == "upstream":
        return OF_KIND.get(group.kind, "unknown")
    if group.shared in ("area", "district") and group.providers > 1:
        return "power"  # the lines of several providers seldom fail together
    if group.shared in ("provider", "city"):
        return "line"
    return "device" if group.shared == "ap" and group.up else "unknown"


def evidence(facts: Facts, group: Group, members: Iterable[Silent]) -> Iterable[Evidence]:
    mine = tuple(members)
    yield from beside(group)
    if len(facts.silent) > len(mine):
        yield Evidence("elsewhere", {"count": len(facts.silent) - len(mine), "of": len(facts.silent)})
    if len(mine) > 1:
        spread = max(one.since for one in mine) - min(one.since for one in mine)
        yield Evidence("together" if spread <= TOGETHER_S else "spread", {"count": len(mine), "spread_s": spread})
    yield from measured(mine)
    if facts.traps:
        yield Evidence("traps", {"count": facts.traps})
    for work in facts.works:
        yield Evidence("work", {"name": work.name, "what": work.reason, "end_at": work.end})
    if group.shared != "ap":
        yield from contrasts(facts, group)
    if group.past:
        kind = "past_reason" if group.past.reason else "past"
        past: dict[str, Value] = {"count": group.past.count, "last_at": group.past.last_at}
        yield Evidence(kind, past | ({"reason": group.past.reason} if group.past.reason else {}))


def beside(group: Group) -> Iterable[Evidence]:
    """What the others do that share the same."""
    if group.shared != "ap":
        yield Evidence("silent", {"down": group.down, "total": group.total})
    if group.up:
        kind = "others_up" if group.shared != "ap" else "beside_up"
        yield Evidence(kind, {"count": group.up} | ({"seen_at": group.seen} if group.seen is not None else {}))
    if group.unknown:
        yield Evidence("others_unknown", {"count": group.unknown})
    if group.shared in ("area", "district") and group.providers > 1:
        yield Evidence("providers", {"count": group.providers})


def measured(members: tuple[Silent, ...]) -> Iterable[Evidence]:
    """What the devices themselves told: pings, and their clocks once they were back."""
    if pings := sum(1 for one in members if one.pings):
        yield Evidence("pings", {"count": pings})
    back = [one for one in members if one.ended_at is not None]
    told = [one.rebooted for one in back if one.rebooted is not None]
    if told and sum(told):
        yield Evidence("rebooted", {"count": sum(told), "of": len(told)})
    if told and sum(told) < len(told):
        yield Evidence("kept_running", {"count": len(told) - sum(told), "of": len(told)})
    if back and len(told) < len(back):
        yield Evidence("clock_unknown", {"count": len(back) - len(told)})


def contrasts(facts: Facts, group: Group) -> Iterable[Evidence]:
    """What else the same provider or place has that is up speaks against them, and for something narrower."""
    for other in facts.groups:
        wider = other.shared in PLACES and other.shared != group.shared and other.members >= group.members
        if wider and other.fill < EXPLAINS and other.up:
            values: dict[str, Value] = {"up": other.up, "total": other.up + other.down - len(group.members)}
            yield Evidence(f"{other.shared}_up", values | ({"name": other.name} if other.shared != "city" else {}))


def without_repeats(ranked: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Of upstreams that say the same of as many, as a fibre and what it hangs on do, and of places, the first."""
    kept: dict[tuple[str, int], Proposal] = {}
    for one in ranked:
        kept.setdefault((one.cause, one.explained if one.shared == "upstream" else 0), one)
    return tuple(kept.values())


def to_json(proposals: Iterable[Proposal]) -> str:
    """As kept in incident.cause; empty for none."""
    rows = [asdict(one) for one in proposals]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else ""


def from_json(text: str) -> tuple[Proposal, ...]:
    """None where nothing is kept, or not in this form."""
    try:
        rows = json.loads(text) if text else []
        return tuple(
            Proposal(**row | {"evidence": tuple(Evidence(**item) for item in row["evidence"])}) for row in rows
        )
    except (KeyError, TypeError, ValueError):
        return ()
