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
