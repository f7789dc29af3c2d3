"""The coding of SNMPv3 messages against pysnmp's, and against whatever may arrive."""

import random
from typing import Any

import pytest
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c
from pysnmp.proto.mpmod import rfc3412
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from collectors.snmp.codec import DecodeError, Pdu, encode_element, encode_request
from collectors.snmp.v3 import (
    AUTHENTICATED,
    LARGEST_NUMBER,
    PRIVATE,
    REPORTABLE,
    Clocks,
    Scoped,
    Secured,
    decode_scoped,
    decode_secured,
    encode_scoped,
    encode_secured,
)

MESSAGES = 2_000
MUTATIONS = 50_000
PDU = encode_request(Pdu.GET, 1, b"", 7, [b"+"])[7:]


class Dice(random.Random):
    def number(self) -> int:
        return int(self.choice([0, 1, 127, 128, 2**24, LARGEST_NUMBER, self.randrange(2**31)]))

    def octets(self, most: int) -> bytes:
        return self.randbytes(self.choice([0, most, self.randrange(most + 1)]))

    def secured(self) -> Secured:
        level = self.choice([0, AUTHENTICATED, AUTHENTICATED | PRIVATE])
        scoped = encode_scoped(self.octets(32), self.octets(255), PDU)
        data = self.randbytes(self.choice([0, 40, 127, 128, 300, 1_500])) if level & PRIVATE else scoped
        clocks = Clocks(self.number(), self.number())
        return Secured(
            self.number(), level, self.octets(32), clocks, self.octets(32), 0, self.octets(48), self.octets(8), data
        )


def pysnmp_message(made: Secured) -> bytes:
    parameters = UsmSecurityParameters()
    values = made.engine_id, *made.clocks, made.user, made.digest, made.salt
    for place, value in enumerate(values):
        parameters.setComponentByPosition(place, value)
    header = rfc3412.HeaderData()
    flags = bytes((made.level | REPORTABLE,))
    for place, value in enumerate((made.message_id, 65_507, flags, 3)):
        header.setComponentByPosition(place, value)
    message: Any = rfc3412.SNMPv3Message()
    message.setComponentByPosition(0, 3)
    message.setComponentByPosition(1, header)
    message.setComponentByPosition(2, encoder.encode(parameters))
    data = message.setComponentByPosition(3).getComponentByPosition(3)
    if made.level & PRIVATE:
        data.setComponentByName("encryptedPDU", made.data)
    else:
        scoped, _ = decoder.decode(made.data, asn1Spec=rfc3412.ScopedPDU())
        data.setComponentByName("plaintext", scoped)
    return bytes(encoder.encode(message))


def test_messages_are_coded_as_by_pysnmp() -> None:
    dice = Dice(1)
    for _ in range(MESSAGES):
        made = dice.secured()

        data = encode_secured(made)

        assert data == pysnmp_message(made)
        read = decode_secured(data)
        assert read._replace(digest_at=0) == made
        assert data[read.digest_at :].startswith(read.digest)


def test_a_scoped_pdu_is_coded_as_by_pysnmp() -> None:
    pdu = v2c.GetRequestPDU()
    v2c.apiPDU.set_defaults(pdu)
    scoped: Any = rfc3412.ScopedPDU()
    scoped.setComponentByPosition(0, b"engine").setComponentByPosition(1, b"context")
    scoped.setComponentByPosition(2).getComponentByPosition(2).setComponentByName("get-request", pdu)

    data = bytes(encoder.encode(scoped))

    read = decode_scoped(data)
    assert read == Scoped(b"engine", b"context", bytes(encoder.encode(pdu)))
    assert encode_scoped(*read) == data


@pytest.mark.parametrize("padding", [0, 1, 7, 8])
def test_padding_is_allowed_behind_what_was_encrypted(padding: int) -> None:
    data = encode_scoped(b"engine", b"", PDU) + bytes(padding)

    assert decode_scoped(data, padded=True).pdu == PDU
    if padding:
        with pytest.raises(DecodeError):
            decode_scoped(data)


def test_more_padding_than_a_block_is_refused() -> None:
    with pytest.raises(DecodeError):
        decode_scoped(encode_scoped(b"engine", b"", PDU) + bytes(9), padded=True)


HONEST = Secured(
    99, AUTHENTICATED | PRIVATE, b"engine", Clocks(3, 9), b"alice", 0, bytes(12), bytes(8), b"secret secret secret"
)


@pytest.mark.parametrize(
    "changes",
    [
        {"level": PRIVATE},
        {"level": 0},  # the data are no scoped PDU
        {"engine_id": bytes(33)},
        {"user": bytes(33)},
        {"digest": bytes(65)},
        {"salt": bytes(65)},
        {"salt": bytes(60_000)},
        {"message_id": -1},
        {"message_id": 2**31},
        {"clocks": Clocks(-1, 0)},
        {"clocks": Clocks(0, 2**31)},
        {"clocks": Clocks(0, 2**64)},
    ],
)
def test_what_is_out_of_bounds_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(DecodeError):
        decode_secured(encode_secured(HONEST._replace(**changes)))


def test_another_version_or_security_model_is_refused() -> None:
    data = encode_secured(HONEST)
    assert decode_secured(data).user == b"alice"

    for before, after in ((b"\2\1\3\x30", b"\2\1\2\x30"), (b"\2\1\3\4", b"\2\1\1\4"), (b"\4\1\7", b"\4\0\5\0\7")):
        with pytest.raises(DecodeError):
            decode_secured(data.replace(before, after, 1))


def test_nothing_nested_or_endless_is_followed() -> None:
    nested = b""
    for _ in range(2_000):
        nested = encode_element(0x30, nested)
    for data in (nested, b"\x30\x80" * 30_000, b"\x30\x84\xff\xff\xff\xff" * 5_000, b"\x30", b""):
        for decode in (decode_secured, decode_scoped):
            with pytest.raises(DecodeError):
                decode(data)


def test_whatever_is_cut_or_changed_raises_nothing_else() -> None:
    dice = Dice(2)
    for _ in range(MUTATIONS // 50):
        data = encode_secured(dice.secured())
        for _ in range(50):
            mutated = bytearray(data[: dice.choice([len(data), dice.randrange(len(data) + 1)])])
            for _ in range(dice.randrange(4) if mutated else 0):
                mutated[dice.randrange(min(len(mutated), 120))] = dice.randrange(256)
            try:
                decode_scoped(decode_secured(bytes(mutated)).data, padded=True)
            except DecodeError:
                continue


def test_what_we_take_pysnmp_takes_too() -> None:
    dice = Dice(3)
    taken = 0
    for _ in range(MESSAGES):
        level, secret = AUTHENTICATED | PRIVATE, dice.randbytes(50)  # pysnmp looks into a scoped PDU at once
        data = bytearray(encode_secured(dice.secured()._replace(level=level, data=secret)))
        data[dice.randrange(min(len(data), 100))] = dice.randrange(256)
        try:
            read = decode_secured(bytes(data))
        except DecodeError:
            continue
        theirs, rest = decoder.decode(bytes(data), asn1Spec=rfc3412.SNMPv3Message())
        parameters, _ = decoder.decode(bytes(theirs[2]), asn1Spec=UsmSecurityParameters())
        assert not rest
        assert (read.message_id, read.engine_id, read.user) == (
            int(theirs[1][0]),
            bytes(parameters[0]),
            bytes(parameters[3]),
        )
        assert read.clocks == (int(parameters[1]), int(parameters[2]))
        assert (read.digest, read.salt) == (bytes(parameters[4]), bytes(parameters[5]))
        taken += 1
    assert taken > MESSAGES / 10
