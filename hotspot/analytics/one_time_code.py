"""Codes of the second factor: time-based ones (RFC 6238, SHA-1, six digits, 30 seconds) and recovery codes."""

import hmac
import secrets

import pyotp

STEP_S = 30
SLACK = 1  # steps that the clock of a phone may be off, either way
DIGITS = 6
RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is read as something else
RECOVERY_LENGTH, GROUP = 24, 6  # 118 bits: ASVS 5.0, 6.5.2 lets a plain digest keep 112 and more


def new_secret() -> str:
    """160 bits in base32, as RFC 4226 asks."""
    return pyotp.random_base32(32)


def address(secret: str, name: str, issuer: str) -> str:
    """What the QR code says: otpauth://totp/..."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def accepted_step(secret: str, code: str, now: int, last: int | None) -> int | None:
    """The step whose code this is, when it is near `now` and later than the `last` accepted one; else None.

    Every candidate is compared in constant time. A code works once, and so does none of the steps before it.
    """
    plain = "".join(code.split())
    if not secret or len(plain) != DIGITS or not (plain.isascii() and plain.isdigit()):
        return None
    totp, here = pyotp.TOTP(secret), now // STEP_S
    fitting = [
        step
        for step in range(max(0, here - SLACK), here + SLACK + 1)
        if hmac.compare_digest(totp.generate_otp(step), plain) and (last is None or step > last)
    ]
    return fitting[0] if fitting else None


def new_recovery_codes() -> list[str]:
    """Ten of them, such as abcdef-ghjkmn-pqrstu-vwxyz2."""
    made = []
    for _ in range(RECOVERY_CODES):
        letters = "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
        made.append("-".join(letters[at : at + GROUP] for at in range(0, RECOVERY_LENGTH, GROUP)))
    return made


def plain_recovery_code(code: str) -> str:
    """As it is kept: without hyphens, spaces and capitals; empty when it can't be one."""
    plain = "".join(code.split()).replace("-", "").casefold()
    return plain if len(plain) == RECOVERY_LENGTH and set(plain) <= set(ALPHABET) else ""
