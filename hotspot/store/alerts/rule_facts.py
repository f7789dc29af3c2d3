"""What the rules have to know of now: each fact is asked once, when the first rule wants it."""

import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, day_start, hour_start, midnight
from hotspot.analytics.inventory import IN_SERVICE
from hotspot.analytics.rule_scope import Place
from hotspot.analytics.rule_values import HOUR_S, UseDay
from hotspot.store.alerts.cases import told_points
from hotspot.store.alerts.citizen_facts import Reported, reported
from hotspot.store.alerts.rule_records import (
    Corner,
    Ending,
    Gap,
    corners,
    endings,
    gaps,
    octets,
    point_places,
    seen,
    use_by_day,
)
from hotspot.store.city import STALE_INTERVALS, freshness
from hotspot.store.maintenance import running
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    AreaHour,
    City,
    CollectorStatus,
    Point,
    Site,
    State,
)
from hotspot.store.standing import ap_now

WEEK_S = 7 * 86_400
RECENT_S = 31 * 86_400  # gaps of the collector that began before are nobody's news any more
ROLLED_UP_S = 300  # after the end of an hour its figures are complete


class Device(NamedTuple):
    """One that is not simply up; `state` as ap_now tells it, `since` when that began.

    Of one that nobody asks since: its last poll, or when the collector, silent in between, looked again.
    """

    ap_id: int
    name: str
    point_id: int | None
    place: Place
    state: int
    since: int


class Busy(NamedTuple):
    """`clients` is None of one that is not up."""

    ap_id: int
    name: str
    point_id: int | None
    place: Place
    clients: int | None
    last_poll: int
    interval_s: int


@dataclass(frozen=True, slots=True)
class PointNow:
    """A point of which not all access points are up."""

    id: int
    name: str
    place: Place
    total: int
    down: int
    unknown: int

    @property
    def is_down(self) -> bool:
        return self.down > 0 and self.down + self.unknown == self.total

    @property
    def is_unknown(self) -> bool:
        return self.unknown == self.total


class Version(NamedTuple):
    ap_id: int
    name: str
    point_id: int | None
    place: Place
    vendor: str
    model: str
    firmware: str


class Cycle(NamedTuple):
    """`late` in percent of the interval, None where the collector is silent."""

    interval_s: int
    late: float | None


class Now:
    """The facts of one look."""

    def __init__(self, session: Session, city: City, now: int) -> None:
        self.session, self.city, self.now = session, city, now

    @cached_property
    def is_blind(self) -> bool:
        """Whether nobody looks, so that nothing is known of any device."""
        return freshness(self.session, self.now).stale

    @cached_property
    def quiet(self) -> set[int]:
        """Access points in maintenance."""
        return running(self.session, self.city, self.now)

    @cached_property
    def told(self) -> set[int]:
        """Points that people know to be down, for they were told of the one outage that took them all."""
        return told_points(self.session, self.city)

    @cached_property
    def devices(self) -> list[Device]:
        """Those in service that are not simply up and were ever asked, but those in maintenance."""
        ap = ap_now(self.session, self.city.id, self.now).c
        query = (
            select(ap.ap_id, AccessPoint.name, ap.point_id, Area.code, Point.provider_id, ap.state, ap.since)
            .add_columns(ApState.state.label("stored"), ap.last_poll)
            .join(AccessPoint, AccessPoint.id == ap.ap_id)
            .join(ApState, ApState.ap_id == ap.ap_id)
            .outerjoin(Point, Point.id == ap.point_id)
            .outerjoin(Site, Site.id == Point.site_id)
            .outerjoin(Area, Area.id == Site.area_id)
            .where(ap.state != int(State.UP), AccessPoint.polling)
            .where(or_(Point.id.is_(None), Point.lifecycle.in_(IN_SERVICE)))
        )
        found = []
        for id_, name, point_id, code, provider, state, since, stored, last in self.session.execute(query):
            if id_ not in self.quiet:
                begun = self.unknown_since(since, stored, last) if state == int(State.UNKNOWN) else since
                found.append(Device(id_, name, point_id, Place(code or "", provider), state, begun))
        return found

    def unknown_since(self, since: int, stored: int, last_poll: int) -> int:
        """What the collector did not see because it was silent itself says nothing of a device."""
        begun = since if stored == int(State.UNKNOWN) else last_poll
        return max(begun, self.gap.end) if self.gap else begun

    @cached_property
    def points(self) -> list[PointNow]:
        """Those in service of which not every access point is up."""
        counts: dict[int, Counter[bool]] = defaultdict(Counter)
        for one in self.devices:
            if one.point_id is not None:
                counts[one.point_id][one.state == int(State.DOWN)] += 1
        query = (
            select(Point.id, Point.name, Area.code, Point.provider_id, func.count())
            .join(AccessPoint, AccessPoint.point_id == Point.id)
            .join(Site, Site.id == Point.site_id)
            .join(Area, Area.id == Site.area_id)
            .where(Point.id.in_(counts))
            .group_by(Point.id, Point.name, Area.code, Point.provider_id)
        )
        return [
            PointNow(id_, name, Place(code, provider), total, counts[id_][True], counts[id_][False])
            for id_, name, code, provider, total in (self.session.execute(query) if counts else ())
        ]

    @cached_property
    def corners(self) -> list[Corner]:
        """All points in service with an access point, counted by kelurahan and provider."""
        return corners(self.session, self.city)

    @cached_property
    def busy(self) -> list[Busy]:
        """Every access point in service that was ever asked."""
        ap = ap_now(self.session, self.city.id, self.now).c
        query = (
            select(ap.ap_id, AccessPoint.name, ap.point_id, Area.code, Point.provider_id)
            .add_columns(ap.clients, ap.last_poll, ApState.interval_s)
            .join(AccessPoint, AccessPoint.id == ap.ap_id)
            .join(ApState, ApState.ap_id == ap.ap_id)
            .join(Point, Point.id == ap.point_id)
            .join(Site, Site.id == Point.site_id)
            .join(Area, Area.id == Site.area_id)
            .where(Point.lifecycle.in_(IN_SERVICE))
        )
        return [
            Busy(id_, name, point_id, Place(code, provider), None if id_ in self.quiet else clients, last, interval_s)
            for id_, name, point_id, code, provider, clients, last, interval_s in self.session.execute(query)
        ]

    def used(self, days: int) -> list[tuple[int, str, Place, list[UseDay]]]:
        """Every point in service with its last days and, as the last, today."""
        today = day_start(self.city.time_zone, self.now)
        first = midnight(self.city.time_zone, day_of(self.city.time_zone, self.now) - timedelta(days=days))
        return use_by_day(self.session, self.city, first, today)

    def traffic(self, weeks: int) -> list[tuple[Place, str, int, int | None, list[int]]]:
        """Of each kelurahan the last whole hour's end and octets, and those of the same hour of earlier weeks."""
        hour = hour_start(self.city.time_zone, self.now - ROLLED_UP_S) - HOUR_S
        wanted = [hour - back * WEEK_S for back in range(weeks + 1)]
        query = select(AreaHour.area_id, Area.code, Area.name, AreaHour.t, octets()).join(
            Area, Area.id == AreaHour.area_id
        )
        found: dict[int, tuple[Place, str, dict[int, int]]] = {}
        for id_, code, name, t, total in self.session.execute(query.where(AreaHour.t.in_(wanted), *seen(self.city))):
            found.setdefault(id_, (Place(code), name, {}))[2][t] = int(total or 0)
        return [
            (place, name, hour + HOUR_S, by_hour.pop(hour, None), list(by_hour.values()))
            for place, name, by_hour in found.values()
        ]

    @cached_property
    def versions(self) -> list[Version]:
        query = (
            select(AccessPoint.id, AccessPoint.name, Point.id, Area.code, Point.provider_id)
            .add_columns(AccessPoint.vendor, AccessPoint.model, AccessPoint.firmware)
            .outerjoin(Point, Point.id == AccessPoint.point_id)
            .outerjoin(Site, Site.id == Point.site_id)
            .outerjoin(Area, Area.id == Site.area_id)
            .where(AccessPoint.city_id == self.city.id, or_(Point.id.is_(None), Point.lifecycle.in_(IN_SERVICE)))
        )
        return [
            Version(id_, name, point_id, Place(code or "", provider), vendor or "", model or "", firmware or "")
            for id_, name, point_id, code, provider, vendor, model, firmware in self.session.execute(query)
        ]

    @cached_property
    def today(self) -> date:
        return day_of(self.city.time_zone, self.now)

    @cached_property
    def endings(self) -> list[Ending]:
        """Contracts and agreements that are not over, and the certificate of the pages."""
        return endings(self.session, self.city, self.today)

    @cached_property
    def citizens(self) -> list[tuple[Reported, Place]]:
        rows = reported(self.session, self.city, self.now)
        places = point_places(self.session, [one.point_id for one in rows])
        return [(one, places[one.point_id]) for one in rows]

    @cached_property
    def gap(self) -> Gap | None:
        """The last time for which the collector was silent."""
        return max(gaps(self.session, self.city, self.now - RECENT_S, self.now), default=None)

    @cached_property
    def cycles(self) -> list[Cycle]:
        rows = self.session.execute(
            select(CollectorStatus.interval_s, CollectorStatus.duration_ms, CollectorStatus.heartbeat)
        )
        return [
            Cycle(s, None if abs(self.now - heartbeat) > STALE_INTERVALS * s else ms / 10 / s)
            for s, ms, heartbeat in rows
        ]

    @cached_property
    def disk_used(self) -> float | None:
        """In percent; None where the database is not a file of this machine."""
        folder = disk_folder(self.session)
        if folder is None:
            return None
        usage = shutil.disk_usage(folder)
        return 100 * (1 - usage.free / usage.total)


def disk_folder(session: Session) -> Path | None:
    """Where an SQLite database lies; None for a server's."""
    path = session.get_bind().engine.url.database
    return Path(path).parent if session.get_bind().dialect.name == "sqlite" and path else None
