"""Contracts as rules: what a line of an annex costs, and which points go dark when contracts and agreements end.

Days are inclusive on both ends. A month that a line covers in part costs its share of that month's days.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from hotspot.analytics.sla_month import rupiah

NOTICES = (30, 90, 180)  # days before an end from which on it is told
MOST_RP = 10**12  # of one amount; what is larger is a mistake of typing
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an annex: a point (its code) in a contract (its number) for whole rupiah a month."""

    contract: str
    point: str
    starts_on: date
    ends_on: date
    monthly_fee_rp: int

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def meets(self, other: "Line") -> bool:
        """Whether there is a day that both cover."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


def months_of(first: date, last: date) -> Fraction:
    """The months from `first` to `last`: a whole calendar month is 1, 10 days of a June are 1/3."""
    if last < first:
        return Fraction(0)
    total = Fraction(0)
    for start, end in pieces(first, last):
        total += Fraction((end - start).days + 1, days_in_month(start))
    return total


def pieces(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days cut at the ends of months."""
    while first <= last:
        end = min(last, first.replace(day=days_in_month(first)))
        yield first, end
        first = end + ONE_DAY


def days_in_month(day: date) -> int:
    return ((day.replace(day=1) + timedelta(days=31)).replace(day=1) - day.replace(day=1)).days


def within(line: Line, first: date, last: date) -> tuple[date, date] | None:
    """The days of the line among those from `first` to `last`; None when there are none."""
    start, end = max(line.starts_on, first), min(line.ends_on, last)
    return (start, end) if start <= end else None


def cost(line: Line, first: date, last: date) -> int:
    """Rupiah for the days from `first` to `last`: of each month the rounded share, so that months add up to years.

    Nothing is deducted for outages.
    """
    share = within(line, first, last)
    if share is None:
        return 0
    return sum(rupiah(line.monthly_fee_rp * months_of(start, end)) for start, end in pieces(*share))


def notice_of(days: int) -> int | None:
    """The shortest notice that an end in so many days falls under; None when it is too far off, or past."""
    return next((notice for notice in NOTICES if 0 <= days <= notice), None)


@dataclass(frozen=True, slots=True)
class Dark:
    """A point that no line covers from the day after `ends_on`; `resumes_on` where a later line begins after a gap."""

    line: Line
    resumes_on: date | None


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends on a day, in `days` from today (0: today is the last), and the points that go dark with it."""

    contract: str
    ends_on: date
    days: int
    notice: int
    points: tuple[Dark, ...]


def endings(lines: Iterable[Line], today: date) -> list[Ending]:
    """The ends of the next 180 days after which a point has no contract, soonest first.

    A line that another one of the same point follows on the next day, of whatever contract, is not among them.
    """
    found: dict[tuple[date, str], list[Dark]] = defaultdict(list)
    for dark in uncovered(lines):
        if notice_of((dark.line.ends_on - today).days) is not None:
            found[dark.line.ends_on, dark.line.contract].append(dark)
    return [
        Ending(
            contract,
            ends_on,
            days := (ends_on - today).days,
            notice_of(days) or NOTICES[-1],
            tuple(sorted(points, key=lambda dark: dark.line.point)),
        )
        for (ends_on, contract), points in sorted(found.items())
    ]


def uncovered(lines: Iterable[Line]) -> Iterator[Dark]:
    """Each line after whose last day its point is in no line."""
    by_point: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_point[line.point].append(line)
    for own in by_point.values():
        own.sort(key=lambda line: line.starts_on)
        for line in own:
            after = line.ends_on + ONE_DAY
            if not any(other.covers(after) for other in own):
                later = (other.starts_on for other in own if other.starts_on > after)
                yield Dark(line, min(later, default=None))


@dataclass(frozen=True, slots=True)
class Term:
    """An agreement of a fund, by its number."""

    number: str
    fund: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class FundEnding:
    """An agreement that ends without another one of its fund on the next day, with the fund's points that run."""

    term: Term
    days: int
    notice: int
    points: tuple[str, ...]


def fund_endings(terms: Sequence[Term], running: Mapping[str, Sequence[str]], today: date) -> list[FundEnding]:
    """The ends of the next 180 days, soonest first; `running`: the codes of the points of each fund."""
    found = []
    for term in sorted(terms, key=lambda term: (term.ends_on, term.number)):
        days, after = (term.ends_on - today).days, term.ends_on + ONE_DAY
        notice = notice_of(days)
        followed = any(
            other.starts_on <= after <= other.ends_on for other in terms if other.fund == term.fund and other != term
        )
        if notice is not None and not followed:
            found.append(FundEnding(term, days, notice, tuple(running.get(term.fund, ()))))
    return found
