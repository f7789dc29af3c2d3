"""What a question reads must not depend on whether it has read an answer of the same layout before."""

import random

import pytest

from collectors.snmp import question
from collectors.snmp.codec import (
    DecodeError,
    Message,
    Pdu,
    Tag,
    decode,
    encode_binding,
    encode_element,
    encode_message,
    encode_number,
    encode_oid,
)
from collectors.snmp.question import CommunityQuestion, Repeated
from collectors.target import Credential

OIDS = tuple(encode_oid(f"1.3.6.1.2.1.2.2.1.10.{row}") for row in range(1, 9))
PUBLIC = Credential(community="public")
ASKED = question.get(PUBLIC, OIDS)
NUMBERS = (Tag.INTEGER, Tag.COUNTER32, Tag.GAUGE32, Tag.TIME_TICKS, Tag.COUNTER64)
EMPTY = (Tag.NULL, Tag.NO_SUCH_OBJECT, Tag.NO_SUCH_INSTANCE, Tag.END_OF_MIB_VIEW)


def element(dice: random.Random) -> bytes:
    """Any value, in any length that the plain decoder takes."""
    tag = dice.choice(tuple(Tag))
    if tag in NUMBERS:
        return encode_element(tag, dice.randbytes(dice.randrange(9)) or b"")
    if tag is Tag.OBJECT_IDENTIFIER:
        return encode_element(tag, encode_oid(f"1.3.6.1.{dice.randrange(10**6)}"))
    if tag is Tag.IP_ADDRESS:
        return encode_element(tag, dice.randbytes(4))
    return encode_element(tag, b"" if tag in EMPTY else dice.randbytes(dice.randrange(200)))


def answer(elements: list[bytes], request_id: int = 2**30) -> bytes:
    bindings = [encode_binding(oid, one) for oid, one in zip(OIDS, elements, strict=True)]
    return encode_message(1, b"public", Pdu.RESPONSE, request_id, 0, 0, bindings)


def refilled(dice: random.Random, one: bytes) -> bytes:
    """Another value of the same type and length."""
    tag, size = one[0], len(one)
    if tag in (*EMPTY, Tag.OBJECT_IDENTIFIER) or size > 120:
        return one
    return one[:2] + dice.randbytes(size - 2)


def read(asked: CommunityQuestion | Repeated, data: bytes) -> Message | str:
    try:
        return asked.read(data)
    except DecodeError:
        return "malformed"


def test_answers_of_one_layout_are_read_as_the_plain_decoder_reads_them() -> None:
    dice = random.Random(1)
    for _ in range(500):
        repeated = Repeated(ASKED)
        elements = [element(dice) for _ in OIDS]
        for _ in range(4):
            elements = [refilled(dice, one) for one in elements]
            data = answer(elements, dice.randrange(2**24, 2**31))
            assert read(repeated, data) == read(ASKED, data) == decode(data)


def test_a_changed_octet_is_never_read_otherwise() -> None:
    dice = random.Random(2)
    repeated = Repeated(ASKED)
    data = answer([encode_number(2**38 + row, Tag.COUNTER64) for row in range(8)])
    repeated.read(data)
    repeated.read(data)
    for _ in range(20_000):
        changed = bytearray(data)
        for _ in range(dice.randrange(1, 4)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        assert read(repeated, bytes(changed)) == read(ASKED, bytes(changed))


def test_values_that_change_their_length_are_read() -> None:
    repeated = Repeated(ASKED)
    for value in (1, 1, 1, 200, 200, 1, 70_000, 70_000, 70_000, -1, -1):
        data = answer([encode_number(value + row) for row in range(8)])
        assert read(repeated, data) == decode(data)


def test_an_error_status_is_no_layout_to_remember() -> None:
    repeated = Repeated(ASKED)
    refusal = encode_message(1, b"public", Pdu.RESPONSE, 2**30, 1, 0, [])
    for _ in range(3):
        assert read(repeated, refusal) == decode(refusal)


@pytest.mark.parametrize("number", [256, 2**15 - 1, 2**24, 2**31 - 1])
def test_a_question_takes_ids_of_any_length(number: int) -> None:
    for asked in (ASKED, Repeated(ASKED), question.following(PUBLIC, Pdu.GETBULK, OIDS[:2], 10)):
        filled = decode(asked.filled(number))
        assert filled.request_id == number
        assert filled.oids == list(OIDS)[: len(filled.oids)]
    assert (filled.pdu, filled.error_index) == (Pdu.GETBULK, 10)
