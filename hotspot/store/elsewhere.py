"""Accounts and who they are at the city's own sign-in (OpenID Connect): issuer and subject, no name, no address."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.accounts import AccountError, Person, person_by_id
from hotspot.store.models import Account

LONGEST = 255  # OpenID Connect Core 1.0, 2: a subject has at most 255 characters


def subject(issuer: str, sub: object) -> str:
    """Raises AccountError when the issuer said something that is no subject."""
    if not isinstance(sub, str) or not 1 <= len(sub) <= LONGEST or not sub.isprintable():
        raise AccountError("subject", "The sign-in elsewhere named nobody")
    return f"{issuer} {sub}"


def person_of(session: Session, known: str) -> Person | None:
    """The active account that is linked with this subject."""
    account_id = session.scalar(select(Account.id).where(Account.oidc_subject == known, Account.active))
    return person_by_id(session, account_id) if account_id is not None else None


def link_subject(session: Session, account_id: int, known: str) -> None:
    """One person has one account: raises AccountError when the subject is linked with another."""
    other = session.scalar(select(Account.id).where(Account.oidc_subject == known, Account.id != account_id))
    if other is not None:
        raise AccountError("subject", "This sign-in belongs to another account already")
    session.get_one(Account, account_id).oidc_subject = known
