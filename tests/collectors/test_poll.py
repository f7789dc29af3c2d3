import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from collectors.device import LEARN_AGAIN_S, LEARN_FAILED_AGAIN_S, Device
from collectors.poll import poll
from collectors.profile import Profile
from collectors.profile_file import load, parse
from collectors.result import PollResult
from collectors.snmp.base import (
    Missing,
    SnmpCredentialError,
    SnmpError,
    SnmpStatusError,
    SnmpTimeoutError,
    SnmpUnsendableError,
    Value,
)
from collectors.target import Credential, Target
from tests.collectors.replay import Replay

TARGET = Target(7, "192.0.2.1", Credential(community="public"))
ACME = "1.3.6.1.4.1.32473"
UPTIME, HOST_UPTIME = "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.25.1.1.0"
IF_NUMBER = "1.3.6.1.2.1.2.1.0"
STANDARD = load()["standard"]


def acme(*metrics: dict[str, Any]) -> Mapping[str, Profile]:
    data = {"vendor": "Acme", "devices": "access points", "base": ACME, "match": [{"sys_object_id": ".1"}]}
    return {"standard": STANDARD, "acme": parse("acme", data | {"metric": list(metrics)})}


CLIENTS = {"metric": "clients", "mib": "acmeClients", "scalar": ".3.0"}
BY_SSID = {"metric": "ssid_clients", "mib": "acmeSsid", "column": ".4.1.2", "label_column": ".4.1.1"}
BY_ROWS = {"metric": "clients", "mib": "acmeStations", "count_rows": ".5.1.1", "present_if": ".4.1.1"}
PROFILES = acme(CLIENTS, BY_SSID)


def device_objects() -> dict[str, Value]:
    return {
        "1.3.6.1.2.1.1.1.0": b"Acme AP",
        "1.3.6.1.2.1.1.2.0": f"{ACME}.1.9",
        UPTIME: 100_000,
        IF_NUMBER: 2,
        "1.3.6.1.2.1.31.1.1.1.1.1": b"eth0",
        "1.3.6.1.2.1.2.2.1.8.1": 1,
        "1.3.6.1.2.1.31.1.1.1.6.1": 5_000,
        "1.3.6.1.2.1.31.1.1.1.10.1": 6_000,
        "1.3.6.1.2.1.2.2.1.10.1": 5_000,
        "1.3.6.1.2.1.2.2.1.16.1": 6_000,
        f"{ACME}.3.0": 12,
        f"{ACME}.4.1.1.1": b"WiFi",
        f"{ACME}.4.1.2.1": 12,
    }


class Conversation:
    """One device polled again and again."""

    def __init__(self, profiles: Mapping[str, Profile] = PROFILES, target: Target = TARGET) -> None:
        self.session = Replay(device_objects())
        self.device = Device()
        self.profiles = profiles
        self.target = target

    def poll(self, at: float = 0.0) -> PollResult:
        self.session.gets.clear()
        self.session.walks.clear()
        learning = asyncio.Semaphore(1)
        return asyncio.run(poll(self.target, self.session, self.device, self.profiles, at, learning))


def values(result: PollResult) -> dict[tuple[str, str], float]:
    return {(sample.metric, sample.label): sample.value for sample in result.samples}


def test_the_first_poll_identifies_and_the_second_is_one_request() -> None:
    device = Conversation()

    first, second = device.poll(0), device.poll(60)

    assert first.identity is not None
    assert first.profile == second.profile == "acme"
    assert second.identity is None
    assert second.samples == first.samples
    assert values(second)["clients", ""] == 12
    assert (len(device.session.gets), device.session.walks) == (1, [])


def test_the_result_carries_key_time_clock_and_round_trip() -> None:
    result = Conversation().poll(1_700_000_000.5)

    assert (result.key, result.at, result.reachable, result.rtt_s) == (7, 1_700_000_000.5, True, 0.01)
    assert result.clock.uptime_s == 1_000


def test_a_device_of_no_known_vendor_gives_what_the_standard_mibs_have() -> None:
    device = Conversation({"standard": STANDARD})

    result = device.poll()

    assert result.profile == ""
    assert values(result) == {("if_in_octets", "eth0"): 5_000, ("if_out_octets", "eth0"): 6_000}


@pytest.mark.parametrize(
    ("error", "reachable"),
    [
        (SnmpTimeoutError("no answer from 192.0.2.1"), False),
        (SnmpUnsendableError("no route"), None),
        (SnmpCredentialError("unknown user"), None),
        (SnmpStatusError("192.0.2.1 answered genErr"), True),
    ],
)
def test_no_answer_at_all(error: SnmpError, reachable: bool | None) -> None:
    device = Conversation()
    device.session = Replay({}, failing=["1.3"], error=error)

    result = device.poll()

    assert (result.reachable, result.samples, result.error) == (reachable, (), str(error))


def test_after_an_error_status_the_device_is_learned_again() -> None:
    device = Conversation()
    device.poll(0)
    device.session.failing, device.session.error = (ACME,), SnmpStatusError("192.0.2.1 answered genErr")
    assert device.poll(60).error == "192.0.2.1 answered genErr"

    device.session.failing = ()

    assert device.poll(120).identity is not None


def test_one_table_that_fails_leaves_the_rest_and_is_named() -> None:
    device = Conversation()
    device.session.failing = (f"{ACME}.4",)

    result = device.poll()

    assert result.reachable
    assert values(result)["clients", ""] == 12
    assert result.error == "acmeSsid: no answer from 192.0.2.1"
    assert device.poll(60).error == result.error


def test_what_could_not_be_learned_is_tried_again() -> None:
    device = Conversation()
    device.session.failing = (f"{ACME}.4",)
    device.poll(0)
    device.session.failing = ()

    assert ("ssid_clients", "WiFi") not in values(device.poll(LEARN_FAILED_AGAIN_S - 1))
    assert ("ssid_clients", "WiFi") in values(device.poll(LEARN_FAILED_AGAIN_S))


def test_many_failures_are_one_bounded_sentence() -> None:
    device = Conversation()
    device.session.failing = ("1.3.6.1.4.1", "1.3.6.1.2.1.25.3", "1.3.6.1.2.1.2.2", "1.3.6.1.2.1.31.1.1")

    result = device.poll()

    assert result.reachable
    assert result.error.startswith("ifTable: no answer from 192.0.2.1; scalars: ")
    assert result.error.endswith(" more")


def test_a_device_that_fails_before_it_is_known_is_still_up() -> None:
    device = Conversation()
    device.session.failing = ("1.3.6.1.2.1.1.2.0",)

    result = device.poll()

    assert (result.reachable, result.clock.uptime_s, result.samples) == (True, 1_000, ())
    assert result.error == "identification: no answer from 192.0.2.1"


def test_a_request_that_fails_costs_only_its_own_samples() -> None:
    many = {
        f"{ACME}.4.1.{column}.{i}": (b"ssid-%d" % i if column == 1 else i) for column in (1, 2) for i in range(1, 41)
    }
    device = Conversation()
    device.session.objects |= many
    device.poll(0)
    device.session.failing = (f"{ACME}.4.1.2.40",)

    result = device.poll(60)

    assert values(result)["clients", ""] == 12
    assert ("ssid_clients", "ssid-1") in values(result)
    assert ("ssid_clients", "ssid-40") not in values(result)
    assert "objects: no answer" in result.error


@pytest.mark.parametrize(
    ("change", "learned"),
    [
        ({UPTIME: 106_000}, False),
        ({UPTIME: 500}, True),  # the device has restarted
        ({IF_NUMBER: 3}, True),  # an interface has come or gone
    ],
)
def test_a_restart_or_another_interface_table_makes_it_learn_again(change: dict[str, Value], learned: bool) -> None:
    device = Conversation()
    device.poll(0)
    device.session.objects |= change

    result = device.poll(60)

    assert (result.identity is not None) is learned
    assert device.poll(120).identity is None


def test_a_restarted_agent_may_have_given_new_indices_even_where_the_device_ran_on() -> None:
    device = Conversation()
    device.session.objects[HOST_UPTIME] = 900_000
    device.poll(0)
    device.session.objects |= {UPTIME: 500, HOST_UPTIME: 906_000}

    assert device.poll(60).identity is not None
    assert device.poll(120).identity is None


@pytest.mark.parametrize(
    ("before", "after", "learned"),
    [
        (5_000, 11_000, False),
        (5_000, 10_100, False),  # an answer may be late by some seconds
        (5_000, 5_500, True),  # it was up for 50 s, restarted, and was up for 55 s again
        (5_000, 5_000, False),  # some agents read their clock once in a while only
        (5_000, 30_000, False),  # it was our own clock that lost time
        (2**32 - 1_000, 5_000, True),  # the clock went round, which is all the same to the indices: learned in vain
    ],
)
def test_a_clock_that_lags_tells_of_a_restart(before: int, after: int, learned: bool) -> None:
    device = Conversation()
    device.session.objects[UPTIME] = before
    device.poll(0)
    device.session.objects[UPTIME] = after

    assert (device.poll(60).identity is not None) is learned


def test_to_have_waited_for_its_turn_to_learn_is_no_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    device = Conversation()
    ticking = iter((0.0, 50.0))
    monkeypatch.setattr("collectors.poll.time", SimpleNamespace(monotonic=lambda: next(ticking, 50.0)))
    device.poll(0)
    device.session.objects[UPTIME] = 101_100

    assert device.poll(60).identity is None


def test_a_clock_that_always_lags_is_a_bad_clock() -> None:
    device = Conversation()
    learned = []
    for minute in range(6):
        device.session.objects[UPTIME] = 100_000 + minute
        learned.append(device.poll(60 * minute).identity is not None)

    assert learned == [True, True, True, False, False, False]


def test_a_device_is_learned_again_once_a_day() -> None:
    device = Conversation()
    device.poll(0)

    assert device.poll(LEARN_AGAIN_S - 1).identity is None
    assert device.poll(LEARN_AGAIN_S).identity is not None


def test_a_row_that_went_makes_it_learn_again_but_not_in_each_poll() -> None:
    device = Conversation()
    device.poll(0)
    del device.session.objects[f"{ACME}.4.1.2.1"]
    device.poll(60)

    assert device.poll(120).identity is None
    assert device.poll(LEARN_FAILED_AGAIN_S).identity is not None
    assert device.poll(2 * LEARN_FAILED_AGAIN_S).identity is None


def test_an_object_that_is_not_there_is_not_asked_again() -> None:
    device = Conversation()
    device.poll(0)
    device.poll(60)

    assert f"{ACME}.3.0" in device.session.asked
    assert not [oid for oid in device.session.asked if oid.startswith("1.3.6.1.2.1.2.2.1.14")]  # ifInErrors


def test_a_scalar_goes_before_rows_that_would_have_to_be_counted() -> None:
    device = Conversation(acme(CLIENTS, BY_ROWS))

    device.poll()

    assert f"{ACME}.5.1.1" not in device.session.walks


def test_rows_are_counted_where_there_is_no_scalar() -> None:
    device = Conversation(acme(CLIENTS, BY_ROWS))
    del device.session.objects[f"{ACME}.3.0"]

    assert values(device.poll(0))["clients", ""] == 0

    device.session.objects |= {f"{ACME}.5.1.1.{i}": -60 for i in range(3)}
    assert values(device.poll(60))["clients", ""] == 3


def test_a_device_without_the_table_has_no_clients_rather_than_0() -> None:
    device = Conversation(acme(BY_ROWS))
    del device.session.objects[f"{ACME}.4.1.1.1"]

    assert ("clients", "") not in values(device.poll())


def test_rows_that_cannot_be_counted_are_unknown() -> None:
    device = Conversation(acme(BY_ROWS))
    device.poll(0)
    device.session.failing = (f"{ACME}.5",)

    result = device.poll(60)

    assert ("clients", "") not in values(result)
    assert result.error == "acmeStations: no answer from 192.0.2.1"


def test_a_column_with_two_meanings_is_walked_once() -> None:
    by_value = {**BY_ROWS, "metric": "ssid_clients", "label_value": True}
    device = Conversation(acme(BY_ROWS, by_value, by_value))
    device.session.objects |= {f"{ACME}.5.1.1.{i}": b"WiFi" for i in range(2)}
    device.poll(0)

    found = values(device.poll(60))

    assert (found["clients", ""], found["ssid_clients", "WiFi"]) == (2, 2)
    assert device.session.walks == [f"{ACME}.5.1.1"]


def test_a_long_table_is_walked_and_not_asked_row_by_row() -> None:
    many = {
        f"{ACME}.4.1.{column}.{i}": (b"ssid-%d" % i if column == 1 else i) for column in (1, 2) for i in range(1, 61)
    }
    device = Conversation(acme(BY_SSID))
    device.session.objects |= many
    device.poll(0)

    found = values(device.poll(60))

    assert found["ssid_clients", "ssid-60"] == 60
    assert device.session.walks == [f"{ACME}.4.1.2"]
    assert len(device.session.gets) == 1


@pytest.mark.parametrize("nonsense", [-5, 2**32, 2**64 - 1, b"\x00\xff"])
def test_a_clock_out_of_range_is_unknown(nonsense: Value) -> None:
    device = Conversation()
    device.session.objects[UPTIME] = nonsense

    assert device.poll(0).clock.uptime_s is None
    assert device.poll(60).clock.uptime_s is None


def test_values_out_of_range_are_counted_and_not_given() -> None:
    device = Conversation()
    device.session.objects[f"{ACME}.3.0"] = 2**32 - 1

    result = device.poll()

    assert ("clients", "") not in values(result)
    assert device.device.stats["rejected_values"] == 1


@pytest.mark.parametrize(("wide", "narrow", "bits"), [(0, 0, 64), (0, 9, 32), (None, 9, 32), (9, None, 64)])
def test_narrow_counters_only_where_the_wide_ones_are_missing_or_stand_still(
    wide: int | None, narrow: int | None, bits: int
) -> None:
    device = Conversation()
    for columns, value in ((("31.1.1.1.6", "31.1.1.1.10"), wide), (("2.2.1.10", "2.2.1.16"), narrow)):
        for column in columns:
            device.session.objects[f"1.3.6.1.2.1.{column}.1"] = Missing.NO_SUCH_INSTANCE if value is None else value

    result = device.poll()

    assert {sample.bits for sample in result.samples if sample.metric == "if_in_octets"} == {bits}


def test_the_discontinuity_of_the_uplink_is_asked_with_the_uptime() -> None:
    device = Conversation()
    device.session.objects["1.3.6.1.2.1.31.1.1.1.19.1"] = 4_200

    found = values(device.poll())

    assert found["if_discontinuity", "eth0"] == 4_200
    assert device.device.plan is not None
    assert {UPTIME, "1.3.6.1.2.1.31.1.1.1.19.1"} <= set(device.device.plan.requests[0])


def test_a_frequency_follows_from_channel_and_band() -> None:
    channel = {"metric": "radio_channel", "mib": "acmeChannel", "scalar": ".6.0", "label": "5 GHz"}
    device = Conversation(acme(channel))
    device.session.objects[f"{ACME}.6.0"] = 36

    assert values(device.poll())["radio_frequency", "5 GHz"] == 5180


def test_an_interface_without_counters_gives_none() -> None:
    device = Conversation()
    for column in ("31.1.1.1.6", "31.1.1.1.10", "2.2.1.10", "2.2.1.16"):
        del device.session.objects[f"1.3.6.1.2.1.{column}.1"]

    assert not [sample for sample in device.poll().samples if sample.metric.startswith("if_")]


def test_a_profile_named_by_hand_is_not_looked_for() -> None:
    device = Conversation(target=Target(7, "192.0.2.1", Credential(), profile="acme"))
    device.session.objects["1.3.6.1.2.1.1.2.0"] = "1.3.6.1.4.1.99999"

    result = device.poll()

    assert (result.profile, result.error) == ("acme", "")


def test_a_profile_that_does_not_exist_is_said_and_the_device_identified() -> None:
    device = Conversation(target=Target(7, "192.0.2.1", Credential(), profile="acne"))

    result = device.poll()

    assert (result.profile, result.error) == ("acme", "there is no profile 'acne'")


def test_a_table_gives_a_bounded_number_of_samples() -> None:
    many = {
        f"{ACME}.4.1.{column}.{i}": (b"ssid-%d" % i if column == 1 else i) for column in (1, 2) for i in range(1, 400)
    }
    device = Conversation(acme(BY_SSID))
    device.session.objects |= many

    found = [sample for sample in device.poll().samples if sample.metric == "ssid_clients"]

    assert (len(found), found[-1].label) == (256, "ssid-256")
