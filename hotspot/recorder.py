"""Stores polls: what was read, what each access point does now, its spans, and what happened to it.

One call is one write transaction. What is remembered between calls (open spans, missed polls, counters) is kept both
here and, in that transaction, in ap_state, and moves on only when it is committed: a killed collector loses nothing
that was stored, and a call that failed may be repeated with the same polls.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from collectors.result import ManagedAccessPoint
from hotspot.analytics.outages import Watch
from hotspot.analytics.spans import State
from hotspot.batch import Batch, Memory, Poll, digest, newest, unpacked
from hotspot.followed import with_followed
from hotspot.store.base import checkpoint, reading, writing
from hotspot.store.events import Event, add_events
from hotspot.store.followed import Followed, enrol, followed_by
from hotspot.store.polls import (
    add_polls,
    identities,
    save_credential_sets,
    save_identity,
    save_readings,
    save_states,
    states,
)
from hotspot.store.spans import change_spans

__all__ = ["Fence", "Poll", "Recorded", "Recorder"]

CHECKPOINT = 1000  # polls after which the write-ahead log is cleared, in no transaction: the next need not wait for it


@dataclass(frozen=True, slots=True)
class Recorded:
    """`ignored` polls were recorded before, came late, or were made after the clock was set back.

    The first three count the devices that were asked themselves, the others those followed through them, too.
    """

    polled: int
    answered: int
    ignored: int
    went_down: tuple[int, ...]
    came_up: tuple[int, ...]


class Fence(Protocol):
    def check(self, session: Session) -> None:
        """Raise when another process writes by now."""


class Recorder:
    """Of one city; used by one thread at a time."""

    def __init__(self, engine: Engine, city_id: int, *, misses: int) -> None:
        self.engine = engine
        self.city_id = city_id
        self.misses = misses
        self._memories: dict[int, Memory] = {}
        self._looked: int | None = None  # when the newest of their polls was made
        self._stepped = False  # whether the clock was set back to before the last poll
        self._doubtful = True  # whether the database may know more than this object
        self._logged = 0  # polls since the last checkpoint

    def load(self) -> None:
        """Remember what was stored; after gaining the lease, for another process may have written since."""
        with reading(self.engine) as session:
            self._remember(session)
        self._doubtful = False

    def record(
        self,
        polls: Sequence[Poll],
        *,
        fence: Fence | None,
        trusted: bool = True,
        also: Callable[[Session], None] = lambda _: None,
    ) -> Recorded:
        """Write all of it or, raising, nothing; a poll that is not newer than its access point's last is ignored.

        `also` writes what belongs into the same transaction. What the polls mean is worked out before it begins, where
        nothing need be read or written for that, so that others wait for the writing alone.
        """
        doubtful, self._doubtful = self._doubtful, True
        found = None if doubtful else self._followed(polls)
        batch = None if found is None else self._digest(polls, found, trusted)
        with writing(self.engine) as session:
            if fence is not None:
                fence.check(session)
            if doubtful:
                self._remember(session)
            if batch is None:
                batch = self._digest(polls, followed(session, polls, self._memories), trusted)
            write(session, batch)
            also(session)
        self._memories |= batch.memories
        self._looked = max(filter(None, (self._looked, newest(batch.memories))), default=None)
        self._stepped = batch.stepped
        self._doubtful = False
        self._logged += len(batch.polls)
        if self._logged >= CHECKPOINT:
            self._logged = 0
            checkpoint(self.engine)
        return Recorded(batch.asked, batch.answered, batch.ignored, tuple(batch.went_down), tuple(batch.came_up))

    def _remember(self, session: Session) -> None:
        self._memories = remembered(session, self.city_id)
        self._looked = newest(self._memories)

    def _followed(self, polls: Sequence[Poll]) -> Mapping[int, Sequence[Followed]] | None:
        """As `followed`; None where rows must be made first."""
        with reading(self.engine) as session:
            found = followed_by(session, [poll.result.key for poll in polls])
        return None if any(unknown(poll, found) for poll in polls) else found

    def _digest(self, polls: Sequence[Poll], found: Mapping[int, Sequence[Followed]], trusted: bool) -> Batch:
        return digest(
            with_followed(polls, found),
            self._memories,
            city_id=self.city_id,
            misses=self.misses,
            trusted=trusted,
            stepped=self._stepped,
            looked=self._looked,
        )


def write(session: Session, batch: Batch) -> None:
    save_states(session, [row for ap_id, row in batch.states.items() if ap_id in batch.changed])
    save_readings(session, [row for ap_id, row in batch.states.items() if ap_id not in batch.changed])
    add_polls(session, batch.polls)
    change_spans(session, batch.city_id, batch.spans)
    save_credential_sets(session, batch.credential_sets)
    add_events(session, batch.city_id, batch.events + write_identities(session, batch))


def followed(
    session: Session, polls: Sequence[Poll], memories: Mapping[int, Memory]
) -> Mapping[int, Sequence[Followed]]:
    """The access points behind those of the polled devices that are controllers; new ones get their rows."""

    def is_up(ap_id: int) -> bool:
        return ap_id in memories and memories[ap_id].watch.state == State.UP

    found = followed_by(session, [poll.result.key for poll in polls])
    grown = False
    for poll in polls:
        if new := unknown(poll, found):
            listed = {one.key for one in poll.result.access_points or ()}
            enrol(session, poll.result.key, new, int(poll.result.at), is_up, listed)
            grown = True
    return followed_by(session, [poll.result.key for poll in polls]) if grown else found


def unknown(poll: Poll, found: Mapping[int, Sequence[Followed]]) -> list[ManagedAccessPoint]:
    """Access points that a controller names for the first time."""
    known = {row.key for row in found.get(poll.result.key, ())}
    return [one for one in poll.result.access_points or () if one.key not in known]


def write_identities(session: Session, batch: Batch) -> list[Event]:
    """What devices newly say of themselves; an event where they said something else before."""
    events = []
    known = identities(session, list(batch.identities)) if batch.identities else {}
    for ap_id, before in known.items():
        at, identity = batch.identities[ap_id]
        changed = {name: value for name, value in asdict(identity).items() if value and value != before[name]}
        if changed:
            save_identity(session, ap_id, changed, at)
        told = [f"{name}: {before[name]} → {value}" for name, value in changed.items() if before[name]]
        if told:
            events.append(Event(at, "identity", ap_id, "; ".join(told)))
    return events


def remembered(session: Session, city_id: int) -> dict[int, Memory]:
    return {
        row.ap_id: Memory(
            Watch(
                State(row.state),
                row.since,
                row.last_poll,
                row.last_slot,
                row.interval_s,
                row.last_ok,
                row.missed,
                row.first_missed,
                row.cause,
                row.silent,
                row.first_silent,
            ),
            unpacked(row.memory),
            row.memory,
            row.profile,
            row.detail,
            row.error,
        )
        for row in states(session, city_id)
    }
