import math
from typing import Any

import pytest

from collectors.metrics import METRICS
from collectors.plan import UNANSWERED, Plan, Reading, Row, Walk, reading, requests_for, samples, walked, without_absent
from collectors.profile import Source
from collectors.result import AgentClock, Sample
from collectors.snmp.base import Missing, Value

GONE = Missing.NO_SUCH_INSTANCE


def source(metric: str = "clients", **keys: Any) -> Source:
    return Source(METRICS[metric], f"acme {metric}", column="1.3.6.1.4.1.32473.1", **keys)


def of(place: int, metric: str = "clients", label: str = "", **keys: Any) -> Reading:
    return reading(METRICS[metric], label, source(metric, **keys), (Row(label, (place,)),))


def said(one: Reading, *values: Value) -> tuple[list[float], int]:
    found, rejected = samples([one], values)
    return [sample.value for sample in found], rejected


def test_an_integer_is_taken_as_it_comes() -> None:
    assert samples([of(1, "radio_clients", "5 GHz")], [0, 7]) == ([Sample("radio_clients", 7, "5 GHz")], 0)


@pytest.mark.parametrize("value", [GONE, Missing.NO_SUCH_OBJECT, UNANSWERED])
def test_what_is_not_there_gives_no_sample(value: Value) -> None:
    assert said(of(0), value) == ([], 0)


@pytest.mark.parametrize("value", [-1, 20_001, b"many", b"", b"nan"])
def test_what_is_out_of_range_or_unreadable_is_rejected(value: Value) -> None:
    assert said(of(0), value) == ([], 1)


@pytest.mark.parametrize(
    ("keys", "value", "expected"),
    [
        ({"scale": 0.1}, 415, [41.5]),
        ({"scale": -1, "offset": 100}, 93, [7]),
        ({"missing": frozenset({0})}, 0, []),
        ({"missing": frozenset({0})}, 33, [33]),
        ({"map": {"1": 50, "2": 0}}, 2, [0]),
        ({"map": {"1": 50, "2": 0}}, 9, []),
        ({"reduce": lambda rows: len(rows), "scale": 10.0}, 5, [10]),
        ({"reduce": lambda rows: len(rows), "missing": frozenset({1})}, 5, []),
    ],
)
def test_a_value_is_read_as_the_profile_says(keys: dict[str, Any], value: Value, expected: list[float]) -> None:
    assert said(of(0, "temperature", **keys), value) == (expected, 0)


def rows(metric: str, count: int) -> Reading:
    return reading(METRICS[metric], "", source(metric), tuple(Row("", (place,)) for place in range(count)))


def test_rows_of_one_label_are_joined_as_the_metric_says() -> None:
    assert said(rows("clients", 2), 3, 4) == ([7], 0)
    assert said(rows("cpu", 2), 3, 4) == ([3.5], 0)


def test_a_row_that_has_gone_is_left_out() -> None:
    assert said(rows("clients", 2), 3, GONE) == ([3], 0)


def test_a_sum_of_which_a_part_was_not_answered_is_unknown() -> None:
    assert said(rows("clients", 2), 3, UNANSWERED) == ([], 0)


def plan(readings: list[Reading], oids: list[str], **keys: Any) -> Plan:
    return Plan(
        profile=None, requests=requests_for(oids), clock=(0, 1, -1, -1), layout=(2,), readings=tuple(readings), **keys
    )


def test_clocks_are_read_from_their_places() -> None:
    one = plan([], ["uptime", "host", "ifNumber"])

    assert one.clock_of([100, 200, 5]) == AgentClock(100, 200)
    assert one.clock_of([100, GONE, 5]) == AgentClock(100)
    assert one.layout_of([100, 200, 5]) == (5,)
    assert one.layout_of([100, 200, GONE]) == ()


def test_a_long_list_is_split_into_requests() -> None:
    assert [len(request) for request in requests_for([str(i) for i in range(50)])] == [24, 24, 2]


def test_absent_objects_are_not_asked_again() -> None:
    readings = [
        of(3, label="a"),
        of(4, label="b"),
        reading(METRICS["clients"], "c", source(), (Row("", (4,)), Row("", (5,)))),
    ]
    one = plan(readings, ["uptime", "host", "ifNumber", "a", "b", "c"])
    values: list[Value] = [100, GONE, 5, 1, GONE, 3]

    smaller = without_absent(one, values)

    assert smaller.requests == (("uptime", "ifNumber", "a", "c"),)
    assert smaller.clock == (0, -1, -1, -1)
    assert smaller.layout == (1,)
    assert samples(smaller.readings, [100, 5, 1, 3]) == (samples(one.readings, values)[0], 0)


def test_what_failed_is_asked_again_and_so_is_sysuptime() -> None:
    one = plan([of(1), of(2)], ["uptime", "a", "b"])

    assert without_absent(one, [GONE, UNANSWERED, 1]).requests == (("uptime", "a", "b"),)


def counted(**keys: Any) -> Walk:
    return Walk(Source(METRICS["clients"], "acmeStation", count_rows="1.3.6.1.4.1.32473.9", **keys), {})


def test_rows_are_counted_and_none_is_0() -> None:
    assert walked(counted(), [{"1": b"a", "2": b"b"}]) == ([Sample("clients", 2)], 0)
    assert walked(counted(), [{}]) == ([Sample("clients", 0)], 0)


def test_rows_are_counted_by_their_value() -> None:
    walk = counted(label_value=True)

    found, _ = walked(walk, [{"1": b"WiFi", "2": b"Petugas", "3": b"WiFi", "4": b""}])

    assert found == [Sample("clients", 2, "WiFi"), Sample("clients", 1, "Petugas")]


def test_what_may_have_no_row_is_0_without_one() -> None:
    walk = Walk(counted(label_value=True, labels={"1": "2.4 GHz", "2": "5 GHz"}).source, {"4": "2.4 GHz", "7": "5 GHz"})

    found, _ = walked(walk, [{"1": 2, "2": 2}])

    assert found == [Sample("clients", 2, "5 GHz"), Sample("clients", 0, "2.4 GHz")]


def test_a_long_table_is_read_by_its_learned_labels() -> None:
    walk = Walk(
        source("ssid_clients", label_column="1.3.6.1.9", others=("1.3.6.1.8",), decode=sum),
        {"1": "WiFi", "2": "WiFi", "3": "X"},
    )

    found, rejected = walked(walk, [{"1": 1, "2": 2, "4": 9}, {"1": 10, "2": 20}])

    assert (found, rejected) == ([Sample("ssid_clients", 33, "WiFi")], 0)


def test_nan_is_in_no_range() -> None:
    assert not METRICS["clients"].least <= math.nan <= METRICS["clients"].most
