"""What a batch of polls means: rows to write, spans that change, events, and what to remember for the next polls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic_core import to_json

from collectors.result import AgentClock, Identity, Ping, PollResult
from hotspot.analytics import extras
from hotspot.analytics.outages import MONITORING, Seen, Watch, advance, is_backwards, is_old
from hotspot.analytics.reading import NO_COUNTERS, NOTHING, Baseline, Counters, Reading, read
from hotspot.analytics.restarts import REBOOT
from hotspot.analytics.spans import DOWN, UP, is_stale
from hotspot.store.bulk import Row
from hotspot.store.events import Event
from hotspot.store.spans import SpanChange

NOTHING_SEEN = '{"radios":[],"ssids":[],"interfaces":[]}'


def encode(value: object) -> str:
    """As JSON; several times as fast as the standard library's."""
    return to_json(value).decode()


@dataclass(frozen=True, slots=True)
class Told:
    """How far a controller vouches for a poll of an access point that is followed through it.

    What is `certain` needs no second poll. With an `excuse` nobody knows. `address` is where the controller sees it.
    """

    excuse: str = ""
    certain: bool = True
    address: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """`slot` is the time of the cycle, or the poll's own where it was made between two.

    `credential_set` was answered and is not the known one; `told` by its controller, the device was not asked itself.
    """

    slot: int
    interval_s: int
    result: PollResult
    credential_set: int | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one access point; `baseline` (`packed` is the same as JSON), `profile` and `detail` are of its last answer.

    `error` is of its last poll.
    """

    watch: Watch
    baseline: Baseline | None = None
    packed: str = ""
    profile: str = ""
    detail: str = NOTHING_SEEN
    error: str = ""

    def is_steady(self, after: "Memory") -> bool:
        """Whether `after` differs in nothing but what store.polls.READ names."""
        return _slow(self) == _slow(after)


def _slow(memory: Memory) -> tuple[Any, ...]:
    watch = memory.watch
    runs = watch.missed, watch.first_missed, watch.silent, watch.first_silent
    return watch.state, watch.since, watch.cause, watch.interval_s, runs, memory.profile, memory.error


@dataclass(slots=True)
class Batch:
    """Rows in the order of the columns of store.polls; the newest memory and state of each access point."""

    city_id: int
    trusted: bool
    memories: dict[int, Memory] = field(default_factory=dict)
    polls: list[Row] = field(default_factory=list)
    states: dict[int, Row] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)  # access points of whose state more than the last reading is new
    spans: list[SpanChange] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    identities: dict[int, tuple[int, Identity]] = field(default_factory=dict)  # by access point: when, what
    credential_sets: dict[int, int] = field(default_factory=dict)  # by access point: the one that it answers now
    asked: int = 0  # polls but those told by a controller
    answered: int = 0
    ignored: int = 0
    went_down: list[int] = field(default_factory=list)
    came_up: list[int] = field(default_factory=list)
    stepped: bool = False  # the newest polls were made before the one recorded last: the clock was set back


def digest(
    polls: Sequence[Poll],
    memories: Mapping[int, Memory],
    *,
    city_id: int,
    misses: int,
    trusted: bool,
    stepped: bool,
    looked: int | None,
) -> Batch:
    """Polls that are not newer than the last one of their access point are ignored; `stepped` as the batch before.

    `looked` is when the newest poll of all that are stored was made.
    """
    batch = Batch(city_id, trusted)
    taken, backwards = [], []
    for poll in polls:
        memory = batch.memories.get(poll.result.key) or memories.get(poll.result.key)
        seen = seen_of(poll, trusted)
        watch = memory.watch if memory else None
        if is_old(watch, seen):
            continue
        if watch and is_backwards(watch, seen):
            backwards.append((seen.at, watch.last_poll))
            continue
        taken.append(poll)
        needed = 1 if poll.told and poll.told.certain else misses
        _take(batch, poll, memory, _advance(batch, poll.result.key, watch, seen, needed))
    batch.ignored = sum(poll.told is None for poll in polls) - batch.asked
    if taken:
        _note_gap(batch, taken, looked)
    if backwards and not stepped:
        at, last_poll = backwards[0]
        batch.events.append(Event(at, "clock_step", detail=f"{at - last_poll} s"))
    batch.stepped = bool(backwards) or (stepped and not taken)
    return batch


def seen_of(poll: Poll, trusted: bool) -> Seen:
    """A device that answers pings alone is alive, whatever is wrong with its SNMP or our credential."""
    result, answered, excuse = poll.result, poll.result.reachable, ""
    if poll.told:
        trusted, excuse = trusted or poll.told.certain, poll.told.excuse
    elif not answered and result.ping and result.ping.received:
        answered, excuse = False, MONITORING
    return Seen(int(result.at), poll.slot, poll.interval_s, answered, trusted, excuse)


def _advance(batch: Batch, ap_id: int, before: Watch | None, seen: Seen, misses: int) -> Watch:
    watch, changes = advance(before, seen, misses)
    since, was = (before.since, before.state) if before else (None, None)
    for change in changes:
        batch.spans.append(SpanChange(ap_id, since, change))
        since = change.at
    if watch.state == DOWN != was:
        batch.went_down.append(ap_id)
    elif watch.state == UP and was == DOWN:
        batch.came_up.append(ap_id)
    return watch


def _take(batch: Batch, poll: Poll, memory: Memory | None, watch: Watch) -> None:
    """Without an answer nothing was measured: the figures are empty, neither 0 nor those of the poll before."""
    result, ap_id, before = poll.result, poll.result.key, memory
    if poll.told is None:
        batch.asked, batch.answered = batch.asked + 1, batch.answered + bool(result.reachable)
    if result.reachable:
        reading, baseline = read(result, poll.interval_s, memory.baseline if memory else None)
        address = {"address": poll.told.address} if poll.told and poll.told.address else {}
        detail = encode({**reading.detail, **address})
        memory = Memory(watch, baseline, packed(baseline), result.profile, detail, result.error)
        if reading.restarted:
            batch.events.append(_restart(ap_id, reading.restarted, result, watch))
        if result.identity:
            batch.identities[ap_id] = watch.last_poll, result.identity
        if poll.credential_set is not None:
            batch.credential_sets[ap_id] = poll.credential_set
    else:
        reading = NOTHING
        memory = replace(memory, watch=watch, error=result.error) if memory else Memory(watch, error=result.error)
    batch.memories[ap_id] = memory
    if before is None or not before.is_steady(memory):
        batch.changed.add(ap_id)
    rtt_us = round(result.rtt_s * 1e6) if result.reachable and result.rtt_s is not None else None
    batch.polls.append(_poll_row(batch, poll, watch, reading, rtt_us))
    batch.states[ap_id] = _state_row(batch, poll, memory, reading, rtt_us)


def _poll_row(batch: Batch, poll: Poll, watch: Watch, reading: Reading, rtt_us: int | None) -> Row:
    result, traffic = poll.result, reading.traffic
    trusted = not poll.told.excuse if poll.told else batch.trusted
    asked = result.reachable is not None and (result.reachable or trusted)
    return (
        poll.slot,
        result.key,
        batch.city_id,
        watch.last_poll - poll.slot,
        int(bool(result.reachable)) if asked else None,
        rtt_us,
        result.clock.uptime_s,
        reading.clients,
        traffic.rx_bytes,
        traffic.tx_bytes,
        traffic.errors,
        reading.cpu_percent,
        reading.memory_percent,
        *echoes(result.ping),
        extras.written(reading.detail) if reading.detail else None,
    )


def _state_row(batch: Batch, poll: Poll, memory: Memory, reading: Reading, rtt_us: int | None) -> Row:
    result, watch, traffic = poll.result, memory.watch, reading.traffic
    return (
        result.key,
        batch.city_id,
        int(watch.state),
        watch.since,
        watch.cause,
        watch.last_poll,
        watch.last_ok,
        watch.last_slot,
        watch.interval_s,
        watch.missed,
        watch.first_missed,
        watch.silent,
        watch.first_silent,
        rtt_us,
        result.clock.uptime_s,
        reading.clients,
        traffic.rx_bps,
        traffic.tx_bps,
        reading.cpu_percent,
        reading.memory_percent,
        *echoes(result.ping),
        memory.profile,
        result.error,
        memory.detail,
        memory.packed,
    )


def echoes(ping: Ping | None) -> tuple[int | None, int | None, int | None]:
    """Echo requests, answers, and the shortest round trip in microseconds."""
    if ping is None:
        return None, None, None
    return ping.sent, ping.received, None if ping.rtt_s is None else round(ping.rtt_s * 1e6)


def _restart(ap_id: int, kind: str, result: PollResult, watch: Watch) -> Event:
    """A reboot happened when the device says it did."""
    uptime_s = result.clock.uptime_s if kind == REBOOT else None
    return Event(watch.last_poll - (uptime_s or 0), kind, ap_id)


def _note_gap(batch: Batch, taken: Sequence[Poll], looked: int | None) -> None:
    """When no access point at all was polled for too long, it was the collector that did not look."""
    first = min(int(poll.result.at) for poll in taken)
    if looked is not None and is_stale(looked, max(poll.interval_s for poll in taken), first):
        batch.events.append(Event(looked, "collector_gap", detail=f"{first - looked} s"))


def newest(memories: Mapping[int, Memory]) -> int | None:
    """The instant of the last poll of all."""
    return max((memory.watch.last_poll for memory in memories.values()), default=None)


def packed(baseline: Baseline) -> str:
    """The baseline as JSON, to be kept beside the state."""
    clock = baseline.clock
    ticks = clock.sys_uptime_ticks, clock.host_uptime_ticks, clock.engine_boots, clock.engine_time_s
    return encode([baseline.at, ticks, baseline.counters])


def unpacked(text: str) -> Baseline | None:
    """None where the access point never answered."""
    if not text:
        return None
    at, ticks, counters = json.loads(text)
    return Baseline(at, AgentClock(*ticks), {label: _counters(values) for label, values in counters.items()})


def _counters(values: Sequence[Sequence[Any] | None]) -> Counters:
    """An earlier version kept fewer of them."""
    missing = len(NO_COUNTERS) - len(values)
    return tuple((one[0], one[1]) if one else None for one in values) + (None,) * missing
