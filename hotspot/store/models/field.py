"""Work at the points: who is sent where, what was noted there, and polls asked for from outside the schedule."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class Assignment(Base):
    """A point given to a technician, until it is done or taken back."""

    __tablename__ = "assignment"
    __table_args__ = (Index(None, "account_id", "ended_at"), Index(None, "point_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    task: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[int]
    by: Mapped[str]
    ended_at: Mapped[int | None]
    ended_by: Mapped[str | None]
    done: Mapped[bool | None]  # False: taken back


class PointNote(Base):
    """What somebody noted at a point; `at` is when it was written, which a bad line may tell late."""

    __tablename__ = "point_note"
    __table_args__ = (Index(None, "point_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    at: Mapped[int]
    received_at: Mapped[int]
    actor: Mapped[str]
    text: Mapped[str]


class PollRequest(Base):
    """A poll somebody wants now; the collector makes it and writes what came of it."""

    __tablename__ = "poll_request"
    __table_args__ = (Index(None, "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ap_id: Mapped[int] = mapped_column(ForeignKey("access_point.id"))
    asked_at: Mapped[int]
    asked_by: Mapped[str]
    answered_at: Mapped[int | None]
    reachable: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")  # JSON: object, value; the raw last answer


class SentOnce(Base):
    """A form that a phone saved and sent later; the key is the phone's, so that sending twice is doing once."""

    __tablename__ = "sent_once"

    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    at: Mapped[int]
