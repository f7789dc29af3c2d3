import pytest

from hotspot.analytics.password_rules import (
    ASVS,
    BSSN,
    GUESSED,
    LONG,
    RENEWED_AFTER_S,
    SHORT,
    UNMIXED,
    is_old,
    weakness,
)


@pytest.mark.parametrize(
    "password",
    [
        "kata sandi yang panjang",
        "an entirely new one",
        "xK9#vTq2!mPzL",
        "菜" * 3 + "鱼肉饭茶酒米面包糕",
        "x1" + "ab cd" * 50,
    ],
)
def test_long_passwords_of_any_kind_are_good(password: str) -> None:
    assert weakness(password, "sari") == ""


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", SHORT),
        ("elevenchars", SHORT),
        ("x" * 257, LONG),
        ("passwordpassword", GUESSED),
        ("password1234", GUESSED),
        ("Password2026!", GUESSED),
        ("123456789012", GUESSED),
        ("qwertyuiop12", GUESSED),
        ("abcdefghijkl", GUESSED),
        ("administrator", GUESSED),
        ("Hotspot-Tangsel-2026", GUESSED),
        ("sarisarisari", GUESSED),
        ("sari12345678", GUESSED),
        ("aaaaaaaaaaaaa", GUESSED),
        ("zyxwvutsrqpon", GUESSED),
        ("rahasia-indonesia-45", GUESSED),
        ("SARI sari Sari!", GUESSED),
    ],
)
def test_passwords_that_are_tried_first_are_refused(password: str, why: str) -> None:
    assert weakness(password, "sari") == weakness(password, "sari", BSSN) == why


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("nasi uduk pagi hari", UNMIXED),
        ("Nasi uduk pagi hari", UNMIXED),
        ("Nasi uduk pagi 7", ""),
        ("NASI UDUK 77!", UNMIXED),
        ("NasiUdukPagi7", UNMIXED),
    ],
)
def test_an_agency_may_ask_for_all_kinds_of_characters(password: str, why: str) -> None:
    assert weakness(password, "sari", BSSN) == why
    assert weakness(password, "sari", ASVS) == ""


def test_only_an_agency_asks_for_renewal() -> None:
    assert not is_old(0, RENEWED_AFTER_S - 1, BSSN)
    assert is_old(0, RENEWED_AFTER_S, BSSN)
    assert not is_old(0, 10 * RENEWED_AFTER_S, ASVS)
