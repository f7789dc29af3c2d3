"""The zip file of a pack, whose every byte follows from its files: stored, in order, with one fixed date.

Any zip program reads it. Because nothing is free in it, each altered byte is found and its place can be named, and
because nothing is compressed, no file is larger than it looks (docs/decisions/0019-packs-have-no-free-byte.md).
APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from hotspot.analytics.import_row import N_, Reason

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
VERSION, UTF8, STORED = 20, 0x0800, 0
MIDNIGHT, FIRST_DAY = 0, 0x21  # 1980-01-01, the oldest date a zip file knows
UNIX, READABLE = 3 << 8, 0o100644 << 16
LONGEST_NAME = 100
MOST_FILES = 100  # a pack has a dozen


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was made: `part` is a file of the pack (`lines.csv, line 3`) or `the zip file`."""

    part: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.part}: {self.reason}"


def fault(part: str, text: str, **values: object) -> Fault:
    return Fault(part, Reason(text, values))


def packed(files: Mapping[str, bytes]) -> bytes:
    """The same bytes for the same files in the same order."""
    body, directory = bytearray(), bytearray()
    for name, content in files.items():
        directory += central(name, content, len(body))
        body += local(name, content) + content
    return bytes(body + directory + END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(directory), len(body), 0))


def local(name: str, content: bytes) -> bytes:
    size, told = len(content), name.encode()
    head = LOCAL.pack(
        b"PK\3\4", VERSION, UTF8, STORED, MIDNIGHT, FIRST_DAY, zlib.crc32(content), size, size, len(told), 0
    )
    return head + told


def central(name: str, content: bytes, offset: int) -> bytes:
    size, told = len(content), name.encode()
    head = CENTRAL.pack(
        b"PK\1\2", UNIX | VERSION, VERSION, UTF8, STORED, MIDNIGHT, FIRST_DAY, zlib.crc32(content), size, size,
        len(told), 0, 0, 0, 0, READABLE, offset,
    )  # fmt: skip
    return head + told


def unpacked(data: bytes) -> tuple[dict[str, bytes], list[Fault]]:
    """The files as far as they can be told apart, and what in the container is not as `packed` writes it."""
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    at, before = 0, ""
    while data[at : at + 4] not in (b"PK\1\2", b""):
        found = entry(data, at)
        if found is None or found[0] in files:
            where = N_("its head is damaged, at byte %(at)s") if before else N_("does not begin as an evidence pack")
            return files, [fault(f"the file after {before}" if before else "the zip file", where, at=at)]
        name, content, at_next = found
        files[name] = content
        head = data[at : at_next - len(content)]
        if head != local(name, content):
            faults.append(fault(name, misfit(head, name, content)))
        at, before = at_next, name
        if len(files) > MOST_FILES:
            return files, [fault("the zip file", N_("holds more files than any pack"))]
    if not faults and data[at:] != packed(files)[at:]:
        faults.append(tail(data, at, files))
    return files, faults


def misfit(head: bytes, name: str, content: bytes) -> str:
    """Whether only the check sum of the content differs, or the head of the file in the zip."""
    wanted = local(name, content)
    if len(head) == len(wanted) and head[:14] + head[18:] == wanted[:14] + wanted[18:]:
        return N_("its content does not fit its check sum in the zip file")
    return N_("its head in the zip file was changed")


def entry(data: bytes, at: int) -> tuple[str, bytes, int] | None:
    """Name and content of the file that begins there, and where the next one does."""
    if data[at : at + 4] != b"PK\3\4" or at + LOCAL.size > len(data):
        return None
    *_, size, name_length, extra = LOCAL.unpack_from(data, at)
    begin = at + LOCAL.size + name_length
    if extra or name_length > LONGEST_NAME or begin + size > len(data):
        return None
    name = data[at + LOCAL.size : begin]
    if not name.isascii() or not name.decode("ascii").isprintable():
        return None
    return name.decode("ascii"), data[begin : begin + size], begin + size


def tail(data: bytes, at: int, files: Mapping[str, bytes]) -> Fault:
    """Where the directory behind the files, or the end, first differs."""
    wanted = packed(files)
    if len(data) != len(wanted):
        return fault("the zip file", N_("is %(told)s bytes, not %(size)s"), told=len(data), size=len(wanted))
    place = next(n for n in range(at, len(data)) if data[n] != wanted[n])
    for name, content in files.items():
        at += len(central(name, content, 0))
        if place < at:
            return fault(name, N_("its entry in the directory of the zip file was changed, at byte %(at)s"), at=place)
    return fault("the zip file", N_("its end was changed, at byte %(at)s"), at=place)
