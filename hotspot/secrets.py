"""Secrets at rest: one key file (0600) or HOTSPOT_SECRET_KEY; AES-256-GCM for stored credentials."""

import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hotspot.settings import SettingError, Settings

FILE = "secret.key"
KEY_BYTES = 32


class SealError(ValueError):
    """A stored secret can't be opened with this key: another key, another row or altered bytes."""


def master_key(settings: Settings) -> bytes:
    """32 bytes; made and written to the data folder at first use when no setting gives one."""
    if settings.secret_key:
        if len(settings.secret_key) < 32:
            raise SettingError("HOTSPOT_SECRET_KEY is shorter than 32 characters")
        return hashlib.sha256(settings.secret_key.encode()).digest()
    path = settings.folder / FILE
    try:
        key = b64decode(path.read_bytes(), validate=True) if path.exists() else make_key(path)
    except ValueError:
        key = b""
    except OSError as error:
        raise SettingError(f"{path}: {error.strerror}; HOTSPOT_DATA_DIR must be a writable folder") from error
    if len(key) != KEY_BYTES:
        raise SettingError(f"{path} is not a key made by Hotspot")
    return key


def make_key(path: Path) -> bytes:
    """Of several processes that make one, all get the same: it is linked into place whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b64encode(os.urandom(KEY_BYTES)))
    with suppress(FileExistsError):  # another process was faster
        os.link(draft, path)
    draft.unlink()
    return b64decode(path.read_bytes(), validate=True)


def derive(key: bytes, purpose: str) -> bytes:
    """A key of its own for each use, so that a leaked cookie key opens no stored credential."""
    return hmac.digest(key, purpose.encode(), "sha256")


def seal(key: bytes, text: str, where: str) -> bytes:
    """Encrypt `text`; `where` (city, device, field) is bound to it, so that rows can't be swapped."""
    nonce = os.urandom(12)
    return b"\x01" + nonce + AESGCM(derive(key, "seal")).encrypt(nonce, text.encode(), where.encode())


def unseal(key: bytes, sealed: bytes, where: str) -> str:
    if sealed[:1] != b"\x01":
        raise SealError("a stored secret has an unknown form")
    try:
        return AESGCM(derive(key, "seal")).decrypt(sealed[1:13], sealed[13:], where.encode()).decode()
    except InvalidTag as error:
        raise SealError("a stored secret can't be opened: was it written with another secret.key?") from error
