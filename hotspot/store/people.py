"""The people of the city as their owner sees them: role, areas, last seen, second factor, pending invitation."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.permissions import OWNER, within
from hotspot.store.accounts import AREAS, AccountError, Person, person, set_role
from hotspot.store.links import SET_PASSWORD
from hotspot.store.models import Account, AccountArea, Area, AuditEntry, City, OneTimeLink, SignIn


@dataclass(frozen=True, slots=True)
class Member:
    """`last_seen`: asked by a browser, or noted in the audit log; `invited_until` while a link waits to be used."""

    person: Person
    last_seen: int | None
    browsers: int
    invited_until: int | None
    areas: tuple[str, ...]  # their names


def members(session: Session, city: City | None, now: int) -> list[Member]:
    """By name."""
    return listed(session, city, now, select(Account, AREAS).order_by(Account.name))


def member(session: Session, city: City | None, account_id: int, now: int) -> Member | None:
    return next(iter(listed(session, city, now, select(Account, AREAS).where(Account.id == account_id))), None)


def listed(session: Session, city: City | None, now: int, query: Select[Account, str]) -> list[Member]:
    people = [person(*row) for row in session.execute(query)]
    ids, names = [one.id for one in people], [one.name for one in people]
    seen = select(SignIn.account_id, func.max(SignIn.last_seen).label("at"), func.count().label("n"))
    seen = seen.where(SignIn.account_id.in_(ids)).group_by(SignIn.account_id)
    browsers = {row.account_id: row for row in session.execute(seen)}
    noted = select(AuditEntry.actor, func.max(AuditEntry.at).label("at")).where(AuditEntry.actor.in_(names))
    acted = {row.actor: row.at for row in session.execute(noted.group_by(AuditEntry.actor))}
    links = select(OneTimeLink.account_id, OneTimeLink.expires_at).where(
        OneTimeLink.purpose == SET_PASSWORD, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
    )
    waiting = {row.account_id: row.expires_at for row in session.execute(links)}
    known = area_names(session, city)
    told = []
    for one in people:
        row = browsers.get(one.id)
        times = [at for at in (row.at if row else None, acted.get(one.name)) if at is not None]
        areas = tuple(known.get(code, code) for code in sorted(one.areas))
        told.append(Member(one, max(times, default=None), row.n if row else 0, waiting.get(one.id), areas))
    return told


def area_names(session: Session, city: City | None) -> dict[str, str]:
    """By Kemendagri code."""
    if city is None:
        return {}
    query = select(Area.code, Area.name).where(Area.city_id == city.id)
    return {row.code: row.name for row in session.execute(query)}


def set_standing(session: Session, city: City | None, account_id: int, role: str, areas: Collection[str]) -> None:
    """Role and areas in one; no areas are the whole city. Raises AccountError."""
    known = {} if city is None else ids_of(session, city)
    if unknown := sorted(set(areas) - known.keys()):
        raise AccountError("areas", f"{unknown[0]} is no area of this city")
    if role == OWNER and areas:
        raise AccountError("areas", "An owner has the whole city")
    set_role(session, account_id, role)
    session.execute(delete(AccountArea).where(AccountArea.account_id == account_id))
    chosen = frozenset(areas)
    outermost = [code for code in chosen if len(chosen) == 1 or not within(code, chosen - {code})]
    session.add_all(AccountArea(account_id=account_id, area_id=known[code]) for code in outermost)
    session.flush()


def ids_of(session: Session, city: City) -> dict[str, int]:
    return {row.code: row.id for row in session.execute(select(Area.code, Area.id).where(Area.city_id == city.id))}
