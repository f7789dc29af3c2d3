"""What is open to everybody: citizens' fault reports and ratings, and the screens on walls.

Nothing here tells who a citizen is; a report can't be joined with the counts that keep spam away.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class FaultReport(Base):
    """What people at a point say is wrong: `kind` of analytics.citizens.KINDS; `state` new, seen or closed.

    `n` people said the same without a comment within the hour that began with the first of them.
    """

    __tablename__ = "fault_report"
    __table_args__ = (Index(None, "point_id", "at"), Index(None, "state", "at"), Index(None, "incident_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    at: Mapped[int]
    kind: Mapped[str]
    n: Mapped[int] = mapped_column(default=1, server_default="1")
    comment: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="new", server_default="new")
    closed_at: Mapped[int | None]
    closed_by: Mapped[str | None]
    closed_note: Mapped[str] = mapped_column(default="", server_default="")
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))  # of the point when it was reported


class Rating(Base):
    """How many gave a point so many stars on a day."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    stars: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]


class PublicCount(Base):
    """How often a source sent something today, so that one source stays within bounds.

    `source` is keyed with a secret of the day and forgotten after it; or it is a source of tickets.
    """

    __tablename__ = "public_count"

    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)  # report, rating, or either of one point
    n: Mapped[int]
    last_at: Mapped[int]


class WallLink(Base):
    """The secret address of a screen on a wall; only its SHA-256 is kept."""

    __tablename__ = "wall_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[int]
    created_by: Mapped[str]
    last_seen: Mapped[int | None]
    revoked_at: Mapped[int | None]
