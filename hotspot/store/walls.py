"""Screens on walls: each has a secret address of its own, which is told once and can be revoked."""

import secrets
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import N_, RejectedError
from hotspot.store.links import digest
from hotspot.store.models import WallLink

TOUCH_S = 60
LONGEST_NAME = 64
MOST = 100  # screens in use at once


@dataclass(frozen=True, slots=True)
class Wall:
    id: int
    name: str
    created_at: int
    created_by: str
    last_seen: int | None
    revoked_at: int | None

    def is_stale(self, now: int) -> bool:
        """Whether `touch` should note that a screen shows it."""
        return self.last_seen is None or now - self.last_seen >= TOUCH_S


def add_wall(session: Session, name: str, now: int, actor: str) -> str:
    """The secret of its address; it can't be shown again. Raises RejectedError for `name`."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise RejectedError("name", N_("a name has 1 to %(most)s printable characters"), most=LONGEST_NAME)
    in_use = select(func.count()).select_from(WallLink).where(WallLink.revoked_at.is_(None))
    if (session.scalar(in_use) or 0) >= MOST:
        raise RejectedError("name", N_("there are %(most)s screens already; revoke one first"), most=MOST)
    secret = secrets.token_urlsafe(24)
    session.add(WallLink(digest=digest(secret), name=name, created_at=now, created_by=actor))
    session.flush()
    return secret


def walls(session: Session) -> list[Wall]:
    """Those in use first, each group by name."""
    rows = session.scalars(select(WallLink).order_by(WallLink.revoked_at.is_not(None), WallLink.name, WallLink.id))
    return [told(row) for row in rows]


def wall_of(session: Session, secret: str) -> Wall | None:
    """The screen with this secret, unless revoked."""
    row = session.scalar(select(WallLink).where(WallLink.digest == digest(secret), WallLink.revoked_at.is_(None)))
    return told(row) if row else None


def touch(session: Session, wall_id: int, now: int) -> None:
    session.execute(update(WallLink).where(WallLink.id == wall_id).values(last_seen=now))


def revoke_wall(session: Session, wall_id: int, now: int) -> str | None:
    """Its name; None when there is none in use with this number."""
    gone = update(WallLink).where(WallLink.id == wall_id, WallLink.revoked_at.is_(None)).values(revoked_at=now)
    name: str | None = session.scalar(gone.returning(WallLink.name))
    return name


def told(row: WallLink) -> Wall:
    return Wall(row.id, row.name, row.created_at, row.created_by, row.last_seen, row.revoked_at)


def wall_path(secret: str) -> str:
    """Where the pages show it."""
    return f"/wall/{secret}"
