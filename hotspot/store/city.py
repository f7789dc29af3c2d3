"""The one city of this database, and whether its collector is alive."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotspot.store.models import City, CollectorStatus

STALE_INTERVALS = 2  # after so many intervals without a poll nothing current is known any more


@dataclass(frozen=True, slots=True)
class Freshness:
    """The collector's last proof of life; `stale` means that no current state may be shown as known.

    So it is where the proof is older than `limit_s`.
    """

    heartbeat: int | None
    stale: bool
    interval_s: int
    age_s: int | None

    @property
    def limit_s(self) -> int:
        return STALE_INTERVALS * self.interval_s


def current_city(session: Session) -> City | None:
    return session.scalars(select(City).order_by(City.id).limit(1)).first()


def freshness(session: Session, now: int) -> Freshness:
    """Of the cycle that proved itself last: a slower one that hangs shows on its own access points."""
    status = select(CollectorStatus.heartbeat, CollectorStatus.interval_s)
    last = session.execute(status.order_by(CollectorStatus.heartbeat.desc()).limit(1)).first()
    if last is None:
        return Freshness(None, True, 0, None)
    away_s = abs(now - last.heartbeat)  # far in the future: the clock was set back, and nothing newer is recorded
    fresh = Freshness(last.heartbeat, False, last.interval_s, max(0, now - last.heartbeat))
    return replace(fresh, stale=away_s > fresh.limit_s)


@dataclass(frozen=True, slots=True)
class Cycle:
    """The cycles of one poll interval since the collector started, and its last whole one."""

    interval_s: int
    cycles: int
    skipped_cycles: int
    polled: int
    answered: int
    duration_seconds: float
    cpu_seconds_per_poll: float


def cycles(session: Session) -> list[Cycle]:
    return [
        Cycle(
            row.interval_s,
            row.cycles,
            row.skipped,
            row.polled,
            row.answered,
            row.duration_ms / 1000,
            row.cpu_us_per_poll / 1_000_000,
        )
        for row in session.scalars(select(CollectorStatus).order_by(CollectorStatus.interval_s))
    ]
