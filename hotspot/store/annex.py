"""Annexes of contracts as files: planned and applied in one write transaction, and read out again."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.annex import Annexes, AnnexPlan, Frame, key_of, make_plan
from hotspot.analytics.contracts import Line
from hotspot.analytics.import_row import Row
from hotspot.spreadsheet import Cell
from hotspot.store.annex_edit import lock
from hotspot.store.audit import note
from hotspot.store.contracts import annex_lines
from hotspot.store.inventory import point_ids
from hotspot.store.models import City, Contract, ContractPoint, Point, Provider

HEAD = ("contract_number", "provider", "point_code", "starts_on", "ends_on", "monthly_fee")


def plan_annex(session: Session, city: City, rows: Sequence[Row]) -> AnnexPlan:
    """What importing `rows` would do; nothing is written."""
    return make_plan(rows, load(session, city), demonstration=city.demonstration)


def load(session: Session, city: City) -> Annexes:
    frames = (
        select(Contract.number, Provider.name, Contract.starts_on, Contract.ends_on)
        .join(Provider, Contract.provider_id == Provider.id)
        .where(Contract.city_id == city.id)
    )
    lines = (
        select(
            Contract.number,
            Point.code,
            ContractPoint.starts_on,
            ContractPoint.ends_on,
            ContractPoint.monthly_fee_rp,
        )
        .join(Contract, ContractPoint.contract_id == Contract.id)
        .join(Point, ContractPoint.point_id == Point.id)
        .where(Contract.city_id == city.id)
    )
    known = [Line(*row) for row in session.execute(lines)]
    return Annexes(
        {number: Frame(provider, first, last) for number, provider, first, last in session.execute(frames)},
        frozenset(session.scalars(select(Point.code).where(Point.city_id == city.id))),
        {key_of(line): line for line in known},
    )


def apply_annex(session: Session, city: City, rows: Sequence[Row], actor: str, now: int) -> AnnexPlan:
    """Plans and, unless a row is rejected, writes; the plan tells which of both."""
    lock(session, city)
    plan = plan_annex(session, city, rows)
    if not plan.whole:
        return plan
    numbers = session.execute(select(Contract.number, Contract.id).where(Contract.city_id == city.id))
    contracts, points = {row.number: row.id for row in numbers}, point_ids(session, city.id)
    query = select(ContractPoint.id, ContractPoint.contract_id, ContractPoint.point_id, ContractPoint.starts_on)
    ids = {tuple(rest): line_id for line_id, *rest in session.execute(query)}
    new, changed = [], []
    for line in plan.lines:
        key = (contracts[line.contract], points[line.point], line.starts_on)
        values = {"ends_on": line.ends_on, "monthly_fee_rp": line.monthly_fee_rp}
        if key in ids:
            changed.append({"id": ids[key], **values})
        else:
            new.append({"contract_id": key[0], "point_id": key[1], "starts_on": key[2], **values})
    if new:
        session.execute(insert(ContractPoint), new)
    if changed:
        session.execute(update(ContractPoint), changed)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in plan.counts.items())
    note(session, now, actor, "import", "annexes of contracts", counts)
    return plan


def annex_rows(session: Session, city: City, day: date, contract_id: int | None = None) -> Iterator[tuple[Cell, ...]]:
    """In the order of HEAD, as the import reads them."""
    for line in annex_lines(session, city, day, contract_id=contract_id):
        yield line.contract, line.provider, line.point_code, line.starts_on, line.ends_on, line.monthly_fee_rp
