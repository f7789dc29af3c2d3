"""The User-based Security Model of SNMPv3: keys from passwords, digests and privacy (RFC 3414, 3826, 7860)."""

import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from collectors.snmp.base import SnmpCredentialError
from collectors.snmp.codec import DecodeError
from collectors.target import Credential

LEAST_PASSWORD = 8  # octets: RFC 3414 section 11.2
PASSWORD_STRETCHED = 1 << 20  # octets of repeated password that are hashed: RFC 3414 appendix A.2
SALT_SIZE = 8
DES_BLOCK = 8

Extension = Callable[[str, bytes, bytes], bytes]


class Authentication(NamedTuple):
    hash: str  # as hashlib names it
    digest_size: int  # octets of the digest that travel


class Privacy(NamedTuple):
    key_size: int
    extend: Extension


class Keys(NamedTuple):
    """Localized: good for one engine-ID, and of no use against another device. Empty where nothing is protected."""

    authentication: bytes
    privacy: bytes


NO_KEYS = Keys(b"", b"")


def _extended_by_hash(name: str, key: bytes, engine_id: bytes) -> bytes:  # noqa: ARG001 # one signature for both
    """draft-blumenthal-aes-usm-04 section 3.1.2.1: each further piece is the hash of all pieces so far."""
    return key + hashlib.new(name, key).digest()


def _extended_by_password(name: str, key: bytes, engine_id: bytes) -> bytes:
    """draft-reeder-snmpv3-usm-3desede-00 section 2.1: the last piece is taken for a password. 1 MB to hash a device."""
    last = key[-hashlib.new(name).digest_size :]
    return key + localized(name, password_key.__wrapped__(name, last), engine_id)


AUTHENTICATION = {
    "MD5": Authentication("md5", 12),
    "SHA": Authentication("sha1", 12),
    "SHA224": Authentication("sha224", 16),
    "SHA256": Authentication("sha256", 24),
    "SHA384": Authentication("sha384", 32),
    "SHA512": Authentication("sha512", 48),
}
PRIVACY = {  # AES192 and AES256 are no standard: net-snmp extends keys in one way, Cisco and others (C) in another
    "DES": Privacy(16, _extended_by_hash),
    "AES": Privacy(16, _extended_by_hash),
    "AES192": Privacy(24, _extended_by_hash),
    "AES256": Privacy(32, _extended_by_hash),
    "AES192C": Privacy(24, _extended_by_password),
    "AES256C": Privacy(32, _extended_by_password),
}


def check(credential: Credential) -> None:
    """Raises SnmpCredentialError naming what makes the credential unusable."""
    faults = {
        "there is no user name": not credential.user,
        "the user name is longer than 32 octets": len(credential.user.encode()) > 32,
        "the context is longer than 255 octets": len(credential.context.encode()) > 255,
        f"{credential.auth_protocol} is no authentication protocol": credential.auth_protocol
        and credential.auth_protocol not in AUTHENTICATION,
        f"{credential.priv_protocol} is no privacy protocol": credential.priv_protocol
        and credential.priv_protocol not in PRIVACY,
        "privacy needs authentication": credential.priv_protocol and not credential.auth_protocol,
        "the authentication password is too short": credential.auth_protocol
        and len(credential.auth_password.encode()) < LEAST_PASSWORD,
        "the privacy password is too short": credential.priv_protocol
        and len(credential.priv_password.encode()) < LEAST_PASSWORD,
    }
    for sentence, is_so in faults.items():
        if is_so:
            raise SnmpCredentialError(f"SNMPv3 user {credential.user!r}: {sentence}")


@lru_cache(4_096)
def password_key(name: str, password: bytes) -> bytes:
    """RFC 3414 appendix A.2; about a millisecond, so it is done once for all devices of a credential."""
    repeated = password * (PASSWORD_STRETCHED // len(password) + 1)
    return hashlib.new(name, memoryview(repeated)[:PASSWORD_STRETCHED]).digest()


def localized(name: str, key: bytes, engine_id: bytes) -> bytes:
    return hashlib.new(name, key + engine_id + key).digest()


def keys(credential: Credential, engine_id: bytes) -> Keys:
    """The keys of one user on one device, of a credential that passed `check`."""
    if not credential.auth_protocol:
        return NO_KEYS
    name = AUTHENTICATION[credential.auth_protocol].hash
    authentication = localized(name, password_key(name, credential.auth_password.encode()), engine_id)
    if not credential.priv_protocol:
        return Keys(authentication, b"")
    size, extend = PRIVACY[credential.priv_protocol]
    privacy = localized(name, password_key(name, credential.priv_password.encode()), engine_id)
    while len(privacy) < size:
        privacy = extend(name, privacy, engine_id)
    return Keys(authentication, privacy[:size])


def digest(protocol: str, key: bytes, message: bytes) -> bytes:
    """Of a message whose own digest field is filled with zeros."""
    name, size = AUTHENTICATION[protocol]
    return hmac.digest(key, message, name)[:size]


_salts = count(int.from_bytes(os.urandom(SALT_SIZE), "big"))


def new_salt() -> bytes:
    """Never the same twice under one key: the start is random, so that a restart does not repeat what was before."""
    return (next(_salts) & 0xFFFF_FFFF_FFFF_FFFF).to_bytes(SALT_SIZE, "big")


def encrypted(protocol: str, key: bytes, clocks: tuple[int, int], salt: bytes, plain: bytes) -> bytes:
    """`clocks` are the engine's boots and time as they travel in the same message."""
    if protocol == "DES":
        plain += bytes(-len(plain) % DES_BLOCK)
        return _des(key, salt).encryptor().update(plain)
    return _aes(key, clocks, salt).encryptor().update(plain)


def decrypted(protocol: str, key: bytes, clocks: tuple[int, int], salt: bytes, secret: bytes) -> bytes:
    """What only the right key makes meaningful; DecodeError when it cannot have been encrypted in this way."""
    if len(salt) != SALT_SIZE:
        raise DecodeError("a salt of a strange size")
    if protocol == "DES":
        if len(secret) % DES_BLOCK:
            raise DecodeError("a part of a DES block")
        return _des(key, salt).decryptor().update(secret)
    return _aes(key, clocks, salt).decryptor().update(secret)


def _des(key: bytes, salt: bytes) -> Cipher[CBC]:
    """RFC 3414 section 8.1.1: the second half of the key is the pre-IV. Three equal keys make 3DES plain DES."""
    pre_iv = int.from_bytes(key[8:16], "big")
    iv = (pre_iv ^ int.from_bytes(salt, "big")).to_bytes(DES_BLOCK, "big")
    return Cipher(TripleDES(key[:8] * 3), CBC(iv))


def _aes(key: bytes, clocks: tuple[int, int], salt: bytes) -> Cipher[CFB]:
    """RFC 3826 section 3.1.2.1."""
    boots, time = clocks
    return Cipher(AES(key), CFB(boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt))
