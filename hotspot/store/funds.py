"""Who pays: funds and donors with what they promised, what of it hangs on the wall, and what of that runs."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of
from hotspot.analytics.contracts import FundEnding, Term, fund_endings
from hotspot.store.contracts import state_of
from hotspot.store.four_counts import roster
from hotspot.store.glance import running_of_funds
from hotspot.store.models import Agreement, City, Fund
from hotspot.store.points import PointFilter, PointRow, every_point
from hotspot.store.usage import by_point


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """`state` of a day is one of contracts.STATES."""

    id: int
    fund_id: int
    fund: str
    number: str
    title: str
    points: int
    value_rp: int
    starts_on: date
    ends_on: date
    attachment_id: int | None
    recorded_at: int
    recorded_by: str
    state: str


@dataclass(frozen=True, slots=True)
class FundRow:
    """`promised` points and `value_rp` of all its agreements; None where there is no agreement: nothing is known.

    `installed` and `active` are the counts of the roll-out among the points this fund pays for.
    """

    id: int
    name: str
    kind: str
    credit_line: str
    agreements: tuple[AgreementRow, ...]
    installed: int
    active: int
    total: int

    @property
    def promised(self) -> int | None:
        return sum(one.points for one in self.agreements) if self.agreements else None

    @property
    def value_rp(self) -> int | None:
        return sum(one.value_rp for one in self.agreements) if self.agreements else None


@dataclass(frozen=True, slots=True)
class SponsorPoint:
    """A point in a window: `clients` is the mean, None when nobody read it."""

    row: PointRow
    figure: Figure
    clients: float | None
    octets: int | None


def funds(session: Session, city: City, now: int) -> list[FundRow]:
    """By name."""
    today = day_of(city.time_zone, now)
    found = roster(session, city, today, now)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for member, its in found.points:
        counts[member.fund].update(its)
    terms: dict[int, list[AgreementRow]] = defaultdict(list)
    for one in agreements(session, city, today):
        terms[one.fund_id].append(one)
    rows = session.scalars(select(Fund).where(Fund.city_id == city.id).order_by(Fund.name))
    return [
        FundRow(
            row.id,
            row.name,
            row.kind,
            row.credit_line,
            tuple(terms[row.id]),
            *(counts[row.name][name] for name in ("installed", "active", "total")),
        )
        for row in rows
    ]


def fund(session: Session, city: City, fund_id: int, now: int) -> FundRow | None:
    return next((one for one in funds(session, city, now) if one.id == fund_id), None)


def agreements(session: Session, city: City, day: date) -> list[AgreementRow]:
    """By fund, the last to end first."""
    query = (
        select(Agreement, Fund.name)
        .join(Fund, Agreement.fund_id == Fund.id)
        .where(Agreement.city_id == city.id)
        .order_by(Fund.name, Agreement.ends_on.desc(), Agreement.number)
    )
    return [
        AgreementRow(
            one.id,
            one.fund_id,
            name,
            one.number,
            one.title,
            one.points,
            one.value_rp,
            one.starts_on,
            one.ends_on,
            one.attachment_id,
            one.recorded_at,
            one.recorded_by,
            state_of(one.starts_on, one.ends_on, day),
        )
        for one, name in session.execute(query)
    ]


def sponsored(session: Session, city: City, name: str, a: int, b: int, now: int) -> list[SponsorPoint]:
    """Every point of the fund that was not taken down, with what the days that begin in [a, b) measured."""
    used = {row.code: row for row in by_point(session, city, a, b)}
    nothing = Figure()
    found = []
    for row in every_point(session, city, PointFilter(fund=name, count="total"), now=now):
        use = used.get(row.code)
        figure, clients, octets = (use.figure, use.clients, use.octets) if use else (nothing, None, None)
        found.append(SponsorPoint(row, figure, clients, octets))
    return found


def fund_expiries(session: Session, city: City, now: int) -> list[FundEnding]:
    """The agreements that end within 180 days, with the points of their funds that run today."""
    today = day_of(city.time_zone, now)
    terms = [Term(one.number, one.fund, one.starts_on, one.ends_on) for one in agreements(session, city, today)]
    ending = {one.term.fund for one in fund_endings(terms, {}, today)}
    if not ending:
        return []
    running: dict[str, list[str]] = defaultdict(list)
    for fund, code in running_of_funds(session, city, now, ending):
        running[fund].append(code)
    return fund_endings(terms, running, today)
