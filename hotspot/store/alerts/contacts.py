"""Where a person is reached: sealed, shown to that person alone; others see a hint."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.secrets import SealError, seal, unseal
from hotspot.store.audit import note
from hotspot.store.models import AccountContact, AlertChannel, City


@dataclass(frozen=True, slots=True)
class Contact:
    """`address` is empty where this installation's key does not open it."""

    kind: str
    address: str
    hint: str
    changed_at: int


def place(account_id: int, kind: str) -> str:
    """What a sealed address is bound to."""
    return f"account_contact/{account_id}/{kind}"


def contacts(session: Session, key: bytes, account_id: int) -> dict[str, Contact]:
    """By kind, for the person alone."""
    rows = session.scalars(select(AccountContact).where(AccountContact.account_id == account_id))
    return {row.kind: Contact(row.kind, opened(key, row), row.hint, row.changed_at) for row in rows}


def opened(key: bytes, row: AccountContact) -> str:
    try:
        return unseal(key, row.address, place(row.account_id, row.kind))
    except SealError:
        return ""


def set_contact(
    session: Session, key: bytes, account_id: int, kind: str, address: str, *, now: int, actor: str
) -> bool:
    """`address` as the kind of channel tidied it; False when it is what it was."""
    row = row_of(session, account_id, kind)
    if row is not None and opened(key, row) == address:
        return False
    if row is None:
        row = AccountContact(account_id=account_id, kind=kind)
        session.add(row)
    row.address, row.hint, row.changed_at = seal(key, address, place(account_id, kind)), hint_of(address), now
    note(session, now, actor, "change", f"{kind} address of {actor}")
    return True


def remove_contact(session: Session, account_id: int, kind: str, *, now: int, actor: str) -> bool:
    row = row_of(session, account_id, kind)
    if row is None:
        return False
    session.delete(row)
    note(session, now, actor, "remove", f"{kind} address of {actor}")
    return True


def row_of(session: Session, account_id: int, kind: str) -> AccountContact | None:
    mine = (AccountContact.account_id == account_id, AccountContact.kind == kind)
    return session.scalars(select(AccountContact).where(*mine)).one_or_none()


def hint_of(address: str) -> str:
    """Enough to know one's own by: s…@example.go.id, …789."""
    name, at, host = address.rpartition("@")
    return f"{name[0]}…@{host}" if at and name else f"…{address[-3:]}"


def channels_for(session: Session, city: City) -> dict[str, tuple[int, str]]:
    """By kind the first channel that works: its id and name."""
    mine = (AlertChannel.city_id == city.id, AlertChannel.enabled, AlertChannel.removed_at.is_(None))
    rows = session.execute(
        select(AlertChannel.kind, AlertChannel.id, AlertChannel.name).where(*mine).order_by(AlertChannel.id.desc())
    )
    return {kind: (id_, name) for kind, id_, name in rows}
