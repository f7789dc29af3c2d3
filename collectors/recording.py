"""Recorded devices: `.snmprec` files, one object a line as `OID|tag|value`, played back by a simulated agent."""

from pathlib import Path

from collectors.agent import Object, Plain
from collectors.snmp.codec import Tag, encode_binding, encode_oid, encode_value

NUMBERS = {Tag.INTEGER, Tag.COUNTER32, Tag.GAUGE32, Tag.TIME_TICKS, Tag.COUNTER64}


def read(path: Path) -> dict[str, Object]:
    """The objects of a recording without the lines that are none: comments, masked values that don't fit their tag."""
    return read_all(path)[0]


def read_all(path: Path) -> tuple[dict[str, Object], list[int]]:
    """The objects, and the numbers of the lines that are neither objects nor comments."""
    objects, unread = {}, []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line or line.startswith(b"#"):
            continue
        try:
            raw, tag, value = line.split(b"|", 2)
            oid = raw.decode("ascii").strip(". ")
            kind, said = _object(tag.decode("ascii"), value)
            encode_binding(encode_oid(oid), encode_value(kind, said))
        except (ValueError, OSError, OverflowError):  # OSError: not an IP address
            unread.append(number)
            continue
        objects[oid] = Object(kind, said)
    return objects, unread


def _object(tag: str, value: bytes) -> tuple[Tag, Plain]:
    """The tag is the ASN.1 number; an x behind it says that the value is in hexadecimal digits."""
    number = Tag(int(tag.removesuffix("x")))
    if tag.endswith("x"):
        value = bytes.fromhex(value.decode())
    if number in NUMBERS:
        return (number, int(value))
    if number is Tag.OBJECT_IDENTIFIER:
        return (number, value.decode().strip("."))
    if number is Tag.IP_ADDRESS:
        return (number, ".".join(str(part) for part in value) if tag.endswith("x") else value.decode())
    return (number, value)
