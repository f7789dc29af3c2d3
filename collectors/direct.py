"""The poll of one device, driven by its answers: no coroutine, task or future, which cost more than the poll itself.

It asks what plain GETs can answer, which in most rounds is all there is: the probe of a device believed down, the first
contact, and the plan of a device that is known. Whatever needs a conversation is handed over to `poll.poll`, which
gives the same result in every case that both can manage.
"""

import time
from typing import Protocol

from collectors import channels
from collectors.device import Device
from collectors.learn import CONTACT
from collectors.oids import SYS_UP_TIME
from collectors.plan import UNANSWERED, Plan
from collectors.poll import failed, read, told, unanswered
from collectors.result import PollResult
from collectors.snmp.base import SnmpCredentialError, SnmpError, SnmpTimeoutError, Value
from collectors.snmp.codec import Message, Pdu
from collectors.snmp.engine import Engine
from collectors.snmp.transport import Question, Request
from collectors.target import Target

PROBE = (SYS_UP_TIME,)
NOT_HIS = SnmpTimeoutError | SnmpCredentialError  # the credential may be another's
PROBING, CONTACTING = -2, -1  # steps before the first request of the plan, which is 0


class Host(Protocol):
    """Who sends a poll on its way, and is told how it ended: by exactly one of the three."""

    engine: Engine
    deadline: float  # loop time

    def give(self, direct: "Direct", result: PollResult) -> None: ...

    def converse(self, direct: "Direct") -> None:
        """The device must be spoken with; `direct.is_up` tells whether it has answered meanwhile."""

    def stumble(self, direct: "Direct", error: Exception) -> None:
        """A mistake of ours."""


class Direct:
    """Called once, `begin` sets it off; everything after that happens in `_done`."""

    __slots__ = (
        "_at", "_errors", "_holds", "_host", "_plan", "_questions", "_rtt_s", "_step", "_values",
        "device", "is_up", "request", "target",
    )  # fmt: skip

    def __init__(self, host: Host, target: Target, device: Device) -> None:
        self._host, self.target, self.device = host, target, device
        self._at = time.time()
        self._step = 0
        self._plan: Plan | None = None
        self._questions: tuple[Question, ...] = ()
        self._holds = False  # uses the device's own questions, which can be on their way only once
        self._rtt_s: float | None = None
        self._values: list[Value] = []
        self._errors: list[str] = []
        self.is_up = False
        self.request: Request | None = None  # the one on its way

    def begin(self) -> None:
        try:
            self._begin()
        except Exception as error:  # noqa: BLE001 # one poll must not end the round
            self._host.stumble(self, error)

    def _begin(self) -> None:
        try:
            if self.target.expected_down:
                self._ask(PROBING, PROBE)
            else:
                self._go_on()
        except SnmpError as error:  # nothing could be asked
            self._unanswered(error)

    def _go_on(self) -> None:
        device = self.device
        self._plan = plan = device.plan
        if plan is None:
            self._ask(CONTACTING, CONTACT)
            return
        if device.is_asked or not device.questions:
            self._questions = self._made(plan)
            if not device.is_asked:
                device.questions = self._questions
        else:
            self._questions = device.questions
        if self._questions:
            self._holds = self._holds or not device.is_asked
            device.is_asked = True
            self._put(0, self._questions[0])
        else:
            self._host.converse(self)

    def leave(self) -> None:
        """The poll is over, or somebody else's."""
        if self._holds:
            self._holds = self.device.is_asked = False

    def _made(self, plan: Plan) -> tuple[Question, ...]:
        """None when the plan takes a conversation."""
        if not plan.is_plain or self.device.roster is not None:
            return ()
        made = [self._question(oids) for oids in plan.requests]
        return () if None in made else tuple(one for one in made if one)

    def _question(self, oids: tuple[str, ...]) -> Question | None:
        device, engine = self.device, self._host.engine
        if device.peer is None:
            device.peer = engine.peer(self.target)
        return engine.question(device.peer, device.credential_of(self.target), oids)

    def _ask(self, step: int, oids: tuple[str, ...]) -> None:
        question = self._question(oids)
        if question is None:
            self._host.converse(self)
        else:
            self._put(step, question)

    def _put(self, step: int, question: Question) -> None:
        self._step, host = step, self._host
        assert self.device.peer  # noqa: S101 # whoever has a question has somebody to ask
        self.request = host.engine.put(self.device.peer, question, host.deadline, self._done, probe=step == PROBING)

    def _done(self, outcome: Message | SnmpError, rtt_s: float | None) -> None:
        try:
            if isinstance(outcome, SnmpError):
                self._unanswered(outcome)
            elif outcome.error_status or outcome.pdu != Pdu.RESPONSE:
                self._host.converse(self)
            else:
                self._answered(outcome.values, rtt_s)
        except Exception as error:  # noqa: BLE001 # nor must what arrives
            self._host.stumble(self, error)

    def _unanswered(self, error: SnmpError) -> None:
        target, device, plan = self.target, self.device, self._plan
        device.questions = ()  # in SNMPv3 they are good only for a device that goes on answering
        if plan and self._step > 0:
            oids = plan.requests[self._step]
            self._errors.append(unanswered(oids, error))
            self._take(plan, [UNANSWERED] * len(oids))
        elif isinstance(error, NOT_HIS) and not device.answered_at and device.try_next(target):
            self._begin()
        else:
            self._host.give(self, failed(target, device, self._at, error))

    def _answered(self, values: list[Value], rtt_s: float | None) -> None:
        device, step, plan = self.device, self._step, self._plan
        device.answered_at, self.is_up = self._at, True
        if step <= 0 and rtt_s is not None:
            self._rtt_s = rtt_s
        if step == PROBING:
            self._go_on()
        elif plan is None or (step == 0 and self._must_learn(plan, values)):
            self._host.converse(self)
        else:
            self._take(plan, values)

    def _must_learn(self, plan: Plan, values: list[Value]) -> bool:
        clock, layout = plan.clock_of(values), plan.layout_of(values)
        if self.device.must_learn(plan, clock, layout, self._at):
            return True
        self.device.saw(clock, layout, self._at)
        return False

    def _take(self, plan: Plan, values: list[Value]) -> None:
        """The answers to one more request of the plan; after the last the poll is over."""
        step = self._step + 1
        self._values = self._values + values if self._values else values
        if step < len(self._questions):
            self._put(step, self._questions[step])
        else:
            found = read(self.device, plan, self._values)
            if plan.has_channels:
                found += channels.frequencies(found)
            self._host.give(self, told(self.target, self.device, plan, self._at, self._rtt_s, found, self._errors))
