"""Keys of machines to the API; a secret is told once, only its SHA-256 is kept."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotspot.store.models import ApiToken

PREFIX = "hs_"  # lets a scanner of leaked secrets recognise one
TOUCH_S = 60
DAY_S = 86_400
DAYS, MOST_DAYS = 365, 3_660  # how long a token works unless said, and at most


class TokenError(ValueError):
    """The message is a sentence for the operator; `key` its field: name or days."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Token:
    id: int
    name: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None
    expires_at: int | None  # None: made before tokens ended, never
    created_by: str

    def works(self, now: int) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def is_stale(self, now: int) -> bool:
        """Whether `touch_token` should note that it is used."""
        return self.last_used_at is None or now - self.last_used_at >= TOUCH_S


def create_token(session: Session, name: str, now: int, days: int = DAYS, by: str = "") -> str:
    """The secret; it can't be shown again. Raises TokenError."""
    name = name.strip()
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise TokenError("name", "A token's name has 1 to 64 printable characters")
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        raise TokenError("name", f"There is a token named {name} already")
    if not 1 <= days <= MOST_DAYS:
        raise TokenError("days", f"A token works for 1 to {MOST_DAYS} days")
    secret = PREFIX + secrets.token_urlsafe(32)
    expires_at = now + days * DAY_S
    session.add(ApiToken(name=name, digest=digest(secret), created_at=now, expires_at=expires_at, created_by=by))
    session.flush()
    return secret


def tokens(session: Session) -> list[Token]:
    return [token(row) for row in session.scalars(select(ApiToken).order_by(ApiToken.name))]


def verify_token(session: Session, secret: str, now: int) -> Token | None:
    """The token this secret is, unless revoked or at its end; pass it to `touch_token` when stale."""
    given = digest(secret)
    row = session.scalar(select(ApiToken).where(ApiToken.digest == given))
    found = token(row) if row and hmac.compare_digest(row.digest, given) else None
    return found if found and found.works(now) else None


def touch_token(session: Session, token_id: int, now: int) -> None:
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def revoke_token(session: Session, name: str, now: int) -> bool:
    """False when there is no such token, or it was revoked before."""
    revoked = session.execute(
        update(ApiToken)
        .where(ApiToken.name == name.strip(), ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.id)
    )
    return revoked.one_or_none() is not None


def token(row: ApiToken) -> Token:
    return Token(row.id, row.name, row.created_at, row.last_used_at, row.revoked_at, row.expires_at, row.created_by)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
