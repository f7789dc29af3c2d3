import re

import pytest

from collectors.decoders import DECODERS, REDUCERS, Rows, number, part, text
from collectors.snmp.base import Missing, Value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"1.0.25.41\0", "1.0.25.41"),
        (b"a\r\nb\tc", "a b c"),
        ("AP\u202egpj.exe\u2069".encode(), "AP gpj.exe"),  # else the page would show it backwards
        (b"caf\xe9", "caf�"),
        (b"1.3.6.1", "1.3.6.1"),
        ("1.3.6.1", "1.3.6.1"),
        (42, "42"),
        (b"x" * 300, "x" * 255),
        (Missing.NO_SUCH_OBJECT, ""),
    ],
)
def test_text_is_clean_and_bounded(value: Value, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(7, 7), (b"7", 7), (b' "3.5" ', 3.5), (b"-92\0", -92)])
def test_a_number_may_come_as_text(value: Value, expected: float) -> None:
    assert number(value) == expected


@pytest.mark.parametrize("value", [b"", b"n/a", b"7%", Missing.NULL])
def test_what_is_no_number_is_not_0(value: Value) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        number(value)


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("leading_number", [b"44%"], 44),
        ("leading_number", [b'"5785MHz"'], 5785),
        ("leading_number", [b" 3.7 "], 3.7),
        ("leading_number", [12], 12),
        ("aruba_channel", [388], 132),
        ("aruba_channel", [11], 11),
        ("aruba_channel", [b"116E"], 116),
        ("aruba_channel", [b"53S"], 53),
        ("negative", [94], -94),
        ("negative", [-94], -94),
        ("unsigned_byte", [161], -95),
        ("unsigned_byte", [-95], -95),
        ("tenths_of_percent", [788], 78.8),
        ("tenths_of_percent", [1330], 100),
        ("rate_in_bits", [130_000_000], 130_000_000),
        ("rate_in_bits", [162_000], 162_000_000),
        ("airmax_temperature", [160_000_000], 16),
        ("airmax_temperature", [41], 41),
        ("mikrotik_width", [b"2412/20-Ce/gn(18dBm)"], 40),
        ("mikrotik_width", [b"5805/20/ac"], 20),
        ("canopy_frequency", [5_785_000], 5785),
        ("canopy_frequency", [b'"57850"'], 5785),
        ("canopy_frequency", [906_000], 906),
        ("megahertz", [74_375], 74_375),
        ("megahertz", [5_760_000], 5760),
        ("higher", [41, 44], 44),
        ("total", [290, 600], 890),
        ("share_used", [25, 100], 25),
        ("share_of_both", [25, 75], 25),
        ("share_free", [25, 100], 75),
        ("ucd_memory", [64, 256, 16, 48], 50),
    ],
)
def test_a_decoder_says_what_the_device_means(name: str, inputs: list[Value], expected: float) -> None:
    assert DECODERS[name](inputs) == expected


@pytest.mark.parametrize(
    ("name", "inputs"),
    [("leading_number", [b"busy"]), ("share_used", [1, 0]), ("share_free", [0, 0]), ("mikrotik_width", [b"busy"])],
)
def test_a_decoder_refuses_what_makes_no_sense(name: str, inputs: list[Value]) -> None:
    with pytest.raises(ValueError, match=r"busy|a share of 0"):
        DECODERS[name](inputs)


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("storage_memory", [("Physical memory", [50, 100]), ("Memory buffers", [5, 9]), ("Cached memory", [9, 9])], 36),
        ("storage_memory", [("main memory", [32, 128])], 25),
        ("storage_memory", [("Physical memory", [10, 100]), ("Cached memory", [15, 15])], 0),
        ("highest", [("3", [0]), ("9", [23])], 23),
        ("total_of_rows", [("wlan0", [b"3"]), ("wlan1", [b"6"])], 9),
    ],
)  # fmt: skip
def test_a_reducer_makes_one_value_of_a_table(name: str, rows: Rows, expected: float) -> None:
    assert REDUCERS[name](rows) == expected


def test_buffers_alone_are_no_memory() -> None:
    with pytest.raises(ValueError, match="a share of 0"):
        REDUCERS["storage_memory"]([("Memory buffers", [1, 2])])


@pytest.mark.parametrize(
    ("pattern", "cut"), [("A(\\d+)", "70"), ("A\\d+", "A70"), ("B(\\d)|A(\\d)", "7"), ("A70(x)?", "A70")]
)
def test_a_pattern_cuts_out_the_group_that_took_part(pattern: str, cut: str) -> None:
    found = re.search(pattern, "A70")
    assert found is not None

    assert part(found) == cut
