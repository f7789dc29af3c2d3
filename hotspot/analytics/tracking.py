"""The public number of a proposal: short, not to be guessed, and a slip of the pen is noticed."""

from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 letters, a prime; none is taken for another (0 O, 1 I L)
BODY = 7  # 31 ** 7 = 27 thousand million numbers
LAST_WEIGHT = BODY + 1


def new_number(choose: Callable[[str], str]) -> str:
    """Such as 7KQ2-M9XB; `choose` draws a letter."""
    body = "".join(choose(ALPHABET) for _ in range(BODY))
    return shown(body + check_letter(body))


def check_letter(body: str) -> str:
    """So that the sum of place times letter is a multiple of 31.

    The places' weights differ and are no multiple of the prime: one wrong letter, and any two swapped, change the sum.
    """
    return ALPHABET[-weighed(body) * pow(LAST_WEIGHT, -1, len(ALPHABET)) % len(ALPHABET)]


def weighed(letters: str) -> int:
    return sum(place * ALPHABET.index(letter) for place, letter in enumerate(letters, start=1))


def shown(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:]}"


def read_number(text: str) -> str:
    """The number as it is stored; empty when it is mistyped. Case, spaces and hyphens don't matter."""
    letters = "".join(text[:40].upper().split()).replace("-", "")
    if len(letters) != BODY + 1 or any(letter not in ALPHABET for letter in letters):
        return ""
    return shown(letters) if weighed(letters) % len(ALPHABET) == 0 else ""
