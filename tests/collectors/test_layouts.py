"""Older and newer layouts of one vendor's objects, beside those in the recordings; every value is invented."""

import asyncio
from typing import Any

import pytest

from collectors.agent import Object
from collectors.conformance import play
from collectors.result import PollResult
from collectors.snmp.codec import Tag

NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
FROGFOOT = "1.3.6.1.4.1.10002.1"
UNIFI = "1.3.6.1.4.1.41112.1.6"
AIRMAX = "1.3.6.1.4.1.41112.1.4"
LTU = "1.3.6.1.4.1.41112.1.10.1"
MIKROTIK = "1.3.6.1.4.1.14988.1.1"
EPMP = "1.3.6.1.4.1.17713.21"
CANOPY = "1.3.6.1.4.1.161.19.3"
TELTONIKA = "1.3.6.1.4.1.48690"
MIMOSA = "1.3.6.1.4.1.43356.2.1.2"
UCD_EXTEND = "1.3.6.1.4.1.2021.7890.1.101.1"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"


def polled(sys_object_id: str, sys_descr: str, base: str, objects: dict[str, Any]) -> PollResult:
    device: dict[str, Object] = {
        "1.3.6.1.2.1.1.1.0": Object(Tag.OCTET_STRING, sys_descr.encode()),
        "1.3.6.1.2.1.1.2.0": Object(Tag.OBJECT_IDENTIFIER, sys_object_id),
        "1.3.6.1.2.1.1.3.0": Object(Tag.TIME_TICKS, 600_000),
    }
    for oid, value in objects.items():
        full = f"{base}{oid}" if oid.startswith(".") else oid
        device[full] = (
            Object(Tag.INTEGER, value) if isinstance(value, int) else Object(Tag.OCTET_STRING, value.encode())
        )
    return asyncio.run(play({"device": device}))["device"]


def told(result: PollResult) -> dict[tuple[str, str], float]:
    return {
        (sample.metric, sample.label): sample.value
        for sample in result.samples
        if not sample.metric.startswith(("if_", "cpu"))
    }


def named(result: PollResult) -> tuple[str, str, str, str]:
    assert result.identity
    return result.profile, result.identity.model, result.identity.firmware, result.identity.serial


def test_a_unifi_access_point_has_a_third_radio() -> None:
    result = polled(
        NET_SNMP,
        "U7-Pro-Max 8.0.19.17017",
        UNIFI,
        {".1.1.1.3.3": "6e", ".1.1.1.6.3": 3, ".1.2.1.4.5": 37, ".1.2.1.6.5": "WiFi Warga", ".1.2.1.8.5": 9,
         ".1.2.1.9.5": "6e", ".1.2.1.21.5": 24, ".1.2.1.8.6": 2, ".1.2.1.6.6": "WiFi Warga", ".1.2.1.9.6": "na"},
    )  # fmt: skip

    assert named(result)[:3] == ("unifi", "U7-Pro-Max", "8.0.19.17017")
    assert told(result) == {
        ("clients", ""): 11,
        ("radio_clients", "5 GHz"): 2,
        ("radio_clients", "6 GHz"): 9,
        ("ssid_clients", "WiFi Warga"): 11,
        ("radio_channel", "6 GHz"): 37,
        ("radio_frequency", "6 GHz"): 6135,
        ("radio_tx_power", "6 GHz"): 24,
        ("radio_utilisation", "6 GHz"): 3,
    }


def test_an_old_unifi_access_point_is_no_airmax_radio() -> None:
    result = polled(FROGFOOT, "Linux 2.6.32.33", UNIFI, {".1.2.1.9.1": "ng", ".1.2.1.8.1": 4, ".1.2.1.6.1": "WiFi"})

    assert (result.profile, told(result)[("clients", "")]) == ("unifi", 4)


@pytest.mark.parametrize(("said", "bits"), [(162_000, 162_000_000), (270_000_000, 270_000_000)])
def test_airmax_rates_are_in_kilobits_before_version_8(said: int, bits: int) -> None:
    result = polled(FROGFOOT, "Linux 2.6.32.68", AIRMAX, {".1.1.4.1": 5180, ".5.1.9.1": said})

    assert told(result)[("radio_tx_rate", "radio")] == bits


def test_an_ltu_station_counts_nobody() -> None:
    result = polled(
        NET_SNMP, "Linux x", LTU, {".2.1.0": 1, ".2.2.0": 5_700, ".3.4.0": "v2.3.2", ".4.1.2.2.0.94.0.187.1": 8}
    )

    assert told(result) == {("radio_frequency", "radio"): 5_700, ("radio_mcs", "station 1 receiving"): 8}


def test_a_routeros_station_tells_of_its_link() -> None:
    result = polled(
        f"{FROGFOOT.removesuffix('10002.1')}14988.1",
        "RouterOS SXTsq 5 ac",
        MIKROTIK,
        {f"{IF_NAME}.3": "wlan1", ".1.1.1.2.3": 300_000_000, ".1.1.1.3.3": 270_000_000, ".1.1.1.4.3": -58,
         ".1.1.1.7.3": 5_560, ".1.1.1.8.3": "5560/20-Ceee/ac", ".1.1.1.9.3": 96, ".1.1.1.10.3": 88},
    )  # fmt: skip

    assert told(result) == {
        ("radio_frequency", "wlan1"): 5_560,
        ("radio_rssi", "wlan1"): -58,
        ("radio_tx_rate", "wlan1"): 300_000_000,
        ("radio_rx_rate", "wlan1"): 270_000_000,
        ("radio_ccq", "wlan1"): 96,
        ("radio_ccq", "wlan1 receiving"): 88,
        ("radio_width", "wlan1"): 80,
    }


def test_routeros_counts_registrations_of_the_wifi_package() -> None:
    stations = {f".21.4.1.3.{i}": ssid for i, ssid in ((1, "WiFi Warga"), (2, "WiFi Warga"), (3, "Petugas"))}
    signals = {f".21.4.1.6.{i}": -60 - i for i in (1, 2, 3)}
    result = polled(
        "1.3.6.1.4.1.14988.1",
        "RouterOS cAP ax",
        MIKROTIK,
        {f"{IF_NAME}.2": "wifi1", ".21.5.1.4.2": 2_437, **stations, **signals},
    )

    assert told(result) == {
        ("clients", ""): 3,
        ("ssid_clients", "WiFi Warga"): 2,
        ("ssid_clients", "Petugas"): 1,
        ("radio_frequency", "wifi1"): 2_437,
    }


def test_routeros_as_capsman_lists_its_access_points() -> None:
    result = polled(
        "1.3.6.1.4.1.14988.1",
        "RouterOS CCR2004",
        MIKROTIK,
        {f"{IF_NAME}.21": "cap1", f"{IF_NAME}.22": "cap2", ".1.7.1.2.21": 7, ".1.7.1.2.22": 12,
         ".1.7.1.5.21": "2437/20-Ce/gn(20dBm)", ".1.7.1.5.22": "5560/20-Ceee/ac(23dBm)",
         ".1.5.1.12.2.0.94.0.221.1.21": "WiFi Warga", ".1.5.1.12.2.0.94.0.221.2.22": "WiFi Warga",
         ".1.11.1.2.1": "CAP-pasar", ".1.11.1.3.1": "Run", ".1.11.1.2.2": "CAP-masjid", ".1.11.1.3.2": "Idle"},
    )  # fmt: skip

    assert told(result) == {
        ("clients", ""): 19,
        ("radio_clients", "cap1"): 7,
        ("radio_clients", "cap2"): 12,
        ("ssid_clients", "WiFi Warga"): 2,
        ("radio_frequency", "cap1"): 2_437,
        ("radio_frequency", "cap2"): 5_560,
        ("radio_width", "cap1"): 40,
        ("radio_width", "cap2"): 80,
        ("radio_tx_power", "cap1"): 20,
        ("radio_tx_power", "cap2"): 23,
        ("aps_up", ""): 1,
        ("aps_known", ""): 2,
    }
    assert [(one.name, one.up) for one in result.access_points or ()] == [("CAP-pasar", True), ("CAP-masjid", False)]


def test_an_epmp_subscriber_tells_of_itself() -> None:
    result = polled(
        "1.3.6.1.4.1.17713.21.9.20",
        "Linux ePMP",
        EPMP,
        {".3.8.2.1.0": 2, ".1.2.1.0": 5_180, ".1.2.3.0": -61, ".1.2.5.0": 21, ".1.2.6.0": 7, ".1.2.7.0": 9,
         ".1.2.18.0": 33, ".1.2.12.0": "1.4"},
    )  # fmt: skip

    assert named(result)[1] == "ePMP SM"
    assert told(result) == {
        ("radio_frequency", "radio"): 5_180,
        ("radio_rssi", "radio"): -61,
        ("radio_tx_power", "radio"): 21,
        ("radio_mcs", "uplink"): 7,
        ("radio_mcs", "downlink"): 9,
        ("radio_snr", "radio"): 33,
        ("radio_distance", "radio"): 1_400,
    }


@pytest.mark.parametrize(("said", "mhz"), [(57_425, 5_742.5), (5_742_500, 5_742.5)])
def test_canopy_frequencies_come_in_two_units(said: int, mhz: float) -> None:
    result = polled("1.3.6.1.4.1.161.19.250.256", "CANOPY 12.0 SM", CANOPY, {".2.2.67.0": said, ".2.2.8.0": '"-63"'})

    assert told(result) == {("radio_frequency", "radio"): mhz, ("radio_rssi", "radio"): -63}


def test_a_canopy_backhaul_is_named_by_its_box() -> None:
    result = polled(
        "1.3.6.1.4.1.161.19.250.256", "CANOPY 13.1 BHUL450-DES", CANOPY, {".3.1.6.0": "5.7GHz - BHUL450 - BHM"}
    )

    assert named(result)[1] == "PTP 450"


def test_the_oldest_teltonika_layout_is_scalars() -> None:
    result = polled(
        NET_SNMP,
        "Linux Teltonika-RUT230.com 3.18.44 #1",
        TELTONIKA,
        {".1.5.0": "1000000001", ".1.7.0": "RUT230", ".2.4.0": "-71", ".2.9.0": 380, ".2.14.0": "RUT2XX_R_00.01.14.1",
         ".2.22.0": "12.4", ".2.23.0": "-99", ".2.24.0": "-11.5"},
    )  # fmt: skip

    assert named(result) == ("teltonika", "RUT230", "RUT2XX_R_00.01.14.1", "1000000001")
    assert told(result) == {
        ("cell_rssi", "modem 1"): -71,
        ("cell_rsrp", "modem 1"): -99,
        ("cell_rsrq", "modem 1"): -11.5,
        ("cell_sinr", "modem 1"): 12.4,
        ("temperature", ""): 38,
    }


def test_a_mimosa_access_point_counts_its_clients() -> None:
    result = polled(
        "1.3.6.1.4.1.43356.1.1.3",
        "Mimosa A5 Firmware 2.9.0",
        MIMOSA,
        {".9.1.1.1.2.1": "Warga", ".9.3.3.1.2.1": "5 GHz", ".9.3.3.1.7.1": 5_500, ".9.3.3.1.9.1": 40,
         ".9.3.3.1.10.1": 22, ".9.6.1.1.3.1": 40, ".9.6.1.1.3.2": 40, ".9.6.1.1.11.1": -620, ".9.6.1.1.11.2": -700},
    )  # fmt: skip

    assert told(result) == {
        ("clients", ""): 2,
        ("radio_frequency", "5 GHz"): 5_500,
        ("radio_width", "5 GHz"): 40,
        ("radio_tx_power", "5 GHz"): 22,
        ("radio_rssi", "station 1"): -62,
        ("radio_rssi", "station 2"): -70,
    }


def test_an_integra_x_has_two_radios() -> None:
    base = "1.3.6.1.4.1.7571.100.1.1.7.10"
    objects = {".2.1.1.0": 15, ".2.1.2.0": 17_730_000, ".2.1.3.0": -44, ".2.2.1.0": 14, ".2.2.9.0": 18_740_000,
               ".3.1.10.0": 474_000, ".3.2.9.0": 460_000}  # fmt: skip
    result = polled(base, "Prod: Integra-X;Vers: 3.20.1;S/N: 300000000003", base, objects)

    assert named(result) == ("saf-integra", "Integra-X", "3.20.1", "300000000003")
    assert told(result) == {
        ("radio_tx_power", "radio A"): 15,
        ("radio_frequency", "radio A"): 17_730,
        ("radio_rssi", "radio A"): -44,
        ("radio_tx_power", "radio B"): 14,
        ("radio_frequency", "radio B receiving"): 18_740,
        ("radio_tx_rate", "radio A"): 474_000_000,
        ("radio_rx_rate", "radio B"): 460_000_000,
    }


def test_older_instructions_for_openwrt_name_the_firmware_elsewhere() -> None:
    result = polled(NET_SNMP, "Linux x 4.14", "", {UCD_EXTEND: "OpenWrt 19.07.8 r11364"})

    assert named(result)[0::2] == ("openwrt", "19.07.8 r11364")
