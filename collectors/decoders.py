"""What devices say, turned into numbers and clean text: the few conversions that a profile's data cannot express."""

import re
from collections.abc import Callable, Sequence

from collectors.snmp.base import Missing, Value

Inputs = Sequence[Value]  # the object itself, then those the profile names under `with`
Rows = Sequence[tuple[str, Inputs]]  # a whole table: label and inputs of each row

TEXT_MOST = 255
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")  # and what turns the direction of text
MIKROTIK_BAND = re.compile(r"/(\d+)(?:-(\w+))?/")
LEADING_NUMBER = re.compile(r"\s*\"?\s*([-+]?\d+(?:\.\d+)?)")


def text(value: Value) -> str:
    """Readable text of at most 255 characters; devices pad with NUL and put line breaks and worse into names."""
    if isinstance(value, Missing):
        return ""
    raw = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return CONTROL.sub(" ", raw).strip()[:TEXT_MOST]


def part(found: re.Match[str]) -> str:
    """What a pattern of a profile cuts out: the first of its groups that took part; without one all that fits."""
    return next((group for group in found.groups() if group is not None), found[0])


def number(value: Value) -> float:
    """An integer as it is, or the number a text consists of; ValueError when it is neither."""
    if isinstance(value, int):
        return value
    return float(text(value).strip('" '))


def first(inputs: Inputs) -> float:
    return number(inputs[0])


def leading_number(inputs: Inputs) -> float:
    """ "44%", "5785MHz" and "116E" (Aruba, channel with its width) without what follows the number."""
    if isinstance(inputs[0], int):
        return inputs[0]
    found = LEADING_NUMBER.match(text(inputs[0]))
    if found is None:
        raise ValueError(text(inputs[0]))
    return float(found[1])


def aruba_channel(inputs: Inputs) -> float:
    """Old Instant firmware adds flags above the low byte (388 is channel 132), new firmware says "116E"."""
    return inputs[0] & 0xFF if isinstance(inputs[0], int) else leading_number(inputs)


def negative(inputs: Inputs) -> float:
    """Aruba says 94 where it means -94 dBm."""
    return -abs(number(inputs[0]))


def unsigned_byte(inputs: Inputs) -> float:
    """Aerohive says 161 where it means -95 dBm."""
    value = number(inputs[0])
    return value - 256 if value > 127 else value


def tenths_of_percent(inputs: Inputs) -> float:
    """UniFi's CCQ, which for some stations is above 1000."""
    return min(number(inputs[0]) / 10, 100)


def rate_in_bits(inputs: Inputs) -> float:
    """airMAX tells rates in bit/s, its firmware before 6 in kbit/s: no rate is below 1 Mbit/s."""
    value = number(inputs[0])
    return value * 1000 if value < 1_000_000 else value


def airmax_temperature(inputs: Inputs) -> float:
    """The MIB says degrees; airOS 8 tells 160000000 where it means 16."""
    value = number(inputs[0])
    return value / 10_000_000 if value > 255 else value


def mikrotik_width(inputs: Inputs) -> float:
    """MHz, from mtxrWlApBand: "5745/20-Ceee/ac" is four channels of 20 MHz, C the primary one."""
    found = MIKROTIK_BAND.search(text(inputs[0]))
    if found is None:
        raise ValueError(text(inputs[0]))
    return int(found[1]) * max(len(found[2] or ""), 1)


def canopy_frequency(inputs: Inputs) -> float:
    """MHz: kHz in new firmware of Canopy, tens and hundreds of kHz in old; its bands lie between 900 and 5900 MHz."""
    value = leading_number(inputs)
    while value >= 9_000:
        value /= 10
    return value


def megahertz(inputs: Inputs) -> float:
    """What is too large for MHz is kHz: links at 60 to 90 GHz tell either."""
    value = leading_number(inputs)
    return value / 1000 if value >= 1_000_000 else value


def higher(inputs: Inputs) -> float:
    """Of several sensors that stand in columns of their own."""
    return max(number(value) for value in inputs)


def total(inputs: Inputs) -> float:
    return sum(number(value) for value in inputs)


def share_used(inputs: Inputs) -> float:
    """Percent, from what is used and what there is."""
    used, size = (number(value) for value in inputs)
    return percent(used, size)


def share_of_both(inputs: Inputs) -> float:
    """Percent in use, from what is used and what is free (CISCO-MEMORY-POOL-MIB)."""
    used, free = (number(value) for value in inputs)
    return percent(used, used + free)


def share_free(inputs: Inputs) -> float:
    """Percent in use, from what is free and what there is."""
    free, size = (number(value) for value in inputs)
    return percent(size - free, size)


def ucd_memory(inputs: Inputs) -> float:
    """Percent in use, from memAvailReal, memTotalReal, memBuffer and memCached of UCD-SNMP-MIB."""
    free, size, buffers, cached = (number(value) for value in inputs)
    return percent(size - free - buffers - cached, size)


def percent(part: float, whole: float) -> float:
    if whole <= 0:
        raise ValueError(f"a share of {whole}")
    return 100 * part / whole


def storage_memory(rows: Rows) -> float:
    """Percent of memory in use, from hrStorageUsed and hrStorageSize by hrStorageDescr.

    net-snmp counts buffers and cache as used and lists them as rows of their own.
    """
    used = {label.lower(): (number(row[0]), number(row[1])) for label, row in rows}
    name = next((label for label in used if "buffers" not in label and "cached" not in label), "")
    spare = sum(part for label, (part, _) in used.items() if "buffers" in label or "cached" in label)
    part, whole = used.get(name, (0, 0))
    return percent(max(part - spare, 0), whole)


def highest(rows: Rows) -> float:
    """The busiest of several processors, where idle line cards are listed with 0."""
    return max(number(row[0]) for _, row in rows)


def total_of_rows(rows: Rows) -> float:
    return sum(number(row[0]) for _, row in rows)


DECODERS: dict[str, Callable[[Inputs], float]] = {
    decoder.__name__: decoder
    for decoder in (
        leading_number, aruba_channel, negative, unsigned_byte, tenths_of_percent, rate_in_bits, airmax_temperature,
        mikrotik_width, canopy_frequency, megahertz, higher, total, share_used, share_of_both, share_free, ucd_memory,
    )
}  # fmt: skip
REDUCERS: dict[str, Callable[[Rows], float]] = {
    reducer.__name__: reducer for reducer in (storage_memory, highest, total_of_rows)
}
INPUTS = {
    "higher": 2,
    "share_used": 2,
    "share_of_both": 2,
    "share_free": 2,
    "ucd_memory": 4,
    "storage_memory": 2,
}  # objects needed where it is not one
