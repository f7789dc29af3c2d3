"""A contract's month computed from its records: each line's seconds by day, its outages, its amount."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hotspot.analytics.calendar import Period, midnight
from hotspot.analytics.service_hours import open_periods
from hotspot.analytics.sla import Rule
from hotspot.analytics.sla_month import Verdict, judge
from hotspot.analytics.sla_time import Seconds, Stretch, Watched, by_day, parts, stretches
from hotspot.analytics.spans import Span, overlap
from hotspot.evidence.records import Excluded, Line, Records


@dataclass(frozen=True, slots=True)
class LineMonth:
    """`days` of the month's `of_days` belong to the line; `by_day` has those that have begun, in order.

    In a stretch `excluded` are places in `exclusions`, the decisions in force for the point.
    """

    line: Line
    first: date
    days: int
    of_days: int
    access_points: tuple[str, ...]
    by_day: tuple[Seconds, ...]
    seconds: Seconds
    stretches: tuple[Stretch, ...]
    exclusions: tuple[Excluded, ...]
    verdict: Verdict

    def day(self, place: int) -> date:
        return self.first + timedelta(days=place)


@dataclass(frozen=True, slots=True)
class Month:
    """The window `[a, b)` is the whole month; `over` tells whether it was when the records were read."""

    records: Records
    rule: Rule
    a: int
    b: int
    lines: tuple[LineMonth, ...]

    @property
    def over(self) -> bool:
        return self.records.terms.as_of >= self.b

    @property
    def gross_rp(self) -> int:
        return sum(one.verdict.gross_rp for one in self.lines)

    @property
    def amount_rp(self) -> int:
        return sum(one.verdict.amount_rp for one in self.lines)

    @property
    def seconds(self) -> Seconds:
        return sum((one.seconds for one in self.lines), Seconds())


def dates_of(month: str) -> tuple[date, date]:
    """First and last day of a month written 2026-10; raises ValueError."""
    first = date.fromisoformat(f"{month}-01")
    if first.year not in range(2000, 2101) or f"{first:%Y-%m}" != month:
        raise ValueError(month)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def window_of(month: str, zone: str) -> Period:
    first, last = dates_of(month)
    return midnight(zone, first), midnight(zone, last + timedelta(days=1))


def sla_month(records: Records) -> Month:
    """Raises ValueError where the terms have a rule or a month that is none."""
    terms = records.terms
    first, last = dates_of(terms.month)
    a, b = window_of(terms.month, terms.zone)
    rule = Rule.read(terms.rule)
    clock = Clock(records, rule, [midnight(terms.zone, first + timedelta(days=n)) for n in range(last.day + 1)])
    in_force = (
        (line, max(line.starts_on, terms.starts_on, first), min(line.ends_on, terms.ends_on, last))
        for line in records.lines
    )
    return Month(records, rule, a, b, tuple(clock.line(*each) for each in in_force if each[1] <= each[2]))


class Clock:
    """The records sorted for asking, and the midnights of the month."""

    def __init__(self, records: Records, rule: Rule, midnights: Sequence[int]) -> None:
        self.rule, self.midnights, self.as_of = rule, midnights, records.terms.as_of
        a, b = midnights[0], midnights[-1]
        self.service = open_periods(rule.schedule, records.terms.zone, a, b) if rule.schedule else None
        self.spans: Mapping[str, list[Span]] = defaultdict(list)
        self.maintenance: Mapping[str, list[Period]] = defaultdict(list)
        self.exclusions: Mapping[str, list[Excluded]] = defaultdict(list)
        self.stays: Mapping[str, list[tuple[str, int, int]]] = defaultdict(list)
        for span in records.spans:
            self.spans[span.access_point].append(Span(span.start, span.end, span.state))
        for work in records.maintenance:
            self.maintenance[work.access_point].append((work.start, work.end))
        for exclusion in records.exclusions:
            if exclusion.withdrawn_at is None:
                self.exclusions[exclusion.point].append(exclusion)
        for stay in records.stays:
            self.stays[stay.point].append((stay.access_point, stay.since, stay.until))

    def line(self, line: Line, first: date, last: date) -> LineMonth:
        begin, days = first.day - 1, (last - first).days + 1
        edges = self.midnights[begin : begin + days + 1]
        b = min(edges[-1], self.as_of)
        own = self.exclusions[line.point]
        out = [(one.start, one.end) for one in own]
        watched = [
            Watched(name, max(since, edges[0]), min(until, b), self.spans[name], self.maintenance[name])
            for name, since, until in self.stays[line.point]
            if max(since, edges[0]) < min(until, b)
        ]
        daily = [(start, min(end, b)) for start, end in pairwise(edges) if start < b]
        sums = [Seconds()] * len(daily)
        for one in watched:
            sums = list(map(Seconds.__add__, sums, by_day(parts(one, out, self.hours(one)), daily)))
        seconds = sum(sums, Seconds())
        of_days = len(self.midnights) - 1
        return LineMonth(
            line, first, days, of_days, tuple(one.name for one in watched), tuple(sums), seconds,
            tuple(stretch for one in watched for stretch in stretches(one, out, self.hours(one))), tuple(own),
            judge(self.rule, seconds, line.fee_rp, days, of_days),
        )  # fmt: skip

    def hours(self, one: Watched) -> list[Period] | None:
        return None if self.service is None else overlap(self.service, one.a, one.b)
