"""What one answered poll says: its totals, its radios and SSIDs, and its traffic since the poll before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from collectors.result import AgentClock, PollResult
from hotspot.analytics.counters import OCTET, PACKET, difference, is_too_soon, rate_bps, restart

RADIO = {
    "radio_clients": "clients",
    "radio_channel": "channel",
    "radio_frequency": "frequency",
    "radio_utilisation": "utilisation",
    "radio_noise": "noise",
    "radio_tx_power": "tx_power",
    "radio_band": "band",
    "radio_width": "width",
    "radio_tx_rate": "tx_rate",
    "radio_rx_rate": "rx_rate",
    "radio_rssi": "rssi",
    "radio_snr": "snr",
    "radio_quality": "quality",
    "radio_ccq": "ccq",
    "radio_capacity": "capacity",
    "radio_mcs": "mcs",
    "radio_distance": "distance",
    "radio_error_ratio": "error_ratio",
}
EXTRAS = ("temperature", "cell_rssi", "cell_rsrp", "cell_rsrq", "cell_sinr", "aps_up", "aps_known")  # of the device
DISCONTINUITY = 4
COUNTERS = {
    "if_in_octets": 0,
    "if_out_octets": 1,
    "if_in_errors": 2,
    "if_out_errors": 3,
    "if_discontinuity": DISCONTINUITY,
}
NO_COUNTERS: tuple[tuple[float, int] | None, ...] = (None, None, None, None, None)
COUNTED = (OCTET, OCTET, PACKET, PACKET)

Counters = tuple[tuple[float, int] | None, ...]  # (value, bits) of each of COUNTERS


class Baseline(NamedTuple):
    """Clocks and counters of an earlier poll, by interface."""

    at: float
    clock: AgentClock
    counters: Mapping[str, Counters]


class Traffic(NamedTuple):
    """Of one interface since the baseline; None where no honest difference exists."""

    rx_bytes: int | None = None
    tx_bytes: int | None = None
    errors: int | None = None
    rx_bps: int | None = None
    tx_bps: int | None = None


NO_TRAFFIC = Traffic()


@dataclass(frozen=True, slots=True)
class Reading:
    """`traffic` is the uplink's, `restarted` is REBOOT, AGENT_RESTART or None."""

    clients: int | None = None
    cpu_percent: int | None = None
    memory_percent: int | None = None
    traffic: Traffic = NO_TRAFFIC
    detail: Mapping[str, Any] = field(default_factory=dict)
    restarted: str | None = None


NOTHING = Reading()  # of a poll without an answer


def read(result: PollResult, interval_s: int, before: Baseline | None) -> tuple[Reading, Baseline]:
    """What the poll says, and the baseline of the next one.

    A poll soon after another leaves the baseline as it is, so that nothing counted between them is lost.
    """
    totals: dict[str, float] = {}
    radios: dict[str, dict[str, Any]] = {}
    ssids: list[dict[str, Any]] = []
    extras: dict[str, float] = {}
    counters: dict[str, list[tuple[float, int] | None]] = {}
    speeds: dict[str, float] = {}
    for metric, value, label, bits in result.samples:
        if metric in COUNTERS:
            if label not in counters:
                counters[label] = [*NO_COUNTERS]
            counters[label][COUNTERS[metric]] = (value, bits)
        elif metric in RADIO:
            if label not in radios:
                radios[label] = {"label": label}
            radios[label][RADIO[metric]] = _short(value)
        elif metric == "ssid_clients":
            ssids.append({"label": label, "clients": _short(value)})
        elif metric == "if_speed":
            speeds[label] = value
        elif metric in EXTRAS:
            extras[metric] = max(value, extras.get(metric, value))
        elif not label:
            totals[metric] = value
    now = Baseline(result.at, result.clock, {label: tuple(values) for label, values in counters.items()})
    restarted = restart(before.clock, now.clock, now.at - before.at) if before else None
    traffic = _traffic(before if restarted is None else None, now, speeds, interval_s)
    keeps = before and restarted is None and is_too_soon(now.at - before.at, interval_s)
    found = Reading(
        clients=_clients(totals, radios.values(), ssids),
        cpu_percent=_whole(totals.get("cpu")),
        memory_percent=_whole(totals.get("memory")),
        traffic=next(iter(traffic.values()), NO_TRAFFIC),  # collectors name the uplink first
        detail={
            "radios": list(radios.values()),
            "ssids": ssids,
            "interfaces": _interfaces(traffic),
            "extras": {metric: _short(value) for metric, value in extras.items()},
        },
        restarted=restarted,
    )
    return found, before if before and keeps else now


def _clients(
    totals: Mapping[str, float], radios: Iterable[Mapping[str, Any]], ssids: Iterable[Mapping[str, Any]]
) -> int | None:
    """The device's own total; where it has none, the sum over its radios, else over its SSIDs."""
    if "clients" in totals:
        return _whole(totals["clients"])
    for rows in (radios, ssids):
        counts = [row["clients"] for row in rows if "clients" in row]
        if counts:
            return _whole(sum(counts))
    return None


def _traffic(
    before: Baseline | None, now: Baseline, speeds: Mapping[str, float], interval_s: int
) -> dict[str, Traffic]:
    if before is None:
        return dict.fromkeys(now.counters, NO_TRAFFIC)
    dt_s = now.at - before.at
    traffic = {}
    for label, counters in now.counters.items():
        old = _same_counters(before.counters.get(label, NO_COUNTERS), counters)
        speed = speeds.get(label)
        rx, tx, *errors = [
            difference(was[0], new[0], new[1], dt_s, interval_s, speed, each)
            if was and new and was[1] == new[1]
            else None
            for was, new, each in zip(old, counters, COUNTED, strict=False)
        ]
        known = [count for count in errors if count is not None]
        traffic[label] = Traffic(rx, tx, sum(known) if known else None, rate_bps(rx, dt_s), rate_bps(tx, dt_s))
    return traffic


def _same_counters(before: Counters, now: Counters) -> Counters:
    """Those from which `now` went on; none after a discontinuity.

    None of octets either where both still stand at 0: the interface does not count them, for our own questions pass.
    """
    if None not in (before[DISCONTINUITY], now[DISCONTINUITY]) and before[DISCONTINUITY] != now[DISCONTINUITY]:
        return NO_COUNTERS
    if all(octets is not None and octets[0] == 0 for octets in now[:2]):
        return (None, None, *before[2:])
    return before


def _interfaces(traffic: Mapping[str, Traffic]) -> list[dict[str, Any]]:
    return [
        {"label": label, "rx_bps": one.rx_bps, "tx_bps": one.tx_bps, "errors": one.errors}
        for label, one in traffic.items()
    ]


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _short(value: float) -> float:
    """A whole number where it is one: shorter as JSON."""
    return int(value) if value == int(value) else round(value, 1)
