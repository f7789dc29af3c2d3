"""RFC 6238's own examples, and what is no code."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from hotspot.analytics.one_time_code import (
    accepted_step,
    address,
    new_recovery_codes,
    new_secret,
    plain_recovery_code,
)

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(  # RFC 6238, appendix B, SHA-1, the last six of the eight digits
    ("now", "code"),
    [
        (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
        (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ],
)  # fmt: skip
def test_the_examples_of_the_rfc(now: int, code: str) -> None:
    assert accepted_step(SECRET, code, now, None) == now // 30
    assert accepted_step(SECRET, f" {code[:3]} {code[3:]}\n", now, None) == now // 30


@pytest.mark.parametrize(("off", "fits"), [(-61, False), (-30, True), (30, True), (61, False)])
def test_a_clock_may_be_a_step_off(off: int, fits: bool) -> None:
    assert (accepted_step(SECRET, "005924", 1_234_567_890 + off, None) is not None) == fits


def test_a_code_works_once_and_no_earlier_one_after_it() -> None:
    now = 1_234_567_890
    step = accepted_step(SECRET, "005924", now, None)
    assert step is not None
    assert accepted_step(SECRET, "005924", now, step) is None
    assert accepted_step(SECRET, "005924", now + 30, step) is None
    assert accepted_step(SECRET, "005924", now, step - 1) == step


@pytest.mark.parametrize(
    "code",
    ["", "00592", "0059244", "٠٠٥٩٢٤", "-05924", "00592a", "0x5924", "\0" * 6, "9" * 100_000, "005924'--", "²²²²²²"],
)
def test_garbage_is_no_code(code: str) -> None:
    assert accepted_step(SECRET, code, 1_234_567_890, None) is None
    assert plain_recovery_code(code) == ""


def test_without_a_secret_nothing_fits() -> None:
    assert accepted_step("", "005924", 1_234_567_890, None) is None
    assert accepted_step(SECRET, "755224", 0, None) == 0  # RFC 4226, appendix D: nothing before the first step


def test_recovery_codes_are_ten_and_read_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len({plain_recovery_code(code) for code in codes}) == 10
    assert all(len(code) == 27 for code in codes)
    assert plain_recovery_code(f" {codes[0].upper().replace('-', ' ')} ") == plain_recovery_code(codes[0])


def test_secrets_are_long_and_their_address_names_the_account() -> None:
    secret = new_secret()
    assert len(base64.b32decode(secret)) == 20
    parts = urlsplit(address(secret, "a@b", "Hotspot Kota & Co"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query)["secret"] == [secret]
