"""Points that are not there: where somebody would put them, and the indicators before and after."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hotspot.analytics.equity import AreaFacts
from hotspot.analytics.geography import Grid, Place, area_at
from hotspot.analytics.import_row import N_, RejectedError, coordinates, reject
from hotspot.analytics.reach import Reach, gaps, with_more

MOST = 50  # points of one question


@dataclass(frozen=True, slots=True)
class Put:
    """A point that somebody would put; `said` is what stands in the address for it and for those put with it."""

    said: str
    place: Place
    area_code: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where points may be put: outlines as pairs of code and geometry, the grid over them, the reach of what is."""

    outlines: tuple[tuple[str, str], ...]
    grid: Grid
    reach: Reach


Puts = tuple[list[Put], list[tuple[str, RejectedError]]]


def puts(ground: Ground, texts: Iterable[str], known: Mapping[str, tuple[Place, str]]) -> Puts:
    """What each text puts: `-6.30,106.68`, `36.74.01.1001*3` (the gaps of an area), or a key of `known`.

    `known` holds place and label of proposals by number. What can't be put is given back with the reason.
    """
    found: list[Put] = []
    refused: list[tuple[str, RejectedError]] = []
    for text in dict.fromkeys(texts):
        try:
            more = put(ground, text, known, [one.place for one in found])
            if len(found) + len(more) > MOST:
                reject("put", N_("more than %(most)s points at once"), most=MOST)
            found += more
        except RejectedError as error:
            refused.append((text, error))
    return found, refused


def put(ground: Ground, text: str, known: Mapping[str, tuple[Place, str]], before: Sequence[Place]) -> list[Put]:
    if text in known:
        place, label = known[text]
        return [Put(text, place, area_of(ground, place), label)]
    if match := re.fullmatch(r"(-?\d{1,3}(?:\.\d{1,10})?),(-?\d{1,3}(?:\.\d{1,10})?)", text, re.ASCII):
        latitude, longitude = coordinates(match[1], match[2])
        place = (latitude or 0.0, longitude or 0.0)
        return [Put(text, place, area_of(ground, place))]
    match = re.fullmatch(r"([\d.]{5,13})(?:\*(\d{1,2}))?", text, re.ASCII)
    if match is None:
        reject("put", N_("%(value)s is no place, area or proposal"), value=text[:40])
    code, number = match[1], int(match[2] or 1)
    if code not in ground.grid.cells:
        reject("put", N_("%(value)s has no outline to put points into"), value=code)
    if not 1 <= number <= MOST:
        reject("put", N_("a number of points from 1 to %(most)s"), most=MOST)
    now = with_more(ground.grid, ground.reach, before)
    return [Put(text, place, code) for place in gaps(ground.grid, now, code, number)]


def area_of(ground: Ground, place: Place) -> str:
    return area_at(ground.outlines, place) or reject(
        "put", N_("%(value)s lies in no outline of the city"), value=f"{place[0]:g}, {place[1]:g}"
    )


def after(areas: Sequence[AreaFacts], ground: Ground, more: Sequence[Put]) -> list[AreaFacts]:
    """The areas with the points put."""
    extra = Counter(one.area_code for one in more)
    reached = with_more(ground.grid, ground.reach, [one.place for one in more]).areas
    return [replace(area, points=area.points + extra[area.code], reach=reached.get(area.code)) for area in areas]
