import re
from typing import Any

import pytest

from collectors.decoders import total_of_rows
from collectors.judgement import DIFFERS, MISSING, RIGHT, WRONG, Difference, Judged, judge, same_number, same_text
from collectors.metrics import METRICS
from collectors.profile import Source
from collectors.result import Identity, ManagedAccessPoint, PollResult, Sample
from collectors.told import Told

A, B, C = "1.3.6.1.4.1.9.1", "1.3.6.1.4.1.9.2", "1.3.6.1.4.1.9.3"
KEY = "02:00:5e:00:00:01"


def told(metric: str, value: float, label: str = "", *oids: str, **source: Any) -> Told:
    of = Source(METRICS[metric], metric, column="1.3.6.1.4.1.9", **source)
    return Told(Sample(metric, value, label), frozenset(oids), source=of)


def sensor(kind: str, value: object, *oids: str, descr: str = "") -> dict[str, Any]:
    return {"class": kind, "index": "1", "descr": descr or kind, "value": value, "oids": [f".{oid}" for oid in oids]}


def judged(said: dict[str, Any], *samples: Told, result: PollResult | None = None, **more: Any) -> list[Judged]:
    return judge(said, result or PollResult(1, 0.0, True), samples, more.get("differences", ()))


def outcomes(said: dict[str, Any], *samples: Told, **more: Any) -> list[str]:
    return [one.outcome for one in judged(said, *samples, **more)]


@pytest.mark.parametrize(
    ("said", "found", "outcome"),
    [
        ("R500", "", MISSING),
        ("9.13.3.0.145 (US)", "9.13.3.0.145", RIGHT),
        ("8.7.4", "XC.v8.7.4", RIGHT),
        ("R500", "R510", WRONG),
        ("R500", "5", WRONG),
        ("7", "7", RIGHT),
    ],
)
def test_texts_are_the_same_when_one_holds_the_other(said: str, found: str, outcome: str) -> None:
    assert same_text(said, found) == outcome


@pytest.mark.parametrize(
    ("expected", "found", "same"), [(4, 4, True), (4, 4.4, True), (4, 4.6, False), (3.7, 3.74, True), (3.7, 3.8, False)]
)
def test_numbers_are_the_same_as_far_as_the_expected_has_digits(expected: float, found: float, same: bool) -> None:
    assert same_number(expected, found) is same


@pytest.mark.parametrize(
    ("sensors", "samples", "expected"),
    [
        ([sensor("snr", 30, A)], [told("radio_snr", 30, "x", A)], [RIGHT]),
        ([sensor("snr", 30, A)], [told("radio_snr", 31, "x", A)], [WRONG]),
        ([sensor("snr", 30, A)], [], [MISSING]),
        ([sensor("runtime", 30, A)], [told("radio_snr", 30, "x", A)], [MISSING]),  # nothing of ours is that
        ([sensor("snr", "n/a", A)], [], []),
        ([sensor("snr", "30", A), sensor("snr", 30, A)], [told("radio_snr", 30, "x", A)], [RIGHT]),  # one value, once
        ([sensor("distance", 1.2, A)], [told("radio_distance", 1200, "x", A)], [RIGHT]),
        ([sensor("power", -70, A)], [told("radio_rssi", -70, "x", A)], [RIGHT]),
        ([sensor("noise-floor", 0, A)], [], [DIFFERS]),  # no noise of a radio that is off
        # several of ours make up the one expected, one of ours is made of several expected ones
        ([sensor("clients", 7, A, B)], [told("ssid_clients", 3, "x", A), told("ssid_clients", 4, "y", B)], [RIGHT]),
        ([sensor("clients", 7, A, B)], [told("ssid_clients", 3, "x", A)], [MISSING]),
        ([sensor("clients", 3, A), sensor("clients", 4, B)], [told("ssid_clients", 7, "x", A, B)], [RIGHT, RIGHT]),
        ([sensor("clients", 3, A), sensor("clients", 4, B)], [told("ssid_clients", 8, "x", A, B)], [WRONG, WRONG]),
        ([sensor("clients", 3, A)], [told("clients", 7, "", A, B)], [MISSING]),
        ([sensor("power", 20, A)], [told("radio_tx_power", 20, "5 GHz", A, B)], [RIGHT]),  # rows that tell the same
        ([sensor("errors", 9, A)], [told("radio_errors", 9, "x", A, "1.3.6.1.5.1")], [RIGHT]),  # B is for the decoder
    ],
)
def test_a_sensor_is_judged_by_the_objects_it_is_made_of(
    sensors: list[dict[str, Any]], samples: list[Told], expected: list[str]
) -> None:
    assert outcomes({"wireless": sensors}, *samples) == expected


@pytest.mark.parametrize(
    ("sensors", "samples", "expected"),
    [
        ([sensor("clients", 4, descr="Total Clients")], [told("clients", 4)], [RIGHT]),
        ([sensor("clients", 4, descr="SSID WiFi Clients")], [told("ssid_clients", 4, "WiFi")], [RIGHT]),
        ([sensor("clients", 4, descr="SSID WiFi Clients")], [told("ssid_clients", 5, "WiFi")], [WRONG]),
        ([sensor("clients", 0, descr="SSID WiFi Clients")], [told("clients", 0)], [RIGHT]),
        ([sensor("clients", 2, descr="SSID WiFi Clients")], [told("clients", 2)], [MISSING]),
        ([sensor("clients", 0, descr="SSID A")], [told("ssid_clients", 2, "B", C, label_value=True)], [RIGHT]),
        ([sensor("clients", 4, A)], [told("clients", 4, "", B)], [RIGHT]),  # another object for the same
        ([sensor("clients", 4, A, B)], [told("clients", 4, "", C)], [MISSING]),
    ],
)
def test_where_objects_tell_nothing_a_sensor_is_judged_by_its_name(
    sensors: list[dict[str, Any]], samples: list[Told], expected: list[str]
) -> None:
    assert outcomes({"wireless": sensors}, *samples) == expected


def test_a_sum_that_leaves_rows_out_is_compared_by_its_own_rows() -> None:
    whole = told("clients", 7, "", A, B, reduce=total_of_rows)

    assert outcomes({"wireless": [sensor("clients", 3, A), sensor("clients", 4, B)]}, whole) == [RIGHT, RIGHT]


def test_scalars_are_judged_with_the_sensors_and_only_once() -> None:
    said = {"wireless": [sensor("clients", 4, A)], "scalars": {"clients_2g": {"oid": A, "value": 4}, "uptime": {}}}

    assert outcomes(said, told("clients", 4, "", A)) == [RIGHT]


def test_what_differs_on_purpose_says_why() -> None:
    reason = Difference(re.compile("^snr"), "turned round", system="acme")
    said = {"os": "acme", "wireless": [sensor("snr", -30, A)]}

    (one,) = judged(said, told("radio_snr", 30, "x", A), differences=[reason])

    assert (one.outcome, one.why, one.found) == (DIFFERS, "turned round", "30")
    assert outcomes(said | {"os": "other"}, told("radio_snr", 30, "x", A), differences=[reason]) == [WRONG]


def test_the_identity_is_judged_where_one_is_expected() -> None:
    result = PollResult(1, 0.0, True, identity=Identity(model="A-1", serial="S-1"))

    found = judged({"hardware": "A-1", "version": "2.0", "serial": None}, result=result)

    assert [(one.group, one.outcome) for one in found] == [("model", RIGHT), ("firmware", MISSING)]


@pytest.mark.parametrize(
    ("said", "samples", "outcome"),
    [
        ({"processors": [{"oid": A, "value": 10}, {"oid": B, "value": 20}]}, [told("cpu", 15, "", A, B)], RIGHT),
        ({"processors": [{"oid": A, "value": 10}, {"oid": B, "value": 20}]}, [told("cpu", 10, "", A)], RIGHT),
        ({"processors": [{"oid": A, "value": 10}, {"oid": B, "value": 90}]}, [told("cpu", 30, "", A, B)], WRONG),
        ({"processors": [{"oid": A, "value": 10}]}, [], MISSING),
        (
            {"mempools": [{"descr": "Swap", "percent": 9}, {"descr": "RAM", "percent": 50}]},
            [told("memory", 50.4)],
            RIGHT,
        ),
        ({"mempools": [{"descr": "RAM", "percent": 50}]}, [told("memory", 60, reduce=total_of_rows)], WRONG),
        ({"health": [{"class": "temperature", "oid": A, "value": 40}]}, [told("temperature", 40, "", A)], RIGHT),
    ],
)
def test_a_device_has_one_processor_load_memory_and_temperature(
    said: dict[str, Any], samples: list[Told], outcome: str
) -> None:
    assert outcomes(said, *samples) == [outcome]


def test_memory_that_is_only_buffers_is_not_expected() -> None:
    said = {"mempools": [{"descr": "Memory buffers", "percent": 4}], "health": [{"class": "state", "value": 1}]}

    assert outcomes(said, told("memory", 50)) == []


def test_stations_by_ssid_are_sums_of_its_rows() -> None:
    rows = [{"ssid": "WiFi", "clients_24": 1, "clients_5": 2}, {"ssid": "WiFi", "clients": 4}, {"ssid": "Kantor"}]
    said = {"ssids": [*rows, {"ssid": "Lain", "clients": 1}]}

    assert outcomes(said, told("ssid_clients", 7, "WiFi")) == [RIGHT, MISSING]


def controlled(row: dict[str, Any], ours: ManagedAccessPoint | None, *samples: Told) -> dict[str, str]:
    said = {
        "access_points": [{"id": KEY, "oid_suffix": "2.0.94.0.0.1"} | row],
        "columns": {"radio": {"channel_text": A, "noise_neg": B}},
    }
    result = PollResult(1, 0.0, True, access_points=(ours,) if ours else ())
    return {one.what.removeprefix(f"{KEY} "): one.outcome for one in judged(said, *samples, result=result)}


def test_an_access_point_is_judged_fact_by_fact() -> None:
    row = {"name": "balai", "up": True, "ip": "10.0.9.1", "version": "", "uptime_ticks": 8_640_099, "clients": 3}
    row |= {"mem_free": 30, "mem_total": 60, "cpu": 4}
    samples = [
        Told(Sample("clients", 3), access_point=KEY),
        Told(Sample("memory", 50), access_point=KEY),
    ]

    found = controlled(row, ManagedAccessPoint(KEY, "balai", True, "10.0.9.2", uptime_s=86_400), *samples)

    assert found == {
        "listed": RIGHT, "up": RIGHT, "name": RIGHT, "ip": WRONG, "uptime": RIGHT, "clients": RIGHT, "cpu": MISSING,
        "memory": RIGHT,
    }  # fmt: skip


def test_an_access_point_that_is_not_listed_misses_everything() -> None:
    found = controlled({"name": "balai", "up": True, "uptime_s": 9, "clients": 3}, None)

    assert set(found.values()) == {MISSING}


def test_one_that_is_down_tells_nothing_and_255_degrees_are_none() -> None:
    down = controlled({"up": False, "uptime_s": 0, "clients": 0}, ManagedAccessPoint(KEY, up=False))
    hot = controlled({"up": True, "temperature": 255}, ManagedAccessPoint(KEY, up=True))

    assert down == {"listed": RIGHT, "up": RIGHT, "uptime": DIFFERS, "clients": DIFFERS}
    assert hot == {"listed": RIGHT, "up": RIGHT, "temperature": DIFFERS}


def test_radios_are_judged_by_the_columns_of_the_collection() -> None:
    radios = [{"oid_suffix": "7.0", "radio": 0, "channel_text": "116E", "noise_neg": 94, "clients": 3}]
    channel = Told(Sample("radio_channel", 116, "5 GHz"), frozenset([f"{A}.7.0"]), KEY)
    noise = Told(Sample("radio_noise", -90, "5 GHz"), frozenset([f"{B}.7.0"]), KEY)

    found = controlled({"radios": radios}, ManagedAccessPoint(KEY), channel, noise)

    assert found == {"radio 0 channel_text": RIGHT, "radio 0 noise_neg": WRONG}  # of what has no column nothing is said


def test_a_channel_text_without_a_number_is_nothing() -> None:
    assert controlled({"radios": [{"oid_suffix": "7.0", "channel_text": "off"}]}, ManagedAccessPoint(KEY)) == {}
