"""Who has how much of the Wi-Fi: points against people, ground within reach, and how evenly it all is spread."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from hotspot.analytics.reach import AreaReach, summed

# Key: (Indonesian, English). The order is that of every list; all are whole numbers of an area on a day.
DENOMINATORS = {
    "population": ("Penduduk", "People"),
    "poor": ("Penduduk miskin", "Poor people"),
    "schools": ("Sekolah", "Schools"),
    "umkm": ("UMKM", "Micro, small and medium businesses"),
}
PER = 10_000


@dataclass(frozen=True, slots=True)
class Stated:
    """A denominator as somebody published it; `estimate`: it was not counted."""

    value: float
    as_of: date
    estimate: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """A kelurahan: its points of one count, what they are divided by, and how far they reach.

    What nobody stated is missing in `stated`; `km2` and `reach` are None without an outline.
    """

    code: str
    name: str
    district_code: str
    district: str
    points: int
    km2: float | None = None
    stated: Mapping[str, Stated] = field(default_factory=dict)
    reach: AreaReach | None = None

    def value(self, kind: str) -> float | None:
        """A denominator; 0 divides nothing."""
        found = self.stated.get(kind)
        return found.value if found and found.value > 0 else None

    @property
    def per_10000(self) -> float | None:
        people = self.value("population")
        return None if people is None else self.points * PER / people

    @property
    def people_per_point(self) -> float | None:
        people = self.value("population")
        return people / self.points if people is not None and self.points else None

    @property
    def per_km2(self) -> float | None:
        return self.points / self.km2 if self.km2 else None

    @property
    def poor_share(self) -> float | None:
        """Of the people; None unless both are stated."""
        people, poor = self.value("population"), self.stated.get("poor")
        return None if people is None or poor is None else min(1.0, poor.value / people)

    @property
    def people_near(self) -> float | None:
        """An estimate: as if people lived evenly over the ground."""
        people = self.value("population")
        return None if people is None or self.reach is None else people * self.reach.near_share

    @property
    def estimated(self) -> bool:
        found = self.stated.get("population")
        return found is not None and found.estimate


@dataclass(frozen=True, slots=True)
class CityEquity:
    """The indicators of the city. What divides by people is of the areas whose people are stated, `areas_without` not.

    `as_of` is the oldest and the newest day of the people's numbers; `estimate`: at least one of them is one.
    """

    points: int
    areas: int
    areas_without: int
    ground_without: int  # areas without an outline, in no figure of reach
    people: float | None
    per_10000: float | None
    people_per_point: float | None
    near_share: float | None
    walk_share: float | None
    mean_m: float | None
    people_near_share: float | None
    gini: float | None
    as_of: tuple[date, date] | None
    estimate: bool


def city_equity(areas: Sequence[AreaFacts]) -> CityEquity:
    counted = [area for area in areas if area.value("population") is not None]
    people = sum(area.value("population") or 0 for area in counted)
    points = sum(area.points for area in counted)
    ground = summed(area.reach for area in areas if area.reach is not None)
    near = [(area.people_near or 0, area.value("population") or 0) for area in counted if area.reach is not None]
    days = [area.stated["population"].as_of for area in counted]
    return CityEquity(
        points=sum(area.points for area in areas),
        areas=len(areas),
        areas_without=len(areas) - len(counted),
        ground_without=sum(area.reach is None for area in areas),
        people=people or None,
        per_10000=points * PER / people if people else None,
        people_per_point=people / points if people and points else None,
        near_share=ground.near_share if ground else None,
        walk_share=ground.walk_share if ground else None,
        mean_m=ground.mean_m if ground else None,
        people_near_share=sum(n for n, _ in near) / sum(p for _, p in near) if near else None,
        gini=gini(lorenz(counted)),
        as_of=(min(days), max(days)) if days else None,
        estimate=any(area.estimated for area in counted),
    )


Curve = tuple[tuple[float, float], ...]


def lorenz(areas: Iterable[AreaFacts]) -> Curve:
    """The Lorenz curve (1905): the share of the points that the worst-served share of the people has, from 0,0 to 1,1.

    Empty when fewer than two areas have people, or none has a point.
    """
    known = [(area.points, people) for area in areas if (people := area.value("population")) is not None]
    people, points = sum(p for _, p in known), sum(n for n, _ in known)
    if len(known) < 2 or not points:
        return ()
    curve, x, y = [(0.0, 0.0)], 0.0, 0.0
    for number, living in sorted(known, key=lambda one: one[0] / one[1]):
        x, y = x + living, y + number
        curve.append((x / people, y / points))
    return tuple(curve)


def gini(curve: Curve) -> float | None:
    """Gini's coefficient by trapezia under the Lorenz curve (Brown 1994): 0 all alike, towards 1 one has all."""
    if not curve:
        return None
    return max(0.0, 1 - sum((b[0] - a[0]) * (a[1] + b[1]) for a, b in pairwise(curve)))
