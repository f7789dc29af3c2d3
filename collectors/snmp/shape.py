"""Reads an answer in one step that is laid out as the one before it, which most are: counters grow, nothing else moves.

The layout of an answer is compiled into a `struct` that cuts it into what is fixed (lengths, types, OIDs) and its
values. Where the fixed parts are the same octets as before, the plain decoder would say the same; where one differs,
it is asked. Reading 20 objects takes 3 us instead of 13.
"""

from collections.abc import Callable
from struct import Struct

from collectors.snmp.base import Value
from collectors.snmp.codec import DECODERS, Message, Tag, places

MOST_SHAPES = 4_096
SIGNED = {1: "b", 2: "h", 4: "i", 8: "q"}
UNSIGNED = {1: "B", 2: "H", 4: "I", 8: "Q"}
TEXTS = (Tag.OCTET_STRING, Tag.OPAQUE)
CODES: dict[int, dict[int, str]] = {
    Tag.INTEGER: SIGNED,
    Tag.COUNTER32: UNSIGNED,
    Tag.GAUGE32: UNSIGNED,
    Tag.TIME_TICKS: UNSIGNED,
    Tag.COUNTER64: UNSIGNED,
}


class Shape:
    """Made of an answer that the plain decoder has taken, with a request-id of four octets."""

    __slots__ = ("_empty", "_fixed", "_header", "_odd", "_oids", "_unpack", "size")

    def __init__(self, data: bytes, message: Message) -> None:
        request_id, found = places(data)
        codes, at = [f">{request_id}si"], request_id + 4
        odd: list[tuple[int, Callable[[bytes], Value]]] = []
        empty: list[tuple[int, Value]] = []
        for number, (tag, start, end) in enumerate(found):
            if start == end:
                empty.append((number, message.values[number]))
                continue
            code = CODES.get(tag, {}).get(end - start, "")
            if not code and tag not in TEXTS:
                odd.append((number - len(empty), DECODERS[tag]))
            codes.append(f"{start - at}s{code or f'{end - start}s'}")
            at = end
        layout = Struct(f"{''.join(codes)}{len(data) - at}s")
        self._unpack, self.size = layout.unpack, layout.size
        self._fixed = self._unpack(data)[::2]
        self._odd, self._empty = odd, empty  # what struct can't turn into a value; values without an octet
        self._header, self._oids = message[:3], message.oids

    @property
    def key(self) -> tuple[object, ...]:
        return self._fixed, self.size

    def read(self, data: bytes) -> Message | None:
        """None when `data`, which has `size` octets, is laid out in another way; raises DecodeError."""
        parts = self._unpack(data)
        if parts[::2] != self._fixed:
            return None
        values = list(parts[3::2])
        for number, decode in self._odd:
            values[number] = decode(values[number])
        for number, value in self._empty:
            values.insert(number, value)
        version, community, pdu = self._header
        return Message(version, community, pdu, parts[1], 0, 0, self._oids, values)


_shapes: dict[tuple[object, ...], Shape] = {}


def shape_of(data: bytes, message: Message) -> Shape:
    """One object for all devices whose answers are laid out the same."""
    if len(_shapes) >= MOST_SHAPES:
        _shapes.clear()
    made = Shape(data, message)
    return _shapes.setdefault(made.key, made)
