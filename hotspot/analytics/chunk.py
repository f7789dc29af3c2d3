"""A day of polls of one access point in a few kilobytes: columns of numbers, as differences, compressed.

A chunk is zlib over: number of rows, number of columns, and each column. A column is a byte of flags, one byte a row
that tells which values are missing (where some are), and the numbers by the place of their octets, so that the octets
that hardly change lie together. Columns are only ever added at the end: an older chunk has fewer of them.

Chunks of several access points stand in one row of the database, behind a table of their lengths: a database keeps
rows in pages, and a row somewhat smaller than a page would leave the rest of it empty. Since version 2 an access point
has two chunks there: what all devices say, and what its radios and SSIDs said (hotspot.analytics.extras).
"""

import struct
import sys
import zlib
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

Column = list[int | None]
Pair = tuple[bytes, bytes]

CODEC = 2
HEAD = struct.Struct("<IB")
COUNT = struct.Struct("<H")  # of a bundle: how many
ENTRIES = {1: struct.Struct("<QI"), 2: struct.Struct("<QII")}  # by version: of each its key and the length of its parts
ROWS_MOST, COLUMNS_MOST, OCTETS = 100_000, 64, 8
SOME_MISSING, DIFFERENCES = 1, 2


class ChunkError(ValueError):
    """The octets are no chunk: damaged, cut short, or of a version that is not known."""


def pack(columns: Sequence[Sequence[int | None]]) -> bytes:
    """Columns of equal length, each number in [-2**62, 2**62)."""
    rows = len(columns[0])
    body = b"".join(map(_packed, columns))
    return zlib.compress(HEAD.pack(rows, len(columns)) + body, 6)


def bundle(chunks: Mapping[int, Pair]) -> bytes:
    """Pairs of chunks by a number of at most 64 bits, together."""
    entries = b"".join(ENTRIES[CODEC].pack(key, *map(len, pair)) for key, pair in chunks.items())
    return COUNT.pack(len(chunks)) + entries + b"".join(part for pair in chunks.values() for part in pair)


def unbundle(data: bytes, codec: int = CODEC) -> dict[int, Pair]:
    """The chunks, not unpacked yet, the second empty where there is none; raises ChunkError."""
    if codec not in ENTRIES:
        raise ChunkError(f"a chunk of version {codec}, which is not known")
    entry = ENTRIES[codec]
    try:
        (count,) = COUNT.unpack_from(data)
        entries = [entry.unpack_from(data, COUNT.size + place * entry.size) for place in range(count)]
    except struct.error as error:
        raise ChunkError(f"a damaged chunk: {error}") from error
    at, chunks = COUNT.size + count * entry.size, {}
    for key, first, *second in entries:
        after = at + first + sum(second)
        chunks[key] = data[at : at + first], data[at + first : after]
        at = after
    if at != len(data) or len(chunks) != count:
        raise ChunkError("a damaged chunk: cut short, or too long")
    return chunks


def unpack(data: bytes, first: int = COLUMNS_MOST) -> list[Column]:
    """The columns of a chunk, or the first of them; raises ChunkError."""
    most = HEAD.size + COLUMNS_MOST * ROWS_MOST * (OCTETS + 1)
    try:
        unpacker = zlib.decompressobj()
        body = unpacker.decompress(data, most)
        if not unpacker.eof or unpacker.unused_data:
            raise ChunkError("a damaged chunk: cut short, or too long")
        rows, count = HEAD.unpack_from(body)
        if rows > ROWS_MOST or count > COLUMNS_MOST:
            raise ChunkError(f"a chunk of {rows} rows and {count} columns")
        at = HEAD.size
        columns = []
        for _ in range(min(count, first)):
            column, at = _unpacked(body, at, rows)
            columns.append(column)
    except (zlib.error, struct.error, IndexError, OverflowError) as error:
        raise ChunkError(f"a damaged chunk: {error}") from error
    if at != len(body) and first >= count:
        raise ChunkError("a damaged chunk: something stands behind its end")
    return columns


def _packed(column: Sequence[int | None]) -> bytes:
    present = bytes(value is not None for value in column)
    numbers = [value for value in column if value is not None]
    steps = [after - before for before, after in pairwise([0, *numbers])]
    by_steps = sum(map(int.bit_length, steps)) < sum(map(int.bit_length, numbers))
    flags = (SOME_MISSING if len(numbers) < len(column) else 0) | (DIFFERENCES if by_steps else 0)
    folded = [number << 1 if number >= 0 else ~(number << 1) for number in (steps if by_steps else numbers)]
    width = (max(folded, default=0).bit_length() + 7) // 8
    octets = _little(array("Q", folded)).tobytes()
    planes = b"".join(octets[place::OCTETS] for place in range(width))
    return bytes((flags, width)) + (present if flags & SOME_MISSING else b"") + planes


def _unpacked(body: bytes, at: int, rows: int) -> tuple[Column, int]:
    flags, width = body[at], body[at + 1]
    at += 2
    present = b"\x01" * rows
    if flags & SOME_MISSING:
        present = body[at : at + rows]
        at += rows
    count = sum(present)
    if len(present) != rows or present.count(0) + present.count(1) != rows or width > OCTETS:
        raise ChunkError("a damaged chunk: a column that can't be")
    octets = bytearray(count * OCTETS)
    for place in range(width):
        plane = body[at : at + count]
        if len(plane) != count:
            raise ChunkError("a damaged chunk: cut short")
        octets[place::OCTETS] = plane
        at += count
    folded = _little(array("Q", bytes(octets)))
    numbers = [number >> 1 if not number & 1 else ~(number >> 1) for number in folded]
    given = accumulate(numbers) if flags & DIFFERENCES else iter(numbers)
    return [next(given) if is_there else None for is_there in present], at


def _little(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
