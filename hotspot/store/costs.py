"""The costs of a window: each annex line with what its point gave on the days it was paid."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import midnight
from hotspot.analytics.contracts import Line, cost, months_of, within
from hotspot.analytics.costs import Charge
from hotspot.analytics.keep import Candidate, a_month
from hotspot.store.bulk import slices
from hotspot.store.models import Area, City, Contract, ContractPoint, Fund, Point, Provider, RollupDay, Site
from hotspot.store.placements import placements

TOGETHER = 5_000  # points in one statement
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Use:
    """Of a point on some days; `user_hours` and `octets` are None when nobody read them."""

    user_hours: float | None = None
    octets: int | None = None
    figure: Figure = Figure()  # noqa: RUF009  # frozen


def charges(session: Session, city: City, first: date, last: date) -> list[Charge]:
    """Every line with a day from `first` to `last`, by contract, point and first day."""
    rows = [row for row in lines(session, city) if within(row[0], first, last)]
    used = uses(session, city, [(row.point_id, within(line, first, last)) for line, row in rows])
    found = []
    for (line, row), use in zip(rows, used, strict=True):
        days = within(line, first, last) or (first, first)
        found.append(
            Charge(
                line,
                row.provider,
                row.district,
                row.venue_kind,
                row.fund or "",
                cost(line, first, last),
                months_of(*days),
                use.user_hours,
                use.octets,
                use.figure,
            )
        )
    return found


def candidates(session: Session, city: City, first: date, last: date, day: date) -> list[Candidate]:
    """The points on a line in force on `day`, with their user-hours a month as of the days from `first` to `last`."""
    rows = [(line, row) for line, row in lines(session, city) if line.covers(day)]
    used = uses(session, city, [(row.point_id, (first, last)) for _, row in rows])
    months = float(months_of(first, last))
    return [
        Candidate(
            line.point,
            row.name,
            line.contract,
            line.monthly_fee_rp,
            a_month(use.user_hours, use.figure.total_s - use.figure.unknown_s, use.figure.coverage, months),
        )
        for (line, row), use in zip(rows, used, strict=True)
    ]


def lines(session: Session, city: City) -> Iterator[tuple[Line, Any]]:
    """Each with its point and the groups it is counted in."""
    village, district, own_fund = aliased(Area), aliased(Area), aliased(Fund)
    query = (
        select(
            Contract.number,
            Point.code,
            ContractPoint.starts_on,
            ContractPoint.ends_on,
            ContractPoint.monthly_fee_rp,
            Point.id.label("point_id"),
            Point.name,
            Provider.name.label("provider"),
            func.coalesce(district.name, village.name).label("district"),
            Site.venue_kind,
            func.coalesce(Fund.name, own_fund.name).label("fund"),
        )
        .join(Contract, ContractPoint.contract_id == Contract.id)
        .join(Provider, Contract.provider_id == Provider.id)
        .join(Point, ContractPoint.point_id == Point.id)
        .join(Site, Point.site_id == Site.id)
        .join(village, Site.area_id == village.id)
        .outerjoin(district, village.parent_id == district.id)
        .outerjoin(Fund, Contract.fund_id == Fund.id)
        .outerjoin(own_fund, Point.fund_id == own_fund.id)
        .where(Contract.city_id == city.id)
        .order_by(Contract.number, Point.code, ContractPoint.starts_on)
    )
    for row in session.execute(query):
        yield Line(*row[:5]), row


Days = tuple[date, date]


def uses(session: Session, city: City, asked: Sequence[tuple[int, Days | None]]) -> list[Use]:
    """Of each point on its days, in the order they are asked for; a statement for each span of days there is."""
    by_days: dict[Days, set[int]] = defaultdict(set)
    for point_id, days in asked:
        if days:
            by_days[days].add(point_id)
    found: dict[tuple[int, Days], Use] = {}
    for days, ids in by_days.items():
        for some in slices(sorted(ids), TOGETHER):
            found |= {(point_id, days): use for point_id, use in used_in(session, city, some, days)}
    nothing = Use()
    return [found.get((point_id, days), nothing) if days else nothing for point_id, days in asked]


def used_in(session: Session, city: City, point_ids: Sequence[int], days: Days) -> Iterator[tuple[int, Use]]:
    a, b = midnight(city.time_zone, days[0]), midnight(city.time_zone, days[1] + timedelta(days=1))
    day, placed = RollupDay, placements(session, city, a, point_ids)
    at = placed.table.c
    was_down = (day.up_s == 0) & (day.down_s > 0)  # nobody can have used it: that is 0, not unknown
    mean = day.clients_sum * 1.0 / day.clients_n
    query = (
        select(
            at.point_id,
            func.sum(case((day.clients_n > 0, mean * day.up_s), (was_down, 0.0))) / HOUR_S,
            func.sum(case((was_down, 0), else_=day.rx_bytes + day.tx_bytes)),
            *(func.sum(getattr(day, name)) for name in ("up_s", "down_s", "unknown_s", "maintenance_s")),
        )
        .join(day, (day.ap_id == at.ap_id) & (day.t >= a) & (day.t < b) & placed.held(day.t))
        .group_by(at.point_id)
    )
    for point_id, hours, octets, *seconds in session.execute(query):
        figure = Figure(*(int(part) for part in seconds))
        yield (
            point_id,
            Use(None if hours is None else float(hours), None if octets is None else int(octets), figure),
        )
