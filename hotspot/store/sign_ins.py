"""Signed-in browsers: a row each, so that a person can be signed out; only the digest of its secret is kept."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from hotspot.store.accounts import AREAS, Person, person
from hotspot.store.links import digest
from hotspot.store.models import Account, SignIn

LONGEST_S = 30 * 24 * 3600  # whatever is done meanwhile, a person proves the password again after this
HANDLE = 16  # hexadecimal digits of the digest
TOUCH_S = 60  # last_seen is written at most once a minute


@dataclass(frozen=True, slots=True)
class SignedIn:
    person: Person
    last_seen: int

    def is_stale(self, now: int) -> bool:
        """Whether `touch` should note that the browser is still used."""
        return now - self.last_seen >= TOUCH_S


def sign_in(session: Session, account_id: int, now: int, browser: str = "") -> str:
    """The secret for the cookie; a new one at every sign-in. `browser`: a coarse name for the person's own list."""
    secret = secrets.token_urlsafe(32)
    session.add(SignIn(digest=digest(secret), account_id=account_id, created_at=now, last_seen=now, browser=browser))
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


@dataclass(frozen=True, slots=True)
class Browser:
    """A signed-in browser for the person's own list; `handle` names it without being worth anything."""

    handle: str
    browser: str
    created_at: int
    last_seen: int
    this: bool


def browsers(session: Session, account_id: int, secret: str, now: int, idle_s: int) -> list[Browser]:
    """Those still signed in, the last used first; `secret` is of the browser that asks."""
    live = (SignIn.account_id == account_id, SignIn.last_seen > now - idle_s, SignIn.created_at > now - LONGEST_S)
    rows = session.scalars(select(SignIn).where(*live).order_by(SignIn.last_seen.desc(), SignIn.created_at.desc()))
    own = digest(secret)
    return [Browser(row.digest[:HANDLE], row.browser, row.created_at, row.last_seen, row.digest == own) for row in rows]


def sign_out_one(session: Session, account_id: int, handle: str) -> bool:
    """Whether there was such a browser of this account."""
    found = select(SignIn.digest).where(
        SignIn.account_id == account_id, func.substr(SignIn.digest, 1, HANDLE) == handle
    )
    return session.execute(delete(SignIn).where(SignIn.digest.in_(found)).returning(SignIn.digest)).first() is not None


def sign_out_others(session: Session, account_id: int, secret: str) -> int:
    """How many browsers but this one were signed out."""
    others = delete(SignIn).where(SignIn.account_id == account_id, SignIn.digest != digest(secret))
    return len(session.execute(others.returning(SignIn.digest)).all())


def sign_out_everywhere(session: Session, account_id: int) -> None:
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def forget_old(session: Session, now: int, idle_s: int) -> None:
    session.execute(delete(SignIn).where(or_(SignIn.last_seen <= now - idle_s, SignIn.created_at <= now - LONGEST_S)))
