"""What a password must be: long and not easy to guess, or, where an agency's rule asks for it, composed and renewed.

ASVS: OWASP ASVS 5.0, 6.2: at least 12 characters, any composition, no rotation, not one of the first that are tried.
BSSN: Peraturan BSSN 4/2021, article 27 (1) c, asks that the number of characters, the kinds of characters and how long
a password holds are ruled, and leaves the figures to the agency; ours are the ones below.
"""

import re
import string

from hotspot.analytics.import_row import N_

ASVS, BSSN = "asvs", "bssn"
SHORTEST, LONGEST = 12, 256  # characters
RENEWED_AFTER_S = 90 * 86_400
SHORT = N_("A password has at least 12 characters")
LONG = N_("A password has at most 256 characters")
GUESSED = N_("This password is too easy to guess; choose another of at least 12 characters")
UNMIXED = N_("A password has small and capital letters, digits and other characters")
SAME = N_("This is the present password; choose another")
# What people begin with here; a password that is made of these and of digits alone is among the first that are tried.
WORDS = (
    "administrator", "password", "katasandi", "rahasia", "indonesia", "hotspot", "passw0rd", "admin",
    "tangerangselatan", "tangerang", "selatan", "tangsel", "jakarta", "pemerintah", "pemkot", "pemkab", "kominfo",
    "diskominfo", "internet", "gratis", "publik", "wifi", "kota", "welcome", "selamatdatang", "bismillah", "sayang",
    "letmein", "iloveyou", "qwerty", "asdfgh", "zxcvbn", "master", "default", "changeme", "login", "test", "user",
    "guest", "root",
)  # fmt: skip
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", string.ascii_lowercase, string.digits)
LEFT_OVER = 4  # letters that have to be left beside such words
MOST_NEIGHBOURS = 0.75  # share of letters that follow the one before on a keyboard or in the alphabet
KINDS = (str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())


def weakness(password: str, name: str, policy: str = ASVS) -> str:
    """Why this password of the account `name` is refused, one of the sentences above; empty when it is good."""
    if len(password) < SHORTEST:
        return SHORT
    if len(password) > LONGEST:
        return LONG
    plain = password.casefold()
    if len(set(plain)) < 4 or repeats(plain) or runs(plain) or is_of_words(plain, name):
        return GUESSED
    if policy == BSSN and not all(any(map(is_kind, password)) for is_kind in KINDS):
        return UNMIXED
    return ""


def repeats(plain: str) -> bool:
    """Whether it is one piece several times over."""
    return plain in (plain + plain)[1:-1]


def runs(plain: str) -> bool:
    pairs = [plain[at : at + 2] for at in range(len(plain) - 1)]
    near = sum(any(pair in row or pair[::-1] in row for row in ROWS) or pair[0] == pair[1] for pair in pairs)
    return near >= MOST_NEIGHBOURS * len(pairs)


def is_of_words(plain: str, name: str) -> bool:
    words = sorted((*WORDS, name), key=len, reverse=True)
    left = re.sub("|".join(map(re.escape, filter(None, words))), "", plain)
    return sum(letter.isalpha() for letter in left) < LEFT_OVER


def is_old(set_at: int, now: int, policy: str) -> bool:
    """Whether the person has to choose another before going on."""
    return policy == BSSN and now - set_at >= RENEWED_AFTER_S
