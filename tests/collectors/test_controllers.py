import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from collectors.controllers import Roster, cell, key_of, owner, text_of_index
from collectors.device import Device
from collectors.poll import poll
from collectors.profile import Profile
from collectors.profile_file import load, parse
from collectors.result import ManagedAccessPoint, PollResult, Sample
from collectors.snmp.base import Missing, Value
from collectors.target import Credential, Target
from tests.collectors.replay import Replay

ACME = "1.3.6.1.4.1.32473"
TABLE = f"{ACME}.5.1"
STANDARD = load()["standard"]
BALAI, TAMAN, PASAR = "2.0.94.0.0.1", "2.0.94.0.0.2", "2.0.94.0.0.3"
BAND: dict[str, Any] = {"label_column": ".6.1.2", "labels": {"1": "2.4 GHz", "2": "5 GHz"}}
METRICS: list[dict[str, Any]] = [
    {"metric": "clients", "mib": "acmeApStations", "column": ".5.1.6"},
    {"metric": "clients", "mib": "acmeApRadioStations", "column": ".6.1.4"},
    {"metric": "radio_channel", "mib": "acmeApChannel", "column": ".6.1.3", "missing": [0], **BAND},
    {"metric": "radio_clients", "mib": "acmeApRadioStations", "column": ".6.1.4", "label_index": "last"},
    {"metric": "memory", "mib": "acmeApMemory", "column": ".5.1.8", "with": [".5.1.9"], "decode": "share_used"},
]


def profiles(*metrics: dict[str, Any], **more: Any) -> Mapping[str, Profile]:
    """A controller with state, name, model and uptime of its access points."""
    states = {"1": True, "2": False}
    table = {"mib": "acmeApTable", "state": ".5.1.2", "states": states, "name": ".5.1.3", "model": ".5.1.4"}
    table |= {"uptime_ticks": ".5.1.5", "metric": list(metrics)} | more
    table = {key: value for key, value in table.items() if value}
    data = {"vendor": "Acme", "devices": "controllers", "base": ACME, "match": [{"sys_object_id": ".1"}]}
    return {"standard": STANDARD, "acme": parse("acme", data | {"access_points": [table]})}


def row(index: str, state: int, name: bytes) -> dict[str, Value]:
    return {
        f"{TABLE}.2.{index}": state,
        f"{TABLE}.3.{index}": name,
        f"{TABLE}.4.{index}": b"A-1",
        f"{TABLE}.5.{index}": 8_640_000,
        f"{TABLE}.6.{index}": 12,
    }


class Controller:
    """One controller polled again and again."""

    def __init__(self, known: Mapping[str, Profile]) -> None:
        group: dict[str, Value] = {"1.3.6.1.2.1.1.2.0": f"{ACME}.1", "1.3.6.1.2.1.1.3.0": 1_000}
        self.session = Replay(group | row(BALAI, 1, b"balai") | row(TAMAN, 2, b"taman"))
        self.device, self.known = Device(), known

    def poll(self, at: float = 0.0) -> PollResult:
        self.session.gets.clear()
        self.session.walks.clear()
        target = Target(7, "192.0.2.1", Credential())
        return asyncio.run(poll(target, self.session, self.device, self.known, at, asyncio.Semaphore(1)))

    def access_points(self, at: float = 0.0) -> dict[str, ManagedAccessPoint]:
        listed = self.poll(at).access_points
        assert listed is not None
        return {one.name: one for one in listed}


def values(one: ManagedAccessPoint) -> dict[tuple[str, str], float]:
    return {(sample.metric, sample.label): sample.value for sample in one.samples}


def test_each_access_point_has_its_state_identity_and_samples() -> None:
    found = Controller(profiles(*METRICS)).access_points()

    assert found["balai"] == ManagedAccessPoint(
        "02:00:5e:00:00:01", "balai", True, model="A-1", uptime_s=86_400, samples=(Sample("clients", 12),)
    )


def test_one_that_is_down_stays_and_tells_nothing() -> None:
    assert Controller(profiles(*METRICS)).access_points()["taman"] == ManagedAccessPoint(
        "02:00:5e:00:00:02", "taman", False, model="A-1"
    )


def test_a_state_that_is_not_understood_is_unknown() -> None:
    controller = Controller(profiles())
    controller.session.objects[f"{TABLE}.2.{BALAI}"] = 9

    assert controller.access_points()["balai"].up is None


def test_those_that_are_down_may_stand_in_a_table_of_their_own() -> None:
    controller = Controller(profiles(down=".7.1.2"))
    controller.session.objects |= {f"{ACME}.7.1.2.{PASAR}": b"pasar", f"{ACME}.7.1.2.{BALAI}": b"balai"}

    assert {name: one.up for name, one in controller.access_points().items()} == {
        "balai": True,
        "taman": False,
        "pasar": False,
    }

    controller.session.failing = (f"{ACME}.7",)

    assert set(controller.access_points(60)) == {"balai", "taman"}


def test_states_may_be_words_in_any_case() -> None:
    controller = Controller(profiles(states={"Connect": True}))
    controller.session.objects |= {f"{TABLE}.2.{BALAI}": b"CONNECT", f"{TABLE}.2.{TAMAN}": b"Discovery"}

    assert {name: one.up for name, one in controller.access_points().items()} == {"balai": True, "taman": None}


def test_without_a_state_column_the_names_are_the_rows() -> None:
    found = Controller(profiles(state="", states={})).access_points()

    assert {name: one.up for name, one in found.items()} == {"balai": None, "taman": None}


def test_of_a_device_that_shows_radios_alone_they_are_what_is_listed() -> None:
    controller = Controller(profiles(*METRICS))
    shown = {f"{ACME}.6.1.2.{BALAI}.0": 1, f"{ACME}.6.1.3.{BALAI}.0": 6, f"{ACME}.6.1.3.{TAMAN}.0": 11}
    hidden = {oid: value for oid, value in controller.session.objects.items() if TABLE not in oid}
    controller.session.objects = hidden | shown

    listed = controller.poll().access_points or ()

    assert [(one.key, one.name, one.up) for one in listed] == [
        ("02:00:5e:00:00:01", "", None),
        ("02:00:5e:00:00:02", "", None),
    ]
    assert values(listed[0])["radio_frequency", "2.4 GHz"] == 2437


def test_radios_are_named_by_their_band_and_none_is_lost() -> None:
    controller = Controller(profiles(*METRICS))
    for radio, band, channel in ((0, 1, 6), (1, 2, 36), (2, 2, 149), (3, 1, 0)):
        controller.session.objects |= {f"{ACME}.6.1.2.{BALAI}.{radio}": band, f"{ACME}.6.1.3.{BALAI}.{radio}": channel}

    found = values(controller.access_points()["balai"])

    assert {label: value for (metric, label), value in found.items() if metric == "radio_channel"} == {
        "2.4 GHz": 6,
        "5 GHz": 36,
        "5 GHz (2)": 149,
    }
    assert found["radio_frequency", "5 GHz (2)"] == 5745


def test_the_first_source_of_a_metric_wins_and_rows_without_a_label_are_joined() -> None:
    controller = Controller(profiles(*METRICS))
    controller.session.objects |= {f"{ACME}.6.1.4.{BALAI}.0": 3, f"{ACME}.6.1.4.{BALAI}.1": 4}
    found = values(controller.access_points()["balai"])
    assert (found["clients", ""], found["radio_clients", "0"], found["radio_clients", "1"]) == (12, 3, 4)

    del controller.session.objects[f"{TABLE}.6.{BALAI}"]

    assert values(controller.access_points(60)["balai"])["clients", ""] == 7


def test_a_column_that_fails_costs_only_itself() -> None:
    controller = Controller(profiles(*METRICS))
    controller.session.failing = (f"{TABLE}.6",)
    controller.session.objects |= {f"{TABLE}.8.{BALAI}": 30, f"{TABLE}.9.{BALAI}": 60}

    result = controller.poll()

    assert result.access_points is not None
    assert [values(one) for one in result.access_points] == [{("memory", ""): 50}, {}]
    assert result.error == "acmeApStations: no answer from 192.0.2.1"


def test_cells_that_are_lost_or_nonsense_are_missing() -> None:
    controller = Controller(profiles(*METRICS))
    controller.session.objects |= {f"{TABLE}.6.{BALAI}": 2**31, f"{TABLE}.8.{BALAI}": 30, f"{TABLE}.9.{BALAI}": 0}
    controller.session.objects[f"{TABLE}.5.{BALAI}"] = b"long"

    found = controller.access_points()["balai"]

    assert (found.samples, found.uptime_s) == ((), None)
    assert controller.device.stats["rejected_values"] == 2


def test_when_the_rows_fail_nobody_is_listed() -> None:
    controller = Controller(profiles())
    controller.poll()
    controller.session.failing = (f"{TABLE}.2",)

    result = controller.poll(60)

    assert (result.access_points, result.reachable) == (None, True)
    assert result.error == "acmeApTable: no answer from 192.0.2.1"


def test_a_table_that_fails_at_first_contact_leaves_the_device_alone() -> None:
    controller = Controller(profiles())
    controller.session.failing = (TABLE,)

    result = controller.poll()

    assert (result.access_points, result.reachable) == (None, True)
    assert result.error == "access points: no answer from 192.0.2.1"


def test_a_device_without_rows_is_no_controller() -> None:
    controller = Controller(profiles())
    controller.session.objects = {oid: value for oid, value in controller.session.objects.items() if TABLE not in oid}

    assert controller.poll().access_points is None


def test_names_are_asked_once_and_again_of_those_that_are_new_or_come_back() -> None:
    controller = Controller(profiles())
    controller.poll()
    controller.poll(60)
    assert f"{TABLE}.3.{BALAI}" not in controller.session.asked

    controller.session.objects |= row(PASAR, 1, b"pasar") | row(TAMAN, 1, b"taman-2")
    found = controller.access_points(120)

    assert set(found) == {"balai", "taman-2", "pasar"}
    assert f"{TABLE}.3.{BALAI}" not in controller.session.asked
    assert {f"{TABLE}.3.{PASAR}", f"{TABLE}.3.{TAMAN}"} <= controller.session.asked


def test_one_that_goes_and_returns_keeps_its_name() -> None:
    controller = Controller(profiles())
    controller.poll()
    gone = controller.session.objects.pop(f"{TABLE}.2.{BALAI}")
    assert set(controller.access_points(60)) == {"taman"}

    controller.session.objects[f"{TABLE}.2.{BALAI}"] = gone

    assert controller.access_points(120)["balai"].up


def test_names_that_could_not_be_asked_are_asked_in_the_next_poll() -> None:
    controller = Controller(profiles())
    controller.session.failing = (f"{TABLE}.4",)
    assert [one.name for one in controller.poll().access_points or ()] == ["", ""]

    controller.session.failing = ()

    assert set(controller.access_points(60)) == {"balai", "taman"}


def test_of_many_the_names_are_walked() -> None:
    controller = Controller(profiles())
    for number in range(60):
        controller.session.objects |= row(f"2.0.94.0.9.{number}", 1, b"ap-%d" % number)

    found = controller.access_points()

    assert len(found) == 62
    assert f"{TABLE}.3" in controller.session.walks


def test_totals_are_counted_where_no_object_gives_them() -> None:
    controller = Controller(profiles())
    totals = {sample.metric: sample.value for sample in controller.poll().samples}
    assert (totals["aps_known"], totals["aps_up"]) == (2, 1)

    controller.session.objects[f"{TABLE}.2.{BALAI}"] = 9

    assert "aps_up" not in {sample.metric for sample in controller.poll(60).samples}


def test_the_serial_number_may_be_the_index() -> None:
    index = "3.65.45.55"
    controller = Controller(profiles(serial="index"))
    controller.session.objects |= row(index, 1, b"by serial")

    assert controller.access_points()["by serial"].serial == "A-7"


def test_a_key_of_their_own_stays_with_them_when_the_rows_change_hands() -> None:
    controller = Controller(profiles(key=".5.1.9"))
    keys = {f"{TABLE}.9.{BALAI}": b"CAP-1", f"{TABLE}.9.{TAMAN}": b"CAP-2"}
    controller.session.objects |= keys | row(PASAR, 1, b"nameless")
    assert {one.key: one.name for one in controller.poll().access_points or ()} == {"CAP-1": "balai", "CAP-2": "taman"}

    controller.session.objects |= {f"{TABLE}.9.{BALAI}": b"CAP-3", f"{TABLE}.3.{BALAI}": b"pasar"}

    assert {one.key: one.name for one in controller.poll(60).access_points or ()} == {
        "CAP-3": "pasar",
        "CAP-2": "taman",
    }


@pytest.mark.parametrize(
    ("index", "key"),
    [
        ("2.0.94.0.0.1", "02:00:5e:00:00:01"),
        ("6.2.0.94.0.0.1", "02:00:5e:00:00:01"),
        ("6.49.51.48.49.48.49", "6.49.51.48.49.48.49"),  # a text of six letters
        ("2.0.94.0.0.300", "2.0.94.0.0.300"),
        ("17", "17"),
    ],
)
def test_a_key_is_a_mac_address_where_the_index_is_one(index: str, key: str) -> None:
    assert key_of(index) == key


@pytest.mark.parametrize(
    ("index", "text"),
    [("3.65.45.55", "A-7"), ("1.3.65.45.55", "A-7"), ("4.65.45.55", ""), ("3.65.0.55", ""), ("7", "")],
)
def test_a_text_stands_in_an_index_behind_its_length(index: str, text: str) -> None:
    assert text_of_index(index) == text


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (b"\x0a\x00\x09\x41", "10.0.9.65"),
        (b"10.0.9.65", "10.0.9.65"),
        ("10.0.9.65", "10.0.9.65"),
        (b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01", "2001:db8::1"),
        (b"\x00\x00\x00\x00", ""),
        ("255.255.255.255", ""),
        (Missing.NO_SUCH_INSTANCE, ""),
    ],
)
def test_an_address_comes_as_text_or_octets(value: Value, address: str) -> None:
    assert cell("address", value) == address


def test_rows_belong_to_the_access_point_with_which_their_index_begins() -> None:
    known = {BALAI: True, "1": True}

    assert [owner(index, known) for index in (BALAI, f"{BALAI}.1.2", "1.9", "9.1")] == [BALAI, BALAI, "1", None]


@pytest.mark.parametrize("told", [b"inf", b"1e999", b"nan", b"soon", b""])
def test_an_uptime_that_is_no_number_costs_only_itself(told: bytes) -> None:
    controller = Controller(profiles())
    controller.session.objects[f"{TABLE}.5.{BALAI}"] = told
    found = controller.access_points()
    assert (found["balai"].uptime_s, found["balai"].up, len(found)) == (None, True, 2)


def test_a_radio_that_belongs_to_no_access_point_is_none() -> None:
    roster = Roster(profiles()["acme"].access_points[0], of_radios=True)
    assert roster.states({"7.1": 1, "7.2": 1, "5": 1}) == {"7": None}
