"""Figures and days as an Indonesian or English reader writes them: on paper, where no browser says who reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
SWAP = str.maketrans(",.", ".,")
Pair = tuple[str, str]  # Indonesian, English
MISSING: Pair = ("tidak ada data", "no data")
UNITS: tuple[Pair, ...] = (("hari", "d"), ("jam", "h"), ("mnt", "min"), ("dtk", "s"))
OCTETS = ("B", "kB", "MB", "GB", "TB", "PB")


def grouped(value: float | Decimal, digits: int, language: str) -> str:
    """By hand, because a page has hundreds of numbers and Babel takes 30 microseconds for one."""
    english = f"{value:,.{digits}f}"
    return english.translate(SWAP) if language == "id" else english


def cut(share: float, digits: int) -> Decimal:
    """A share of 0 to 1 in percent, cut and not rounded: 0.99996 is 99.99, because only 1 is 100."""
    return (Decimal(repr(float(share))) * 100).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_DOWN)


def step_of(value: float, units: tuple[str, ...]) -> tuple[float, int, str]:
    """A number with its digits and decimal unit: 1234 as 1.2 with one digit and the second unit."""
    size, step = float(value), 0
    while abs(size) >= 999.5 and step < len(units) - 1:
        size, step = size / 1000, step + 1
    return size, 1 if step and abs(size) < 10 else 0, units[step]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for readers of `language` (id or en) in a city of the zone; what is missing is "no data", never 0."""

    language: str
    zone: str

    def word(self, pair: Pair) -> str:
        return pair[0] if self.language == "id" else pair[1]

    def label(self, key: str, words: Mapping[str, Pair]) -> str:
        """The word for a key of the inventory; a key nobody knows is shown as it is."""
        return self.word(words.get(key, (key, key)))

    @property
    def missing(self) -> str:
        return self.word(MISSING)

    def number(self, value: float | None, digits: int = 0) -> str:
        return self.missing if value is None else grouped(value, digits, self.language)

    def percent(self, share: float | None, digits: int = 2) -> str:
        return self.missing if share is None else grouped(cut(share, digits), digits, self.language) + NBSP + "%"

    def rupiah(self, value: int | None) -> str:
        return self.missing if value is None else f"Rp{grouped(value, 0, self.language)}"

    def octets(self, value: float | None) -> str:
        if value is None:
            return self.missing
        size, digits, unit = step_of(value, OCTETS)
        return grouped(size, digits, self.language) + NBSP + unit

    def duration(self, seconds: float | None) -> str:
        """The two largest units: 2 d 5 h, 3 h 12 min, 45 s."""
        if seconds is None:
            return self.missing
        whole = int(seconds)
        parts = (whole // 86400, whole // 3600 % 24, whole // 60 % 60, whole % 60)
        first = next((n for n, part in enumerate(parts[:3]) if part), 3)
        shown = [first, *([first + 1] if first < 2 and parts[first + 1] else [])]
        return NBSP.join(f"{grouped(parts[n], 0, self.language)}{NBSP}{self.word(UNITS[n])}" for n in shown)

    def day(self, value: date | None) -> str:
        return self.missing if value is None else self.spelt(value, "d MMM y")

    def month(self, value: date) -> str:
        return self.spelt(value, "MMMM y")

    def spelt(self, value: date, pattern: str) -> str:
        # Imported for the first date: the collector, which only seldom writes one, saves some megabytes.
        from babel.dates import format_date

        return format_date(value, pattern, locale=self.language).replace(" ", NBSP)

    def instant(self, t: int) -> str:
        """21 Nov 2026 12.00 WIB: the city's time, with its name."""
        local = datetime.fromtimestamp(t, ZoneInfo(self.zone))
        dot = "." if self.language == "id" else ":"
        return f"{self.day(local.date())} {local:%H{dot}%M} {local.tzname()}".replace(" ", NBSP)
