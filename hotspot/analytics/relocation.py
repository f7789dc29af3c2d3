"""Points that could serve more people elsewhere: hardly used for eight weeks although they worked all the time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from statistics import median

from hotspot.analytics.availability import Figure
from hotspot.analytics.geography import Place, distance_m
from hotspot.analytics.reach import NEAR_M

WEEKS = 8
LOW = 0.25  # of the median of all points in the same week
LEAST_AVAILABILITY, LEAST_COVERAGE = 0.95, 0.8
YEARLY_SHARE = 0.05  # of the points in service that may move in a calendar year
CANDIDATE, USED, MEND_FIRST, TOO_NEW = "candidate", "used", "mend_first", "too_new"  # what a point is found to be


@dataclass(frozen=True, slots=True)
class Use:
    """A point in service and its last eight weeks: the mean clients of each, the oldest first, None: not all was read.

    `steady` tells that the same devices stood there all the time.
    """

    code: str
    name: str
    area_code: str
    area: str
    place: Place | None
    weeks: tuple[float | None, ...]
    figure: Figure
    steady: bool = True

    @property
    def mean(self) -> float | None:
        known = [week for week in self.weeks if week is not None]
        return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """`against` is its use as a share of the median; `neighbour` the next other point and its distance, None: nobody
    knows; `within_cap`: among those that may still move this year.
    """

    use: Use
    against: float
    neighbour: tuple[str, float] | None
    within_cap: bool

    @property
    def stays_served(self) -> bool:
        return self.neighbour is not None and self.neighbour[1] <= NEAR_M


@dataclass(frozen=True, slots=True)
class Relocations:
    """Candidates, the least used first; `found` holds every point in service by what it was found to be."""

    candidates: tuple[Candidate, ...]
    found: Mapping[str, Sequence[Use]]
    medians: tuple[float | None, ...]
    cap: int
    moved: int

    @property
    def left(self) -> int:
        return max(0, self.cap - self.moved)


def relocations(uses: Sequence[Use], moved: int, cap: int | None = None) -> Relocations:
    """`moved` points were relocated this calendar year; without a `cap` a share of the points may be."""
    most = max(1, floor(len(uses) * YEARLY_SHARE)) if cap is None else cap
    middles = medians(uses)
    kinds = {use.code: kind(use, middles) for use in uses}
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for use in sorted(uses, key=lambda use: (use.mean or 0, use.code)):
        found[kinds[use.code]].append(use)
    low = found[CANDIDATE]
    whole = median([use.mean or 0 for use in uses if use.mean is not None]) if low else 1
    left = max(0, most - moved)
    return Relocations(
        tuple(
            Candidate(use, (use.mean or 0) / whole, neighbour(use, uses), place < left) for place, use in enumerate(low)
        ),
        found,
        middles,
        most,
        moved,
    )


def medians(uses: Sequence[Use]) -> tuple[float | None, ...]:
    """Of each week over all points that were read in it."""
    weeks = [[week for use in uses if (week := use.weeks[n]) is not None] for n in range(WEEKS)]
    return tuple(median(found) if found else None for found in weeks)


def kind(use: Use, middles: Sequence[float | None]) -> str:
    """A point that does not work can't be used: that is to be mended, and says nothing of the place."""
    availability, coverage = use.figure.availability, use.figure.coverage
    if not use.steady or None in use.weeks or None in middles or coverage is None or coverage < LEAST_COVERAGE:
        return TOO_NEW
    if any((week or 0) >= (middle or 0) * LOW for week, middle in zip(use.weeks, middles, strict=True)):
        return USED
    return CANDIDATE if availability is not None and availability >= LEAST_AVAILABILITY else MEND_FIRST


def neighbour(use: Use, uses: Sequence[Use]) -> tuple[str, float] | None:
    if use.place is None:
        return None
    others = [(distance_m(use.place, one.place), one.code) for one in uses if one.place and one.code != use.code]
    away, code = min(others, default=(0.0, ""))
    return (code, away) if code else None
