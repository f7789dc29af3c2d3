"""Every profile against a recording of its own, over UDP; what it expects stands beside it as JSON."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from collectors import recording
from collectors.conformance import play
from collectors.device import Device
from collectors.poll import poll
from collectors.profile_file import load
from collectors.result import ManagedAccessPoint, PollResult, Sample
from collectors.target import Credential, Target
from tests.collectors.replay import Replay, constants, under

FOLDER = Path(__file__).with_name("recordings")
PROFILES = load()
PERSONAL = (  # columns with addresses and names of stations, keys of networks, and the neighbours of the device
    "1.3.6.1.2.1.3.1",  # atTable
    "1.3.6.1.2.1.4.22",  # ipNetToMediaTable
    "1.3.6.1.2.1.4.35",  # ipNetToPhysicalTable
    "1.3.6.1.2.1.17.4.3",  # dot1dTpFdbTable
    "1.3.6.1.4.1.14988.1.1.1.2.1.1",  # mtxrWlRtabAddr
    "1.3.6.1.4.1.14988.1.1.21.4.1.1",  # mtxrWifiRegistrationMacAddress
    *(f"1.3.6.1.4.1.14823.2.3.3.1.2.4.1.{column}" for column in (1, 3, 5, 6)),  # aiClient address, name, system
    *(f"1.3.6.1.4.1.42397.1.1.3.3.1.{column}" for column in (1, 2, 7, 8, 9)),  # gwnClient address, name, system
    "1.3.6.1.4.1.14179.2.1.4",  # bsnMobileStationTable
    "1.3.6.1.4.1.2011.6.139.18",  # hwWlanStaTable
    "1.3.6.1.4.1.25506.2.75.3",  # hh3cDot11StationMIB
    "1.3.6.1.4.1.2011.10.2.75.3",
    "1.3.6.1.4.1.25053.1.2.2.1.1.3",  # ruckusZDWLANStaTable
    "1.3.6.1.4.1.14823.2.2.1.5.2.2",  # wlsxWlanStationTable
    "1.3.6.1.4.1.12356.101.14.5",  # fgWcStaTable
    "1.3.6.1.4.1.4881.1.1.10.2.56.5",  # ruijieStaTable
    "1.3.6.1.4.1.14525.4.4.1.1.5",  # trpzClSessClientSessionTable
    *(f"1.3.6.1.4.1.17713.21.1.2.30.1.{column}" for column in (1, 2, 10, 15, 18)),  # connectedSTA address, name
    *(f"1.3.6.1.4.1.41112.1.10.1.4.1.{column}" for column in (11, 13, 25)),  # afLTUSta address, name
    *(f"1.3.6.1.4.1.41112.1.11.1.3.1.{column}" for column in (1, 14, 20)),  # af60Sta address, name
    "1.3.6.1.4.1.41112.1.4.7.1.1",  # ubntStaMac
    "1.3.6.1.4.1.14988.1.1.1.9.1.3",  # mtxrWl60GStaRemote
    *(f"1.3.6.1.4.1.41010.1.10.2.{table}.1.1.8" for table in (1, 2)),  # pskPasswd of cnPilot R
    *(f"1.3.6.1.4.1.14988.1.1.1.5.1.{column}" for column in (1, 13)),  # mtxrWlCMRtab address, name
    *(f"1.3.6.1.4.1.26928.1.1.1.2.1.2.1.{column}" for column in (1, 2, 6, 7)),  # ahClient address, name
    *(f"1.3.6.1.4.1.8691.15.41.1.11.13.1.{column}" for column in (4, 5)),  # wlanClientMAC, IP
    "1.3.6.1.4.1.8691.15.41.1.11.15",  # dhcpClientListTable
    *(f"1.3.6.1.4.1.6486.802.1.1.2.1.2.3.1.4.1.1.{column}" for column in (2, 3, 6, 7)),  # apClient address, system
    *(f"1.3.6.1.4.1.2356.13.1.3.32.1.{column}" for column in (4, 9, 27, 39)),  # station's address, name
    "1.3.6.1.4.1.2356.11.1.3.44.1.1",  # lcsStatusWlanCompetingNetworksEntryBssid
    "1.3.6.1.4.1.11863.10.1.1.2.1.2",  # clientMAC
    "1.3.6.1.4.1.11863.10.1.2",  # reboots the device when it is written
    "1.3.6.1.4.1.890.1.15.3.5.2.1.2",  # stationMacAddress
    "1.3.6.1.4.1.8744.5.25.1.7.1",  # coDeviceWirelessClientStatusTable
    "1.3.6.1.4.1.9.9.273.1.2",  # cDot11ClientConfigInfoTable
    "1.3.6.1.4.1.63.501.3.2.2",  # wirelessClientsTable
)


@pytest.fixture(scope="module")
def results() -> dict[str, PollResult]:
    return asyncio.run(play({name: recording.read(FOLDER / f"{name}.snmprec") for name in PROFILES}))


def test_every_profile_has_a_recording_and_every_recording_a_profile() -> None:
    assert {path.stem for path in FOLDER.glob("*.snmprec")} == set(PROFILES)
    assert {path.stem for path in FOLDER.glob("*.json")} == set(PROFILES)


@pytest.mark.parametrize("name", PROFILES)
def test_a_recording_gives_what_is_expected_of_it(name: str, results: dict[str, PollResult]) -> None:
    result, expected = results[name], json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    identity = result.identity
    assert identity is not None

    said: dict[str, Any] = {
        "profile": result.profile,
        "vendor": identity.vendor,
        "model": identity.model,
        "firmware": identity.firmware,
        "serial": identity.serial,
        "sys_name": identity.sys_name,
        "uptime_s": result.clock.uptime_s,
        "error": result.error,
        "samples": rows(result.samples),
    }
    if result.access_points is not None:
        said["access_points"] = [[facts(one), rows(one.samples)] for one in result.access_points]
    assert said == expected


def rows(samples: Iterable[Sample]) -> list[list[object]]:
    return [[sample.metric, sample.label, sample.value, sample.bits] for sample in samples]


def facts(one: ManagedAccessPoint) -> list[object]:
    return [one.key, one.name, one.up, one.address, one.model, one.firmware, one.serial, one.uptime_s]


@pytest.mark.parametrize("name", PROFILES)
def test_no_address_or_name_of_a_station_is_ever_asked(name: str) -> None:
    session, device, learning = (
        Replay(constants(recording.read(FOLDER / f"{name}.snmprec"))),
        Device(),
        asyncio.Semaphore(1),
    )
    target = Target(1, "192.0.2.1", Credential())

    for at in (0.0, 60.0):
        asyncio.run(poll(target, session, device, PROFILES, at, learning))

    assert not [oid for oid in session.asked for column in PERSONAL if under(oid, column)]


@pytest.mark.parametrize("name", PROFILES)
def test_a_learned_device_costs_three_requests_at_most(name: str) -> None:
    session, device, learning = (
        Replay(constants(recording.read(FOLDER / f"{name}.snmprec"))),
        Device(),
        asyncio.Semaphore(1),
    )
    target = Target(1, "192.0.2.1", Credential())
    asyncio.run(poll(target, session, device, PROFILES, 0.0, learning))
    session.gets.clear()
    session.walks.clear()

    asyncio.run(poll(target, session, device, PROFILES, 60.0, learning))

    tables = device.roster.table if device.roster else None
    columns = {column for source in tables.sources for column in (source.column, *source.others)} if tables else set()
    assert len(session.gets) + len([column for column in session.walks if column not in columns]) <= (
        6 if tables else 3
    )


def test_a_recording_leaves_out_what_is_no_object(tmp_path: Path) -> None:
    path = tmp_path / "device.snmprec"
    path.write_text(
        "# a comment\n1.3.6.1.2.1.1.3.0|67|<private>\n1.3.6.1.4.1.1.1.0|64|nowhere\n1.3.6.1.4.1.1.2.0|99|1\n\n"
        "1.3.6.1.4.1.1.3.0|64x|c0000201\n1.3.6.1.4.1.1.4.0|64|192.0.2.9\n1.3.6.1.4.1.1.5.0|6|.1.3.6.1\n"
    )

    assert [(oid, said.value) for oid, said in recording.read(path).items()] == [
        ("1.3.6.1.4.1.1.3.0", "192.0.2.1"),
        ("1.3.6.1.4.1.1.4.0", "192.0.2.9"),
        ("1.3.6.1.4.1.1.5.0", "1.3.6.1"),
    ]
