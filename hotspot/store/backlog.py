"""How far the scheduled work is behind: roll-ups behind their polls, days of polls that wait to be packed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotspot.store import jobruns
from hotspot.store.chunks import oldest_hot
from hotspot.store.city import freshness
from hotspot.store.models import City

DAY_S = 86400
LATE_S = 600  # roll-ups are made each minute
LATE_DAYS = 2  # polls are packed once a day, when their whole day is old enough


@dataclass(frozen=True, slots=True)
class Backlog:
    """`polled` and `rolled_up` are instants, `unpacked_days` the age of the oldest single poll that is still a row."""

    polled: int | None
    rolled_up: int | None
    unpacked_days: int | None
    keep_days: int

    @property
    def behind_s(self) -> int | None:
        """None where nothing was polled, or nothing was ever rolled up."""
        if self.polled is None or self.rolled_up is None:
            return None
        return max(0, self.polled - self.rolled_up)

    @property
    def rolls_up_late(self) -> bool:
        return self.polled is not None and (self.behind_s is None or self.behind_s > LATE_S)

    @property
    def packs_late(self) -> bool:
        return self.unpacked_days is not None and self.unpacked_days > self.keep_days + LATE_DAYS


def backlog(session: Session, city: City, keep_days: int, now: int) -> Backlog:
    oldest = oldest_hot(session, city.id)
    return Backlog(
        freshness(session, now).heartbeat,
        jobruns.last_finished(session, "roll_up"),
        None if oldest is None else max(0, (now - oldest) // DAY_S),
        keep_days,
    )
