"""Where the next points belong: the areas of the city with their points, people, reach and rank."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.areanames import VILLAGE
from hotspot.analytics.calendar import day_of
from hotspot.analytics.equity import AreaFacts, CityEquity, Curve, city_equity, lorenz
from hotspot.analytics.geography import Place, area_km2, grid
from hotspot.analytics.reach import reach
from hotspot.analytics.underserved import DEFAULTS, Ranked, ranked
from hotspot.analytics.what_if import Ground, Put, after
from hotspot.store.denominators import in_force
from hotspot.store.four_counts import ids_in
from hotspot.store.models import Area, City, Point, Site

COUNTS = ("active", "installed", "accepted", "payable")  # of analytics.rollout: what may count as a point


@dataclass(frozen=True, slots=True)
class Sited:
    """A point of the count; without coordinates it counts for its area and reaches nothing."""

    code: str
    name: str
    area_code: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Siting:
    """The city as it is on `day`, by the points of `count`; `ranking` is by the weights asked for."""

    day: date
    count: str
    areas: tuple[AreaFacts, ...]
    city: CityEquity
    curve: Curve
    ranking: tuple[Ranked, ...]
    points: tuple[Sited, ...]
    ground: Ground

    @property
    def unplaced(self) -> int:
        return sum(point.place is None for point in self.points)


@dataclass(frozen=True, slots=True)
class Changed:
    """The city and its areas with more points than there are."""

    areas: tuple[AreaFacts, ...]
    city: CityEquity
    curve: Curve
    ranking: tuple[Ranked, ...]


def siting(
    session: Session,
    city: City,
    *,
    now: int,
    count: str = "active",
    weights: Mapping[str, int] = DEFAULTS,
    day: date | None = None,
) -> Siting:
    """Of today, or of `day`; `count` is one of COUNTS."""
    on = day or day_of(city.time_zone, now)
    points = sited(session, city, ids_in(session, city, count, on, now))
    rows = villages(session, city)
    outlines = tuple((row.code, row.boundary) for row in rows if row.boundary)
    ground_grid = grid(outlines)
    reached = reach(ground_grid, tuple(point.place for point in points if point.place is not None))
    numbers, stated = Counter(point.area_code for point in points), in_force(session, city, on)
    areas = tuple(
        AreaFacts(
            row.code,
            row.name,
            row.district_code or "",
            row.district or "",
            numbers[row.code],
            area_km2(row.boundary) if row.boundary else None,
            stated.get(row.code, {}),
            reached.areas.get(row.code),
        )
        for row in rows
    )
    ground = Ground(outlines, ground_grid, reached)
    return Siting(
        on, count, areas, city_equity(areas), lorenz(areas), tuple(ranked(areas, weights)), tuple(points), ground
    )


def changed(found: Siting, more: Sequence[Put], weights: Mapping[str, int]) -> Changed:
    """What `more` points would make of it."""
    areas = tuple(after(found.areas, found.ground, more))
    return Changed(areas, city_equity(areas), lorenz(areas), tuple(ranked(areas, weights)))


@dataclass(frozen=True, slots=True)
class Village:
    code: str
    name: str
    district_code: str | None
    district: str | None
    boundary: str | None


def villages(session: Session, city: City) -> list[Village]:
    """Every kelurahan of the city, those without a point too, in order of the codes."""
    parent = aliased(Area)
    query = (
        select(Area.code, Area.name, parent.code, parent.name, Area.boundary)
        .outerjoin(parent, Area.parent_id == parent.id)
        .where(Area.city_id == city.id, Area.level == VILLAGE)
        .order_by(Area.code)
    )
    return [Village(*row) for row in session.execute(query)]


def sited(session: Session, city: City, ids: Sequence[int]) -> list[Sited]:
    """In order of the codes."""
    wanted = set(ids)
    query = (
        select(Point.id, Point.code, Point.name, Area.code, Site.latitude, Site.longitude)
        .join(Site, Point.site_id == Site.id)
        .join(Area, Site.area_id == Area.id)
        .where(Point.city_id == city.id)
        .order_by(Point.code)
    )
    return [
        Sited(code, name, area, None if latitude is None or longitude is None else (latitude, longitude))
        for point, code, name, area, latitude, longitude in session.execute(query)
        if point in wanted
    ]
