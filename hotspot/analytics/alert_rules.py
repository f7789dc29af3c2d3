"""The kinds of rules: what each watches, how often, and which rules a new city has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotspot.analytics.import_row import N_
from hotspot.analytics.incident_words import KINDS as LABELS
from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.rule_params import (
    Capacity,
    Citizens,
    Collector,
    Degraded,
    Disk,
    Expiry,
    Firmware,
    MonitoringBroken,
    Outage,
    Provider,
    Traffic,
    Unknown,
    Unused,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """`every_s`: how often it is looked at. `shared` is what its incidents share, of incident_words.SHARED.

    `scopes`: by what its subjects can be chosen, of area and provider. `told_from`: what its history is told from,
    empty where none is kept. `most_a_day`: incidents on average, of which more are noise; `most_are_wrong`: firing for
    most of what it watches is a mistake of the rule.
    """

    key: str
    params: type
    help: str
    every_s: int
    shared: str = "city"
    scopes: tuple[str, ...] = ("area", "provider")
    told_from: str = ""
    most_a_day: int = 10
    most_are_wrong: bool = True

    @property
    def label(self) -> str:
        return LABELS[self.key]


SPANS = N_("from the stored states, to the second; by where access points stand today")
QUICK_S, SLOW_S, HOURLY_S = 5, 600, 3600
KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            OUTAGE, Outage, N_("Tells of outages that last, or reach far. Without such a rule outages are only shown."),
            QUICK_S, told_from=SPANS, most_a_day=50, most_are_wrong=False,
        ),
        Kind(
            "monitoring_broken", MonitoringBroken,
            N_("Devices that answer a ping but not SNMP: nobody knows whether the Wi-Fi works."),
            QUICK_S, told_from=SPANS,
        ),
        Kind(
            "unknown", Unknown, N_("Devices in service of which nobody has known anything for long."),
            QUICK_S, told_from=SPANS,
        ),
        Kind(
            "degraded", Degraded, N_("A large share of a kelurahan's or a point's access points is down."),
            QUICK_S, told_from=SPANS,
        ),
        Kind(
            "provider", Provider, N_("Many points of one provider are down together."),
            QUICK_S, told_from=SPANS,
        ),
        Kind(
            "capacity", Capacity, N_("As many clients as an access point can serve."),
            QUICK_S, told_from=N_("from hourly means, which are calmer than single polls"),
        ),
        Kind(
            "unused", Unused, N_("Points that are up and that nobody uses: a broken portal, a wrong place."),
            HOURLY_S, told_from=N_("from the daily figures"),
        ),
        Kind(
            "traffic", Traffic, N_("Traffic of a kelurahan far from what is usual at that hour of that weekday."),
            SLOW_S, scopes=("area",), told_from=N_("from the hourly figures of kelurahan"),
        ),
        Kind("firmware", Firmware, N_("Devices whose firmware is not on your list."), SLOW_S),
        Kind(
            "expiry", Expiry, N_("Contracts, agreements and the certificate of these pages that soon end."),
            SLOW_S, scopes=("provider",), told_from=N_("from the dates that there are now"),
        ),
        Kind("disk", Disk, N_("Free space of the data folder."), QUICK_S, "service", ()),
        Kind(
            "collector", Collector,
            N_(
                "The collector watches itself: it tells of its own silence when it is back, and of cycles that take "
                "too long. What tells you while it is silent must live elsewhere."
            ),
            QUICK_S, "service", (), N_("from the recorded gaps of the collector; not its slow cycles"),
        ),
        Kind(
            "citizens", Citizens, N_("Several people report a point that measures as up."),
            QUICK_S, told_from=N_("from the reports and the stored states"),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Default:
    """A rule that a new city has; `name` is translated where nobody changed it."""

    kind: str
    name: str
    severity: str
    enabled: bool
    params: object


DEFAULTS: Sequence[Default] = (
    Default(OUTAGE, N_("Outages"), "warning", True, Outage()),
    Default(OUTAGE, N_("Large outages"), "critical", True, Outage(least_minutes=1, least_points=10)),
    Default("provider", N_("Many points of one provider down"), "critical", True, Provider()),
    Default("monitoring_broken", N_("Monitoring broken"), "notice", True, MonitoringBroken()),
    Default("unknown", N_("Unknown for long"), "notice", True, Unknown()),
    Default("collector", N_("Collector silent or slow"), "critical", True, Collector()),
    Default("disk", N_("Disk nearly full"), "critical", True, Disk()),
    Default("expiry", N_("Contract ends soon"), "notice", True, Expiry()),
    Default("citizens", N_("Citizens report what measures as up"), "warning", True, Citizens()),
    Default("degraded", N_("Many access points of a kelurahan down"), "warning", False, Degraded()),
    Default("capacity", N_("Clients at capacity"), "notice", False, Capacity()),
    Default("unused", N_("Up, but nobody connects"), "notice", False, Unused()),
    Default("traffic", N_("Unusual traffic"), "notice", False, Traffic()),
)
