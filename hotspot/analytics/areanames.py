"""Finds the kelurahan a file means: by Kemendagri code, else by name in any of its spellings."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

PREFIX = re.compile(
    r"^(?:kelurahan|kel|desa|ds|kampung adat|kecamatan|kec|distrik|kota|kabupaten|kab)(?:\.\s*|\s+)(?=\S)"
)
DISTRICT, VILLAGE = "district", "village"


@dataclass(frozen=True, slots=True)
class AreaName:
    """`parent_code` is the kecamatan's code, empty for a kecamatan."""

    code: str
    name: str
    level: str
    parent_code: str = ""
    aliases: tuple[str, ...] = ()


def normalised(name: str) -> str:
    """The letters and digits alone, so that "Kel. Rawa-Buntu" and "RAWABUNTU" are one."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isascii())
    return re.sub(r"[^a-z0-9]", "", PREFIX.sub("", plain.strip()))


def dotted(code: str) -> str:
    """The dotted form of a Kemendagri code: 3674011002 is 36.74.01.1002."""
    digits = re.sub(r"[.\s]", "", code)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (6, 10):
        return code.strip()
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)


@dataclass(frozen=True)
class Gazetteer:
    """The areas of one city by code and by normalised name."""

    areas: Iterable[AreaName]
    by_code: dict[str, AreaName] = field(init=False, default_factory=dict)
    by_name: dict[str, list[AreaName]] = field(init=False, default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for area in self.areas:
            self.by_code[area.code] = area
            for name in {normalised(spelling) for spelling in (area.name, *area.aliases)}:
                self.by_name[name].append(area)

    def named(self, name: str, district: str = "") -> list[AreaName]:
        """The kelurahan that may be meant; `name` may carry its kecamatan: "Setu, Setu"."""
        own, _, behind = name.partition(",")
        villages = [area for area in self.by_name.get(normalised(own), []) if area.level == VILLAGE]
        within = normalised(district or behind)
        if not within:
            return villages
        return [area for area in villages if self.is_district(area.parent_code, within)]

    def is_district(self, code: str, name: str) -> bool:
        return any(area.code == code for area in self.by_name.get(name, []) if area.level == DISTRICT)


KIND = re.compile(r"^\s*(kota(?:\s+administrasi)?|kabupaten|kab)(?:\.\s*|\s+)(?=\S)", re.IGNORECASE)
SHORTEST = 6  # letters of a name that may be one letter wrong


@dataclass(frozen=True)
class Cities:
    """Cities and regencies by official code and name, found by the names that documents print.

    "Kab.Cimahi" is Kota Cimahi, for no regency is named so; "Bandung" alone may be either and is none.
    """

    names: Iterable[tuple[str, str]]  # code, official name with its kind
    by_name: dict[str, dict[str, str]] = field(init=False, default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for code, name in self.names:
            kind, base = parted(name)
            self.by_name[base][kind] = code

    def named(self, name: str) -> str | None:
        """The code of the one that is meant; None where there is none or more than one."""
        kind, base = parted(name)
        found = self.by_name.get(base)
        if found is None and len(base) >= SHORTEST:
            close = [other for other in self.by_name if one_letter_off(base, other)]
            found = self.by_name[close[0]] if len(close) == 1 else None
        if not found:
            return None
        return found.get(kind) or (next(iter(found.values())) if len(found) == 1 else None)


def parted(name: str) -> tuple[str, str]:
    """("kota" or "kab" or "", the letters of the name)."""
    match = KIND.match(name)
    kind = "" if not match else "kota" if match[1].casefold().startswith("kota") else "kab"
    return kind, re.sub(r"[^a-z0-9]", "", KIND.sub("", name).casefold())


def one_letter_off(a: str, b: str) -> bool:
    """Whether one letter was put in, left out, changed or swapped with its neighbour."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    at = next((i for i, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))
    swapped = a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
    return swapped or a[at + 1 :] == b[at + 1 :] or a[at + 1 :] == b[at:] or a[at:] == b[at + 1 :]
