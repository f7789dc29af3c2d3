"""Places that people ask points for: what a proposal says, which are the same, and how they are scored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from math import cos, floor, radians

from hotspot.analytics.areanames import Gazetteer, normalised
from hotspot.analytics.geography import Place, distance_m
from hotspot.analytics.import_row import (
    N_,
    NOTHING,
    RejectedError,
    Row,
    area,
    bare,
    cleaned,
    coordinates,
    day,
    needed,
    reject,
    word,
)

# Key: (Indonesian, English). The order is that of every list.
SOURCES = {
    "citizen": ("Warga", "Citizen"),
    "neighbourhood": ("RT/RW", "Neighbourhood (RT/RW)"),
    "village": ("Kelurahan", "Kelurahan"),
    "musrenbang": ("Musrenbang", "Musrenbang"),
    "office": ("Dinas", "City office"),
}
OPEN, MERGED, DECLINED, CONVERTED = STATES = ("open", "merged", "declined", "converted")
COLUMNS = {
    "place": ("tempat", "lokasi", "nama_lokasi", "nama_tempat"),
    "venue_kind": ("jenis_lokasi", "jenis_tempat", "venue"),
    "area_code": ("kode_wilayah", "kode_kelurahan", "kode_kemendagri"),
    "area_name": ("kelurahan", "desa", "nama_kelurahan", "wilayah"),
    "district": ("kecamatan", "nama_kecamatan"),
    "address": ("alamat",),
    "latitude": ("lintang", "lat"),
    "longitude": ("bujur", "lon", "lng", "long"),
    "reason": ("alasan", "keterangan"),
    "source": ("sumber", "pengusul", "asal"),
    "contact": ("kontak", "telepon", "surel"),
    "received_on": ("tanggal", "diterima", "tanggal_usulan", "tanggal_diterima"),
    "demonstration": ("demonstrasi",),
}
NEEDED = (("place",), ("area_code", "area_name"), ("reason",))
LONG = frozenset({"address", "reason", "answer", "contact"})
SOURCE_WORDS = {bare(said): key for key, words in SOURCES.items() for said in (key, *words)} | {
    "rt": "neighbourhood",
    "rw": "neighbourhood",
    "masyarakat": "citizen",
    "desa": "village",
    "opd": "office",
}
SAME_M = 100
ALIKE = 0.85  # of two names in one area (ratio of difflib)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a proposal says; the area is empty where only coordinates are known."""

    place: str
    area_code: str
    venue_kind: str
    reason: str
    source: str
    received_on: date
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def at(self) -> Place | None:
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    @property
    def key(self) -> tuple[str, str, date, str]:
        """By which a second import of a file knows its rows again."""
        return normalised(self.place), self.area_code, self.received_on, self.source


def line(column: str, text: str) -> str:
    """As every cell is cleaned, but with room for some sentences where there may be some."""
    if column not in LONG:
        return cleaned(column, text)
    try:
        return cleaned("address", text)
    except RejectedError as error:
        raise RejectedError(column, error.reason.text, **error.reason.values) from None


def typed(row: Row, areas: Gazetteer, today: date, *, demonstration: bool = False) -> tuple[Asked, str]:
    """What the row asks for, and the contact apart; raises RejectedError for the first thing that is wrong."""
    if row.shifted:
        reject("", N_("more cells than the header has columns"))
    cells = {column: line(column, text) for column, text in row.cells.items()}
    if cells.get("demonstration") and not demonstration:
        reject("demonstration", N_("demonstration data does not belong into a real city"))
    latitude = longitude = None
    if cells.get("latitude") or cells.get("longitude"):
        latitude, longitude = coordinates(cells.get("latitude", ""), cells.get("longitude", ""))
    source = SOURCE_WORDS.get(bare(cells.get("source", ""))) if cells.get("source") else "citizen"
    if source is None:
        reject("source", N_("%(value)s is not one of the known values"), value=cells["source"])
    asked = Asked(
        place=needed(cells, "place"),
        area_code=area(cells, areas),
        venue_kind=word("venue_kind", cells["venue_kind"]) if cells.get("venue_kind") else "other",
        reason=needed(cells, "reason"),
        source=source,
        received_on=(day("received_on", cells["received_on"], today) if cells.get("received_on") else None) or today,
        address=cells.get("address", "").removeprefix(NOTHING),
        latitude=latitude,
        longitude=longitude,
    )
    return asked, cells.get("contact", "")


@dataclass(frozen=True, slots=True)
class Twin:
    """Another proposal that may mean the same place: `metres` away, or of a similar name in the same area (None)."""

    number: str
    place: str
    metres: float | None


def twins(asked: Mapping[str, Asked]) -> dict[str, list[Twin]]:
    """By number the others within SAME_M, the nearest first, then those of a similar name."""
    squares: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    by_area: defaultdict[str, list[str]] = defaultdict(list)
    for number, one in asked.items():
        if one.at is not None:
            squares[square(one.at)].append(number)
        by_area[one.area_code].append(number)
    return {
        number: sorted(
            (
                twin
                for other in candidates(one, squares, by_area)
                if other != number and (twin := twin_of(one, other, asked[other])) is not None
            ),
            key=lambda twin: (twin.metres is None, twin.metres or 0, twin.number),
        )
        for number, one in asked.items()
    }


def square(place: Place) -> tuple[int, int]:
    """One that is wider than SAME_M, so that what is near lies in it or beside it."""
    step = SAME_M / 110_000
    return floor(place[0] / step), floor(place[1] * cos(radians(12)) / step)


def candidates(
    one: Asked, squares: Mapping[tuple[int, int], Sequence[str]], by_area: Mapping[str, Sequence[str]]
) -> Iterable[str]:
    found = dict.fromkeys(by_area.get(one.area_code, ()))
    if one.at is not None:
        row, column = square(one.at)
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                found |= dict.fromkeys(squares.get((row + dy, column + dx), ()))
    return found


def twin_of(one: Asked, number: str, other: Asked) -> Twin | None:
    if one.at is not None and other.at is not None and (away := distance_m(one.at, other.at)) <= SAME_M:
        return Twin(number, other.place, away)
    if one.area_code == other.area_code and alike(one.place, other.place):
        return Twin(number, other.place, None)
    return None


@lru_cache(maxsize=10_000)
def letters(name: str) -> tuple[str, str]:
    """The name as it is compared, and its digits alone."""
    plain = normalised(name)
    return plain, "".join(letter for letter in plain if letter.isdigit())


def alike(one: str, other: str) -> bool:
    """Names that differ by a slip; numbers have to be the same: RW 05 is not RW 06."""
    (a, numbers), (b, others) = letters(one), letters(other)
    if numbers != others:
        return False
    pair = SequenceMatcher(None, a, b)
    return pair.real_quick_ratio() >= ALIKE and pair.ratio() >= ALIKE


# Part: weight. Each part is from 0 to 1.
PARTS = {"need": 35, "distance": 25, "people": 20, "supporters": 10, "venue": 10}
FAR_M, MANY_PEOPLE, MANY_SUPPORTERS = 1_000, 2_000, 5
VENUE_VALUES = {
    "community_hall": 1.0,
    "school": 1.0,
    "health_centre": 1.0,
    "health_post": 1.0,
    "reading_garden": 1.0,
    "village_office": 0.9,
    "district_office": 0.9,
    "service_mall": 0.9,
    "park": 0.8,
    "market": 0.8,
    "terminal": 0.8,
    "other": 0.4,
}
OTHER_VENUE = 0.7  # houses of worship, all alike


@dataclass(frozen=True, slots=True)
class Score:
    """From 0 to 100: `total` as if every part that nobody knows were 0, `most` as if it were 1; `parts` from 0 to 1.

    So no proposal wins by what it leaves out, and none is held to be worthless for it.
    """

    total: float
    most: float
    parts: Mapping[str, float | None]


def score(need: float | None, away_m: float | None, people: float | None, supporters: int, venue_kind: str) -> Score:
    """`need` of the area (analytics.underserved), metres to the next point, people it would newly reach."""
    parts = {
        "need": need,
        "distance": None if away_m is None else min(away_m, FAR_M) / FAR_M,
        "people": None if people is None else min(people, MANY_PEOPLE) / MANY_PEOPLE,
        "supporters": min(supporters, MANY_SUPPORTERS) / MANY_SUPPORTERS,
        "venue": VENUE_VALUES.get(venue_kind, OTHER_VENUE),
    }
    known = sum(PARTS[name] * value for name, value in parts.items() if value is not None)
    return Score(known, known + sum(PARTS[name] for name, value in parts.items() if value is None), parts)
