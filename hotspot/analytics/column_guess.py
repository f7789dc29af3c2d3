"""Which column of a strange table is which of ours: by its name, and by what its cells hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotspot.analytics.column_names import meanings
from hotspot.analytics.column_words import KEPT
from hotspot.analytics.countries import country_of
from hotspot.analytics.lines import Line
from hotspot.analytics.loose_dates import told
from hotspot.analytics.loose_numbers import angle, is_nothing, number, pair

SAMPLE = 1500
LEAST = 0.58
FALLBACK = ("address", "latitude", "longitude", "coordinates", "point_name")  # of which a second column may fill gaps
BY_NAME, BY_BOTH, BY_CONTENT, CHOSEN, REMEMBERED = "name", "name and content", "content", "chosen", "remembered"


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of the filled cells of a column."""

    filled: float
    numbers: float
    angles: float
    degrees: float  # angles of at most 180
    fractions: float  # with three decimals or more
    pairs: float
    dates: float
    letters: float
    addresses: float  # of the Internet
    distinct: float
    length: float
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    column: int
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Ours with the column of the file each is read from, and those that fill the gaps of it."""

    guesses: Mapping[str, Guess]
    spare: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def get(self, ours: str) -> int | None:
        guess = self.guesses.get(ours)
        return guess.column if guess else None

    def all_of(self, ours: str) -> tuple[int, ...]:
        first = self.get(ours)
        return () if first is None else (first, *self.spare.get(ours, ()))


def profile(cells: Sequence[str]) -> Profile:
    filled = [cell for cell in cells if not is_nothing(cell)]
    count = len(filled) or 1
    angles = [value for cell in filled if (value := angle(cell)) is not None]
    return Profile(
        filled=len(filled) / (len(cells) or 1),
        numbers=sum(number(cell) is not None for cell in filled) / count,
        angles=len(angles) / count,
        degrees=sum(abs(value) <= 180 for value in angles) / count,
        fractions=sum(bool(re.search(r"\d[.,]\d{3,}", cell)) for cell in filled) / count,
        pairs=sum(pair(cell) is not None for cell in filled[:300]) / min(count, 300),
        dates=sum(told(cell) is not None for cell in filled[:400]) / min(count, 400),
        letters=sum(any(map(str.isalpha, cell)) for cell in filled) / count,
        addresses=sum(
            bool(re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*::?[0-9a-f:]+", cell.strip())) for cell in filled
        )
        / count,
        distinct=len(set(filled)) / count,
        length=sum(map(len, filled)) / count,
        samples=tuple(dict.fromkeys(" ".join(cell.split())[:60] for cell in filled))[:3],
    )


def profiles(header: Sequence[str], lines: Sequence[Line]) -> list[Profile]:
    whole = list({line.cells: line for line in lines if not line.lost}.values())  # a row said twice tells nothing more
    step = max(1, len(whole) // SAMPLE)
    sample = whole[::step]
    return [profile([line.cells[at] if at < len(line.cells) else "" for line in sample]) for at in range(len(header))]


def guessed(header: Sequence[str], told_by: Sequence[Profile]) -> Columns:
    """The likeliest column for each of ours; each column is used once."""
    scores = [
        (score, -at, ours)
        for at, name in enumerate(header)
        for ours, score in judged(name, told_by[at]).items()
        if score >= LEAST
    ]
    guesses: dict[str, Guess] = {}
    spare: dict[str, list[int]] = {}
    taken: set[int] = set()
    for score, place, ours in sorted(scores, reverse=True):
        at = -place
        if at in taken:
            continue
        if ours not in guesses:
            taken.add(at)
            guesses[ours] = Guess(at, round(min(score, 1.0), 2), BY_BOTH if told_by[at].filled else BY_NAME)
        elif ours in FALLBACK and score >= 0.7:
            taken.add(at)
            spare.setdefault(ours, []).append(at)
        elif ours not in KEPT:
            taken.add(at)
    guesses = {ours: guess for ours, guess in guesses.items() if ours in KEPT}
    guesses |= places_by_content(guesses, told_by, taken)
    if "point_name" not in guesses:
        guesses |= name_by_content(told_by, taken)
    return Columns(guesses, {ours: tuple(columns) for ours, columns in spare.items() if ours in guesses})


def judged(name: str, seen: Profile) -> dict[str, float]:
    """What the name means, as far as the cells agree."""
    scores = dict(meanings(name))
    if not seen.filled:
        return {ours: score * 0.8 for ours, score in scores.items()}
    swap_grids(scores, seen)
    is_angle = seen.degrees > 0.5 or (seen.angles > 0.5 and seen.length > 5)
    fits = {
        "latitude": is_angle,
        "longitude": is_angle,
        "coordinates": seen.pairs > 0.5,
        "east": seen.numbers > 0.6,
        "north": seen.numbers > 0.6,
        "installed_on": seen.dates > 0.5,
        "accepted_on": seen.dates > 0.5,
        "ap_address": seen.addresses > 0.5,
        "point_name": seen.letters > 0.5 and seen.pairs < 0.5,
        "detail": seen.letters > 0.3 and seen.pairs < 0.5,
        "address": seen.letters > 0.4 and seen.pairs < 0.6,
        "provider": seen.letters > 0.4,
        "venue_kind": seen.letters > 0.4 and seen.distinct * seen.filled < 0.9,
        "district": seen.letters > 0.4,
        "area_name": seen.letters > 0.4,
        "point_code": seen.distinct > 0.85
        and seen.filled > 0.8
        and seen.length < 80
        and seen.fractions < 0.5
        and seen.dates < 0.9,
        "ap_name": seen.distinct > 0.7,
        "lifecycle": seen.letters > 0.6,
    }
    if is_our_name(name):
        return scores
    return {ours: score for ours, score in scores.items() if fits.get(ours, True)} | by_pairs(seen, scores)


def is_our_name(name: str) -> bool:
    """Ours in English, as templates and exports have it."""
    return name.strip().casefold() in KEPT


def by_pairs(seen: Profile, scores: Mapping[str, float]) -> dict[str, float]:
    if seen.pairs > 0.8 and seen.fractions > 0.5 and "coordinates" not in scores:
        return {"coordinates": 0.7}
    return {}


def swap_grids(scores: dict[str, float], seen: Profile) -> None:
    """x and y may be degrees, and what is called a latitude may be metres."""
    metres = (seen.angles > 0.5 and seen.degrees < 0.5 and seen.fractions < 0.9) or (
        seen.numbers > 0.6 and seen.degrees < 0.5
    )
    degrees = seen.degrees > 0.9 and seen.fractions > 0.5
    for ours, other in (("latitude", "north"), ("longitude", "east")):
        if degrees and other in scores:
            scores[ours] = max(scores.get(ours, 0.0), scores.pop(other) - 0.05)
        elif metres and ours in scores:
            scores[other] = max(scores.get(other, 0.0), scores.get(ours, 0.0) - 0.05)


def places_by_content(guesses: Mapping[str, Guess], seen: Sequence[Profile], taken: set[int]) -> dict[str, Guess]:
    """Two columns of degrees that lie in one country, where no name tells."""
    if "coordinates" in guesses or {"latitude", "longitude"} <= guesses.keys() or {"east", "north"} <= guesses.keys():
        return {}
    known = {ours: guesses[ours].column for ours in ("latitude", "longitude") if ours in guesses}
    free = [at for at, one in enumerate(seen) if at not in taken and one.degrees > 0.9 and one.fractions > 0.7]
    free += known.values()
    found = [
        (abs(first - second), first, second)
        for first in free
        for second in free
        if first != second
        and known.get("latitude", first) == first
        and known.get("longitude", second) == second
        and (
            fits_a_country(seen[first].samples, seen[second].samples)
            or (bool(known) and fits_a_country(seen[second].samples, seen[first].samples))
        )
    ]
    if not found:
        return {}
    _, first, second = min(found)
    taken |= {first, second}
    return {"latitude": Guess(first, 0.65, BY_CONTENT), "longitude": Guess(second, 0.65, BY_CONTENT)}


def fits_a_country(first: Sequence[str], second: Sequence[str]) -> bool:
    pairs = [
        (a, b)
        for one, other in zip(first, second, strict=False)
        if (a := angle(one)) is not None and (b := angle(other)) is not None
    ]
    return bool(pairs) and all(abs(a) <= 90 for a, _ in pairs) and bool(country_of(pairs))


def name_by_content(seen: Sequence[Profile], taken: set[int]) -> dict[str, Guess]:
    """The text that differs most from row to row; nothing else would tell the places apart."""
    texts = [
        (round(one.distinct * one.filled * min(one.length, 12), 2), -at)
        for at, one in enumerate(seen)
        if at not in taken
        and one.letters > 0.8
        and one.dates < 0.5
        and one.pairs < 0.5
        and one.length > 2
        and one.addresses < 0.5
    ]
    if not texts or max(texts)[0] < 1.0:
        return {}
    at = -max(texts)[1]
    taken.add(at)
    return {"point_name": Guess(at, 0.5, BY_CONTENT)}


def chosen(header: Sequence[str], wanted: Mapping[str, str | int], guess: Columns, why: str = CHOSEN) -> Columns:
    """A mapping that somebody made: ours to a name or position of the header. Raises KeyError of an unknown name.

    Where it says the same as the guess, the columns that fill gaps stay.
    """
    places = {name.casefold().strip(): at for at, name in reversed(list(enumerate(header)))}
    guesses = {}
    for ours, theirs in wanted.items():
        at = theirs if isinstance(theirs, int) else places.get(theirs.casefold().strip())
        if at is None or not 0 <= at < len(header):
            raise KeyError(str(theirs))
        guesses[ours] = Guess(at, 1.0, why)
    same = {ours for ours, one in guesses.items() if one.column == guess.get(ours)}
    spare = {ours: more for ours, more in guess.spare.items() if ours in same}
    used = {one.column for one in guesses.values()}
    return Columns(guesses, {ours: tuple(at for at in more if at not in used) for ours, more in spare.items()})
