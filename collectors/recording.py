"""Recorded devices: `.snmprec` files, one object a line as `OID|tag|value`, played back by a simulated agent."""

from pathlib import Path

from collectors.agent import Object, Plain
from collectors.snmp.codec import Tag, encode_value

NUMBERS = {Tag.INTEGER, Tag.COUNTER32, Tag.GAUGE32, Tag.TIME_TICKS, Tag.COUNTER64}


def read(path: Path) -> dict[str, Object]:
    """The objects of a recording without the lines that are none: comments, masked values that don't fit their tag."""
    objects = {}
    for line in path.read_bytes().splitlines():
        oid, _, rest = line.partition(b"|")
        tag, _, value = rest.partition(b"|")
        try:
            kind, said = _object(tag.decode(), value)
            encode_value(kind, said)
        except (ValueError, OSError):  # OSError: not an IP address
            continue
        objects[oid.decode().strip(".")] = Object(kind, said)
    return objects


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
        return (number, value.decode() if b"." in value else ".".join(str(part) for part in value))
    return (number, value)
