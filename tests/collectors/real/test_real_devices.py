"""What the collector makes of real devices: whether they are recognised and read as they should be."""

import json

import pytest

from collectors import identify
from collectors.conformance import check
from collectors.conformance_data import PROFILES as PROFILE_OF
from collectors.judgement import DIFFERS, MISSING, RIGHT, WRONG, Judged
from collectors.profile_file import load
from tests.collectors.real.conftest import COLLECTION

PROFILES = load()
RADIO_VALUES = "wireless", "clients", "ssids", "radios"


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, Judged]]:
    return [(one.name, value) for one in check(COLLECTION) for value in one.values]


def test_no_value_is_wrong(judged: list[tuple[str, Judged]]) -> None:
    assert [(name, value) for name, value in judged if value.outcome == WRONG] == []


@pytest.mark.parametrize("group", ["identification", "model", "firmware", "clients", "ssids"])
def test_every_device_is_recognised_and_its_stations_counted(judged: list[tuple[str, Judged]], group: str) -> None:
    of_group = [(name, value) for name, value in judged if value.group == group]

    assert of_group
    assert [one for one in of_group if one[1].outcome not in (RIGHT, DIFFERS)] == []


def test_nearly_every_value_of_the_radios_is_right(judged: list[tuple[str, Judged]]) -> None:
    outcomes = [value.outcome for _, value in judged if value.group in RADIO_VALUES]

    assert outcomes.count(RIGHT) >= 0.95 * len(outcomes)
    assert outcomes.count(MISSING) <= 0.05 * len(outcomes)


def test_devices_are_recognised_by_their_system_group() -> None:
    """Those whose profile needs an object of its own must at least be candidates; what has no Wi-Fi has no profile."""
    wrong = []
    for device in json.loads((COLLECTION / "detection.json").read_text("utf-8")):
        fitting = identify.candidates(PROFILES, device["sysObjectID"] or "", device["sysDescr"] or "")
        certain = next((profile.name for profile, match in fitting if not (match.object or match.column)), "")
        possible = {certain, *(profile.name for profile, match in fitting if match.object or match.column)}
        expected = PROFILE_OF.get(device["os"])
        if (certain and not device["wifi"]) or (expected and not possible & {*expected}):
            wrong.append((device["name"], expected, certain))
    assert not wrong
