"""Latitudes and longitudes of a whole list: swapped, misplaced and projected ones are told by where the others lie."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median

from hotspot.analytics.countries import COUNTRIES, Box, country_of, inside
from hotspot.analytics.import_row import N_
from hotspot.analytics.projections import back

Pair = tuple[float, float]  # as the file has them: what it calls the latitude, then the longitude
NEAR = 0.5  # degrees around the bulk of the list that are not far
SWAPPED = N_("latitude and longitude were swapped")
SIGN = N_("the sign was lost")
POINT_LOST = N_("the decimal point was lost")
SAME = N_("latitude and longitude are the same number")
ZERO = N_("0, 0 is no place")
FAR = N_("it lies outside the country of the other rows")
NO_PLACE = N_("is no place on earth")


@dataclass(frozen=True, slots=True)
class Settled:
    """A place and what was mended to get it, or none and why."""

    place: Pair | None
    mended: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a list lies: its country's box, if one is known, and the bulk of its places."""

    country: str
    box: Box | None
    bulk: Box

    def holds(self, latitude: float, longitude: float) -> bool:
        if self.box is not None:
            return inside(latitude, longitude, self.box) or inside(latitude, longitude, wider(self.bulk, NEAR))
        high, wide = self.bulk[1] - self.bulk[0], self.bulk[3] - self.bulk[2]
        return inside(latitude, longitude, wider(self.bulk, max(2.0, 1.5 * high, 1.5 * wide)))

    def is_near(self, latitude: float, longitude: float) -> bool:
        """Not many times farther off than the others are from each other."""
        size = max(self.bulk[1] - self.bulk[0], self.bulk[3] - self.bulk[2])
        return inside(latitude, longitude, wider(self.bulk, max(1.0, 3 * size)))


def wider(box: Box, by: float) -> Box:
    return box[0] - by, box[1] + by, box[2] - by, box[3] + by


def region_of(pairs: Iterable[Pair], home: Box | None = None, name: str = "") -> Region | None:
    """`home` is the country of the city that reads the list; without it the list's own country is found."""
    places = [one for one in pairs if plausible(*one)]
    if not places:
        return None if home is None else Region(name, home, home)
    bulk = bulk_of(places)
    if home is not None:
        return Region(name, home, bulk)
    country = country_of(places)
    return Region(country, COUNTRIES.get(country), bulk)


def bulk_of(places: Sequence[Pair]) -> Box:
    north, east = sorted(one[0] for one in places), sorted(one[1] for one in places)
    off = max(len(places) // 50, min(3, len(places) // 8))  # left out at either end
    return north[off], north[-1 - off], east[off], east[-1 - off]


def plausible(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180 and latitude != longitude and (latitude, longitude) != (0, 0)


def turned(pairs: Sequence[Pair], home: Box | None = None) -> bool:
    """Whether the whole list has its columns the wrong way round."""
    real = [one for one in pairs if one[0] != one[1]]
    if home is not None:
        ahead = sum(inside(*one, home) for one in real)
        return sum(inside(one[1], one[0], home) for one in real) > max(2 * ahead, len(real) // 2)
    return sum(abs(a) > 90 >= abs(b) and abs(a) <= 180 for a, b in real) * 2 > len(real) > 0


def in_metres(pairs: Sequence[Pair]) -> bool:
    """Whether most are no degrees at all."""
    return sum(abs(a) > 180 or abs(b) > 180 for a, b in pairs) * 2 > len(pairs) > 0


def whole_numbers(pairs: Sequence[Pair]) -> float:
    """By which power of ten degrees were multiplied to rid them of their point; 0 where they were not."""
    if any(abs(one) < 1e6 or one != int(one) for pair in pairs[:200] for one in pair):
        return 0.0
    for power in (1e7, 1e6, 1e5, 1e8):
        scaled = [(a / power, b / power) for a, b in pairs]
        spread = bulk_of(scaled)
        if (
            all(plausible(*one) and abs(one[0]) > 1 for one in scaled)
            and country_of(scaled)
            and spread[1] - spread[0] < 15
        ):
            return power
    return 0.0


def projected(pairs: Sequence[Pair | None], system: str) -> list[Pair | None] | None:
    """(east, north) in metres as (latitude, longitude); None where the system is not known."""
    way = back(system)
    if way is None:
        return None
    found: list[Pair | None] = []
    for one in pairs:
        try:
            found.append(None if one is None or not any(one) else way(*one))
        except (ValueError, OverflowError, ZeroDivisionError):
            found.append(None)
    return found


def settle(pair: Pair, region: Region) -> Settled:
    """One place among the others: kept, mended where there is one way alone to mend it, or doubted."""
    latitude, longitude = pair
    if latitude == 0 and longitude == 0:
        return Settled(None, doubt=ZERO)
    if latitude == longitude:
        return Settled(None, doubt=SAME)
    if plausible(latitude, longitude) and region.holds(latitude, longitude):
        mirrored = () if region.is_near(latitude, longitude) else mirrors(latitude, longitude)
        near = [one for one in mirrored if inside(*one, wider(region.bulk, NEAR))]
        return Settled(rounded(*near[0]), SIGN) if len(near) == 1 else Settled(rounded(latitude, longitude))
    if plausible(longitude, latitude) and region.holds(longitude, latitude):
        return Settled(rounded(longitude, latitude), SWAPPED)
    turned_signs = [one for one in mirrors(latitude, longitude) if plausible(*one) and region.holds(*one)]
    if len(turned_signs) == 1:
        return Settled(rounded(*turned_signs[0]), SIGN)
    if (shifted := with_point(latitude, longitude, region)) is not None:
        return Settled(rounded(*shifted), POINT_LOST)
    if not plausible(latitude, longitude):
        return Settled(None, doubt=NO_PLACE)
    return Settled(None, doubt=FAR)


def mirrors(latitude: float, longitude: float) -> tuple[Pair, ...]:
    return (-latitude, longitude), (latitude, -longitude), (-latitude, -longitude)


def with_point(latitude: float, longitude: float, region: Region) -> Pair | None:
    """The one place near the bulk that the same figures make with their points elsewhere."""
    near = wider(region.bulk, NEAR)
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return None
    found = {
        place
        for up, along in product(range(12), range(12))
        if inside(*(place := (latitude / 10**up if abs(latitude) > 90 else latitude,
                              longitude / 10**along if abs(longitude) > 180 else longitude)), near)
    }  # fmt: skip
    return found.pop() if len(found) == 1 else None


def rounded(latitude: float, longitude: float) -> Pair:
    return round(latitude, 6), round(longitude, 6)


def middle(pairs: Sequence[Pair]) -> Pair:
    return median(one[0] for one in pairs), median(one[1] for one in pairs)
