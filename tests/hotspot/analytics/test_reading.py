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
    assert reading.detail == {"radios": [], "ssids": [], "interfaces": [], "extras": {}}


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
        "extras": {},
    }


def test_detail_of_a_radio_has_all_that_radios_tell_but_counters() -> None:
    told = {
        "band": 5, "width": 80, "tx_rate": 866_000_000, "rx_rate": 433_000_000, "rssi": -61, "snr": 34, "quality": 88,
        "ccq": 91.5, "capacity": 70, "mcs": 9, "distance": 1_200, "error_ratio": 2,
    }  # fmt: skip
    samples = [Sample(f"radio_{name}", value, "wifi1") for name, value in told.items()]
    reading = after(poll(0, *samples, Sample("radio_errors", 7, "wifi1", 32), Sample("radio_retries", 7, "wifi1", 32)))
    assert reading.detail["radios"] == [{"label": "wifi1", **told}]


def test_extras_are_what_else_the_device_tells_of_itself() -> None:
    reading = after(
        poll(
            0,
            Sample("temperature", 41, "board"),
            Sample("temperature", 52.25, "radio"),
            Sample("cell_rsrp", -97),
            Sample("aps_known", 3),
        )
    )
    assert reading.detail["extras"] == {"temperature": 52.2, "cell_rsrp": -97, "aps_known": 3}


def stopped(at: float, discontinuity: float | None, rx: int) -> PollResult:
    """One of two interfaces says when its counters last stood on their own."""
    told = () if discontinuity is None else (Sample("if_discontinuity", discontinuity, "eth0"),)
    return poll(at, *octets(rx, rx), *told, *octets(rx, rx, "eth1"))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(0, 0, 500), (700, 700, 500), (0, 700, None), (700, 0, None), (None, 700, 500), (700, None, 500)],
)
def test_discontinuity_is_a_gap_of_that_interface(
    before: float | None, now: float | None, expected: int | None
) -> None:
    reading = after(stopped(1000, before, 100), stopped(1060, now, 600))
    assert reading.traffic.rx_bytes == expected
    assert reading.detail["interfaces"][1]["rx_bps"] == round(500 * 8 / 60)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ((0, 0), (0, 0), (None, None)),  # an interface through which we ask has counted something
        ((5, 0), (5, 0), (0, 0)),
        ((0, 0), (7, 0), (7, 0)),
    ],
)
def test_counters_that_stand_at_zero_count_nothing(
    before: tuple[int, int], now: tuple[int, int], expected: tuple[int | None, int | None]
) -> None:
    errors = Sample("if_in_errors", 3, "eth0", 32)
    traffic = after(poll(1000, *octets(*before), errors), poll(1060, *octets(*now), errors)).traffic
    assert (traffic.rx_bytes, traffic.tx_bytes, traffic.errors) == (*expected, 0)


def test_nothing_is_counted_over_a_restart_of_the_agent_alone() -> None:
    clocks = AgentClock(10**7, 10**9), AgentClock(300, 10**9 + 6000)
    first, second = (
        PollResult(1, at, reachable=True, clock=clock, samples=octets(rx, rx))
        for at, clock, rx in zip((1000, 1060), clocks, (1000, 2000), strict=True)
    )
    reading = after(first, second)
    assert (reading.restarted, reading.traffic) == ("agent_restart", NO_TRAFFIC)


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
