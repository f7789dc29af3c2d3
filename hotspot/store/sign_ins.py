"""Signed-in browsers: a row each, so that a person can be signed out; only the digest of its secret is kept."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from hotspot.store.accounts import AREAS, Person, person
from hotspot.store.links import digest
from hotspot.store.models import Account, SignIn

LONGEST_S = 30 * 24 * 3600  # whatever is done meanwhile, a person proves the password again after this
TOUCH_S = 60  # last_seen is written at most once a minute


@dataclass(frozen=True, slots=True)
class SignedIn:
    person: Person
    last_seen: int

    def is_stale(self, now: int) -> bool:
        """Whether `touch` should note that the browser is still used."""
        return now - self.last_seen >= TOUCH_S


def sign_in(session: Session, account_id: int, now: int) -> str:
    """The secret for the cookie; a new one at every sign-in."""
    secret = secrets.token_urlsafe(32)
    session.add(SignIn(digest=digest(secret), account_id=account_id, created_at=now, last_seen=now))
    session.flush()
    return secret


def signed_in(session: Session, secret: str, now: int, idle_s: int) -> SignedIn | None:
    """Who holds this secret, unless signed out, idle for longer than `idle_s`, or disabled."""
    row = session.execute(
        select(Account, AREAS, SignIn.last_seen)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(
            SignIn.digest == digest(secret),
            SignIn.last_seen > now - idle_s,
            SignIn.created_at > now - LONGEST_S,
            Account.active,
        )
    ).one_or_none()
    return SignedIn(person(row.Account, row.areas), row.last_seen) if row else None


def touch(session: Session, secret: str, now: int) -> None:
    session.execute(
        update(SignIn).where(SignIn.digest == digest(secret), SignIn.last_seen <= now - TOUCH_S).values(last_seen=now)
    )


def sign_out(session: Session, secret: str) -> None:
    session.execute(delete(SignIn).where(SignIn.digest == digest(secret)))


def sign_out_everywhere(session: Session, account_id: int) -> None:
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def forget_old(session: Session, now: int, idle_s: int) -> None:
    session.execute(delete(SignIn).where(or_(SignIn.last_seen <= now - idle_s, SignIn.created_at <= now - LONGEST_S)))
