"""Contracts and the lines of their annexes: what is in force, what is to come, what ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.contracts import NOTICES, Ending, Line, endings
from hotspot.analytics.inventory import GONE
from hotspot.analytics.sla import Rule
from hotspot.store.models import City, Contract, ContractPoint, EvidencePack, Fund, Point, Provider

STATES = ("running", "coming", "over")


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract on a day: `points` and `monthly_rp` are those of the lines in force that day, `lines` are all."""

    id: int
    number: str
    title: str
    provider: str
    fund: str | None
    starts_on: date
    ends_on: date
    rule: Rule
    attachment_id: int | None
    recorded_at: int
    recorded_by: str
    state: str
    lines: int
    points: int
    monthly_rp: int
    packs: int  # evidence packs handed over: from then on provider, number and rule stay


@dataclass(frozen=True, slots=True)
class AnnexLine:
    """`state` of a day is one of STATES."""

    id: int
    contract_id: int
    contract: str
    provider: str
    point_id: int
    point_code: str
    point_name: str
    lifecycle: str
    starts_on: date
    ends_on: date
    monthly_fee_rp: int
    state: str

    @property
    def line(self) -> Line:
        return Line(self.contract, self.point_code, self.starts_on, self.ends_on, self.monthly_fee_rp)


def contracts(session: Session, city: City, day: date) -> list[ContractRow]:
    """Those that run, those to come, those that are over; in each the soonest end first, past ones the last first."""
    rows = [contract_row(row, day) for row in session.execute(contract_query(city, day))]
    order = {state: place for place, state in enumerate(STATES)}
    past = {"over": -1}
    return sorted(
        rows, key=lambda one: (order[one.state], past.get(one.state, 1) * one.ends_on.toordinal(), one.number)
    )


def contract(session: Session, city: City, contract_id: int, day: date) -> ContractRow | None:
    row = session.execute(contract_query(city, day).where(Contract.id == contract_id)).first()
    return None if row is None else contract_row(row, day)


def contract_id_of(session: Session, city: City, number: str) -> int | None:
    return session.scalar(select(Contract.id).where(Contract.city_id == city.id, Contract.number == number))


def contract_query(city: City, day: date) -> Select[Any]:
    now = in_force(day)
    sums = (
        select(
            ContractPoint.contract_id,
            func.count().label("lines"),
            func.count().filter(now).label("points"),
            func.coalesce(func.sum(ContractPoint.monthly_fee_rp).filter(now), 0).label("monthly_rp"),
        )
        .group_by(ContractPoint.contract_id)
        .subquery("sums")
    )
    packs = select(func.count()).where(EvidencePack.contract_id == Contract.id).scalar_subquery()
    return (
        select(Contract, Provider.name, Fund.name, sums.c.lines, sums.c.points, sums.c.monthly_rp, packs)
        .join(Provider, Contract.provider_id == Provider.id)
        .outerjoin(Fund, Contract.fund_id == Fund.id)
        .outerjoin(sums, sums.c.contract_id == Contract.id)
        .where(Contract.city_id == city.id)
    )


def contract_row(row: Any, day: date) -> ContractRow:
    one, provider, fund, lines, points, monthly_rp, packs = row
    return ContractRow(
        one.id,
        one.number,
        one.title,
        provider,
        fund,
        one.starts_on,
        one.ends_on,
        Rule.read(one.sla_rule),
        one.attachment_id,
        one.recorded_at,
        one.recorded_by,
        state_of(one.starts_on, one.ends_on, day),
        lines or 0,
        points or 0,
        int(monthly_rp or 0),
        packs,
    )


def state_of(starts_on: date, ends_on: date, day: date) -> str:
    if day < starts_on:
        return "coming"
    return "running" if day <= ends_on else "over"


def in_force(day: date) -> ColumnElement[bool]:
    return (ContractPoint.starts_on <= day) & (ContractPoint.ends_on >= day)


def annex_lines(
    session: Session, city: City, day: date, *, contract_id: int | None = None, point_ids: Sequence[int] | None = None
) -> list[AnnexLine]:
    """By contract, point and first day."""
    query: Select[*tuple[Any, ...]] = (
        select(
            ContractPoint.id,
            ContractPoint.contract_id,
            Contract.number,
            Provider.name,
            ContractPoint.point_id,
            Point.code,
            Point.name,
            Point.lifecycle,
            ContractPoint.starts_on,
            ContractPoint.ends_on,
            ContractPoint.monthly_fee_rp,
        )
        .join(Contract, ContractPoint.contract_id == Contract.id)
        .join(Provider, Contract.provider_id == Provider.id)
        .join(Point, ContractPoint.point_id == Point.id)
        .where(Contract.city_id == city.id)
        .order_by(Contract.number, Point.code, ContractPoint.starts_on)
    )
    if contract_id is not None:
        query = query.where(ContractPoint.contract_id == contract_id)
    if point_ids is not None:
        query = query.where(ContractPoint.point_id.in_(point_ids))
    return [AnnexLine(*(*row, state_of(row.starts_on, row.ends_on, day))) for row in session.execute(query)]


def paid_on(session: Session, city: City, day: date) -> frozenset[int] | None:
    """Ids of the points on a line in force that day; None in a city that has no contract at all."""
    lines = (ContractPoint.contract_id == Contract.id) & in_force(day)
    query = select(ContractPoint.point_id).select_from(Contract).outerjoin(ContractPoint, lines)
    found = list(session.scalars(query.where(Contract.city_id == city.id)))
    return frozenset(point for point in found if point is not None) if found else None


def expiries(session: Session, city: City, day: date) -> list[Ending]:
    """What ends within 180 days, with the points that go dark; points that were taken down are not among them."""
    soon = select(ContractPoint.point_id).where(
        ContractPoint.ends_on >= day, ContractPoint.ends_on <= day + timedelta(days=NOTICES[-1])
    )
    query = (
        select(
            Contract.number,
            Point.code,
            ContractPoint.starts_on,
            ContractPoint.ends_on,
            ContractPoint.monthly_fee_rp,
        )
        .join(Contract, ContractPoint.contract_id == Contract.id)
        .join(Point, ContractPoint.point_id == Point.id)
        .where(Contract.city_id == city.id, Point.lifecycle.not_in(GONE), ContractPoint.point_id.in_(soon))
    )
    return endings((Line(*row) for row in session.execute(query)), day)


def point_names(session: Session, city: City) -> dict[str, str]:
    """The name of every point by its code."""
    rows = session.execute(select(Point.code, Point.name).where(Point.city_id == city.id))
    return {row.code: row.name for row in rows}
