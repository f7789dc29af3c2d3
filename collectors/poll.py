"""One poll of one device: is it there, what do its clocks say, and the samples its plan promises."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from collectors import channels, controller_poll, identify
from collectors.decoders import text
from collectors.device import Device
from collectors.learn import CLOCK, CONTACT, ROWS_MOST, learn
from collectors.oids import SYS_DESCR, SYS_OBJECT_ID
from collectors.plan import UNANSWERED, Plan, Walk, clock_value, samples, shared, walked, without_absent
from collectors.profile import STANDARD, Profile
from collectors.result import AgentClock, Identity, ManagedAccessPoint, PollResult, Sample
from collectors.snmp.base import (
    Missing,
    Session,
    SnmpCredentialError,
    SnmpError,
    SnmpStatusError,
    SnmpUnsendableError,
    Value,
)
from collectors.target import Target

ERRORS_SHOWN = 3
_NOT_THERE = frozenset(Missing) - {UNANSWERED}


async def poll(
    target: Target,
    session: Session,
    device: Device,
    profiles: Mapping[str, Profile],
    at: float,
    learning: asyncio.Semaphore,
) -> PollResult:
    """Never raises: silence, refusal and half an answer are results.

    A device that answers its clock is reachable, even if everything after that fails.
    """
    plan, begun = device.plan, time.monotonic()
    try:
        values = await session.get(plan.requests[0] if plan else CONTACT)
    except SnmpError as error:
        return failed(target, device, at, error)
    device.answered_at, rtt_s = at, session.rtt_s
    identity = None
    if plan is None or device.must_learn(plan, plan.clock_of(values), plan.layout_of(values), at):
        try:
            async with learning:
                plan, identity = await _learn(target, session, device, profiles, at)
            values = await session.get(plan.requests[0])
        except SnmpError as error:
            clock = AgentClock(*map(clock_value, values[: len(CLOCK)]))
            error_text = f"identification: {error}"
            return PollResult(target.key, at, True, rtt_s, clock=clock, error=error_text, credential=device.credential)
    read_at = at + time.monotonic() - begun  # who learns waits for others to have learned
    device.saw(plan.clock_of(values), plan.layout_of(values), read_at)
    tables: controller_poll.Tables = {}  # two readings of one column cost one walk
    found, errors = await _samples(session, device, plan, values, tables, is_new=identity is not None)
    access_points = None
    if device.roster is not None:
        access_points, totals, more, rejected = await controller_poll.ask(session, device.roster, tables, found)
        found += totals
        errors += more
        device.stats["rejected_values"] += rejected
    return told(target, device, plan, at, rtt_s, found, errors, identity, access_points)


def read(device: Device, plan: Plan, values: Sequence[Value], *, is_new: bool = False) -> list[Sample]:
    """The samples of the plan's requests."""
    if not (is_new or _NOT_THERE.isdisjoint(values) or _NOT_THERE.isdisjoint(values[1:])):
        device.rows_gone = True
    found, rejected = samples(plan.readings, values)
    if rejected:
        device.stats["rejected_values"] += rejected
    return found


def told(
    target: Target,
    device: Device,
    plan: Plan,
    at: float,
    rtt_s: float | None,
    found: Sequence[Sample],
    errors: Sequence[str],
    identity: Identity | None = None,
    access_points: tuple[ManagedAccessPoint, ...] | None = None,
) -> PollResult:
    """What a device said whose first request was answered, and whose clocks were seen."""
    return PollResult(
        key=target.key,
        at=at,
        reachable=True,
        rtt_s=rtt_s,
        profile=plan.profile.name if plan.profile else "",
        clock=device.clock,
        identity=identity,
        samples=tuple(found),
        error=_sentence((*plan.failed, *errors)) if plan.failed or errors else "",
        access_points=access_points,
        credential=device.credential,
    )


def unanswered(request: Sequence[str], error: SnmpError) -> str:
    """A request that fails costs only what it asked for."""
    return f"{len(request)} objects: {error}"


def failed(target: Target, device: Device, at: float, error: SnmpError) -> PollResult:
    """Silence is down; an error status is an answer; when we could not ask, it is neither."""
    reachable: bool | None = False
    if isinstance(error, SnmpStatusError):
        device.plan = None  # something learned offends the agent
        reachable = True
    elif isinstance(error, SnmpUnsendableError | SnmpCredentialError):
        reachable = None
    return PollResult(target.key, at, reachable, error=str(error), credential=device.credential)


async def _learn(
    target: Target, session: Session, device: Device, profiles: Mapping[str, Profile], at: float
) -> tuple[Plan, Identity]:
    standard = profiles[STANDARD]
    sys_object_id, sys_descr = (text(value) for value in await session.get((SYS_OBJECT_ID, SYS_DESCR)))
    profile = identify.by_name(profiles, target.profile)
    if profile is None:
        profile = await identify.find(session, profiles, sys_object_id, sys_descr)
    if profile is not None:
        profile = await identify.tailored(session, profile, sys_object_id, sys_descr)
    plan = await learn(session, profile, standard)
    identity = await identify.identity(session, profile, standard)
    if target.profile and (profile is None or profile.name != target.profile):
        plan = replace(plan, failed=(*plan.failed, f"there is no profile {target.profile!r}"))
    try:
        device.roster = await controller_poll.find(session, profile)
    except SnmpError as error:
        plan = replace(plan, failed=(*plan.failed, f"access points: {error}"))
    device.plan, device.learned_at, device.rows_gone = plan, at, False
    device.stats["learned"] += 1
    return plan, identity


async def _samples(
    session: Session,
    device: Device,
    plan: Plan,
    values: list[Value],
    tables: controller_poll.Tables,
    *,
    is_new: bool,
) -> tuple[list[Sample], list[str]]:
    """The samples of a poll whose first request is answered."""
    errors = []
    for request in plan.requests[1:]:
        try:
            values += await session.get(request)
        except SnmpError as error:
            values += [UNANSWERED] * len(request)
            errors.append(unanswered(request, error))
    if is_new:
        device.plan = shared(without_absent(plan, values))
    found = read(device, plan, values, is_new=is_new)
    for walk in plan.walks:
        try:
            found += await _walked(session, device, walk, tables)
        except SnmpError as error:
            errors.append(f"{walk.source.mib}: {error}")
    if plan.has_channels:
        found += channels.frequencies(found)
    return found, errors


async def _walked(session: Session, device: Device, walk: Walk, tables: controller_poll.Tables) -> list[Sample]:
    columns = (walk.source.oid, *walk.source.others)
    for column in columns:
        if column not in tables:
            tables[column] = await session.walk(column, ROWS_MOST)
    found, rejected = walked(walk, [tables[column] for column in columns])
    device.stats["rejected_values"] += rejected
    return found


def _sentence(errors: Sequence[str]) -> str:
    """What failed, bounded: a device can fail in as many ways as it has tables."""
    shown = "; ".join(errors[:ERRORS_SHOWN])
    return f"{shown}; and {len(errors) - ERRORS_SHOWN} more" if len(errors) > ERRORS_SHOWN else shown
