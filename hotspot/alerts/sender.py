"""Sends what waits in the outbox: each channel by itself, so that a dead one delays no other and no poll."""

import asyncio
import hashlib
import logging
import random
import time
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from hotspot import clock
from hotspot.alerts.channel_notices import tell_owners
from hotspot.alerts.channels import CHANNELS, ChannelError, Outgoing
from hotspot.alerts.guard import guard_of
from hotspot.settings import Settings
from hotspot.store.alerts.outbox import Letter, Outcome, any_too_old, due_channels, give_up, next_letter, record
from hotspot.store.base import reading, writing
from hotspot.store.lease import Fence, LostLeaseError
from hotspot.store.models import OutboxMessage

log = logging.getLogger(__name__)
AT_ONCE = 50  # messages of one channel, before its turn comes again
STOP_S = 3.0
ABOUT_SEVERAL = ("digest", "storm")


class Sender:
    """Of one shift; `look` begins what is due and returns at once."""

    def __init__(self, engine: Engine, key: bytes, city_id: int, fence: Fence, settings: Settings) -> None:
        self.engine = engine
        self.key = key
        self.city_id = city_id
        self.fence = fence
        self.address = settings.address
        self.guard = guard_of(settings.webhook_hosts)
        self.workers: dict[int, Thread] = {}  # by channel
        self.unwritten: dict[int, Outcome] = {}  # by channel: what was sent while the database failed
        self.ended = Event()

    async def look(self) -> None:
        """A thread for each channel with something to send, unless it has one; it never waits for them."""
        for channel_id in await asyncio.to_thread(self.due):
            worker = self.workers.get(channel_id)
            if (worker is None or not worker.is_alive()) and not self.ended.is_set():
                # Of the daemon kind: a server that never answers must not keep this process from ending.
                worker = Thread(target=self.work, args=(channel_id,), name=f"channel {channel_id}", daemon=True)
                self.workers[channel_id] = worker
                worker.start()

    async def stop(self) -> None:
        """What is on its way is waited for, a few seconds at most."""
        self.ended.set()
        deadline = time.monotonic() + STOP_S
        for worker in self.workers.values():
            await asyncio.to_thread(worker.join, max(0.0, deadline - time.monotonic()))

    def due(self) -> list[int]:
        now = clock.now()
        with reading(self.engine) as session:
            channels = due_channels(session, self.city_id, now)
            old = any_too_old(session, self.city_id, now)
        if old:
            with writing(self.engine) as session:
                self.fence.check(session)
                log.warning("%d messages given up after a day", give_up(session, self.city_id, now))
        return channels

    def work(self, channel_id: int) -> None:
        """Its messages one after the other, until one fails because of the channel."""
        try:
            for _ in range(AT_ONCE):
                if self.ended.is_set() or not self.send_next(channel_id):
                    return
        except (LostLeaseError, DBAPIError) as error:
            log.warning("channel %d: not recorded: %s", channel_id, error)

    def send_next(self, channel_id: int) -> bool:
        """Whether the next one may follow at once.

        An outcome that the database refused is written before anything else is sent, or its failure would send the
        same message again and again.
        """
        if channel_id not in self.unwritten:
            with reading(self.engine) as session:
                self.fence.check(session)
                letter = next_letter(session, self.key, channel_id, clock.now())
            if letter is None:
                return False
            self.unwritten[channel_id] = self.tried(letter)
        outcome = self.unwritten[channel_id]
        with writing(self.engine) as session:
            self.fence.check(session)
            health = record(session, outcome)
            tell_owners(session, self.city_id, health, outcome.at)
        del self.unwritten[channel_id]
        if not outcome.ok:
            log.warning("channel %d: message %d not sent: %s", channel_id, outcome.message_id, outcome.answer)
        return not outcome.sick

    def tried(self, letter: Letter) -> Outcome:
        begun, ok, retry, sick = time.monotonic(), False, False, False
        try:
            answer, ok = self.send(letter), True
        except ChannelError as error:
            answer, retry, sick = str(error), error.retry, error.sick
        except Exception as error:
            log.exception("channel %d failed", letter.channel_id)
            answer, retry, sick = f"internal error: {type(error).__name__}", True, True
        spent_ms = round((time.monotonic() - begun) * 1000)
        chance = random.random()  # noqa: S311  # spreads tries, keeps no secret
        return Outcome(letter.id, letter.channel_id, clock.now(), spent_ms, ok, answer, retry, sick, chance)

    def send(self, letter: Letter) -> str:
        """What the other side said; raises ChannelError."""
        if letter.config is None:
            raise ChannelError("its configuration was sealed with another key; enter it again", retry=True)
        if letter.is_locked:
            told = "the person's address was sealed with another key; enter it again"
            raise ChannelError(told, retry=True, sick=False)
        if letter.to is None:
            raise ChannelError("the person has no address for this channel", retry=False, sick=False)
        return CHANNELS[letter.kind].send(letter.config, self.outgoing(letter), self.guard)

    def outgoing(self, letter: Letter) -> Outgoing:
        """Keys tell cities apart: several may write to the same system, each with an incident number 1."""
        message, incident = letter.message, letter.message.incident_id
        return Outgoing(
            key=self.digest(message.key),
            to=letter.to or "",
            subject=message.subject,
            body=message.body,
            url=self.page_of(message),
            severity=message.severity,
            event=message.event,
            payload=message.payload,
            language=letter.language,
            thread=self.digest(f"incident {incident}") if incident else "",
            at=message.created_at,
        )

    def page_of(self, message: OutboxMessage) -> str:
        """Where more is told: the incident's page, the list of them for a message about several."""
        if message.incident_id is not None:
            return f"{self.address}/incidents/{message.incident_id}"
        return f"{self.address}/incidents" if message.event in ABOUT_SEVERAL else ""

    def digest(self, text: str) -> str:
        return hashlib.sha256(f"{self.address} {text}".encode()).hexdigest()
