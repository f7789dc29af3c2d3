"""What each kind of rule reads from counts and figures: limits, missing values, scopes."""

import pytest

from hotspot.analytics.firmware_list import approved_list, is_approved
from hotspot.analytics.hysteresis import Level, Look
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.rule_params import Capacity, Collector, Degraded, Disk, Expiry, Provider, Traffic
from hotspot.analytics.rule_reading import Reading, Subject, share
from hotspot.analytics.rule_scope import NOWHERE, OutageRule, Place, Scope
from hotspot.analytics.rule_values import (
    Group,
    UseDay,
    capacity_level,
    capacity_used,
    contradiction,
    disk_level,
    expiry_level,
    idle_days,
    lag_level,
    many_down,
    share_down,
    unusual,
)


@pytest.mark.parametrize(
    ("group", "value"),
    [
        (Group(10), 0),
        (Group(10, down=5), 50),
        (Group(10, down=5, unknown=2), 62.5),  # of the known
        (Group(10, down=5, unknown=5), 100),
        (Group(10, down=4, unknown=6), None),  # most of it nobody knows
        (Group(3, down=3), 0),  # too small to have a share
        (Group(4, unknown=4), None),
    ],
)
def test_the_share_down_is_one_of_what_is_known(group: Group, value: float | None) -> None:
    assert share_down(group, Degraded(least=4)) == value


@pytest.mark.parametrize(
    ("group", "params", "value"),
    [
        (Group(100, down=20), Provider(points=5, share=20), 1),
        (Group(100, down=19), Provider(points=5, share=20), 0.95),
        (Group(8, down=4), Provider(points=5, share=20), 0.8),  # half of few is no crowd
        (Group(100, down=5), Provider(points=5, share=0), 1),
        (Group(100, down=60, unknown=51), Provider(), None),
        (Group(0), Provider(), None),
    ],
)
def test_a_provider_needs_points_and_a_share(group: Group, params: Provider, value: float | None) -> None:
    assert many_down(group, params) == value


def test_clients_are_judged_poll_by_poll() -> None:
    assert capacity_used(54, Capacity()) == 90
    assert capacity_used(None, Capacity()) is None
    assert capacity_level(Capacity(polls=5), 60) == Level(90, 75, 210, 210, 150)  # a poll may come half a minute late
    assert capacity_level(Capacity(polls=1), 60).for_s == 0


def days(text: str) -> list[UseDay]:
    """u: up and empty; c: with clients; d: down; n: up, but nobody counted."""
    kinds = {"u": (True, 99, 0), "c": (True, 99, 4), "d": (False, 0, None), "n": (True, 0, None)}
    return [UseDay(t, *kinds[kind]) for t, kind in enumerate(text)]


@pytest.mark.parametrize(
    ("text", "idle"),
    [("", None), ("n", None), ("nd", None), ("c", 0), ("u", 1), ("cuuu", 3), ("cudnu", 2), ("uuuc", 0), ("uuu", 3)],
)
def test_idle_days_are_those_on_which_somebody_counted(text: str, idle: int | None) -> None:
    assert idle_days(days(text)) == idle


@pytest.mark.parametrize(
    ("octets", "before", "value"),
    [
        (None, [100] * 8, None),
        (500, [100] * 3, None),  # too few weeks
        (100, [100] * 4, 0),
        (150, [100] * 4, 5),  # a tenth of the median at least
        (0, [100, 110, 90, 100], 10),
        (400, [100, 200, 300, 100, 900], pytest.approx(200 / (1.4826 * 100))),
        (5, [0] * 8, None),  # nothing is usual where nothing ever was
    ],
)
def test_unusual_is_far_from_the_median(octets: int | None, before: list[int], value: float | None) -> None:
    assert unusual(octets, before, Traffic(least_weeks=4)) == value


@pytest.mark.parametrize(
    ("status", "people", "value"),
    [("up", 3, 3), ("degraded", 3, 0), ("down", 9, 0), ("unknown", 9, None), ("monitoring_broken", 9, None)],
)
def test_people_contradict_only_what_measures_as_up(status: str, people: int, value: float | None) -> None:
    assert contradiction(status, people) == value


def test_limits_of_what_runs_out() -> None:
    assert (disk_level(Disk()).enter, disk_level(Disk()).leave) == (90, 85)
    assert expiry_level(Expiry(days=60)).enter == -60
    assert lag_level(Collector(minutes=10, lag=100)) == Level(100, 80, 600, 300)


@pytest.mark.parametrize(
    ("device", "verdict"),
    [
        (("MikroTik", "cAP ax", "7.15.3"), True),
        (("MIKROTIK", "hAP", "6.49"), False),
        (("Ruckus", "R510", "200.7"), True),
        (("Ruckus", "R710", "200.7"), None),
        (("Other", "X", "1"), None),
        (("MikroTik", "cAP ax", ""), None),
        (("A[b]?", "x", "1?"), True),
        (("Ab", "x", "1x"), None),
    ],
)
def test_firmware_is_judged_by_lines_that_name_devices(device: tuple[str, str, str], verdict: bool | None) -> None:
    rows = approved_list("mikrotik: 7.15*, 7.16*\n\nRuckus / R5*: 200.*\nA[b]?/*: 1?")
    assert is_approved(rows, *device) is verdict


@pytest.mark.parametrize("text", ["nonsense", ": 1", "a / b:", "a / b: ,"])
def test_a_line_that_is_none_is_named(text: str) -> None:
    with pytest.raises(RejectedError, match=r"is not a line such as"):
        approved_list(text)


def test_a_scope_holds_what_lies_in_it() -> None:
    here = Place("36.74.01.1001", 7)
    assert Scope().holds(NOWHERE)
    assert Scope("36.74.01").holds(here)
    assert Scope("36.74.01.1001", 7).holds(here)
    assert not Scope("36.74.01.1001", 8).holds(here)
    assert not Scope("36.74.02").holds(here)
    assert not Scope("36.74.01").holds(NOWHERE)
    rule = OutageRule(1, "One", "warning", 60, 2, Scope("36.74.01"))
    assert rule.wants([here, here], 60)
    assert not rule.wants([here, Place("36.74.02.1002")], 60)


def test_a_value_without_words_and_one_that_is_not_known() -> None:
    assert (share(None), share(12.4)) == ("", "12 %")
    assert not Reading(Subject("disk", "hotspot"), Look(0, None), Level()).is_over
