"""What one poll says."""

import pytest

from collectors.result import AgentClock, PollResult, Sample
from hotspot.analytics.reading import NO_TRAFFIC, Baseline, Reading, Traffic, read


def poll(at: float, *samples: Sample, ticks: int | None = None) -> PollResult:
    uptime = round(at * 100) if ticks is None else ticks
    return PollResult(1, at, reachable=True, clock=AgentClock(uptime), samples=samples)


def octets(rx: int, tx: int, label: str = "eth0", bits: int = 64) -> tuple[Sample, ...]:
    return Sample("if_in_octets", rx, label, bits), Sample("if_out_octets", tx, label, bits)


def after(*polls: PollResult) -> Reading:
    baseline: Baseline | None = None
    for one in polls:
        reading, baseline = read(one, 60, baseline)
    return reading


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([], None),
        ([Sample("clients", 0)], 0),
        ([Sample("clients", 9), Sample("radio_clients", 3, "wifi0")], 9),
        ([Sample("radio_clients", 3, "wifi0"), Sample("radio_clients", 4, "wifi1"), Sample("ssid_clients", 9, "A")], 7),
        ([Sample("ssid_clients", 3, "A"), Sample("ssid_clients", 2, "B")], 5),
        ([Sample("radio_channel", 6, "wifi0")], None),
    ],
)
def test_clients_are_the_devices_total_else_the_sum_of_its_parts(samples: list[Sample], expected: int | None) -> None:
    assert after(poll(0, *samples)).clients == expected


def test_what_was_not_read_is_none() -> None:
    reading = after(poll(0))
    assert (reading.clients, reading.cpu_percent, reading.memory_percent, reading.traffic) == (
        None,
        None,
        None,
        NO_TRAFFIC,
    )
    assert reading.detail == {"radios": [], "ssids": [], "interfaces": []}


def test_detail_names_radios_ssids_and_interfaces() -> None:
    reading = after(
        poll(
            0,
            Sample("cpu", 12.5),
            Sample("memory", 43.7),
            Sample("radio_channel", 36, "wifi1"),
            Sample("radio_frequency", 5180.0, "wifi1"),
            Sample("radio_utilisation", 33.26, "wifi1"),
            Sample("radio_noise", -95, "wifi1"),
            Sample("radio_tx_power", 20, "wifi1"),
            Sample("ssid_clients", 2, "FREE"),
            *octets(0, 0),
        )
    )
    assert (reading.cpu_percent, reading.memory_percent) == (12, 44)
    assert reading.detail == {
        "radios": [
            {"label": "wifi1", "channel": 36, "frequency": 5180, "utilisation": 33.3, "noise": -95, "tx_power": 20}
        ],
        "ssids": [{"label": "FREE", "clients": 2}],
        "interfaces": [{"label": "eth0", "rx_bps": None, "tx_bps": None, "errors": None}],
    }


def test_traffic_is_the_uplinks_the_first_interface() -> None:
    reading = after(
        poll(0, *octets(1000, 50), *octets(7, 7, "wlan0"), Sample("if_in_errors", 3, "eth0", 32)),
        poll(60, *octets(8500, 200), *octets(9, 9, "wlan0"), Sample("if_in_errors", 5, "eth0", 32)),
    )
    assert reading.traffic == Traffic(rx_bytes=7500, tx_bytes=150, errors=2, rx_bps=1000, tx_bps=20)
    assert [row["label"] for row in reading.detail["interfaces"]] == ["eth0", "wlan0"]


@pytest.mark.parametrize(
    "second",
    [
        poll(1060, *octets(8500, 200), ticks=300),  # a reboot
        poll(1060, *octets(8500, 200, bits=32)),  # another counter
        poll(1060, *octets(8500, 200, "eth1")),  # another interface
        poll(1600, *octets(8500, 200)),  # too long ago
        poll(1060, *octets(10, 10)),  # reset
        poll(1060, *octets(10**11, 10**11)),  # faster than the link
        poll(1060, Sample("if_speed", 1e9, "eth0")),  # not answered
    ],
)
def test_no_honest_difference_is_a_gap(second: PollResult) -> None:
    assert after(poll(1000, *octets(1000, 50)), second).traffic == NO_TRAFFIC


def test_speed_of_the_interface_bounds_its_traffic() -> None:
    speed = Sample("if_speed", 100e6, "eth0")
    reading = after(poll(0, speed, *octets(0, 0)), poll(60, speed, *octets(800_000_000, 700_000_000)))
    assert (reading.traffic.rx_bytes, reading.traffic.tx_bytes) == (None, 700_000_000)


def test_poll_in_quick_succession_loses_no_bytes() -> None:
    first = after(poll(0, *octets(0, 0)), poll(20, *octets(100, 10)))
    assert first.traffic == NO_TRAFFIC
    assert after(poll(0, *octets(0, 0)), poll(20, *octets(100, 10)), poll(60, *octets(300, 30))).traffic.rx_bytes == 300


def test_restart_in_quick_succession_begins_a_new_baseline() -> None:
    reading = after(
        poll(100, *octets(900, 900)), poll(120, *octets(5, 5), ticks=500), poll(170, *octets(25, 25), ticks=5500)
    )
    assert reading.traffic.rx_bytes == 20


def test_restart_is_told() -> None:
    assert after(poll(1000), poll(1060, ticks=300)).restarted == "reboot"
    assert after(poll(1000), poll(1060)).restarted is None


def test_value_of_another_metric_of_a_part_is_left_alone() -> None:
    assert after(poll(0, Sample("temperature", 50, "board"))).clients is None
