"""A proposed cause and what speaks for it as sentences, the same on pages and in messages."""

from collections.abc import Mapping

from hotspot.analytics.import_row import N_
from hotspot.analytics.incident_text import PLACES, Count, Instant, Length, Said, Word
from hotspot.analytics.incident_words import REASONS
from hotspot.analytics.root_cause import CAUSES, Evidence, Proposal, Value
from hotspot.analytics.upstreams import KINDS

EVIDENCE: Mapping[str, str] = {
    "silent": N_("%(down)s of the %(total)s access points there are down"),
    "others_up": N_("%(count)s others there answer"),
    "others_up_seen": N_("%(count)s others there answer, the last at %(seen_at)s"),
    "beside_up": N_("%(count)s others at the same point answer"),
    "beside_up_seen": N_("%(count)s others at the same point answer, the last at %(seen_at)s"),
    "others_unknown": N_("of %(count)s others there nothing is known"),
    "elsewhere": N_("%(count)s of the %(of)s that are down are elsewhere"),
    "together": N_("all %(count)s began within %(spread_s)s"),
    "spread": N_("the %(count)s began over %(spread_s)s, so not at once"),
    "providers": N_("lines of %(count)s providers are silent here, which seldom fail together"),
    "pings": N_("%(count)s answer pings, but not SNMP"),
    "rebooted": N_("%(count)s of the %(of)s whose clocks are known had restarted: they lost power"),
    "kept_running": N_("%(count)s of the %(of)s whose clocks are known kept running: they had power"),
    "clock_unknown": N_("the clocks of %(count)s that are back tell nothing"),
    "traps": N_("%(count)s sent a trap around the beginning"),
    "work": N_("planned work was going on: %(name)s, %(what)s, until %(end_at)s"),
    "provider_up": N_("other access points of the provider %(name)s answer: %(up)s of %(total)s"),
    "area_up": N_("other access points of the kelurahan %(name)s answer: %(up)s of %(total)s"),
    "district_up": N_("other access points of the kecamatan %(name)s answer: %(up)s of %(total)s"),
    "city_up": N_("other access points of the city answer: %(up)s of %(total)s"),
    "past": N_("incidents here in the last 90 days: %(count)s, the last on %(last_at)s"),
    "past_reason": N_("incidents here in the last 90 days: %(count)s, the last on %(last_at)s, most often: %(reason)s"),
    # of upstreams that are proposed
    "lldp": N_("%(count)s access points name the switch %(name)s as their neighbour"),
    "controller": N_("%(count)s access points are followed through %(name)s"),
    "subnet": N_("%(count)s access points have an address in %(name)s"),
    "outages": N_(
        "%(count)s fell silent together %(times)s times, %(first_at)s to %(last_at)s, "
        "each in %(alike)s of 100 of them; besides they had %(apart)s outages of their own"
    ),
    "restarts": N_("after %(count)s of %(of)s single outages in these the device had restarted: it had lost power"),
    "no_restarts": N_("after %(count)s of %(of)s single outages in these the device had kept running: it had power"),
}


def said(proposal: Proposal) -> Said:
    """One line: what it probably was, where, and how much of it that explains."""
    values: dict[str, object] = {"place": place(proposal), "n": Count(proposal.explained), "of": Count(proposal.of)}
    alone = proposal.of == 1
    if proposal.cause == "unknown":
        return Said(N_("%(place)s") if alone else N_("%(place)s (%(n)s of %(of)s)"), values)
    values["cause"] = Word(CAUSES.get(proposal.cause, proposal.cause))
    return Said(N_("%(cause)s (%(place)s)") if alone else N_("%(cause)s (%(place)s, %(n)s of %(of)s)"), values)


def place(proposal: Proposal) -> Said | str:
    """What the access points share, with its kind in front."""
    name: dict[str, object] = {"name": proposal.name}
    if proposal.kind in KINDS:
        return Said(N_("%(kind)s %(name)s"), name | {"kind": Word(KINDS[proposal.kind])})
    text = PLACES.get(proposal.shared)
    if text is None:
        return proposal.name
    return Said(text, name if "%(name)s" in text else {})


def evidence_said(evidence: Evidence) -> Said:
    seen = f"{evidence.kind}_seen" if "seen_at" in evidence.values else evidence.kind
    text = EVIDENCE.get(seen) or EVIDENCE.get(evidence.kind, evidence.kind)
    return Said(text, {name: value_of(name, value) for name, value in evidence.values.items()})


def value_of(name: str, value: Value) -> object:
    """By the name, as root_cause.Evidence tells."""
    if name == "reason" and value in REASONS:
        return Word(REASONS[str(value)])
    if isinstance(value, str):
        return value
    if name.endswith("_at"):
        return Instant(value)
    return Length(value) if name.endswith("_s") else Count(value)
