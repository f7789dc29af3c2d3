"""Exact figures of any window, to the second, from the spans of a few access points (span_sums: of many)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotspot.analytics import availability
from hotspot.analytics.availability import Figure, Outages
from hotspot.analytics.calendar import Period
from hotspot.analytics.service_hours import Schedule, open_periods
from hotspot.analytics.spans import DOWN, Span, close, partition, planned
from hotspot.store.models import AccessPoint, ApState, Area, MaintenanceWindow, Point, Site, StatusSpan

TOGETHER = 1000  # access points whose spans are in memory at once


@dataclass(frozen=True, slots=True)
class Hours:
    """A weekly schedule on the clocks of a zone."""

    schedule: Schedule
    zone: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one access point around a window: its spans up to now and the maintenance over them."""

    spans: list[Span]
    maintenance: list[Period]


@dataclass(frozen=True, slots=True)
class Tally:
    """Seconds of each state, and the outages; of one or several devices."""

    figure: Figure = field(default_factory=Figure)
    outages: Outages = field(default_factory=Outages)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.figure + other.figure, self.outages + other.outages)


@dataclass(frozen=True, slots=True)
class Answer:
    """Of the window [a, b), cut at `as_of`: seconds of each state and the outages; of one or several devices."""

    a: int
    b: int
    as_of: int
    access_points: int
    figure: Figure
    outages: Outages


def histories(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> dict[int, History]:
    """Of each access point, in three queries; maintenance as far as outages reach beyond the window."""
    spans = spans_of(session, ap_ids, a, b, now)
    windows = maintenance_of(session, ap_ids, *reach(spans.values(), a, b))
    return {ap_id: History(spans.get(ap_id, []), windows.get(ap_id, [])) for ap_id in ap_ids}


def reach(histories: Iterable[list[Span]], a: int, b: int) -> Period:
    """The window and all outages that touch it."""
    down = [span for spans in histories for span in spans if span.state == DOWN]
    return min([a, *(span.start for span in down)]), max([b, *(span.end for span in down)])


def ap_parts(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> dict[int, list[Span]]:
    """The window [a, b) of each access point in parts without hole or overlap; the future is no part of it."""
    b = min(b, now)
    if b <= a:
        return {ap_id: [] for ap_id in ap_ids}
    return {
        ap_id: partition(history.spans, history.maintenance, a, b)
        for ap_id, history in histories(session, ap_ids, a, b, now).items()
    }


def tallies(
    session: Session, ap_ids: Sequence[int], a: int, b: int, now: int, hours: Hours | None = None
) -> dict[int, Tally]:
    """Of each access point; the future is no part of the window."""
    b = min(b, now)
    found: dict[int, Tally] = {}
    if b <= a:
        return dict.fromkeys(ap_ids, Tally())
    for first in range(0, len(ap_ids), TOGETHER):
        known = histories(session, ap_ids[first : first + TOGETHER], a, b, now)
        span_lists = (one.spans for one in known.values())
        service = open_periods(hours.schedule, hours.zone, *reach(span_lists, a, b)) if hours else None
        for ap_id, one in known.items():
            figure = availability.figure_of(one.spans, one.maintenance, a, b, service)
            told = availability.outages(one.spans, one.maintenance, a, b, service, figure.up_s)
            found[ap_id] = Tally(figure, told)
    return found


def answer(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> Answer:
    """Of a point: the sum over its access points, so that its availability is U / (U + D) weighted by time."""
    whole = sum(tallies(session, ap_ids, a, b, now).values(), Tally())
    return Answer(a, b, now, len(ap_ids), whole.figure, whole.outages)


def figure_of(session: Session, scope: str, scope_id: int, a: int, b: int, now: int) -> Figure:
    """Of an `access_point`, or of a `point`: the sum over its access points."""
    ids = [scope_id] if scope == "access_point" else ap_ids_of(session, scope_id)
    return answer(session, ids, a, b, now).figure


def ap_ids_of(session: Session, point_id: int) -> list[int]:
    return list(
        session.scalars(select(AccessPoint.id).where(AccessPoint.point_id == point_id).order_by(AccessPoint.id))
    )


def spans_of(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> dict[int, list[Span]]:
    """Spans that touch [a, b) in order of time, the one that follows included; the open one closed at `now`."""
    query = (
        select(
            StatusSpan.ap_id,
            StatusSpan.start,
            StatusSpan.end,
            StatusSpan.state,
            ApState.last_poll,
            ApState.interval_s,
        )
        .outerjoin(ApState, ApState.ap_id == StatusSpan.ap_id)
        .where(StatusSpan.ap_id.in_(ap_ids), StatusSpan.start <= b, or_(StatusSpan.end.is_(None), StatusSpan.end > a))
        .order_by(StatusSpan.ap_id, StatusSpan.start)
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for ap_id, start, end, state, last_poll, interval_s in session.execute(query):
        if end is not None:
            found[ap_id].append(Span(start, end, state))
        else:
            found[ap_id].extend(close(start, state, last_poll or start, interval_s or 0, now))
    return found


def maintenance_of(session: Session, ap_ids: Sequence[int], a: int, b: int) -> dict[int, list[Period]]:
    """Windows of the access point, its point, its area or district, or the city; a cancelled one ends at that."""
    windows = session.scalars(
        select(MaintenanceWindow).where(MaintenanceWindow.start < b, MaintenanceWindow.end > a)
    ).all()
    if not windows:
        return {}
    places = (
        select(AccessPoint.id, AccessPoint.city_id, AccessPoint.point_id, Area.id, Area.parent_id)
        .outerjoin(Point, AccessPoint.point_id == Point.id)
        .outerjoin(Site, Point.site_id == Site.id)
        .outerjoin(Area, Site.area_id == Area.id)
        .where(AccessPoint.id.in_(ap_ids))
    )
    return {
        ap_id: [
            planned(window.start, window.end, window.announced_at, window.cancelled_at)
            for window in windows
            if window.city_id == city
            and window.ap_id in (None, ap_id)
            and window.point_id in (None, point)
            and window.area_id in (None, area, district)
        ]
        for ap_id, city, point, area, district in session.execute(places)
    }


def maintenance_until(session: Session, ap_ids: Sequence[int], now: int) -> int | None:
    """When the last window ends that one of them is in now; None when none is."""
    found = maintenance_of(session, ap_ids, now, now + 1).values()
    return max((end for windows in found for start, end in windows if start <= now < end), default=None)
