"""What radios and SSIDs said, as curves: one for each metric that changed, a line of words for those that did not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext

from hotspot.analytics.chunk import Column
from hotspot.analytics.extras import KINDS, shown
from hotspot.store.chunks import Said
from hotspot.web.charts import Chart, chart, mean
from hotspot.web.poll_curves import Steps

# Name, unit ("bit_rate" is a filter's, others stand behind the number), and whether the last value of a step is shown:
# the mean of two channels is none.
METRICS: dict[str, tuple[str, str, bool]] = {
    "clients": (lazy_gettext("Clients"), "", False),
    "utilisation": (lazy_gettext("Busy"), "%", False),
    "noise": (lazy_gettext("Noise"), "dBm", False),
    "channel": (lazy_gettext("Channel"), "", True),
    "frequency": (lazy_gettext("Frequency"), "MHz", True),
    "band": (lazy_gettext("Band"), "GHz", True),
    "width": (lazy_gettext("Width"), "MHz", True),
    "tx_power": (lazy_gettext("Power"), "dBm", True),
    "tx_rate": (lazy_gettext("Sends at"), "bit_rate", False),
    "rx_rate": (lazy_gettext("Receives at"), "bit_rate", False),
    "rssi": (lazy_gettext("Signal"), "dBm", False),
    "snr": (lazy_gettext("Signal to noise"), "dB", False),
    "quality": (lazy_gettext("Quality"), "%", False),
    "ccq": (lazy_gettext("CCQ"), "%", False),
    "capacity": (lazy_gettext("Capacity"), "%", False),
    "mcs": (lazy_gettext("MCS"), "", True),
    "distance": (lazy_gettext("Distance"), "m", False),
    "error_ratio": (lazy_gettext("Errors"), "%", False),
    "temperature": (lazy_gettext("Temperature"), "°C", False),
    "cell_rssi": (lazy_gettext("Mobile uplink, RSSI"), "dBm", False),
    "cell_rsrp": (lazy_gettext("Mobile uplink, RSRP"), "dBm", False),
    "cell_rsrq": (lazy_gettext("Mobile uplink, RSRQ"), "dB", False),
    "cell_sinr": (lazy_gettext("Mobile uplink, SINR"), "dB", False),
    "aps_up": (lazy_gettext("Access points connected, by its own count"), "", True),
    "aps_known": (lazy_gettext("Access points known, by its own count"), "", True),
}


@dataclass(frozen=True, slots=True)
class Curve:
    metric: str
    chart: Chart


@dataclass(slots=True)
class Group:
    """One radio, one SSID, or the device; `steady` are metrics with the value they had all the time."""

    kind: str
    label: str
    steady: list[tuple[str, float]] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)


def groups(said: Said, over: Steps) -> list[Group]:
    """Radios first, each in the order in which the device tells of them."""
    found: dict[tuple[str, str], Group] = {}
    places = [(at - over.a) // over.step_s for at in said.times]
    for (kind, label, metric), column in said.series.items():
        group = found.setdefault((kind, label), Group(kind, label))
        values = {value for value in column if value is not None}
        if metric not in METRICS or not values:
            continue
        if len(values) == 1 and metric != "clients":
            group.steady.append((metric, shown(metric, values.pop()) or 0))
        elif drawn := chart(over.times, stepped(metric, column, places, over.count), over.marks):
            group.curves.append(Curve(metric, drawn))
    order = list(METRICS)
    for group in found.values():
        group.curves.sort(key=lambda curve: order.index(curve.metric))
    return sorted(found.values(), key=lambda group: KINDS.index(group.kind) if group.kind in KINDS else len(KINDS))


def stepped(metric: str, column: Column, places: Sequence[int], count: int) -> list[float | None]:
    """The values of each step as one; a single step without a poll, thinner than a line, looks as the one before."""
    parts: list[list[int]] = [[] for _ in range(count)]
    for place, value in zip(places, column, strict=True):
        if value is not None and 0 <= place < count:
            parts[place].append(value)
    for i in range(1, count - 1):
        if not parts[i] and parts[i - 1] and parts[i + 1]:
            parts[i] = parts[i - 1]
    if METRICS[metric][2]:
        return [shown(metric, part[-1]) if part else None for part in parts]
    scale = shown(metric, 1) or 1
    return [None if (middle := mean(part)) is None else middle * scale for part in parts]
