"""Exact figures of any window, to the second, from the spans of a few access points (span_sums: of many)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Clock, Figure, Outages, clock, told
from hotspot.analytics.calendar import Period
from hotspot.analytics.service_hours import Schedule, open_periods
from hotspot.analytics.spans import DOWN, Span, close
from hotspot.analytics.stays import Presence
from hotspot.store.bulk import slices
from hotspot.store.models import ApState, StatusSpan
from hotspot.store.planned_work import maintenance_of

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


def tallies(
    session: Session, presences: Sequence[Presence], a: int, b: int, now: int, hours: Hours | None = None
) -> dict[Presence, Tally]:
    """Of each the part of the window that counts; the future is no part of it."""
    b = min(b, now)
    found = dict.fromkeys(presences, Tally())
    if b <= a:
        return found
    for some in slices(presences, TOGETHER):
        known = histories(session, [one.ap_id for one in some], a, b, now)
        far = reach((one.spans for one in known.values()), a, b)
        service = open_periods(hours.schedule, hours.zone, *far) if hours else None
        clocks: dict[tuple[Period, ...], Clock] = {
            (): clock(service, (), *far)
        }  # by maintenance, which many devices have in common
        for one in some:
            since, until = one.within(a, b)
            if since < until:
                spans, windows = known[one.ap_id].spans, tuple(known[one.ap_id].maintenance)
                counted = clocks.get(windows) or clocks.setdefault(windows, clock(service, windows, *far))
                found[one] = Tally(*told(spans, clocks[()], counted, since, until))
    return found


def answer(session: Session, presences: Sequence[Presence], a: int, b: int, now: int) -> Answer:
    """Of a point: the sum over its access points, so that its availability is U / (U + D) weighted by time."""
    some = [one for one in presences if one.touches(a, b)]
    whole = sum(tallies(session, some, a, b, now).values(), Tally())
    return Answer(a, b, now, len({one.ap_id for one in some}), whole.figure, whole.outages)


def spans_of(session: Session, ap_ids: Sequence[int], a: int, b: int, now: int) -> dict[int, list[Span]]:
    """Spans that touch [a, b) in order of time, the one that follows included; the open one closed at `now`."""
    query = (
        select(StatusSpan.ap_id, StatusSpan.start, StatusSpan.end, StatusSpan.state)
        .where(StatusSpan.ap_id.in_(ap_ids), StatusSpan.start <= b, or_(StatusSpan.end.is_(None), StatusSpan.end > a))
        .order_by(StatusSpan.ap_id, StatusSpan.start)
    )
    found: dict[int, list[Span]] = defaultdict(list)
    is_open: dict[int, tuple[int, int]] = {}
    for ap_id, start, end, state in session.execute(query):
        if end is not None:
            found[ap_id].append(Span(start, end, state))
        else:
            is_open[ap_id] = start, state
    polled = select(ApState.ap_id, ApState.last_poll, ApState.interval_s).where(ApState.ap_id.in_(is_open))
    last = {ap_id: (at, interval_s) for ap_id, at, interval_s in session.execute(polled)} if is_open else {}
    for ap_id, (start, state) in is_open.items():
        at, interval_s = last.get(ap_id, (start, 0))
        found[ap_id] += close(start, state, at, interval_s, now)
    return found
