"""Figures of many access points: one pass of the database over the spans inside the window, and its two edges.

The same numbers as availability.tallies (a test holds the two together), which reads every span. The year of a fleet
costs no more than its days in the roll-ups would, and the outages come with it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.availability import Figure, Outages, figure, outages
from hotspot.analytics.spans import DOWN, UNKNOWN, UP, Span, close, partition
from hotspot.analytics.stays import Presence
from hotspot.store.availability import TOGETHER, Hours, Tally, reach, tallies
from hotspot.store.models import AccessPoint, ApState, City, StatusSpan
from hotspot.store.planned_work import maintenance_of

FEW = 50  # access points whose spans are read sooner than summed
Lost = dict[int, dict[int, int]]  # of an access point the outages that no answer ended: start and length


class Inside(NamedTuple):
    """Of the spans that begin and end in the window."""

    up_s: int = 0
    down_s: int = 0
    outages: int = 0
    longest_s: int = 0


class Edge(NamedTuple):
    """A span that began before the window or ends after it; `end` is None while it is open."""

    ap_id: int
    start: int
    end: int | None
    state: int
    last_poll: int | None
    interval_s: int | None

    def spans(self, now: int, lost: Lost) -> list[Span]:
        """The span and an empty one of what came after it, as far as that ends an outage or not."""
        if self.end is None:
            return close(self.start, self.state, self.last_poll or self.start, self.interval_s or 0, now)
        then = UNKNOWN if self.start in lost.get(self.ap_id, ()) else UP
        return [Span(self.start, self.end, self.state), Span(self.end, self.end, then)]

    def is_lost_at_once(self, now: int) -> bool:
        """Whether it began with the last poll, too long ago: so what came before it did not end by an answer."""
        is_open_up = self.end is None and self.state == UP
        return is_open_up and [span.state for span in self.spans(now, {})] == [UNKNOWN]


def sums(
    session: Session, city: City, presences: Sequence[Presence], a: int, b: int, now: int, hours: Hours | None = None
) -> dict[Presence, Tally]:
    """Of each; where there are service hours or maintenance, or a device moved in the window, every span is read."""
    end = min(b, now)
    whole = [one for one in presences if one.covers(a, end)]
    if hours or len(whole) <= FEW or end <= a:
        return tallies(session, presences, a, b, now, hours)
    lost, edges = lost_from_sight(session, city, a, end), edges_of(session, city, a, end)
    outer: dict[int, list[Span]] = defaultdict(list)
    for edge in edges:
        outer[edge.ap_id] += edge.spans(now, lost)
    insides = inside(session, city, [one.ap_id for one in whole], a, end)
    found = {
        one: tally(insides.get(one.ap_id, Inside()), outer[one.ap_id], lost.get(one.ap_id, {}), a, end) for one in whole
    }
    slow = planned_over(session, [one.ap_id for one in whole], outer, a, end)
    slow |= {edge.ap_id for edge in edges if edge.is_lost_at_once(now)}
    read = [one for one in presences if one not in found or one.ap_id in slow]
    return found | tallies(session, read, a, b, now)


def tally(inner: Inside, edges: Sequence[Span], lost: Mapping[int, int], a: int, b: int) -> Tally:
    """The inner spans, of which those in `lost` did not end by an answer, and the edges."""
    outer = figure(partition(edges, [], a, b))
    up_s, down_s = inner.up_s + outer.up_s, inner.down_s + outer.down_s
    failed = outages(edges, [], a, b, up_s=up_s)
    unanswered = [length for start, length in lost.items() if a < start]
    ended = inner.outages - len(unanswered)
    repairs_s = inner.down_s - sum(unanswered)
    within = Outages(inner.outages, inner.outages, ended, repairs_s, longest_s=inner.longest_s)
    return Tally(Figure(up_s, down_s, b - a - up_s - down_s), within + failed)


def inside(session: Session, city: City, ap_ids: Sequence[int], a: int, b: int) -> dict[int, Inside]:
    """A pass along the primary key, so that neither older nor newer spans are met."""
    length = StatusSpan.end - StatusSpan.start
    everyone = select(AccessPoint.id).where(AccessPoint.city_id == city.id)
    up, down = StatusSpan.state == int(UP), StatusSpan.state == int(DOWN)
    query = (
        select(
            StatusSpan.ap_id,
            func.coalesce(func.sum(case((up, length))), 0),
            func.coalesce(func.sum(case((down, length))), 0),
            func.count(case((down, 1))),
            func.coalesce(func.max(case((down, length))), 0),
        )
        .where(StatusSpan.ap_id.in_(ap_ids if len(ap_ids) <= TOGETHER else everyone))
        .where(StatusSpan.start > a, StatusSpan.start < b, StatusSpan.end <= b)
        .group_by(StatusSpan.ap_id)
    )
    return {ap_id: Inside(*map(int, rest)) for ap_id, *rest in session.execute(query)}


def edges_of(session: Session, city: City, a: int, b: int) -> list[Edge]:
    """In order of time for each access point; a span that reaches over the whole window comes once."""
    polled = {
        ap_id: (last_poll, interval_s)
        for ap_id, last_poll, interval_s in session.execute(
            select(ApState.ap_id, ApState.last_poll, ApState.interval_s).where(ApState.city_id == city.id)
        )
    }  # not joined below: PostgreSQL takes the result for one row, and would read every state for each of them
    first = {row[:2]: row for row in session.execute(in_force(city, a))}
    last = [row for row in session.execute(in_force(city, b)) if row[:2] not in first]
    open_at_b = [row for row in last if row[2] is None or row[2] > b]
    return [Edge(*row, *polled.get(row[0], (None, None))) for row in [*first.values(), *open_at_b]]


def in_force(city: City, at: int) -> Select[int, int, int | None, int]:
    """Access point, start, end and state of the newest span of each that began at that instant or before."""
    earlier = aliased(StatusSpan)
    newest = select(func.max(earlier.start)).where(earlier.ap_id == AccessPoint.id, earlier.start <= at)
    here = and_(StatusSpan.ap_id == AccessPoint.id, StatusSpan.start == newest.scalar_subquery())
    return (
        select(StatusSpan.ap_id, StatusSpan.start, StatusSpan.end, StatusSpan.state)
        .select_from(AccessPoint)
        .join(StatusSpan, here)
        .where(AccessPoint.city_id == city.id)
    )


def lost_from_sight(session: Session, city: City, a: int, b: int) -> Lost:
    """The outages that ended in the window because nobody looked any more."""
    unknown, down = aliased(StatusSpan), aliased(StatusSpan)
    before = select(down.start).where(  # a subquery: SQLite would begin a join with the outages, which are many
        down.city_id == unknown.city_id,
        down.state == int(DOWN),
        down.end == unknown.start,
        down.ap_id == unknown.ap_id,
    )
    query = (
        select(unknown.ap_id, unknown.start, before.scalar_subquery())
        .where(unknown.city_id == city.id, unknown.state == int(UNKNOWN))
        .where(or_(unknown.end.is_(None), unknown.end > a), unknown.start > a, unknown.start <= b)
    )
    found: Lost = defaultdict(dict)
    for ap_id, end, start in session.execute(query):
        if start is not None:
            found[ap_id][start] = end - start
    return found


def planned_over(session: Session, ap_ids: Sequence[int], edges: Mapping[int, list[Span]], a: int, b: int) -> set[int]:
    """Those with maintenance in the window, or over an outage that touches it."""
    found: set[int] = set()
    for first in range(0, len(ap_ids), TOGETHER):
        some = ap_ids[first : first + TOGETHER]
        windows = maintenance_of(session, some, *reach((edges.get(ap_id, []) for ap_id in some), a, b))
        for ap_id, theirs in windows.items():
            since, until = reach([edges.get(ap_id, [])], a, b)
            if any(max(start, since) < min(end, until) for start, end in theirs):
                found.add(ap_id)
    return found
