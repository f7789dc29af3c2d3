"""Lines of annexes: added, changed, removed one by one; each step is checked and noted."""

from dataclasses import replace
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotspot.analytics.annex import Frame, check_dates, check_free
from hotspot.analytics.contracts import MOST_RP, Line
from hotspot.analytics.import_row import N_, cleaned, reject
from hotspot.store.audit import note
from hotspot.store.contracts import AnnexLine, annex_lines
from hotspot.store.models import City, Contract, ContractPoint, Point


def add_line(
    session: Session,
    city: City,
    contract_id: int,
    *,
    point_code: str,
    starts_on: date | None,
    ends_on: date | None,
    monthly_fee_rp: int,
    now: int,
    actor: str,
) -> int:
    """The id; without days those of the contract. Raises RejectedError with the field and the reason."""
    lock(session, city)
    row = session.scalars(select(Contract).where(Contract.id == contract_id, Contract.city_id == city.id)).one()
    code = cleaned("point_code", point_code) or reject("point_code", N_("empty"))
    point_id = session.scalar(select(Point.id).where(Point.city_id == city.id, Point.code == code))
    if point_id is None:
        reject("point_code", N_("there is no point %(value)s in the inventory"), value=code)
    line = Line(row.number, code, starts_on or row.starts_on, ends_on or row.ends_on, monthly_fee_rp)
    check(session, city, line, point_id, row)
    made = ContractPoint(
        contract_id=contract_id,
        point_id=point_id,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        monthly_fee_rp=monthly_fee_rp,
    )
    session.add(made)
    session.flush()
    note(session, now, actor, "add", f"contract {row.number}", f"line {line_text(line)}")
    return made.id


def change_line(
    session: Session, city: City, line_id: int, *, ends_on: date, monthly_fee_rp: int, now: int, actor: str
) -> bool:
    """Another last day or fee; False when nothing differs. Another point or first day is another line."""
    lock(session, city)
    row, before, contract = the_line(session, city, line_id)
    after = replace(before, ends_on=ends_on, monthly_fee_rp=monthly_fee_rp)
    if after == before:
        return False
    check(session, city, after, row.point_id, contract, but=line_id)
    row.ends_on, row.monthly_fee_rp = ends_on, monthly_fee_rp
    detail = f"line {line_text(before)} became {line_text(after)}"
    note(session, now, actor, "change", f"contract {before.contract}", detail)
    return True


def remove_line(session: Session, city: City, line_id: int, now: int, actor: str) -> Line:
    """The line, so that its removal can be undone by adding it again."""
    lock(session, city)
    _, line, contract = the_line(session, city, line_id)
    session.execute(delete(ContractPoint).where(ContractPoint.id == line_id))
    note(session, now, actor, "remove", f"contract {contract.number}", f"line {line_text(line)}")
    return line


def line_of(session: Session, city: City, contract_id: int, line_id: int, day: date) -> AnnexLine | None:
    found = annex_lines(session, city, day, contract_id=contract_id)
    return next((line for line in found if line.id == line_id), None)


def the_line(session: Session, city: City, line_id: int) -> tuple[ContractPoint, Line, Contract]:
    query = (
        select(ContractPoint, Contract, Point.code)
        .join(Contract, ContractPoint.contract_id == Contract.id)
        .join(Point, ContractPoint.point_id == Point.id)
        .where(ContractPoint.id == line_id, Contract.city_id == city.id)
    )
    row, contract, code = session.execute(query).one()
    return row, Line(contract.number, code, row.starts_on, row.ends_on, row.monthly_fee_rp), contract


def lock(session: Session, city: City) -> None:
    """One change of annexes at a time, so that two of them can't pay one point twice."""
    session.execute(select(City.id).where(City.id == city.id).with_for_update())


def check(
    session: Session, city: City, line: Line, point_id: int, contract: Contract, *, but: int | None = None
) -> None:
    if not 0 <= line.monthly_fee_rp <= MOST_RP:
        reject("monthly_fee", N_("an amount from 0 to %(most)s rupiah"), most=MOST_RP)
    check_dates(line, Frame("", contract.starts_on, contract.ends_on))
    others = annex_lines(session, city, line.starts_on, point_ids=[point_id])
    check_free(line, (other.line for other in others if other.id != but))


def line_text(line: Line) -> str:
    return f"{line.point} {line.starts_on} to {line.ends_on} for Rp{line.monthly_fee_rp} a month"
