"""Keys, digests and privacy against the vectors of the RFCs, and against pysnmp in every combination."""

import random
from dataclasses import replace
from typing import Any

import pytest
from pyasn1.type import univ
from pysnmp.entity import config
from pysnmp.proto.secmod.rfc3414.service import SnmpUSMSecurityModel

from collectors.snmp import usm
from collectors.snmp.base import SnmpCredentialError
from collectors.snmp.codec import DecodeError
from collectors.snmp.pysnmp_session import AUTH, PRIV
from collectors.target import Credential

ENGINE_ID = bytes.fromhex("000000000000000000000002")
ALICE = Credential("3", "", "alice", "SHA", "maplesyrup", "AES", "maplesyrup")
COMBINATIONS = [(auth, priv) for auth in usm.AUTHENTICATION for priv in usm.PRIVACY]


@pytest.mark.parametrize(
    ("name", "key", "localized"),
    [  # RFC 3414 appendix A.3
        ("md5", "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        ("sha1", "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"),
    ],
)
def test_keys_are_those_of_the_rfc(name: str, key: str, localized: str) -> None:
    made = usm.password_key(name, b"maplesyrup")

    assert made.hex() == key
    assert usm.localized(name, made, ENGINE_ID).hex() == localized


def test_keys_are_extended_as_in_the_draft_of_reeder() -> None:
    key = usm.keys(replace(ALICE, priv_protocol="AES256C"), ENGINE_ID).privacy

    assert key.hex() == "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9cd2d5065547743fb5"[:64]


def test_the_two_extensions_differ_only_where_a_key_is_too_short() -> None:
    def key(auth: str, priv: str) -> bytes:
        return usm.keys(replace(ALICE, auth_protocol=auth, priv_protocol=priv), ENGINE_ID).privacy

    assert key("SHA", "AES192") != key("SHA", "AES192C")
    assert key("SHA", "AES192")[:20] == key("SHA", "AES192C")[:20]
    assert key("SHA256", "AES256") == key("SHA256", "AES256C")


def pysnmp_services(auth: str, priv: str) -> tuple[Any, Any]:
    return SnmpUSMSecurityModel.AUTH_SERVICES[AUTH[auth]], SnmpUSMSecurityModel.PRIV_SERVICES[PRIV[priv]]


@pytest.mark.parametrize(("auth", "priv"), COMBINATIONS)
def test_keys_are_those_of_pysnmp(auth: str, priv: str) -> None:
    engine_id = random.Random(auth + priv).randbytes(17)
    credential = Credential("3", "", "alice", auth, "maplesyrup", priv, "another password")

    ours = usm.keys(credential, engine_id)

    authenticator, cipher = pysnmp_services(auth, priv)
    theirs = univ.OctetString(engine_id)
    assert ours.authentication == bytes(authenticator.localize_key(authenticator.hash_passphrase("maplesyrup"), theirs))
    assert ours.privacy == bytes(
        cipher.localize_key(AUTH[auth], cipher.hash_passphrase(AUTH[auth], "another password"), theirs)
    )


@pytest.mark.parametrize("auth", usm.AUTHENTICATION)
def test_digests_are_those_of_pysnmp(auth: str) -> None:
    dice = random.Random(auth)
    authenticator, _ = pysnmp_services(auth, "AES")
    size = usm.AUTHENTICATION[auth].digest_size
    for _ in range(50):
        key = dice.randbytes(20)
        head, tail = b"\x30" + dice.randbytes(dice.randrange(60)).replace(b"\0", b"\1"), dice.randbytes(90)

        message = authenticator.authenticate_outgoing_message(univ.OctetString(key), head + bytes(size) + tail)

        assert message == head + usm.digest(auth, key, head + bytes(size) + tail) + tail


@pytest.mark.parametrize("priv", usm.PRIVACY)
def test_what_one_encrypts_the_other_decrypts(priv: str) -> None:
    dice = random.Random(priv)
    _, cipher = pysnmp_services("SHA", priv)
    for _ in range(50):
        key, plain = dice.randbytes(usm.PRIVACY[priv].key_size), dice.randbytes(dice.randrange(200))
        clocks, salt = (dice.randrange(2**31), dice.randrange(2**31)), usm.new_salt()

        secret = usm.encrypted(priv, key, clocks, salt, plain)
        theirs, their_salt = cipher.encrypt_data(univ.OctetString(key), (*clocks, None), plain)

        back = cipher.decrypt_data(univ.OctetString(key), (*clocks, univ.OctetString(salt)), univ.OctetString(secret))
        assert bytes(back).startswith(plain)
        assert usm.decrypted(priv, key, clocks, bytes(their_salt), bytes(theirs)).startswith(plain)
        assert len(secret) - len(plain) == (-len(plain) % 8 if priv == "DES" else 0)


def test_a_salt_never_comes_twice() -> None:
    salts = [usm.new_salt() for _ in range(10_000)]

    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {8}


@pytest.mark.parametrize(
    ("priv", "salt", "secret"),
    [("AES", b"", b"x"), ("AES", bytes(64), b"x"), ("DES", bytes(8), bytes(7)), ("DES", b"1", b"")],
)
def test_what_cannot_have_been_encrypted_is_refused(priv: str, salt: bytes, secret: bytes) -> None:
    with pytest.raises(DecodeError):
        usm.decrypted(priv, bytes(16), (1, 1), salt, secret)


def test_no_key_is_made_for_what_is_not_protected() -> None:
    open_to_all = Credential("3", "", "erin")
    signed = replace(ALICE, priv_protocol="", priv_password="")

    assert usm.keys(open_to_all, ENGINE_ID) == (b"", b"")
    assert usm.keys(signed, ENGINE_ID) == (usm.keys(ALICE, ENGINE_ID).authentication, b"")


def test_the_hash_of_a_password_is_made_once() -> None:
    usm.password_key.cache_clear()
    for number in range(100):
        usm.keys(ALICE, number.to_bytes(12, "big"))

    assert usm.password_key.cache_info().misses == 1


@pytest.mark.parametrize(
    ("credential", "sentence"),
    [
        (replace(ALICE, user=""), "no user name"),
        (replace(ALICE, user="a" * 33), "longer than 32"),
        (replace(ALICE, auth_protocol="ROT13"), "ROT13 is no authentication protocol"),
        (replace(ALICE, priv_protocol="ROT13"), "ROT13 is no privacy protocol"),
        (replace(ALICE, auth_protocol=""), "privacy needs authentication"),
        (replace(ALICE, auth_password="1234567"), "authentication password is too short"),
        (replace(ALICE, priv_password="1234567"), "privacy password is too short"),
        (replace(ALICE, context="c" * 256), "the context is longer than 255"),
    ],
)
def test_what_makes_a_credential_unusable_is_said(credential: Credential, sentence: str) -> None:
    with pytest.raises(SnmpCredentialError, match=sentence) as error:
        usm.check(credential)
    for secret in (credential.auth_password, credential.priv_password):
        assert secret not in str(error.value)


def test_every_protocol_is_known_to_pysnmp_too() -> None:
    assert set(usm.AUTHENTICATION) | {""} == set(AUTH)
    assert set(usm.PRIVACY) | {""} == set(PRIV)
    assert AUTH["SHA"] == config.USM_AUTH_HMAC96_SHA
