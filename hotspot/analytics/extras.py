"""What radios and SSIDs said, poll by poll: a short text beside a poll's row, columns of a day once packed.

The text is two lines: which series there are, as JSON `[[kind, label, metrics], ...]` with a letter for each metric;
and their values in that order, whole numbers with commas between. It names its series itself, so that a row can be
read whatever became of the others; a chunk names them once. Only counts and radio figures: nothing of a client.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from hotspot.analytics.chunk import COLUMNS_MOST, ChunkError, Column, pack, unpack

RADIO, SSID, DEVICE = KINDS = ("radio", "ssid", "device")
# Of each metric its letter, which stays for ever, and in how many parts a unit is kept.
METRICS = {
    "clients": ("c", 1), "channel": ("h", 1), "frequency": ("f", 1), "utilisation": ("u", 10), "noise": ("n", 10),
    "tx_power": ("p", 10), "band": ("b", 10), "width": ("w", 1), "tx_rate": ("t", 1), "rx_rate": ("r", 1),
    "rssi": ("s", 10), "snr": ("z", 10), "quality": ("q", 10), "ccq": ("k", 10), "capacity": ("y", 10), "mcs": ("m", 1),
    "distance": ("d", 1), "error_ratio": ("e", 10), "temperature": ("T", 10), "cell_rssi": ("S", 10),
    "cell_rsrp": ("P", 10), "cell_rsrq": ("Q", 10), "cell_sinr": ("Z", 10), "aps_up": ("A", 1), "aps_known": ("K", 1),
}  # fmt: skip
NAMES = {letter: name for name, (letter, _) in METRICS.items()}
MOST_SERIES = COLUMNS_MOST  # of a poll, and of a day; a device that says more has told the first of it
LONGEST_LABEL = 64
LONGEST_LINE = MOST_SERIES * (4 * LONGEST_LABEL + 20)  # octets
LIMIT = 2**62  # of chunk.pack
LENGTH = struct.Struct("<H")

encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Series(NamedTuple):
    """One metric of one radio or SSID; of the device itself the label is empty."""

    kind: str
    label: str
    metric: str


def written(detail: Mapping[str, Any]) -> str | None:
    """The text of what a poll said in detail (`reading.Reading.detail`); None where it said nothing of the kind."""
    named: list[tuple[str, str, str]] = []
    values: list[int] = []
    for kind, row in _rows(detail):
        letters = ""
        for name, value in row.items():
            if name in METRICS and len(values) < MOST_SERIES:
                letter, parts = METRICS[name]
                letters += letter
                values.append(round(value * parts))
        if letters:
            named.append((kind, row.get("label", "")[:LONGEST_LABEL], letters))
    return f"{encode(named)}\n{','.join(map(str, values))}" if values else None


def _rows(detail: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for radio in detail["radios"]:
        yield RADIO, radio
    for ssid in detail["ssids"]:
        yield SSID, ssid
    if detail["extras"]:
        yield DEVICE, detail["extras"]


@lru_cache(maxsize=1024)
def _series(line: str) -> tuple[Series, ...]:
    """Of the first line; a metric whose letter nobody knows is read as that letter. Raises ValueError."""
    try:
        return tuple(
            Series(str(kind), str(label), NAMES.get(letter, letter))
            for kind, label, letters in json.loads(line)
            for letter in letters
        )
    except TypeError as error:
        raise ValueError(str(error)) from error


def columns(texts: Sequence[str | None]) -> dict[Series, Column]:
    """Of each series its values, one for each text; a text that can't be read says nothing."""
    found: dict[Series, Column] = {}
    for place, text in enumerate(texts):
        try:
            line, _, tail = (text or "[]\n").partition("\n")
            series = _series(line)
            values = [int(value) for value in tail.split(",")] if series else []
        except ValueError:
            continue
        for one, value in zip(series, values, strict=False):
            if one not in found:
                if len(found) == MOST_SERIES:
                    continue
                found[one] = [None] * len(texts)
            if -LIMIT <= value < LIMIT:
                found[one][place] = value
    return found


def packed(texts: Sequence[str | None]) -> bytes:
    """A day's texts, in the order of its polls; empty where none says anything."""
    found = columns(texts)
    if not found:
        return b""
    names = encode([(kind, label, METRICS[name][0] if name in METRICS else name) for kind, label, name in found])
    line = zlib.compress(names.encode("utf-8", "replace"))
    return LENGTH.pack(len(line)) + line + pack(list(found.values()))


def unpacked(data: bytes, rows: int) -> dict[Series, Column]:
    """The series of a day of so many polls; raises ChunkError."""
    if not data:
        return {}
    try:
        (length,) = LENGTH.unpack_from(data)
        line = zlib.decompressobj().decompress(data[LENGTH.size : LENGTH.size + length], LONGEST_LINE)
        series = _series(line.decode())
    except (struct.error, zlib.error, ValueError) as error:
        raise ChunkError(f"damaged names of series: {error}") from error
    found = unpack(data[LENGTH.size + length :])
    if len(found) != len(series) or any(len(column) != rows for column in found):
        raise ChunkError("series of other polls")
    return dict(zip(series, found, strict=True))


def texts(found: Mapping[Series, Column], rows: int) -> list[str | None]:
    """Back to a text for each poll, so that late polls can join their day."""
    said: list[list[tuple[Series, int]]] = [[] for _ in range(rows)]
    for series, column in found.items():
        for row, value in zip(said, column, strict=True):
            if value is not None:
                row.append((series, value))
    return [_text(row) for row in said]


def _text(row: Iterable[tuple[Series, int]]) -> str | None:
    named = [(one.kind, one.label, METRICS[one.metric][0] if one.metric in METRICS else one.metric) for one, _ in row]
    return f"{encode(named)}\n{','.join(str(value) for _, value in row)}" if named else None


def shown(metric: str, value: int | None) -> float | None:
    """The value in the metric's own unit."""
    parts = METRICS[metric][1] if metric in METRICS else 1
    return value if value is None or parts == 1 else value / parts
