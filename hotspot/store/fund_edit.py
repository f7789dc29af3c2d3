"""Funds and the agreements of donors: added, changed, removed; each step is checked and noted."""

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.analytics.contracts import MOST_RP
from hotspot.analytics.import_row import EARLIEST, N_, cleaned, reject
from hotspot.analytics.inventory import FUND_KINDS
from hotspot.store.audit import note
from hotspot.store.models import Agreement, City, Fund

MOST_POINTS, LAST_YEAR = 1_000_000, 2100


@dataclass(frozen=True, slots=True)
class Promise:
    """What people say of an agreement."""

    number: str
    title: str
    points: int
    value_rp: int
    starts_on: date
    ends_on: date
    attachment_id: int | None = None


def add_fund(session: Session, city: City, *, name: str, kind: str, credit_line: str, now: int, actor: str) -> int:
    """The id; raises RejectedError with the field and the reason."""
    name, kind, credit_line = checked_fund(session, city, name, kind, credit_line, None)
    row = Fund(city_id=city.id, name=name, kind=kind, credit_line=credit_line)
    session.add(row)
    session.flush()
    note(session, now, actor, "add", f"fund {name}", kind)
    return row.id


def change_fund(
    session: Session, city: City, fund_id: int, *, name: str, kind: str, credit_line: str, now: int, actor: str
) -> bool:
    """False when nothing differs; points keep their fund when it gets another name."""
    row = session.scalars(select(Fund).where(Fund.id == fund_id, Fund.city_id == city.id)).one()
    name, kind, credit_line = checked_fund(session, city, name, kind, credit_line, fund_id)
    before = (row.name, row.kind, row.credit_line)
    if before == (name, kind, credit_line):
        return False
    row.name, row.kind, row.credit_line = name, kind, credit_line
    detail = f"was {before[0]}, {before[1] or 'no kind'}, credit line {before[2]!r}; now {name}, {kind or 'no kind'}, "
    note(session, now, actor, "change", f"fund {name}", f"{detail}credit line {credit_line!r}")
    return True


def checked_fund(
    session: Session, city: City, name: str, kind: str, credit_line: str, own: int | None
) -> tuple[str, str, str]:
    name = cleaned("name", name) or reject("name", N_("empty"))
    if kind and kind not in FUND_KINDS:
        reject("kind", N_("%(value)s is not one of the known values"), value=kind[:60])
    taken = session.scalar(select(Fund.id).where(Fund.city_id == city.id, Fund.name == name))
    if name == "-" or (taken is not None and taken != own):
        reject("name", N_("there is a fund of this name already"))
    return name, kind, cleaned("credit_line", credit_line)


def add_agreement(session: Session, city: City, fund_id: int, told: Promise, now: int, actor: str) -> int:
    """The id; raises RejectedError with the field and the reason."""
    row = Agreement(city_id=city.id, fund_id=fund_id, recorded_at=now, recorded_by=actor)
    write(session, row, told)
    session.add(row)
    session.flush()
    note(session, now, actor, "add", f"agreement {row.number}", in_words(row))
    return row.id


def change_agreement(session: Session, city: City, agreement_id: int, told: Promise, now: int, actor: str) -> bool:
    """False when nothing differs; without a new document the old one stays."""
    row = agreement_of(session, city, agreement_id)
    before = {one.name: getattr(row, one.name) for one in fields(Promise)}
    write(session, row, told)
    changed = [name for name, value in before.items() if getattr(row, name) != value]
    if changed:
        note(session, now, actor, "change", f"agreement {row.number}", f"{', '.join(changed)}; now {in_words(row)}")
    return bool(changed)


def remove_agreement(session: Session, city: City, agreement_id: int, now: int, actor: str) -> None:
    row = agreement_of(session, city, agreement_id)
    session.delete(row)
    note(session, now, actor, "remove", f"agreement {row.number}", in_words(row))


def agreement_of(session: Session, city: City, agreement_id: int) -> Agreement:
    return session.scalars(select(Agreement).where(Agreement.id == agreement_id, Agreement.city_id == city.id)).one()


def write(session: Session, row: Agreement, told: Promise) -> None:
    number = cleaned("number", told.number) or reject("number", N_("empty"))
    with session.no_autoflush:
        query = select(Agreement.id).where(Agreement.city_id == row.city_id, Agreement.number == number)
        taken = session.scalar(query)
    if taken is not None and taken != row.id:
        reject("number", N_("there is an agreement of this number already"))
    if not 1 <= told.points <= MOST_POINTS:
        reject("points", N_("a number of points from 1 to %(most)s"), most=MOST_POINTS)
    if not 0 <= told.value_rp <= MOST_RP:
        reject("value_rp", N_("an amount from 0 to %(most)s rupiah"), most=MOST_RP)
    if told.ends_on < told.starts_on:
        reject("ends_on", N_("the end must come after the beginning"))
    for name in ("starts_on", "ends_on"):
        day: date = getattr(told, name)
        if day < EARLIEST or day.year > LAST_YEAR:
            reject(name, N_("this day is too far away"))
    row.number, row.title = number, cleaned("title", told.title)
    row.points, row.value_rp, row.starts_on, row.ends_on = told.points, told.value_rp, told.starts_on, told.ends_on
    row.attachment_id = told.attachment_id or row.attachment_id


def in_words(row: Agreement) -> str:
    return f"{row.points} points for Rp{row.value_rp}, {row.starts_on} to {row.ends_on}"
