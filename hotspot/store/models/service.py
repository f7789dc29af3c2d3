"""The service's own state: who is the collector, how its cycles go, which job ran for which slot."""

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class Lease(Base):
    """Who may write polls. `fence` grows at each change of holder; a write with an older fence is refused."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    until: Mapped[int]  # the instant at which anybody may take it; 0: it was given back


class CollectorStatus(Base):
    """The collector's proof of life and the figures of its last whole cycle, one row a poll interval."""

    __tablename__ = "collector_status"

    interval_s: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder: Mapped[str]
    started_at: Mapped[int]
    heartbeat: Mapped[int]  # when the newest result came, or a cycle ended, of all that is stored
    slot: Mapped[int]  # the time of that cycle
    cycles: Mapped[int]  # since started_at, as `skipped`
    skipped: Mapped[int]  # cycles that could not start in time
    polled: Mapped[int]
    answered: Mapped[int]
    duration_ms: Mapped[int]
    cpu_us_per_poll: Mapped[int]


class CollectorCount(Base):
    """What the polling engine counted since it was started, by kind: sent, timeouts, wrong_source ..."""

    __tablename__ = "collector_count"

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class JobRun(Base):
    """A claim: a job never runs twice for one slot. Kept for days, to see what the collector did."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str]
    started_at: Mapped[int]
    finished_at: Mapped[int | None]
