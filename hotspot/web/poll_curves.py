"""Single polls as curves: who answered, how quickly, and how many clients, in steps of equal length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotspot.analytics.calendar import days, hours
from hotspot.store.polls import PollRow
from hotspot.web.charts import Chart, chart, mean
from hotspot.web.place import zone

STEPS = 288  # of a curve: finer than this no screen shows
NEWEST = 60
CLOCK_S = 2 * 86400  # a shorter window is marked with times of the day, a longer one with days


@dataclass(frozen=True, slots=True)
class Steps:
    """[a, b) in `count` steps; `marks` are instants to be named below a curve."""

    a: int
    b: int
    step_s: int
    marks: list[int]

    @property
    def count(self) -> int:
        return (self.b - self.a) // self.step_s

    @property
    def times(self) -> list[int]:
        return [self.a + number * self.step_s for number in range(self.count)]

    @property
    def by_clock(self) -> bool:
        return self.b - self.a <= CLOCK_S


def steps(a: int, b: int, interval_s: int) -> Steps:
    """As fine as a screen shows, but not finer than the polls are."""
    step_s = max(interval_s, -(-(b - a) // STEPS))
    if b - a <= CLOCK_S:
        marks = [t for t, _ in hours(zone().key, a, b) if datetime.fromtimestamp(t, zone()).hour % 3 == 0]
    else:
        marks = [t for t, _ in days(zone().key, a, b)]
    return Steps(a, b, step_s, marks)


@dataclass(frozen=True, slots=True)
class Curves:
    """`answered` is 0 where a poll was lost, None where none was made or the ping alone was answered.

    `ping_loss` is the share of the echo requests that were not answered, None where the device was not pinged.
    """

    a: int
    b: int
    by_clock: bool
    answered: list[float | None]
    round_trip: Chart | None
    ping: Chart | None
    clients: Chart | None
    newest: list[PollRow]
    made: int
    lost: int
    ping_loss: float | None


def curves(made: Sequence[PollRow], over: Steps) -> Curves:
    parts: list[list[PollRow]] = [[] for _ in range(over.count)]
    for poll in made:
        place = (poll.at - over.a) // over.step_s
        if 0 <= place < over.count:
            parts[place].append(poll)
    parts = without_slits(parts)
    known = [[float(bool(poll.up)) for poll in part if poll.up or is_silent(poll)] for part in parts]

    def drawn(name: str) -> Chart | None:
        return chart(over.times, [mean([getattr(poll, name) for poll in part]) for part in parts], over.marks)

    return Curves(
        over.a,
        over.b,
        over.by_clock,
        [min(answers, default=None) for answers in known],
        drawn("rtt_us"),
        drawn("ping_us"),
        drawn("clients"),
        list(reversed(made))[:NEWEST],
        len(made),
        sum(poll.up is False for poll in made),
        loss([poll.ping_sent for poll in made], [poll.ping_received for poll in made]),
    )


def is_silent(poll: PollRow) -> bool:
    """Neither SNMP nor ping was answered: who answers pings alone is not known to be down."""
    return poll.up is False and not poll.ping_received


def loss(sent: Sequence[int | None], received: Sequence[int | None]) -> float | None:
    """The share of the echo requests without an answer, from 0 to 1; None where none was sent."""
    made = sum(filter(None, sent))
    return 1 - sum(filter(None, received)) / made if made else None


def without_slits(parts: Sequence[list[PollRow]]) -> list[list[PollRow]]:
    """A single step without a poll, which is thinner than a line, looks as the one before; a longer gap stays one."""
    filled = list(parts)
    for i in range(1, len(parts) - 1):
        if not parts[i] and parts[i - 1] and parts[i + 1]:
            filled[i] = parts[i - 1]
    return filled
