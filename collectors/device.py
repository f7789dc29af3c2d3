"""What is remembered of a device from one poll to the next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.controllers import Roster
from collectors.plan import Plan
from collectors.result import AgentClock
from collectors.snmp.base import Value
from collectors.snmp.transport import Peer, Question
from collectors.target import Credential, Target

LEARN_AGAIN_S = 24 * 3600
LEARN_FAILED_AGAIN_S = 600  # when a table could not be learned, or a learned row has gone
LAG_S = 10.0  # an answer may come so much later than it was asked for, having been asked again ...
DRIFT = 0.02  # ... and a device's clock may run so much slower than ours
TICKS = 100  # of sysUpTime and hrSystemUptime in a second
LAGS_BELIEVED = 2  # a clock that lags in more polls than these, one after the other, is a bad clock

UNKNOWN = AgentClock()


@dataclass(slots=True, eq=False)
class Device:
    """There is one for each of 100,000, so it holds little; plans are shared."""

    target: Target | None = None  # as it was asked last
    peer: Peer | None = None
    credential: int = 0  # which of the target's it answers
    plan: Plan | None = None
    roster: Roster | None = None  # of a controller
    questions: tuple[Question, ...] = ()  # the plan's requests, ready to be sent; empty until they are needed
    is_asked: bool = False  # the questions are on their way
    learned_at: float = 0.0
    answered_at: float = 0.0  # the last poll of which anything was answered
    clock: AgentClock = UNKNOWN
    clock_at: float = 0.0  # the poll in which it was read
    layout: tuple[Value, ...] = ()
    rows_gone: bool = False
    lags: int = 0
    stats: Counter[str] = field(default_factory=Counter)

    def is_of(self, target: Target) -> bool:
        """What is remembered means nothing when the address, credentials or profile are others now."""
        known = self.target
        return known is target or (known is not None and _asked(known) == _asked(target))

    def credential_of(self, target: Target) -> Credential:
        return target.others[self.credential - 1] if self.credential else target.credential

    def try_next(self, target: Target) -> bool:
        """Whether another credential of the target is left to be tried; after the last begins the first."""
        self.credential = (self.credential + 1) % (1 + len(target.others))
        return self.credential > 0

    def must_learn(self, plan: Plan, clock: AgentClock, layout: Sequence[Value], at: float) -> bool:
        """Table indices hold until the agent starts anew (RFC 2863 section 3.1.5) or an interface comes or goes."""
        if self._restarted(clock, at) or (layout != self.layout and self.layout != ()):
            return True
        age = at - self.learned_at
        doubtful = self.rows_gone or bool(plan.failed)
        return age >= LEARN_AGAIN_S or (doubtful and age >= LEARN_FAILED_AGAIN_S)

    def saw(self, clock: AgentClock, layout: tuple[Value, ...], at: float) -> None:
        self.clock, self.layout, self.clock_at = clock, layout, at

    def _restarted(self, clock: AgentClock, at: float) -> bool:
        """A clock went back or lags behind ours: a device up for 50 s may reboot and have been up for 55 s again."""
        before, elapsed_s, lags = self.clock, at - self.clock_at, False
        for old, new in (
            (before.sys_uptime_ticks, clock.sys_uptime_ticks),
            (before.host_uptime_ticks, clock.host_uptime_ticks),
        ):
            if old is None or new is None or new == old:  # some agents read their clock once in a while only
                continue
            if new < old:  # also after 497 days, when learning once more does no harm
                return True
            lags = lags or elapsed_s - (new - old) / TICKS > LAG_S + DRIFT * elapsed_s
        self.lags = self.lags + 1 if lags else 0
        return 0 < self.lags <= LAGS_BELIEVED


def _asked(target: Target) -> tuple[object, ...]:
    return (
        target.address, target.port, target.credential, target.others, target.profile,
        target.any_source, target.short_ids,
    )  # fmt: skip
