"""What visitors may say of a point, within which bounds, and when it may be shown; values in, values out."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

from hotspot.analytics.import_row import N_

KINDS: Mapping[str, str] = {
    "no_signal": N_("No signal"),
    "slow": N_("Too slow"),
    "no_internet": N_("Connected, but no internet"),
    "password": N_("It asks for a password"),
    "damaged": N_("The device is damaged"),
    "other": N_("Something else"),
}
STARS = range(1, 6)
HAPPY = 4  # stars and more

# What is taken in: by one source of one point a day, by one source a day, of one point an hour, of the city an hour.
REPORTS_OF_SOURCE_HERE, REPORTS_OF_SOURCE, REPORTS_OF_POINT, REPORTS_OF_CITY = 6, 20, 60, 600
RATINGS_OF_SOURCE_HERE, RATINGS_OF_SOURCE, RATINGS_OF_POINT, RATINGS_OF_CITY = 1, 10, 60, 600

LONGEST_COMMENT = 280
READ = 4 * LONGEST_COMMENT  # characters of a comment that are looked at
HIDDEN = "[…]"
ENDINGS = "com|net|org|id|io|me|ly|link|xyz|info|app|site|online|top|click"
PRIVATE = (
    re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}"),  # e-mail, and names on social networks that follow a word
    re.compile(r"(?:\b[a-z]{2,10}://|\bwww\.)\S+", re.IGNORECASE),
    re.compile(rf"\b[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}}){{0,4}}\.(?:{ENDINGS})\b\S*", re.IGNORECASE),
    re.compile(r"@\w{2,}"),
    re.compile(r"[+(]{0,2}\d(?:[\s().,/_-]{0,3}\d){6,}"),  # seven digits, however parted: telephones, NIK
)  # fmt: skip

LEAST_SHOWN = 5  # public counts below it are kept back
Z95 = 1.959963984540054  # the normal quantile of 0.975
MANY_PEOPLE = 3  # reports within a day of a point that measures as up, which then deserve a look


def comment_of(text: str) -> str:
    """At most LONGEST_COMMENT characters on one line; what could tell who wrote it, or lead elsewhere, is HIDDEN."""
    plain = unicodedata.normalize("NFKC", text[:READ])
    plain = "".join(letter for letter in plain if letter.isspace() or unicodedata.category(letter)[0] != "C")
    plain = " ".join(plain.split())
    for pattern in PRIVATE:
        plain = pattern.sub(HIDDEN, plain)
    return plain if len(plain) <= LONGEST_COMMENT else plain[: LONGEST_COMMENT - 1].rstrip() + "…"


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """The 95 % interval of a share of which `hits` of `n` were seen; None when n is 0.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212. It stays
    within 0 and 1 and is honest for few ratings, as the plain mean with its standard error is not.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n}")
    if n == 0:
        return None
    share, spread = hits / n, Z95 * Z95 / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def happy_share(by_stars: Sequence[int]) -> tuple[int, float, tuple[float, float]] | None:
    """n, the share of 4 and 5 stars and its interval; None below LEAST_SHOWN. `by_stars`: how many gave 1, 2, … 5."""
    n, hits = sum(by_stars), sum(by_stars[HAPPY - 1 :])
    interval = wilson(hits, n)
    return (n, hits / n, interval) if interval is not None and n >= LEAST_SHOWN else None


def contradicts(status: str, people: int) -> bool:
    """Whether visitors say that something is wrong where the measuring says that all is well: a signal in itself."""
    return status == "up" and people >= MANY_PEOPLE


def is_foreign(fetch_site: str, origin: str, own: Sequence[str]) -> bool:
    """Whether a form was sent by another site's page: by Sec-Fetch-Site, else by Origin; a browser sends one of them.

    `own` are the origins under which these pages are served. OWASP: CSRF prevention, Fetch metadata.
    """
    if fetch_site:
        return fetch_site != "same-origin"
    return bool(origin) and origin not in own
