"""What the past is told from: the times at which access points were not simply up, and where they stand."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.calendar import Period
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.analytics.outages import MONITORING
from hotspot.analytics.rule_scope import Place, Scope
from hotspot.analytics.spans import outside, union
from hotspot.store.alerts.rule_records import Gap, gaps
from hotspot.store.citizen_reports import unexplained
from hotspot.store.models import (
    AccessPoint,
    Area,
    City,
    FaultReport,
    Point,
    Provider,
    Site,
    State,
    StatusSpan,
)
from hotspot.store.planned_work import maintenance_of

BEFORE_S = 86_400  # gaps of the collector that may reach into the window
DOWN, BROKEN, UNKNOWN = "down", "broken", "unknown"
DISTRICT = aliased(Area)


class Spot(NamedTuple):
    """An access point in service, where it stands today; empty where it stands at no point."""

    ap_id: int
    name: str
    kind: str
    controller_id: int | None
    interval_s: int
    point_id: int | None
    code: str
    point: str
    place: Place
    area: str
    district_code: str
    provider: str


class Trouble(NamedTuple):
    """A stretch in which an access point was not up: down, broken (its monitoring) or unknown."""

    start: int
    end: int
    what: str
    err_s: int
    is_open: bool


class Past:
    """Of the window [a, b), which ends now; for the rules of one scope."""

    def __init__(self, session: Session, city: City, scope: Scope, a: int, b: int) -> None:
        self.session, self.city, self.scope, self.a, self.b = session, city, scope, a, b

    @cached_property
    def spots(self) -> Mapping[int, Spot]:
        query = (
            select(AccessPoint.id, AccessPoint.name, AccessPoint.kind, AccessPoint.controller_id)
            .add_columns(AccessPoint.poll_interval_s, Point.id, Point.code, Point.name, Point.provider_id)
            .add_columns(Area.code, Area.name, DISTRICT.code, Provider.name)
            .outerjoin(Point, Point.id == AccessPoint.point_id)
            .outerjoin(Site, Site.id == Point.site_id)
            .outerjoin(Area, Area.id == Site.area_id)
            .outerjoin(DISTRICT, DISTRICT.id == Area.parent_id)
            .outerjoin(Provider, Provider.id == Point.provider_id)
            .where(AccessPoint.city_id == self.city.id, or_(Point.id.is_(None), Point.lifecycle.in_(IN_SERVICE)))
        )
        found: dict[int, Spot] = {}
        for id_, name, kind, controller, interval_s, *rest in self.session.execute(query):
            point_id, code, point, provider_id, area_code, area, district, provider = rest
            place = Place(area_code or "", provider_id)
            if self.scope.holds(place):
                found[id_] = Spot(
                    id_, name, kind, controller, interval_s or self.city.poll_interval_s, point_id, code or "",
                    point or "", place, area or "", district or "", provider or "",
                )  # fmt: skip
        return found

    @cached_property
    def points(self) -> Mapping[int, list[Spot]]:
        """The access points of each point."""
        found: dict[int, list[Spot]] = defaultdict(list)
        for one in self.spots.values():
            if one.point_id is not None:
                found[one.point_id].append(one)
        return found

    @cached_property
    def troubles(self) -> Mapping[int, list[Trouble]]:
        """By access point, in order of time; without what lies in maintenance."""
        found: dict[int, list[Trouble]] = defaultdict(list)
        for state in (State.DOWN, State.UNKNOWN):
            span = aliased(StatusSpan)
            query = select(span.ap_id, span.start, span.end, span.state, span.cause, span.start_err).where(
                span.city_id == self.city.id, span.state == int(state), span.start < self.b
            )
            for open_ in (span.end.is_(None), span.end > self.a):
                for ap_id, start, end, stored, cause, err_s in self.session.execute(query.where(open_)):
                    if ap_id in self.spots:
                        what = DOWN if stored == int(State.DOWN) else BROKEN if cause == MONITORING else UNKNOWN
                        found[ap_id].append(Trouble(start, min(end or self.b, self.b), what, err_s, end is None))
        windows = self.maintenance(found)
        return {
            ap_id: sorted(part for one in rows for part in cut(one, windows.get(ap_id, [])))
            for ap_id, rows in found.items()
        }

    def maintenance(self, found: Mapping[int, list[Trouble]]) -> Mapping[int, list[Period]]:
        first = min((one.start for rows in found.values() for one in rows), default=self.a)
        windows = maintenance_of(self.session, list(found), first, self.b)
        return {ap_id: union(periods, first, self.b) for ap_id, periods in windows.items() if periods}

    @cached_property
    def gaps(self) -> list[Gap]:
        return gaps(self.session, self.city, self.a - BEFORE_S, self.b)

    def reports(self) -> Mapping[int, list[tuple[int, int]]]:
        """Of each point when people reported it and how many; without what another incident explained."""
        query = (
            select(FaultReport.point_id, FaultReport.at, FaultReport.n)
            .join(Point, Point.id == FaultReport.point_id)
            .where(Point.city_id == self.city.id, FaultReport.at >= self.a - BEFORE_S, FaultReport.at < self.b)
            .where(unexplained())
            .order_by(FaultReport.at)
        )
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for point_id, at, n in self.session.execute(query):
            if point_id in self.points:
                found[point_id].append((at, n))
        return found


def cut(one: Trouble, windows: list[Period]) -> list[Trouble]:
    """What is left of it beside maintenance."""
    if not windows:
        return [one]
    parts = outside(windows, one.start, one.end)
    return [one._replace(start=start, end=end, is_open=one.is_open and end == one.end) for start, end in parts]
