"""Links that work once: the first admin's, an invitation to set a password, a login from the command line."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from hotspot.store.models import Account, OneTimeLink

FIRST_ADMIN, SET_PASSWORD, LOGIN = "first_admin", "set_password", "login"
USED, EXPIRED, UNKNOWN = "used", "expired", "unknown"
KEPT_S = 30 * 24 * 3600  # after its end, so that who comes late is told why
LIFETIMES_S = {FIRST_ADMIN: 24 * 3600, SET_PASSWORD: 3 * 24 * 3600, LOGIN: 24 * 3600}


@dataclass(frozen=True, slots=True)
class Link:
    purpose: str
    account_id: int | None  # None: the first admin, who has no account yet


def link_path(secret: str) -> str:
    """Where the pages accept it."""
    return f"/link/{secret}"


def make_link(session: Session, purpose: str, now: int, account_id: int | None = None) -> str:
    """The secret, told once; an older unused link of the same purpose and account stops working."""
    older = OneTimeLink.account_id.is_(None) if account_id is None else OneTimeLink.account_id == account_id
    session.execute(
        delete(OneTimeLink).where(or_(OneTimeLink.expires_at <= now - KEPT_S, (OneTimeLink.purpose == purpose) & older))
    )
    secret = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            digest=digest(secret), purpose=purpose, account_id=account_id, expires_at=now + LIFETIMES_S[purpose]
        )
    )
    session.flush()
    return secret


def revoke(session: Session, purpose: str, account_id: int) -> None:
    """No unused link of this purpose and account works any more."""
    unused = delete(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.account_id == account_id)
    session.execute(unused.where(OneTimeLink.used_at.is_(None)))


def ending(session: Session, secret: str, now: int) -> str:
    """Why a link opens nothing: USED, EXPIRED, or UNKNOWN where it was withdrawn, replaced or copied in part."""
    row = session.get(OneTimeLink, digest(secret))
    if row is None:
        return UNKNOWN
    return USED if row.used_at is not None else EXPIRED if row.expires_at <= now else UNKNOWN


def look_at_link(session: Session, secret: str, now: int) -> Link | None:
    """What an unused link would open; for showing its form. A link of a disabled account opens nothing."""
    row = session.execute(
        select(OneTimeLink, Account.active)
        .outerjoin(Account, Account.id == OneTimeLink.account_id)
        .where(
            OneTimeLink.digest == digest(secret),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
    ).one_or_none()
    if row is None or row.active is False:
        return None
    link: OneTimeLink = row.OneTimeLink
    return Link(link.purpose, link.account_id)


def use_link(session: Session, secret: str, now: int) -> Link | None:
    """Like look_at_link, and it never works again; of two who come at once, one gets it."""
    link = look_at_link(session, secret, now)
    if link is None:
        return None
    used = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.digest == digest(secret), OneTimeLink.used_at.is_(None))
        .values(used_at=now)
        .returning(OneTimeLink.digest)
    ).one_or_none()
    return link if used else None


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
