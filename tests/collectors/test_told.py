import asyncio
from pathlib import Path

import pytest

from collectors import recording
from collectors.conformance import play_and_keep
from collectors.told import Told, told

RECORDINGS = Path(__file__).with_name("recordings")
HUAWEI = "1.3.6.1.4.1.2011.6.139"
BALAI = "02:00:5e:00:00:01"


@pytest.fixture(scope="module")
def told_of() -> dict[str, dict[tuple[str, str, str], Told]]:
    recordings = {name: recording.read(RECORDINGS / f"{name}.snmprec") for name in ("huawei-ac", "grandstream")}
    played = asyncio.run(play_and_keep(recordings))
    return {
        name: {
            (each.access_point, each.sample.metric, each.sample.label): each
            for each in told(one.result, one.plan, one.roster, recordings[name])
        }
        for name, one in played.items()
    }


def test_a_sample_of_the_device_knows_its_objects(told_of: dict[str, dict[tuple[str, str, str], Told]]) -> None:
    assert told_of["huawei-ac"]["", "clients", ""].oids == {f"{HUAWEI}.12.1.2.2.0"}


def test_counted_rows_know_their_column(told_of: dict[str, dict[tuple[str, str, str], Told]]) -> None:
    assert told_of["grandstream"]["", "clients", ""].oids == {"1.3.6.1.4.1.42397.1.1.3.3.1.4"}


def test_a_derived_frequency_has_the_objects_of_its_channel(
    told_of: dict[str, dict[tuple[str, str, str], Told]],
) -> None:
    assert told_of["huawei-ac"][BALAI, "radio_frequency", "5 GHz"].oids == {f"{HUAWEI}.16.1.2.1.7.2.0.94.0.0.1.1"}


def test_a_sample_of_an_access_point_knows_its_objects(told_of: dict[str, dict[tuple[str, str, str], Told]]) -> None:
    assert told_of["huawei-ac"][BALAI, "cpu", ""].oids == {f"{HUAWEI}.13.3.3.1.41.2.0.94.0.0.1"}


def test_what_was_counted_from_the_list_has_none(told_of: dict[str, dict[tuple[str, str, str], Told]]) -> None:
    assert told_of["huawei-ac"]["", "aps_known", ""].oids == set()
