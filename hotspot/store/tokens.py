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


class TokenError(ValueError):
    """The message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Token:
    id: int
    name: str
    created_at: int
    last_used_at: int | None
    revoked_at: int | None

    def is_stale(self, now: int) -> bool:
        """Whether `touch_token` should note that it is used."""
        return self.last_used_at is None or now - self.last_used_at >= TOUCH_S


def create_token(session: Session, name: str, now: int) -> str:
    """The secret; it can't be shown again."""
    name = name.strip()
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise TokenError("A token's name has 1 to 64 printable characters")
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        raise TokenError(f"There is a token named {name} already")
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(name=name, digest=digest(secret), created_at=now))
    session.flush()
    return secret


def tokens(session: Session) -> list[Token]:
    return [token(row) for row in session.scalars(select(ApiToken).order_by(ApiToken.name))]


def verify_token(session: Session, secret: str) -> Token | None:
    """The token this secret is, unless revoked; pass it to `touch_token` when stale."""
    given = digest(secret)
    row = session.scalar(select(ApiToken).where(ApiToken.digest == given, ApiToken.revoked_at.is_(None)))
    return token(row) if row and hmac.compare_digest(row.digest, given) else None


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
    return Token(row.id, row.name, row.created_at, row.last_used_at, row.revoked_at)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
