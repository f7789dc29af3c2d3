"""The words of incidents: what kinds there are, what members may share, why it was, what may happen to one."""

from collections.abc import Mapping

from hotspot.analytics.import_row import N_

OUTAGE = "outage"

KINDS: Mapping[str, str] = {
    OUTAGE: N_("Outage"),
    "monitoring_broken": N_("Monitoring broken"),
    "unknown": N_("Unknown for long"),
    "degraded": N_("Many access points down"),
    "provider": N_("Many points of one provider"),
    "capacity": N_("Clients at capacity"),
    "unused": N_("Up, but nobody connects"),
    "traffic": N_("Unusual traffic"),
    "firmware": N_("Firmware not approved"),
    "expiry": N_("Contract, agreement or certificate ends"),
    "disk": N_("Disk nearly full"),
    "collector": N_("Collector silent"),
    "citizens": N_("Citizens report faults of a point that measures as up"),
}
"""Every kind but OUTAGE is that of the rule that found it."""

SHARED: Mapping[str, str] = {
    "ap": N_("Access point"),
    "point": N_("Point"),
    "upstream": N_("Upstream"),
    "controller": N_("Controller"),
    "area": N_("Kelurahan"),
    "district": N_("Kecamatan"),
    "provider": N_("Provider"),
    "city": N_("City"),
    "contract": N_("Contract"),
    "service": N_("The service itself"),
}

SEVERITIES: Mapping[str, str] = {"notice": N_("Notice"), "warning": N_("Warning"), "critical": N_("Critical")}
"""From the least to the most."""
WEIGHTS: Mapping[str, int] = {severity: weight for weight, severity in enumerate(SEVERITIES)}

REASONS: Mapping[str, str] = {
    "power": N_("Electricity"),
    "fibre_cut": N_("Fibre cut"),
    "device": N_("Device"),
    "theft": N_("Theft"),
    "contract": N_("Contract"),
    "unknown": N_("Not known"),
}

EVENTS: Mapping[str, str] = {
    "opened": N_("Opened"),
    "grew": N_("Grew"),
    "recovered": N_("Recovered"),
    "reopened": N_("Came back"),
    "flapping": N_("Comes and goes"),
    "escalated": N_("Escalated"),
    "acknowledged": N_("Acknowledged"),
    "unacknowledged": N_("No longer acknowledged"),
    "assigned": N_("Assigned"),
    "reason": N_("Reason given"),
    "comment": N_("Comment"),
    "merged": N_("Merged"),
    "parted": N_("Taken apart"),
    "ticket_opened": N_("Ticket opened"),
    "ticket_closed": N_("Ticket closed"),
    "report": N_("Citizens reported"),
}
TELLING = frozenset(("opened", "grew", "recovered", "reopened", "flapping", "escalated"))
"""The events that people may get a message of; a stream to another system hears of all."""
MESSAGES: Mapping[str, str] = {
    **{kind: EVENTS[kind] for kind in EVENTS if kind in TELLING},
    "digest": N_("Digest"),
    "storm": N_("More than the storm cap"),
    "test": N_("Test message"),
}
"""What a message may be about, each with words of its own."""


def at_least(severity: str, least: str) -> bool:
    """Whether `severity` is `least` or more; raises KeyError for a word that is none."""
    return WEIGHTS[severity] >= WEIGHTS[least]
