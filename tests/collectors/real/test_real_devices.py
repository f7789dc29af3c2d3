"""What the collector makes of real devices: whether they are recognised and read as they should be."""

import asyncio
import json

import pytest

from collectors import conformance, identify, recording
from collectors.conformance import MISSING, RIGHT, WRONG, verdict
from collectors.conformance import PROFILES as PROFILE_OF
from collectors.device import Device
from collectors.poll import poll
from collectors.profile_file import load
from collectors.target import Credential, Target
from tests.collectors.real.conftest import COLLECTION
from tests.collectors.replay import Replay, constants

LARGE = 1_000_000  # bytes
PROFILES = load()


def known(large: bool) -> list[str]:
    """Devices of the collection that have a profile; an agent for a walk of a million lines takes its time to build."""
    return [
        path.name.removesuffix(".expected.json")
        for path in sorted(COLLECTION.glob("*.expected.json"))
        if json.loads(path.read_text("utf-8"))["os"] in conformance.PROFILES
        and (path.with_name(path.name.replace(".expected.json", ".snmprec")).stat().st_size > LARGE) is large
    ]


def test_real_devices_of_the_known_families_are_read_right() -> None:
    verdicts = conformance.check(COLLECTION, known(large=False))

    wrong = {one.name for one in verdicts if {WRONG, MISSING} & {*one.row}}
    assert wrong == {
        "vrp_ar169sfp",  # a router without Wi-Fi, of which only the firmware is known
        "pmp_450-2018-04-11",  # the recording does not hold the model
    }
    assert sum(one.clients == RIGHT for one in verdicts) == 26
    assert sum(one.model == RIGHT for one in verdicts) == 26
    assert sum(one.firmware == RIGHT for one in verdicts) == 28


@pytest.mark.parametrize("name", known(large=True))
def test_real_controllers_are_read_right(name: str) -> None:
    objects = constants(recording.read(COLLECTION / f"{name}.snmprec"))
    device, learning = Device(), asyncio.Semaphore(1)

    result = asyncio.run(poll(Target(1, "192.0.2.1", Credential()), Replay(objects), device, PROFILES, 0.0, learning))

    assert not {WRONG, MISSING} & {*verdict(name, conformance.expected(COLLECTION, name), result).row}


def test_real_devices_are_recognised_by_their_system_group() -> None:
    """Those whose profile needs an object of its own must at least be candidates."""
    wrong = []
    for device in json.loads((COLLECTION / "detection.json").read_text("utf-8")):
        fitting = identify.candidates(PROFILES, device["sysObjectID"] or "", device["sysDescr"] or "")
        certain = next((profile.name for profile, match in fitting if not (match.object or match.column)), "")
        possible = {certain, *(profile.name for profile, match in fitting if match.object or match.column)}
        expected = PROFILE_OF.get(device["os"], "")
        if expected == "huawei-ac" and ".2011.2.240." not in device["sysObjectID"]:
            expected = ""  # switches and routers of the same system
        if certain != expected and (certain or expected not in possible):
            wrong.append((device["name"], expected, certain))
    assert not wrong
