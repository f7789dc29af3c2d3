"""Dates as lists write them, in several languages and calendars; what is not said is not invented."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from hotspot.analytics.column_names import without_accents
from hotspot.analytics.import_row import N_
from hotspot.analytics.loose_numbers import ascii_digits, is_nothing

DAY, MONTH, YEAR = "day", "month", "year"
EPOCH = date(1899, 12, 30)
BUDDHIST, ROC = 543, 1911
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "r": 2018, "h": 1988, "s": 1925}
NAMES = (
    "jan januari january enero janvier janeiro januar gennaio ene janv jan.",
    "feb februari february febrero fevrier fevereiro februar febbraio fev fevr",
    "mar maret march marzo mars marco marz maerz maart mrt mär",
    "apr april abril avril aprile abr avr",
    "may mei mayo mai maio maggio mag",
    "jun juni june junio juin junho giugno giu",
    "jul juli july julio juillet julho luglio juil lug",
    "aug agu agustus august agosto aout augustus ago ags",
    "sep september septiembre septembre setembro settembre sept set",
    "oct okt oktober october octubre octobre outubro ottobre out ott",
    "nov november noviembre novembre novembro nopember nop",
    "dec des desember december diciembre decembre dezembro dezember dicembre dic dez",
)
MONTHS = {name: number for number, names in enumerate(NAMES, start=1) for name in names.split()}


@dataclass(frozen=True, slots=True)
class Told:
    """A day, how exactly it was told, and what was made of an unusual form; `day` is None where too little is said."""

    day: date | None
    exact: str = DAY
    note: str = ""


NO_YEAR = Told(None, note=N_("a day and a month without a year"))


def month_first(texts: Iterable[str]) -> bool:
    """Whether a column writes 12/31/2021: told by days above twelve; else the day comes first."""
    seconds = firsts = 0
    for text in texts:
        if match := re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", text, re.ASCII):
            firsts += int(match[1]) > 12
            seconds += int(match[2]) > 12
    return seconds > 0 and not firsts


@lru_cache(maxsize=32768)
def told(text: str, *, mdy: bool = False) -> Told | None:
    """None where the text is no date at all."""
    plain = re.sub(r"\s+", " ", ascii_digits(text)).casefold().strip(" '\"")
    if is_nothing(plain) or len(plain) > 60:
        return None
    try:
        return in_figures(plain) or with_marks(plain, mdy) or with_signs(plain) or in_words(plain)
    except (ValueError, OverflowError):
        return None


def full(year: int, month: int, day: int, note: str = "") -> Told:
    year, calendar = gregorian(year)
    return Told(date(year, month, day), DAY, calendar or note)


def gregorian(year: int) -> tuple[int, str]:
    """Years of the Republic of China have three digits, Buddhist ones lie five centuries ahead."""
    if 80 <= year <= 199:
        return year + ROC, N_("a year of the Republic of China")
    if 2440 <= year <= 2643:
        return year - BUDDHIST, N_("a Buddhist year")
    if not 1900 <= year <= 2200:
        raise ValueError(year)
    return year, ""


def in_figures(text: str) -> Told | None:
    if re.fullmatch(r"\d{4}", text):
        year, note = gregorian(int(text))
        return Told(date(year, 1, 1), YEAR, note or N_("the year alone"))
    if re.fullmatch(r"(?:19|20)\d{4}", text) and 1 <= int(text[4:]) <= 12:
        return Told(date(int(text[:4]), int(text[4:]), 1), MONTH, N_("the month alone"))
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        return full(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"1\d{2}[01]\d[0-3]\d", text):
        return full(int(text[:3]), int(text[3:5]), int(text[5:]))
    if re.fullmatch(r"[2-6]\d{4}(?:\.\d+)?", text):
        return Told(EPOCH + timedelta(days=int(float(text))), DAY, N_("a spreadsheet's day number"))
    if re.fullmatch(r"1\d{12}|\d{12}", text):
        return Told(datetime.fromtimestamp(int(text) / 1000, UTC).date(), DAY, N_("milliseconds since 1970"))
    if re.fullmatch(r"[1-2]\d{9}", text):
        return Told(datetime.fromtimestamp(int(text), UTC).date(), DAY, N_("seconds since 1970"))
    return None


TIME = r"(?:[t ,]+\d{1,2}[:.h]\d{2}.*|[t ]\d{6}.*)?"


def with_marks(text: str, mdy: bool) -> Told | None:
    if match := re.fullmatch(rf"(\d{{3,4}})\s?[-/.]\s?(\d{{1,2}})\s?[-/.]\s?(\d{{1,2}})\.?{TIME}", text):
        return full(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(rf"(\d{{1,2}})\s?[-/.]\s?(\d{{1,2}})\s?[-/.]\s?(\d{{4}}|\d{{2}}){TIME}", text):
        day, month = (int(match[2]), int(match[1])) if mdy else (int(match[1]), int(match[2]))
        if month > 12 >= day:
            day, month = month, day
        return full(century(match[3]), month, day)
    if match := re.fullmatch(r"(\d{3,4})\s?[-/.]\s?(\d{1,2})\.?", text):
        return month_of(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"(\d{1,2})\s?[-/.]\s?(\d{4})", text):
        return month_of(int(match[2]), int(match[1]))
    return None


def month_of(year: int, month: int) -> Told:
    year, calendar = gregorian(year)
    return Told(date(year, month, 1), MONTH, calendar or N_("the month alone"))


def century(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 70 else 1900 + int(text)


SIGNED = re.compile(
    r"(令和|平成|昭和|民國|民国|中華民國|[rhs](?=\d))?\s?(\d{1,4}|元)\s?(?:년|年|\.|/)\s?"
    r"(?:(\d{1,2})\s?(?:월|月|\.|/)?\s?)?(?:(\d{1,2})\s?(?:일|日|号)?)?(?:[ t].*)?"
)


def with_signs(text: str) -> Told | None:
    """2016년 5월 3일, 令和5年4月1日, 民國114年5月1日, H30.4.1"""
    match = SIGNED.fullmatch(text)
    if not match:
        return None
    era, number, month, day = match.groups()
    if not era and (len(number) < 3 or not re.search("[년年]", text)):
        return None
    year = 1 if number == "元" else int(number)
    year += ERAS.get(era or "", ROC if era and "民" in era else 0)
    if not month:
        return Told(date(gregorian(year)[0], 1, 1), YEAR, N_("the year alone"))
    return full(year, int(month), int(day)) if day else month_of(year, int(month))


def in_words(text: str) -> Told | None:
    """5 Mei 2016, May 5th, 2016, 05-May-16, Dec-12 (a month and a year), 18-Oct (no year: not guessed)."""
    plain = re.sub(r"\b(?:de|del|of|den|le|el)\b|(?<=\d)(?:st|nd|rd|th|er|º|ª)\b", " ", without_accents(text))
    parts = [part for part in re.split(r"[\s,./_-]+", re.sub(rf"{TIME}$", "", plain)) if part]
    months = [at for at, part in enumerate(parts) if part in MONTHS]
    if len(months) != 1 or not 2 <= len(parts) <= 4:
        return None
    at = months[0]
    month, rest = MONTHS[parts[at]], [part for part in parts if part.isascii() and part.isdigit()]
    if len(rest) == 1:
        if len(rest[0]) == 4:
            return month_of(int(rest[0]), month)
        if at < parts.index(rest[0]) and len(rest[0]) == 2:
            return Told(date(century(rest[0]), month, 1), MONTH, N_("a month and a year of two digits"))
        return NO_YEAR
    if len(rest) != 2:
        return None
    if len(rest[0]) == 4:
        return full(int(rest[0]), month, int(rest[1]))
    return full(century(rest[1]), month, int(rest[0]))
