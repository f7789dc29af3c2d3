"""Our codec against pysnmp's, and against whatever may arrive."""

import random
from typing import Any

import pytest
from pyasn1.codec.ber import encoder
from pysnmp.proto import rfc1905
from pysnmp.proto.api import v1, v2c

from collectors.snmp.base import Missing, Value
from collectors.snmp.codec import (
    LEAST_ID,
    V1,
    V2C,
    DecodeError,
    Message,
    Pdu,
    Tag,
    decode,
    decode_oid,
    decode_parts,
    encode_binding,
    encode_element,
    encode_message,
    encode_oid,
    encode_value,
    message_id,
    request,
)

MESSAGES = 10_000
MUTATIONS = 100_000


class Dice(random.Random):
    """Random SNMP things, the corners more often than chance would have them."""

    def oid(self) -> str:
        parts = [self.choice([self.randrange(128), self.randrange(2**14), self.randrange(2**32)]) for _ in range(4)]
        return ".".join(map(str, (1, 3, 6, 1, *parts)))

    def integer(self) -> int:
        """Without -128, -32768 and so on, for which pyasn1 takes an octet more than X.690 section 8.3.2 allows."""
        corners = [0, 1, -1, 127, 128, -129, 255, 256, 2**31 - 1]
        return int(self.choice([*corners, self.randrange(-(2**31), 2**31)]))

    def natural(self, bits: int) -> int:
        corners = [0, 127, 128, 255, 256, 2 ** (bits - 1) - 1, 2 ** (bits - 1), 2**bits - 1]
        return int(self.choice([*corners, self.randrange(2**bits)]))

    def value(self, protocol: Any, *, has_counter64: bool = True) -> tuple[Any, bytes, Value]:
        """The same value as pysnmp has it, as our encoder writes it, and as our decoder reads it."""
        integer, short, long = self.integer(), self.natural(32), self.natural(64)
        text, oid = self.randbytes(self.choice([0, 1, 5, 127, 128, 200, 300])), self.oid()
        address = ".".join(str(self.randrange(256)) for _ in range(4))
        choices: list[tuple[Any, Tag, int | bytes | str]] = [
            (protocol.Integer, Tag.INTEGER, integer),
            (protocol.Counter, Tag.COUNTER32, short) if protocol is v1 else (protocol.Counter32, Tag.COUNTER32, short),
            (protocol.Gauge, Tag.GAUGE32, short) if protocol is v1 else (protocol.Gauge32, Tag.GAUGE32, short),
            (protocol.TimeTicks, Tag.TIME_TICKS, short),
            (protocol.OctetString, Tag.OCTET_STRING, text),
            (protocol.Opaque, Tag.OPAQUE, text),
            (protocol.ObjectIdentifier, Tag.OBJECT_IDENTIFIER, oid),
            (protocol.IpAddress, Tag.IP_ADDRESS, address),
        ]
        if has_counter64:
            choices.append((protocol.Counter64, Tag.COUNTER64, long))
        make, tag, plain = self.choice(choices)
        return make(plain), encode_value(tag, plain), plain


def pysnmp_message(protocol: Any, pdu: Any, request_id: int, community: bytes, bindings: list[tuple[str, Any]]) -> Any:
    protocol.apiPDU.set_defaults(pdu)
    protocol.apiPDU.set_request_id(pdu, request_id)
    protocol.apiPDU.set_varbinds(pdu, bindings)
    message = protocol.Message()
    protocol.apiMessage.set_defaults(message)
    protocol.apiMessage.set_community(message, community)
    protocol.apiMessage.set_pdu(message, pdu)
    return message


@pytest.mark.parametrize(("version", "protocol"), [(V1, v1), (V2C, v2c)])
def test_answers_are_the_same_as_pysnmps_in_both_directions(version: int, protocol: Any) -> None:
    dice = Dice(version)
    response = protocol.GetResponsePDU if protocol is v1 else protocol.ResponsePDU
    for _ in range(MESSAGES // 2):
        oids = [dice.oid() for _ in range(dice.randrange(1, 20))]
        values = [dice.value(protocol, has_counter64=protocol is v2c) for _ in oids]
        request_id = dice.randrange(LEAST_ID, 2**31)
        community = dice.randbytes(dice.choice([1, 6, 127, 130]))
        bindings = [(oid, theirs) for oid, (theirs, _, _) in zip(oids, values, strict=True)]
        message = pysnmp_message(protocol, response(), request_id, community, bindings)

        wire = encoder.encode(message)

        ours = [encode_binding(encode_oid(oid), raw) for oid, (_, raw, _) in zip(oids, values, strict=True)]
        assert encode_message(version, community, Pdu.RESPONSE, request_id, 0, 0, ours) == wire
        raw_oids, plain = [encode_oid(oid) for oid in oids], [value for _, _, value in values]
        assert decode(wire) == Message(version, community, Pdu.RESPONSE, request_id, 0, 0, raw_oids, plain)
        assert [decode_oid(raw) for raw in raw_oids] == oids


@pytest.mark.parametrize("pdu", [Pdu.GET, Pdu.GETNEXT, Pdu.GETBULK])
@pytest.mark.parametrize(("version", "protocol"), [(V1, v1), (V2C, v2c)])
def test_requests_are_the_same_as_pysnmps(version: int, protocol: Any, pdu: Pdu) -> None:
    if version == V1 and pdu == Pdu.GETBULK:
        return
    dice = Dice(pdu)
    kinds = {Pdu.GET: "GetRequestPDU", Pdu.GETNEXT: "GetNextRequestPDU", Pdu.GETBULK: "GetBulkRequestPDU"}
    for _ in range(100):
        oids = [dice.oid() for _ in range(dice.randrange(1, 20))]
        request_id, rows = dice.randrange(LEAST_ID, 2**31), dice.randrange(50)
        theirs = getattr(protocol, kinds[pdu])()
        api = protocol.apiBulkPDU if pdu == Pdu.GETBULK else protocol.apiPDU
        api.set_defaults(theirs)
        api.set_request_id(theirs, request_id)
        api.set_varbinds(theirs, [(oid, protocol.Null("")) for oid in oids])
        if pdu == Pdu.GETBULK:
            api.set_non_repeaters(theirs, 0)
            api.set_max_repetitions(theirs, rows)
        message = protocol.Message()
        protocol.apiMessage.set_defaults(message)
        protocol.apiMessage.set_community(message, b"public")
        protocol.apiMessage.set_pdu(message, theirs)

        template = request(pdu, version, b"public", [encode_oid(o) for o in oids], 0, rows if pdu == Pdu.GETBULK else 0)

        assert template.filled(request_id) == encoder.encode(message)


def answer(*values: bytes) -> bytes:
    bindings = [encode_binding(encode_oid(f"1.3.6.1.2.1.1.{number}.0"), raw) for number, raw in enumerate(values, 1)]
    return encode_message(V2C, b"public", Pdu.RESPONSE, LEAST_ID, 0, 0, bindings)


def test_exceptions_are_told_apart() -> None:
    theirs = [rfc1905.NoSuchObject(""), rfc1905.NoSuchInstance(""), rfc1905.EndOfMibView(""), v2c.Null("")]
    bindings = [(f"1.3.6.1.2.1.1.{number}.0", value) for number, value in enumerate(theirs, 1)]
    wire = encoder.encode(pysnmp_message(v2c, v2c.ResponsePDU(), LEAST_ID, b"public", bindings))

    values = decode(wire).values

    assert values == [Missing.NO_SUCH_OBJECT, Missing.NO_SUCH_INSTANCE, Missing.END_OF_MIB_VIEW, Missing.NULL]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"\x41\x00", Missing.NULL),  # an empty number is not 0
        (b"\x02\x00", Missing.NULL),
        (b"\x06\x00", Missing.NULL),
        (b"\x41\x04\xff\xff\xff\xff", 2**32 - 1),  # without the zero in front, as some agents have it
        (b"\x41\x05\x00\xff\xff\xff\xff", 2**32 - 1),
        (b"\x46\x09\x00" + b"\xff" * 8, 2**64 - 1),
        (b"\x02\x01\xff", -1),
        (b"\x06\x01\x00", "0.0"),
        (b"\x06\x02\x88\x37", "2.999"),
        (b"\x04\x81\x01x", b"x"),  # the long form of a short length
    ],
)
def test_what_real_agents_send(raw: bytes, value: Value) -> None:
    assert decode(answer(raw)).values == [value]


@pytest.mark.parametrize(
    "raw",
    [
        b"\x46\x09\x01" + b"\x00" * 8,  # more than 64 bits
        b"\x41\x0a" + b"\x00" * 10,
        b"\x40\x03\x01\x02\x03",  # an IpAddress of three octets
        b"\x06\x06\x90\x80\x80\x80\x80\x00",  # a sub-identifier above 2**32
        b"\x06\x02\x2b\x81",  # one that does not end
        b"\x06\x81\x81" + b"\x01" * 129,  # too many of them
        encode_element(Tag.OBJECT_IDENTIFIER, b"\x01" * 60_000),
        b"\x1e\x01x",  # a type SNMP does not have
        b"\x04\x80",  # the indefinite form
        b"\x04\x85\x00\x00\x00\x00\x01x",  # a length of five octets
        b"\x04\x05x",  # longer than its binding
    ],
)
def test_a_hostile_value_is_a_decode_error(raw: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(answer(raw))


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"\x30",
        b"\x30\x00",
        b"\x04\x02ab",
        answer(b"\x05\x00")[:-1],
        answer(b"\x05\x00") + b"\x00",
        answer(b"\x05\x00").replace(b"\x02\x01\x01\x04", b"\x02\x01\x03\x04"),  # version 3
        answer(b"\x05\x00").replace(b"\xa2", b"\xa4"),  # a trap
        answer(b"\x05\x00").replace(b"\x02\x04\x01", b"\x02\x06\x01"),
        encode_message(V2C, b"public", Pdu.RESPONSE, LEAST_ID, 0, 0, [b"\x04\x00"]),
        encode_message(V2C, b"public", Pdu.RESPONSE, LEAST_ID, 0, 0, [b"\x30\x02\x05\x00"]),
        encode_message(V2C, b"public", Pdu.RESPONSE, LEAST_ID, 0, 0, [b"\x30\x7f\x06\x01\x2b\x05\x00"]),
    ],
)
def test_what_is_no_message_is_a_decode_error(wire: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(wire)


def test_long_bindings_are_read() -> None:
    long = encode_element(Tag.OCTET_STRING, b"x" * 60_000)

    assert decode(answer(long, b"\x05\x00")).values == [b"x" * 60_000, Missing.NULL]


def test_only_decode_errors_come_out_of_mutated_answers() -> None:
    dice = Dice(11)
    seeds = [answer(*(dice.value(v2c)[1] for _ in range(dice.randrange(1, 12)))) for _ in range(200)]
    for _ in range(MUTATIONS):
        wire = bytearray(dice.choice(seeds))
        for _ in range(dice.choice([1, 1, 2, 5])):
            wire[dice.randrange(len(wire))] = dice.choice([0, 0x7F, 0x80, 0x84, 0xFF, dice.randrange(256)])
        if dice.random() < 0.2:
            del wire[dice.randrange(len(wire)) :]
        for read in (decode, message_id):
            try:
                read(bytes(wire))
            except DecodeError:
                continue


@pytest.mark.parametrize("text", ["", "1", "3.1", "1.40", "1.3.x", "1.3.-1", f"1.3.{2**33}", "1" + ".1" * 128, "1..3"])
def test_what_is_no_oid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"object identifier|sub-identifier|invalid literal"):
        encode_oid(text)


def test_parts_compare_in_mib_order() -> None:
    oids = ["1.3.6.1.127", "1.3.6.1.128", "1.3.6.1.16383", "1.3.6.1.16384", "1.3.6.1.16384.1"]

    assert sorted(map(encode_oid, reversed(oids)), key=decode_parts) == [encode_oid(oid) for oid in oids]


def test_a_leading_dot_is_no_difference() -> None:
    assert encode_oid(".1.3.6.1") == encode_oid("1.3.6.1")


@pytest.mark.parametrize(("number", "octets"), [(0, 1), (-1, 1), (-128, 1), (128, 2), (-(2**31), 4), (2**31, 5)])
def test_a_number_takes_the_fewest_octets(number: int, octets: int) -> None:
    raw = encode_value(Tag.INTEGER, number)

    assert (len(raw) - 2, decode(answer(raw)).values) == (octets, [number])


def test_the_id_of_a_v3_message_is_read() -> None:
    header = encode_element(0x30, b"\x02\x04\x7f\x00\x00\x01")
    wire = encode_element(0x30, b"\x02\x01\x03" + header)

    assert message_id(wire) == 0x7F000001


@pytest.mark.parametrize("wire", [b"", b"\x30\x03\x02\x01\x03", b"\x04\x01x"])
def test_no_v3_message_has_no_id(wire: bytes) -> None:
    with pytest.raises(DecodeError):
        message_id(wire)
