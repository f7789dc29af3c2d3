"""Contracts: added, changed, ended, removed; each step is checked and noted (annex_edit: the lines of annexes)."""

from dataclasses import dataclass, fields, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.annex import cut
from hotspot.analytics.contracts import Line
from hotspot.analytics.import_row import EARLIEST, N_, cleaned, reject
from hotspot.analytics.sla import Rule
from hotspot.store.annex_edit import lock
from hotspot.store.audit import note
from hotspot.store.inventory import names_to_ids
from hotspot.store.models import City, Contract, ContractPoint, EvidencePack, Fund, Provider

LAST_YEAR = 2100
SETTLED = ("number", "provider", "rule")  # what evidence packs say of a contract


@dataclass(frozen=True, slots=True)
class Facts:
    """What people say of a contract; `fund` may be empty."""

    number: str
    title: str
    provider: str
    fund: str
    starts_on: date
    ends_on: date
    rule: Rule
    attachment_id: int | None = None


def add_contract(session: Session, city: City, facts: Facts, now: int, actor: str) -> int:
    """The id; raises RejectedError with the field and the reason."""
    facts = checked(facts)
    lock(session, city)
    check_number(session, city, facts.number, None)
    row = Contract(city_id=city.id, recorded_at=now, recorded_by=actor)
    write(session, city, row, facts)
    session.add(row)
    session.flush()
    note(session, now, actor, "add", f"contract {facts.number}", told(facts))
    return row.id


def change_contract(session: Session, city: City, contract_id: int, facts: Facts, now: int, actor: str) -> bool:
    """False when nothing differs. What evidence was handed over for keeps its provider, number and rule."""
    facts = checked(facts)
    lock(session, city)
    row = session.scalars(select(Contract).where(Contract.id == contract_id, Contract.city_id == city.id)).one()
    before = facts_of(session, row)
    facts = replace(facts, attachment_id=facts.attachment_id or before.attachment_id)
    changed = [one.name for one in fields(Facts) if getattr(before, one.name) != getattr(facts, one.name)]
    if not changed:
        return False
    fixed = next((name for name in SETTLED if name in changed), None)
    if fixed and has_evidence(session, contract_id):
        reject(
            "target" if fixed == "rule" else fixed,
            N_("evidence was handed over for this contract; an amendment is a new contract"),
        )
    check_number(session, city, facts.number, contract_id)
    check_lines(session, contract_id, facts)
    write(session, city, row, facts)
    note(session, now, actor, "change", f"contract {facts.number}", f"{', '.join(changed)}; now {told(facts)}")
    return True


def end_contract(session: Session, city: City, contract_id: int, last: date, now: int, actor: str) -> None:
    """It ends on `last`, earlier than it says: its lines end with it, those that begin later are removed."""
    lock(session, city)
    row = session.scalars(select(Contract).where(Contract.id == contract_id, Contract.city_id == city.id)).one()
    if not row.starts_on <= last < row.ends_on:
        reject("ends_on", N_("a day from %(start)s to the day before %(end)s"), start=row.starts_on, end=row.ends_on)
    kept = removed = 0
    for line in session.scalars(select(ContractPoint).where(ContractPoint.contract_id == contract_id)).all():
        left = cut(Line("", "", line.starts_on, line.ends_on, 0), last)
        if left is None:
            session.delete(line)
            removed += 1
        elif left.ends_on != line.ends_on:
            line.ends_on = left.ends_on
            kept += 1
    before, row.ends_on = row.ends_on, last
    detail = f"on {last} instead of {before}; {kept} lines end with it, {removed} that began later were removed"
    note(session, now, actor, "end", f"contract {row.number}", detail)


def remove_contract(session: Session, city: City, contract_id: int, now: int, actor: str) -> bool:
    """Only one without lines and without evidence: what was paid stays on record; False when it has some."""
    lock(session, city)
    row = session.scalars(select(Contract).where(Contract.id == contract_id, Contract.city_id == city.id)).one()
    lines = session.scalar(select(func.count()).where(ContractPoint.contract_id == contract_id))
    if lines or has_evidence(session, contract_id):
        return False
    session.delete(row)
    note(session, now, actor, "remove", f"contract {row.number}", told(facts_of(session, row)))
    return True


def checked(facts: Facts) -> Facts:
    facts = replace(
        facts,
        number=cleaned("number", facts.number) or reject("number", N_("empty")),
        title=cleaned("title", facts.title),
        provider=cleaned("provider", facts.provider) or reject("provider", N_("empty")),
        fund=cleaned("fund", facts.fund),
    )
    if facts.ends_on < facts.starts_on:
        reject("ends_on", N_("the end must come after the beginning"))
    for name in ("starts_on", "ends_on"):
        day: date = getattr(facts, name)
        if day < EARLIEST or day.year > LAST_YEAR:
            reject(name, N_("this day is too far away"))
    return facts


def check_number(session: Session, city: City, number: str, own: int | None) -> None:
    found = session.scalar(select(Contract.id).where(Contract.city_id == city.id, Contract.number == number))
    if found is not None and found != own:
        reject("number", N_("there is a contract of this number already"))


def check_lines(session: Session, contract_id: int, facts: Facts) -> None:
    query = select(func.min(ContractPoint.starts_on), func.max(ContractPoint.ends_on))
    first, last = session.execute(query.where(ContractPoint.contract_id == contract_id)).one()
    if first is not None and first < facts.starts_on:
        reject("starts_on", N_("a line of its annex starts on %(day)s already"), day=first)
    if last is not None and last > facts.ends_on:
        reject("ends_on", N_("a line of its annex ends on %(day)s only; end the contract instead"), day=last)


def has_evidence(session: Session, contract_id: int) -> bool:
    return bool(session.scalar(select(func.count()).where(EvidencePack.contract_id == contract_id)))


def facts_of(session: Session, row: Contract) -> Facts:
    provider = session.scalar(select(Provider.name).where(Provider.id == row.provider_id)) or ""
    fund = session.scalar(select(Fund.name).where(Fund.id == row.fund_id)) or ""
    rule = Rule.read(row.sla_rule)
    return Facts(row.number, row.title, provider, fund, row.starts_on, row.ends_on, rule, row.attachment_id)


def write(session: Session, city: City, row: Contract, facts: Facts) -> None:
    provider_id = names_to_ids(session, Provider, city.id, [facts.provider])[facts.provider]
    if provider_id is None:
        raise ValueError("a contract has a provider")
    row.provider_id = provider_id
    row.fund_id = names_to_ids(session, Fund, city.id, [facts.fund])[facts.fund]
    row.number, row.title = facts.number, facts.title
    row.starts_on, row.ends_on = facts.starts_on, facts.ends_on
    row.sla_rule, row.attachment_id = facts.rule.text(), facts.attachment_id


def told(facts: Facts) -> str:
    paid_by = f", paid by {facts.fund}" if facts.fund else ""
    return f"{facts.provider}{paid_by}, {facts.starts_on} to {facts.ends_on}, rule {facts.rule.text()}"
