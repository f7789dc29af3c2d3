"""The catalogue of metrics: the one place where a metric gets its name, unit, kind and range.

Profiles may only use these names; the recorder, the pages and the API take units from here. A value outside its range
is rejected and counted, never stored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from statistics import fmean


class Kind(Enum):
    GAUGE = "gauge"  # the value now, such as connected clients
    COUNTER = "counter"  # only grows until it wraps or the device restarts, such as octets


@dataclass(frozen=True, slots=True)
class Metric:
    """`combine` joins rows that carry the same label, such as one SSID on two radios."""

    name: str
    unit: str
    kind: Kind
    combine: Callable[[Iterable[float]], float]
    least: float
    most: float
    help: str


COUNTER_MOST = 2**64 - 1

METRICS = {
    metric.name: metric
    for metric in (
        Metric("clients", "stations", Kind.GAUGE, sum, 0, 20_000, "stations associated with the whole device"),
        Metric("radio_clients", "stations", Kind.GAUGE, sum, 0, 20_000, "stations associated, by radio"),
        Metric("ssid_clients", "stations", Kind.GAUGE, sum, 0, 20_000, "stations associated, by SSID"),
        Metric("radio_channel", "channel", Kind.GAUGE, max, 1, 233, "primary channel; says little without the band"),
        Metric("radio_frequency", "MHz", Kind.GAUGE, max, 400, 100_000, "centre of the primary channel"),
        Metric("radio_utilisation", "percent", Kind.GAUGE, max, 0, 100, "share of the time the channel is busy"),
        Metric("radio_noise", "dBm", Kind.GAUGE, fmean, -130, -10, "noise the radio hears; nearer to zero is worse"),
        Metric("radio_tx_power", "dBm", Kind.GAUGE, max, -40, 70, "transmit power"),
        Metric("radio_band", "GHz", Kind.GAUGE, max, 0.4, 100, "2.4, 5, 6 ...: a channel number alone says little"),
        Metric("radio_width", "MHz", Kind.GAUGE, max, 1, 4_000, "channel width"),
        Metric("radio_tx_rate", "bit/s", Kind.GAUGE, max, 0, 10**12, "rate at which the radio sends"),
        Metric("radio_rx_rate", "bit/s", Kind.GAUGE, max, 0, 10**12, "rate at which the radio receives"),
        Metric("radio_rssi", "dBm", Kind.GAUGE, fmean, -150, 100, "received signal strength"),
        Metric("radio_snr", "dB", Kind.GAUGE, fmean, -30, 150, "signal to noise ratio"),
        Metric("radio_quality", "percent", Kind.GAUGE, fmean, 0, 100, "link quality as the vendor defines it"),
        Metric("radio_ccq", "percent", Kind.GAUGE, fmean, 0, 100, "client connection quality: share of ideal speed"),
        Metric("radio_capacity", "percent", Kind.GAUGE, max, 0, 100, "share of the air's capacity, as defined there"),
        Metric("radio_mcs", "index", Kind.GAUGE, max, 0, 40, "modulation and coding scheme"),
        Metric("radio_distance", "m", Kind.GAUGE, max, 0, 1_000_000, "distance to the farthest station"),
        Metric("radio_errors", "packets", Kind.COUNTER, sum, 0, COUNTER_MOST, "frames received in error"),
        Metric("radio_retries", "packets", Kind.COUNTER, sum, 0, COUNTER_MOST, "frames sent again"),
        Metric("radio_error_ratio", "percent", Kind.GAUGE, max, 0, 100, "share of frames in error"),
        Metric("cell_rssi", "dBm", Kind.GAUGE, max, -150, 0, "mobile uplink: received signal strength"),
        Metric("cell_rsrp", "dBm", Kind.GAUGE, max, -160, 0, "mobile uplink: reference signal received power"),
        Metric("cell_rsrq", "dB", Kind.GAUGE, max, -60, 30, "mobile uplink: reference signal received quality"),
        Metric("cell_sinr", "dB", Kind.GAUGE, max, -60, 60, "mobile uplink: signal to interference and noise ratio"),
        Metric("if_in_octets", "bytes", Kind.COUNTER, sum, 0, COUNTER_MOST, "ifHCInOctets, else ifInOctets"),
        Metric("if_out_octets", "bytes", Kind.COUNTER, sum, 0, COUNTER_MOST, "ifHCOutOctets, else ifOutOctets"),
        Metric("if_in_errors", "packets", Kind.COUNTER, sum, 0, COUNTER_MOST, "ifInErrors"),
        Metric("if_out_errors", "packets", Kind.COUNTER, sum, 0, COUNTER_MOST, "ifOutErrors"),
        Metric("if_speed", "bit/s", Kind.GAUGE, max, 0, 10**12, "ifHighSpeed, else ifSpeed; bounds what a rate can be"),
        Metric("if_discontinuity", "ticks", Kind.GAUGE, max, 0, 2**32 - 1, "ifCounterDiscontinuityTime"),
        Metric("cpu", "percent", Kind.GAUGE, fmean, 0, 100, "processor load"),
        Metric("memory", "percent", Kind.GAUGE, fmean, 0, 100, "memory in use, without buffers and cache"),
        Metric("temperature", "Celsius", Kind.GAUGE, max, -60, 150, "the hottest sensor"),
        Metric("aps_up", "access points", Kind.GAUGE, sum, 0, 100_000, "access points a controller says are connected"),
        Metric("aps_known", "access points", Kind.GAUGE, sum, 0, 100_000, "access points a controller knows"),
    )
}
