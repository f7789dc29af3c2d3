"""The audit log for people: filtered, by pages, each entry held against its place in the chain."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotspot.analytics.audit_chain import Link, digest
from hotspot.analytics.paging import paged
from hotspot.store.audit import link
from hotspot.store.models import AccessPoint, AuditEntry, City, Contract, Fund, Point, Proposal

AT_ONCE = 2000
Column = InstrumentedAttribute[Any]
SUBJECTS: Mapping[
    str, tuple[Column, Column, Column]
] = {  # the first words of a subject: what follows them, and what leads to its page
    "point": (Point.city_id, Point.code, Point.code),
    "access point": (AccessPoint.city_id, AccessPoint.name, AccessPoint.name),
    "controller": (AccessPoint.city_id, AccessPoint.name, AccessPoint.name),
    "contract": (Contract.city_id, Contract.number, Contract.id),
    "fund": (Fund.city_id, Fund.name, Fund.id),
    "proposal": (Proposal.city_id, Proposal.number, Proposal.number),
}


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Empty and None filter nothing; `text` is a part of the subject or of the detail; instants are [since, until)."""

    actor: str = ""
    action: str = ""
    since: int | None = None
    until: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow(Link):
    sound: bool  # it is what was written behind the entry before it


@dataclass(frozen=True, slots=True)
class AuditPage:
    rows: list[AuditRow]
    total: int
    page: int
    pages: int


def audit_page(session: Session, chosen: AuditFilter, *, page: int = 1, per_page: int = 50) -> AuditPage:
    """The newest first; a page behind the last is the last."""
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions(chosen))) or 0
    page, pages = paged(total, page, per_page)
    found = session.scalars(newest(chosen).limit(per_page).offset((page - 1) * per_page)).all()
    return AuditPage(list(held(session, found)), total, page, pages)


def every(session: Session, chosen: AuditFilter) -> Iterator[AuditRow]:
    """The newest first, all of them."""
    for rows in session.scalars(newest(chosen).execution_options(yield_per=AT_ONCE)).partitions():
        yield from held(session, rows)


def newest(chosen: AuditFilter) -> Select[AuditEntry]:
    return select(AuditEntry).where(*conditions(chosen)).order_by(AuditEntry.id.desc())


def conditions(chosen: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.actor:
        found.append(AuditEntry.actor == chosen.actor)
    if chosen.action:
        found.append(AuditEntry.action == chosen.action)
    if chosen.since is not None:
        found.append(AuditEntry.at >= chosen.since)
    if chosen.until is not None:
        found.append(AuditEntry.at < chosen.until)
    if chosen.text:
        columns = (AuditEntry.subject, AuditEntry.detail)
        found.append(or_(*(column.icontains(chosen.text, autoescape=True) for column in columns)))
    return found


def held(session: Session, rows: Iterable[AuditEntry]) -> Iterator[AuditRow]:
    rows = list(rows)
    before = {row.position - 1 for row in rows if row.position}
    found = select(AuditEntry.position, AuditEntry.digest).where(AuditEntry.position.in_(before))
    previous = {0: ""} | {place: said for place, said in session.execute(found) if place}
    for row in rows:
        place, written = row.position or 0, link(row)
        sound = place - 1 in previous and digest(previous[place - 1], place, written) == row.digest
        yield AuditRow(**asdict(written), sound=sound)


def actors(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.actor).distinct().order_by(AuditEntry.actor)))


def targets(session: Session, city: City, subjects: Iterable[str]) -> Mapping[str, tuple[str, str | int]]:
    """For each subject that still exists: its kind, a key of SUBJECTS, and what leads to its page."""
    named: dict[str, dict[str, str]] = {}
    for subject in subjects:
        kind = next((kind for kind in SUBJECTS if subject.startswith(f"{kind} ")), "")
        if kind:
            named.setdefault(kind, {})[subject.removeprefix(f"{kind} ")] = subject
    found: dict[str, tuple[str, str | int]] = {}
    for kind, names in named.items():
        of_city, name, key = SUBJECTS[kind]
        for there, leads in session.execute(select(name, key).where(of_city == city.id, name.in_(names))):
            found[names[there]] = (kind, leads)
    return found
