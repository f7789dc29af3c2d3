import asyncio
from typing import Any

import pytest

from collectors import identify
from collectors.oids import SNMP_ENGINE_ID
from collectors.profile_file import load, parse
from collectors.snmp.base import Value
from tests.collectors.replay import Replay

PROFILES = load()
NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
ACCESS_POINTS = "1.3.6.1.4.1.2011.6.139.12.1.2.1.0"  # hwWlanCurJointApNum
JOINED = "1.3.6.1.4.1.9.9.513.1.3.35.0"  # cLApGlobalAPConnectCount
RUCKUS = "1.3.6.1.4.1.25053.1"
FROGFOOT = "1.3.6.1.4.1.10002.1"
SIKLU = "1.3.6.1.4.1.31926.1"
EXTEND_DISTRO = "1.3.6.1.4.1.8072.1.3.2.3.1.1.6.100.105.115.116.114.111"


def found(sys_object_id: str, sys_descr: str, objects: dict[str, Value] | None = None) -> str:
    profile = asyncio.run(identify.find(Replay(objects or {}), PROFILES, sys_object_id, sys_descr))
    return profile.name if profile else ""


@pytest.mark.parametrize(
    ("sys_object_id", "sys_descr", "objects", "profile"),
    [
        (NET_SNMP, "UAP-AC-Mesh-Pro 6.6.55", {}, "unifi"),
        (NET_SNMP, "U7-Pro 8.0.19", {}, "unifi"),
        ("1.3.6.1.4.1.41112.1.6", "U6-LR 6.5.62", {}, "unifi"),
        (FROGFOOT, "Linux 3.3.8", {"1.2.840.10036.3.1.2.1.3.6": b"UAP-LR"}, "unifi"),
        (FROGFOOT, "Linux 2.6.33", {"1.3.6.1.4.1.41112.1.4.1.1.4.1": 5745}, "airmax"),
        (FROGFOOT, "Linux 2.6.33", {"1.3.6.1.4.1.41112.1.3.1.1.5.1": 5320}, "airfiber"),
        (FROGFOOT, "Linux 4.9.241", {"1.3.6.1.4.1.41112.1.11.1.2.4.1": b"v2.6.2"}, "airfiber-60"),
        (NET_SNMP, "Linux x 3.14.65", {"1.3.6.1.4.1.41112.1.10.1.3.4.0": b"v2.3.2"}, "airfiber-ltu"),
        (FROGFOOT, "Linux 2.6.33", {}, "airmax"),  # what has no other table
        (FROGFOOT, "Linux 2.6.33 #1 Mon Jan 3 10:00:00 WIB 2022 armv5tejl", {}, "airfiber"),
        (FROGFOOT, "Linux 4.9.241 #2 SMP Mon Jan 3 10:00:00 WIB 2022 armv7l", {}, "airfiber-60"),
        (NET_SNMP, "Linux x 3.14.65 #7 SMP PREEMPT RT Mon Jan 3 10:00:00 UTC 2022 armv7l", {}, "airfiber-ltu"),
        (FROGFOOT, "NFT 2N v1.4", {}, "ligowave"),
        ("1.3.6.1.4.1.41112.1.5", "EdgeOS v2.0.9", {}, "edgerouter"),
        ("1.3.6.1.4.1.41112.1.4", "Linux 2.6.32", {}, "airmax"),
        (NET_SNMP, "Linux gwn 4.4.60", {"1.3.6.1.4.1.42397.1.1.2.1.0": b"GWN7660"}, "grandstream"),
        (NET_SNMP, "Linux gwn 4.4.60", {"1.3.6.1.4.1.42397.1.1.2.1.0": b"UCM6302"}, ""),
        (NET_SNMP, "Linux x", {"1.3.6.1.4.1.2021.7890.1.101.1": b"OpenWrt 19.07"}, "openwrt"),
        (NET_SNMP, "Linux OpenWrt 5.4.137 #0 SMP", {}, "openwrt"),
        (NET_SNMP, "Linux web-1 5.10.0-8-amd64", {}, ""),
        (NET_SNMP, "Linux wap 3.10.108-d8 #24797 Thu Jun 6", {}, "dd-wrt"),
        (NET_SNMP, "Linux x", {EXTEND_DISTRO: b"ASUSWRT RT-AX88U 386.12_4"}, "asuswrt-merlin"),
        (NET_SNMP, "Linux x", {EXTEND_DISTRO: b"Debian GNU/Linux 12"}, ""),
        (NET_SNMP, "Linux Teltonika-RUT240.com 3.18.44 #1", {}, "teltonika"),
        (NET_SNMP, "Linux x", {"1.3.6.1.4.1.48690.1.6.0": b"RUTX_R_00.07.06.3"}, "teltonika"),
        (NET_SNMP, "Linux x", {"1.3.6.1.4.1.48690.2.14.0": b"RUT2XX_R_00.01.07.1"}, "teltonika"),
        ("1.3.6.1.4.1.14988.1", "router", {}, "mikrotik"),
        ("1.3.6.1.4.1.14988.10", "something else", {}, ""),  # a longer number, not a branch
        ("1.3.6.1.4.1.25053.3.1.4.71", "Ruckus Wireless Inc (C) 2006", {}, "ruckus-standalone"),
        ("1.3.6.1.4.1.25053.3.1.11.1", "SmartZone", {}, "ruckus-smartzone"),
        ("1.3.6.1.4.1.25053.3.1.5.15", "Ruckus", {f"{RUCKUS}.2.1.1.1.1.9.0": b"zd1200"}, "ruckus-zonedirector"),
        ("1.3.6.1.4.1.25053.3.1.5.15", "Ruckus", {f"{RUCKUS}.15.1.1.1.1.9.0": b"R650"}, "ruckus-unleashed"),
        ("1.3.6.1.4.1.14823.1.2.59", "ArubaOS (MODEL: 225), Version 8.4.0.0", {}, "aruba-instant"),
        ("1.3.6.1.4.1.14823.1.1.32", "ArubaOS (MODEL: Aruba7210), Version 6.5.1.6", {}, "aruba-controller"),
        ("1.3.6.1.4.1.674.10895.5009", "ArubaOS (MODEL: W-3200), Version 6.1", {}, "aruba-controller"),
        ("1.3.6.1.4.1.9.1.1069", "Cisco Controller", {}, "cisco-aireos"),
        ("1.3.6.1.4.1.9.1.1", "Cisco IOS Software, C3560 Software", {}, ""),
        ("1.3.6.1.4.1.17713.21.9.37", "Linux EPMP-AP-01", {}, "cambium-epmp"),
        ("1.3.6.1.4.1.17713.24", "Cambium Networks cnMatrix", {}, "cambium-cnmatrix"),
        ("1.3.6.1.4.1.99999.1", "cnPilot R201P", {}, "cambium-cnpilot-r"),
        ("1.3.6.1.4.1.17713.22", "cnPilot E600", {}, "cambium-cnpilot"),
        ("1.3.6.1.4.1.17713.11", "PTP 50670-04-10", {}, "cambium-ptp"),
        ("1.3.6.1.4.1.17713.6", "PTP 58600", {}, "cambium-ptp600"),
        ("1.3.6.1.4.1.7571.100.1.1.7.2", "SAF microwave radio", {}, "saf-integra"),
        ("1.3.6.1.4.1.7571.100.1.1.5.1", "SAF microwave radio", {}, "saf-cfip"),
        ("1.3.6.1.4.1.7571.100.1.1.2.22", "SAF microwave radio", {}, "saf-cfm"),
        ("1.3.6.1.4.1.9.1.2530", "Cisco IOS Software [Cupertino], C9800 Software", {}, "cisco-iosxe-wlc"),
        ("1.3.6.1.4.1.9.1.2694", "Cisco IOS Software [IOSXE], Catalyst L3 Switch", {JOINED: 0}, "cisco-iosxe"),
        ("1.3.6.1.4.1.9.1.2694", "Cisco IOS Software [IOSXE], Catalyst L3 Switch", {JOINED: 4}, "cisco-iosxe-wlc"),
        ("1.3.6.1.4.1.9.1.2926", "Cisco Business Wireless", {}, "cisco-aireos"),
        ("1.3.6.1.4.1.12356.101.1.644", "", {}, "fortigate"),
        ("1.3.6.1.4.1.12356.103.1.64", "FortiManager", {}, ""),
        ("1.3.6.1.4.1.15983.1.1.7.3", "controller", {}, "meru"),
        ("1.3.6.1.4.1.4329.15.1.1.13", "Extreme Networks Wireless Controller", {}, "extreme-wireless"),
        ("1.3.6.1.4.1.25506.1.1936", "H3C Comware", {"1.3.6.1.4.1.25506.2.75.1.1.2.1.0": 3}, "comware-ac"),
        ("1.3.6.1.4.1.25506.1.264", "H3C Comware", {"1.3.6.1.4.1.2011.10.2.75.1.1.2.1.0": 0}, "comware-ac"),
        ("1.3.6.1.4.1.25506.11.1.24", "HP Comware Platform Software", {}, ""),
        ("1.3.6.1.4.1.4881.1.1.10.1.137", "Ruijie", {"1.3.6.1.4.1.4881.1.1.10.2.56.1.1.11.0": 2}, "ruijie-ac"),
        ("1.3.6.1.4.1.388.50.1.1.35", "VX9000", {"1.3.6.1.4.1.388.50.1.4.2.1.1.7.9": 1}, "wing"),
        ("1.3.6.1.4.1.29671.1", "Meraki Cloud", {"1.3.6.1.4.1.29671.1.1.4.1.3.9": 1}, "meraki-cloud"),
        ("1.3.6.1.4.1.23695", "Peplink MAX BR1", {}, "peplink"),
        ("1.3.6.1.4.1.23695", "Peplink FusionHub", {}, ""),
        ("1.3.6.1.4.1.14525.3.3.8", "Juniper Networks Inc WLC880R", {}, "trapeze"),
        ("1.3.6.1.4.1.890.1.15", "NXC2500", {}, "zyxel-nxc"),
        ("1.3.6.1.4.1.2011.2.240.7", "Huawei ACU2 Huawei Versatile Routing Platform", {}, "huawei-ac"),
        ("1.3.6.1.4.1.2011.2.224.62", "Huawei Versatile Routing Platform", {ACCESS_POINTS: 0}, "huawei-vrp"),
        ("1.3.6.1.4.1.2011.2.23.9", "Huawei Versatile Routing Platform", {ACCESS_POINTS: 9}, "huawei-ac"),
        ("1.3.6.1.4.1.8072.3.2.10", "WAX640S-6E", {}, "zyxel-nwa"),
        ("1.3.6.1.4.1.890.1.15", "XGS4600-32F", {}, ""),
        ("1.3.6.1.4.1.890.1.15", "ZyWALL 2X", {}, ""),
        ("1.3.6.1.4.1.8072.3.2.10", "Linux", {"1.3.6.1.4.1.11863.10.1.1.1.0": 3}, "tplink-eap"),
        ("1.3.6.1.4.1.11863.5.33", "JetStream 24-Port Gigabit L2 Managed Switch", {}, ""),
        ("1.3.6.1.4.1.2356.500.2.15", "LANCOM L-54ag Wireless 8.84.0211 / 2013-09-16", {}, "lancom"),
        ("1.3.6.1.4.1.9.1.659", "Cisco IOS Software, Catalyst 4500", {}, ""),
        ("1.3.6.1.4.1.9.1.525", "Cisco IOS Software, C1240 Software (C1240-K9W7-M)", {}, "cisco-ios-ap"),
        ("1.3.6.1.4.1.9.6.1.32.371.1", "Linux", {}, "cisco-ap"),
        ("1.3.6.1.4.1.9.6.1.95.10.3", "SG350-10 10-Port Gigabit Managed Switch", {}, ""),
        ("1.3.6.1.4.1.207.1.4.167", "AT-GS950/24 Gigabit Ethernet WebSmart Switch", {}, ""),
        ("1.3.6.1.4.1.171.10.133.10.2", "DGS-3000-28X Gigabit Ethernet Switch", {}, ""),
        ("1.3.6.1.4.1.8691.7.114", "IKS-6728A-8POE-4GTXSFP-T", {}, ""),
        ("1.3.6.1.4.1.259.10.1.45.105", "ECS4120-28Fv2", {}, ""),
        ("1.3.6.1.4.1.2604.5", "Linux localhost 4.14.38", {}, ""),
        ("1.3.6.1.4.1.29671.2.9", "Meraki MX67 Cloud Managed Security Appliance", {}, ""),
        ("", "", {}, ""),
    ],
)  # fmt: skip
def test_a_device_is_recognised(sys_object_id: str, sys_descr: str, objects: dict[str, Value], profile: str) -> None:
    assert found(sys_object_id, sys_descr, objects) == profile


def test_a_stumbling_agent_is_not_taken_for_another() -> None:
    session = Replay({}, failing=["1.3.6.1.4.1.41112", "1.2.840.10036"])

    assert asyncio.run(identify.find(session, PROFILES, FROGFOOT, "Linux 2.6.33")) is None


def test_an_object_is_only_asked_when_the_system_group_leaves_a_doubt() -> None:
    session = Replay({})

    asyncio.run(identify.find(session, PROFILES, "1.3.6.1.4.1.14988.1", "RouterOS RB962"))

    assert not session.asked


def test_the_standard_profile_is_nobodys_by_name() -> None:
    assert identify.by_name(PROFILES, "standard") is None
    assert identify.by_name(PROFILES, "unifi") is PROFILES["unifi"]


def test_identity_takes_the_first_place_that_says_something() -> None:
    session = Replay(
        {"1.3.6.1.2.1.1.1.0": b"router", "1.3.6.1.2.1.47.1.1.1.1.2.65536": b"RouterOS 6.40.5 (stable) on RB952Ui\0"}
    )

    identity = asyncio.run(identify.identity(session, PROFILES["mikrotik"], PROFILES["standard"]))

    assert (identity.vendor, identity.model, identity.firmware) == ("MikroTik", "RB952Ui", "6.40.5")


@pytest.mark.parametrize(("running", "firmware"), [(1, "7.7.12"), (2, "7.6.0"), (3, "7.6.0")])
def test_identity_asks_some_places_of_some_devices_only(running: int, firmware: str) -> None:
    session = Replay(
        {f"{SIKLU}.5.0": b"7.6.0", f"{SIKLU}.6.0": b"7.7.12", f"{SIKLU}.7.0": running}  # two banks, one of them in use
    )

    identity = asyncio.run(identify.identity(session, PROFILES["siklu"], PROFILES["standard"]))

    assert identity.firmware == firmware


def test_identity_asks_nothing_where_the_condition_fails() -> None:
    session = Replay({f"{SIKLU}.5.0": b"7.6.0"}, failing=[f"{SIKLU}.7"])

    identity = asyncio.run(identify.identity(session, PROFILES["siklu"], PROFILES["standard"]))

    assert identity.firmware == ""


def test_identity_survives_an_object_that_fails() -> None:
    session = Replay({"1.3.6.1.2.1.47.1.1.1.1.13.1": b"X-1"}, failing=["1.3.6.1.4.1.42397"])

    identity = asyncio.run(identify.identity(session, PROFILES["grandstream"], PROFILES["standard"]))

    assert (identity.model, identity.firmware) == ("X-1", "")


ACME = "1.3.6.1.4.1.32473"
FOR_SOME: dict[str, Any] = {
    "vendor": "Acme",
    "devices": "access points",
    "base": ACME,
    "metric": [
        {"metric": "clients", "mib": "a", "scalar": ".1.0", "when": {"object": ".9.0", "pattern": "^1$"}},
        {"metric": "clients", "mib": "b", "scalar": ".2.0", "when": {"column": ".8", "pattern": "^1$"}},
        {"metric": "clients", "mib": "c", "scalar": ".3.0", "when": {"sys_descr": "^Acme AP"}},
        {"metric": "clients", "mib": "d", "scalar": ".4.0"},
    ],
    "access_points": [{"mib": "e", "name": ".5", "when": {"sys_descr": "^Acme controller"}}],
}


@pytest.mark.parametrize(
    ("sys_descr", "objects", "read"),
    [
        ("Acme AP", {}, ["c", "d"]),
        ("Acme AP", {f"{ACME}.9.0": 1, f"{ACME}.8.4": 2}, ["a", "c", "d"]),
        ("Acme", {f"{ACME}.9.0": 2, f"{ACME}.8.4": 1}, ["b", "d"]),
        ("Acme controller", {}, ["d", "e"]),
    ],
)
def test_some_objects_are_read_of_some_devices(sys_descr: str, objects: dict[str, Value], read: list[str]) -> None:
    profile = asyncio.run(identify.tailored(Replay(objects), parse("acme", FOR_SOME), ACME, sys_descr))

    assert [*(source.mib for source in profile.sources), *(table.mib for table in profile.access_points)] == read


def test_a_profile_without_conditions_asks_nothing() -> None:
    session = Replay({})

    assert asyncio.run(identify.tailored(session, PROFILES["unifi"], "", "")) is PROFILES["unifi"]
    assert not session.asked


def test_oids_may_continue_the_sys_object_id() -> None:
    own = {"vendor": "Acme", "devices": "access points", "base": "sysObjectID", "metric": [FOR_SOME["metric"][3]]}

    profile = asyncio.run(identify.tailored(Replay({}), parse("acme", own), f"{ACME}.7", ""))

    assert profile.sources[0].scalar == f"{ACME}.7.4.0"


def test_the_identity_has_the_engine_id_and_a_framed_model() -> None:
    model = {"mib": "acmeModel", "scalar": ".6.0", "pattern": r"^A_(\d+)", "label": "Acme {}"}
    profile = parse("acme", {"vendor": "Acme", "devices": "x", "base": ACME, "identity": {"model": [model]}})
    session = Replay({f"{ACME}.6.0": b"A_70 rev 2", SNMP_ENGINE_ID: b"\x80\x00\x01"})

    found = asyncio.run(identify.identity(session, profile, PROFILES["standard"]))

    assert (found.model, found.engine_id) == ("Acme 70", "800001")
