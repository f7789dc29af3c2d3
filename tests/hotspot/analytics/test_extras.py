"""What radios and SSIDs said comes back as it was, stays bounded, and is told where it is damaged."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.metrics import METRICS as CATALOGUE
from hotspot.analytics import extras, reading
from hotspot.analytics.chunk import ChunkError
from hotspot.analytics.extras import DEVICE, MOST_SERIES, RADIO, SSID, Series, columns, packed, shown, texts, unpacked

LABELS = st.text(max_size=80)
VALUES = st.integers(-1500, 10**12)
NAMED = st.sampled_from([name for name in extras.METRICS if name != "clients"])
RADIOS = st.lists(st.tuples(LABELS, st.dictionaries(NAMED, VALUES, max_size=4)), max_size=4)
DETAIL = st.builds(
    lambda radios, ssids: {
        "radios": [{"label": label, **values} for label, values in radios],
        "ssids": [{"label": label, "clients": count} for label, count in ssids],
        "extras": {},
    },
    RADIOS,
    st.lists(st.tuples(LABELS, st.integers(0, 20_000)), max_size=4),
)


def detail(*radios: dict[str, Any], ssids: dict[str, int] | None = None, **more: float) -> dict[str, Any]:
    named = [{"label": label, "clients": count} for label, count in (ssids or {}).items()]
    return {"radios": list(radios), "ssids": named, "extras": more}


def text(said: dict[str, Any]) -> str:
    found = extras.written(said)
    assert found
    return found


def test_each_radio_ssid_and_the_device_are_series() -> None:
    radio = {"label": "wifi0", "clients": 3, "utilisation": 33.3, "noise": -95}
    found = columns([text(detail(radio, ssids={"FREE": 7}, temperature=41.5)), None])
    assert found == {
        Series(RADIO, "wifi0", "clients"): [3, None],
        Series(RADIO, "wifi0", "utilisation"): [333, None],
        Series(RADIO, "wifi0", "noise"): [-950, None],
        Series(SSID, "FREE", "clients"): [7, None],
        Series(DEVICE, "", "temperature"): [415, None],
    }
    assert [shown("utilisation", 333), shown("clients", 3), shown("noise", None), shown("x", 4)] == [33.3, 3, None, 4]


def test_who_says_nothing_has_no_text_and_no_octets() -> None:
    assert extras.written(detail()) is None
    assert extras.written(detail({"label": "wifi0"})) is None
    assert (columns([None]), packed([None, None]), unpacked(b"", 5)) == ({}, b"", {})


@given(st.lists(st.none() | DETAIL, max_size=6))
def test_what_is_packed_comes_back(said: list[dict[str, Any] | None]) -> None:
    made = [extras.written(one) if one else None for one in said]
    found = columns(made)
    assert unpacked(packed(made), len(made)) == found
    assert columns(texts(found, len(made))) == {series: column for series, column in found.items() if any_known(column)}


def any_known(column: list[int | None]) -> bool:
    return any(value is not None for value in column)


def test_a_device_can_make_neither_a_row_nor_a_chunk_grow_without_end() -> None:
    """Whoever invents radios for ever, with names as long as it likes and others in each poll."""
    chance = random.Random(1)
    made = []
    for _ in range(200):
        radios = [{"label": f"{chance.random()}" * 20, "clients": 10**12, "channel": 1} for _ in range(200)]
        made.append(text(detail(*radios)))
    assert max(map(len, made)) < 64 * 100
    assert len(columns(made)) == MOST_SERIES
    assert len(packed(made)) < 10_000


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        "[]",
        "[[1]]\n1",
        "{}\n1",
        "5\n1",
        '[["radio","a","c"]]\nmany',
        '[["radio","a","c"]]',
        "[[[],{},3]]\n1",
    ],
)
def test_a_text_that_can_not_be_read_says_nothing(line: str) -> None:
    good = text(detail({"label": "w", "clients": 2}))
    assert columns([line, good]) == {Series(RADIO, "w", "clients"): [None, 2]}


def test_numbers_that_no_chunk_holds_are_left_out() -> None:
    assert columns([f'[["radio","a","ct"]]\n{2**63},5']) == {
        Series(RADIO, "a", "clients"): [None],
        Series(RADIO, "a", "tx_rate"): [5],
    }


def test_a_letter_of_a_later_version_is_kept() -> None:
    later = '[["radio","a","c!"]]\n2,3'
    found = unpacked(packed([later]), 1)
    assert found == {Series(RADIO, "a", "clients"): [2], Series(RADIO, "a", "!"): [3]}
    assert columns(texts(found, 1)) == found


def test_damage_is_told_and_never_something_else() -> None:
    chance = random.Random(2)
    made = [text(detail({"label": "wifi0", "clients": n % 9, "noise": -95}, ssids={"FREE": n})) for n in range(100)]
    whole, found = packed(made), columns(made)
    for _ in range(2000):
        at = chance.randrange(len(whole))
        damaged = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        for data in (damaged, whole[:at]):
            try:
                assert unpacked(data, 100) == found or not data
            except ChunkError:
                continue
    with pytest.raises(ChunkError):
        unpacked(whole, 99)


def test_a_day_of_two_radios_takes_little() -> None:
    chance = random.Random(3)
    made = []
    for minute in range(1440):
        radios = [
            {"label": name, "clients": chance.randrange(12), "channel": 36, "utilisation": chance.randrange(20, 60),
             "noise": -95 + chance.randrange(3), "tx_power": 20}
            for name in ("wifi0", "wifi1")
        ]  # fmt: skip
        made.append(text(detail(*radios, ssids={"FREE": minute % 20})))
    assert len(packed(made)) / (11 * 1440) < 0.5


def test_every_metric_of_a_radio_has_a_letter_of_its_own() -> None:
    assert {*reading.RADIO.values(), *reading.EXTRAS} == set(extras.METRICS)
    assert len(extras.NAMES) == len(extras.METRICS)
    assert all(name in CATALOGUE for name in reading.EXTRAS)
    assert json.loads(text(detail({"label": "a", "clients": 1})).partition("\n")[0]) == [["radio", "a", "c"]]
