"""How a table tells where its rows lie: two columns, one with both, or metres on a map; decided once for all rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotspot.analytics.column_guess import Columns
from hotspot.analytics.countries import Box, inside
from hotspot.analytics.import_row import N_, Reason
from hotspot.analytics.lines import Line
from hotspot.analytics.loose_numbers import angle, is_nothing, number, pair
from hotspot.analytics.loose_places import (
    Pair,
    Region,
    Settled,
    in_metres,
    middle,
    projected,
    region_of,
    settle,
    turned,
    whole_numbers,
)
from hotspot.analytics.projections import back, likely, named

UNREADABLE = N_("no number can be read from it")
NO_SYSTEM = N_("metres in a coordinate system that the file does not name")


@dataclass(frozen=True)
class Way:
    """One pair of columns (or one column twice) and what has to be done to its numbers."""

    first: int
    second: int
    together: bool = False
    turned: bool = False
    metres: bool = False
    divided: float = 1.0

    def raw(self, cells: Sequence[str]) -> Pair | str | None:
        """What is called (latitude, longitude), or (north, east); None: nothing is said; a text: it is no number."""
        one, other = (cells[at].strip() if at < len(cells) else "" for at in (self.first, self.second))
        if is_nothing(one) or is_nothing(other):
            return None
        if self.together:
            found = pair(one)
            if found is None:
                return UNREADABLE
            a, b, certain = found
            return (b, a) if self.turned and not certain else (a, b)
        read = number if self.metres else angle
        a_, b_ = read(one), read(other)
        if a_ is None or b_ is None:
            return UNREADABLE
        return (b_, a_) if self.turned else (a_ / self.divided, b_ / self.divided)


@dataclass(frozen=True)
class Places:
    ways: tuple[Way, ...]
    region: Region | None
    system: str = ""
    notes: tuple[Reason, ...] = ()

    def of(self, cells: Sequence[str]) -> Settled | None:
        """Where the row lies, by the first of the ways that tells; None where it says nothing."""
        doubt: Settled | None = None
        for way in self.ways:
            found = way.raw(cells)
            if found is None:
                continue
            if isinstance(found, str):
                doubt = doubt or Settled(None, doubt=found)
                continue
            settled = self.settled(found, way)
            if settled.place is not None:
                return settled
            doubt = doubt or settled
        return doubt

    def written(self, cells: Sequence[str]) -> tuple[str, ...]:
        """The position as the file has it, letter by letter; () where it says none."""
        for way in self.ways:
            if way.raw(cells) is not None:
                return tuple(cells[at].strip() for at in (way.first, way.second))
        return ()

    def settled(self, found: Pair, way: Way) -> Settled:
        if way.metres:
            turned_back = projected([(found[1], found[0])], self.system) if self.system else None
            if not turned_back or turned_back[0] is None:
                return Settled(None, doubt=NO_SYSTEM)
            found = turned_back[0]
        return settle(found, self.region) if self.region else Settled(None, doubt=UNREADABLE)


def places_of(
    header: Sequence[str],
    lines: Sequence[Line],
    columns: Columns,
    *,
    system: str = "",
    home: Box | None = None,
    country: str = "",
) -> Places:
    """`system` is the one the file names; `home`, a country, is where every place has to lie, else its own is found."""
    notes: list[Reason] = []
    ways: list[Way] = []
    pairs: list[Pair] = []
    for way in candidates(columns):
        if way.metres and pairs:
            break  # degrees are there already
        found = [value for line in lines if not line.lost and isinstance(value := way.raw(line.cells), tuple)]
        if not found:
            continue
        if way.metres or (not way.together and in_metres(found)):
            way, found, system = from_metres(header, lines, way, found, system, notes)
        elif turned(found, home):
            way, found = Way(way.first, way.second, way.together, turned=True), [(b, a) for a, b in found]
            notes.append(Reason(N_("the columns of latitude and longitude are the wrong way round: read so")))
        ways.append(way)
        pairs = pairs or found
    if home is not None and sum(inside(*one, home) for one in pairs) * 10 < len(pairs):
        home, country = None, ""  # a list of another country: its own mistakes are told apart all the same
    region = region_of(pairs, home, country)
    return Places(tuple(ways), region, system, tuple(notes))


def candidates(columns: Columns) -> Iterable[Way]:
    """Degrees by their name first, then a column with both, then metres."""
    for first, second in zip(columns.all_of("latitude"), columns.all_of("longitude"), strict=False):
        yield Way(first, second)
    for at in columns.all_of("coordinates"):
        yield Way(at, at, together=True)
    north, east = columns.get("north"), columns.get("east")
    if north is not None and east is not None:
        yield Way(north, east, metres=True)


def from_metres(
    header: Sequence[str], lines: Sequence[Line], way: Way, found: list[Pair], system: str, notes: list[Reason]
) -> tuple[Way, list[Pair], str]:
    """The way through a grid: the one the file names, the one its column is called after, or the only one that fits."""
    if not way.metres and not (system and back(system)) and (power := whole_numbers(found)):
        notes.append(Reason(N_("degrees without their point: divided by %(power)s"), {"power": int(power)}))
        return Way(way.first, way.second, divided=power), [(a / power, b / power) for a, b in found], system
    names = f"{header[way.first]} {header[way.second]}"
    known = system if system and back(system) else named(names) or named(" ".join(header))
    assumed = ""
    if not known:
        known = assumed = guessed_system(found, script_of(header, lines))
    way = Way(way.first, way.second, turned=way.turned, metres=True)
    if not known or back(known) is None:
        text = N_("the positions are metres in a system that is not named, such as EPSG:25830: rows are left without")
        notes.append(Reason(text))
        return way, [], ""
    placed = projected([(b, a) for a, b in found], known) or []
    if assumed:
        notes.append(
            Reason(N_("the positions are metres, taken to be %(system)s: no other grid fits"), {"system": known})
        )
    else:
        notes.append(Reason(N_("the positions are metres in %(system)s and were converted"), {"system": known}))
    return way, [one for one in placed if one is not None], known


def guessed_system(found: Sequence[Pair], script: str) -> str:
    """By the middle half of the numbers, so that a few wrong ones don't hide the grid."""
    centre = middle(found)
    near = [one for one in found if abs(one[0] - centre[0]) < 400_000 and abs(one[1] - centre[1]) < 400_000]
    east, north = [one[1] for one in near], [one[0] for one in near]
    if all(abs(x) < 20_037_600 and abs(y) > 1_000_000 and abs(x) > 1_300_000 for x, y in zip(east, north, strict=True)):
        return "EPSG:3857" if len(near) * 2 > len(found) else ""
    return likely(east, north, script) if len(near) * 2 > len(found) else ""


def script_of(header: Sequence[str], lines: Sequence[Line]) -> str:
    text = "".join(header) + "".join(cell for line in lines[:40] for cell in line.cells)
    hangul = sum("가" <= letter <= "힣" for letter in text)
    han = sum("一" <= letter <= "鿿" for letter in text)
    kana = sum("ぁ" <= letter <= "ヿ" for letter in text)
    if hangul > 5:
        return "hangul"
    return "kana" if kana > 5 else "han" if han > 5 else "latin"
