"""hotspot poll: polls every access point once, for cron and for trying."""

import asyncio
import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import click
from sqlalchemy import Engine

from collectors.icmp import Pinger, refusal
from collectors.pinged import PingedRounds
from collectors.result import PollResult
from collectors.rounds import Rounds
from hotspot import clock
from hotspot.collector import LEASE
from hotspot.commands.opening import check_profiles, open_database, the_city
from hotspot.poller import slot_of
from hotspot.recorder import Poll, Recorder
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.collector_status import Status, report
from hotspot.store.lease import Fence, LostLeaseError, release, take
from hotspot.store.targets import Due, last_slots, targets
from hotspot.upkeep import Unrolled, announce_ahead, retain, roll_up

TALK_S = 30  # for what follows the first answer: a first contact is a long conversation
A_SECOND = 200  # devices asked each second, so that no router on the way drops a burst
COLUMNS = (
    "point", "access_point", "address", "profile", "reachable", "clients", "uptime_s", "rtt_ms", "ping_loss", "ping_ms",
    "error",
)  # fmt: skip


@click.command()
@click.option(
    "--once", is_flag=True, required=True, help="Every access point, now; `hotspot collector` does it on schedule."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each access point.")
@click.pass_obj
def poll(settings: Settings, once: bool, as_json: bool) -> None:  # noqa: ARG001  # --once says what is done
    """Poll every access point once and print what it says.

    The polls are recorded, unless a collector works on this database: then they are only printed. When cron does all
    the polling, set the city's poll interval to the time between two runs.
    """
    check_profiles()
    engine, key = open_database(settings), master_key(settings)
    with reading(engine) as session:
        city_id = the_city(session).id
        dues, slots = targets(session, key, city_id), last_slots(session, city_id)
    spread_s = len(dues) / A_SECOND
    lease_s = int(spread_s + sum(settings.tries)) + TALK_S + settings.lease_seconds
    with writing(engine) as session:
        fence = take(session, LEASE, f"{socket.gethostname()}:{os.getpid()}:poll", clock.now(), lease_s)
    if fence is None:
        click.echo("a collector works on this database: these polls are printed, not recorded", err=True)
    results = asyncio.run(ask(settings, dues, spread_s))
    if fence:
        record(settings, engine, city_id, fence, timed(dues, slots, results))
    show([row(due, results[due.ap_id]) for due in dues], as_json)


async def ask(settings: Settings, dues: Sequence[Due], spread_s: float) -> dict[int, PollResult]:
    results = {due.ap_id: PollResult(due.ap_id, clock.exact(), None, error=due.error) for due in dues if due.error}
    asked = [replace(due.target, phase=number / len(dues)) for number, due in enumerate(dues) if not due.error]
    rounds = Rounds(tries=settings.tries, window=settings.poll_window)
    pinger = Pinger() if settings.ping == "on" and not refusal() else None
    try:
        await (PingedRounds(rounds, pinger) if pinger else rounds).run(
            asked,
            spread_s=spread_s,
            deadline_s=spread_s + sum(settings.tries) + TALK_S,
            sink=lambda result: results.__setitem__(result.key, result),
        )
    finally:
        await rounds.close()
        if pinger:
            pinger.close()
    return results


def timed(dues: Sequence[Due], slots: Mapping[int, int], results: Mapping[int, PollResult]) -> list[Poll]:
    """In their slots; without those for whose slot a newer poll is stored."""
    made = ((slot_of(int(results[d.ap_id].at), d.interval_s, slots.get(d.ap_id, 0)), d) for d in dues)
    return [
        Poll(slot, due.interval_s, results[due.ap_id], due.new_set(results[due.ap_id]))
        for slot, due in made
        if slot is not None
    ]


def record(settings: Settings, engine: Engine, city_id: int, fence: Fence, polls: Sequence[Poll]) -> None:
    """What a collector would have written: facts, proof of life, roll-ups, retention, maintenance that comes again."""
    recorder = Recorder(engine, city_id, misses=settings.misses)
    recorder.load()
    statuses = [proof_of_life(fence, interval_s, polls) for interval_s in sorted({poll.interval_s for poll in polls})]
    try:
        recorder.record(polls, fence=fence, also=lambda session: report(session, statuses, {}))
        unrolled = Unrolled()
        unrolled.note(polls, settings.misses)
        roll_up(engine, fence, unrolled)
        retain(engine, fence, settings)
        announce_ahead(engine, fence)
        with writing(engine) as session:
            release(session, fence)
    except LostLeaseError:
        click.echo("another process became the collector meanwhile: these polls are not recorded", err=True)


def proof_of_life(fence: Fence, interval_s: int, polls: Sequence[Poll]) -> Status:
    """These polls as the one cycle of a collector that started with them."""
    mine = [poll for poll in polls if poll.interval_s == interval_s]
    first, last = min(poll.result.at for poll in mine), max(poll.result.at for poll in mine)
    return Status(
        interval_s,
        fence.holder,
        started_at=int(first),
        heartbeat=clock.now(),
        slot=max(poll.slot for poll in mine),
        cycles=1,
        polled=len(mine),
        answered=sum(poll.result.reachable is True for poll in mine),
        duration_ms=round((last - first) * 1000),
    )


def row(due: Due, result: PollResult) -> dict[str, Any]:
    clients = next((sample.value for sample in result.samples if sample.metric == "clients"), None)
    return {
        "point": due.point,
        "access_point": due.name,
        "address": due.target.address,
        "profile": result.profile or None,
        "reachable": result.reachable,
        "clients": None if clients is None else round(clients),
        "uptime_s": result.clock.uptime_s,
        "rtt_ms": None if result.rtt_s is None else round(result.rtt_s * 1000, 3),
        "ping_loss": None if result.ping is None else round(1 - result.ping.received / result.ping.sent, 3),
        "ping_ms": None if result.ping is None or result.ping.rtt_s is None else round(result.ping.rtt_s * 1000, 3),
        "error": result.error or None,
    }


def show(rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        for one in rows:
            click.echo(json.dumps(one, ensure_ascii=False))
        return
    table = [COLUMNS, *(tuple("-" if one[name] is None else str(one[name]) for name in COLUMNS) for one in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
