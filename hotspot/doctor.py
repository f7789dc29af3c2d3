"""What goes wrong in practice, a check a line: how it is, and what to do."""

import errno
import os
import resource
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from collectors.icmp import refusal
from collectors.traps import RECEIVE_BUFFER as TRAP_BUFFER
from collectors.traps import bound, unusable
from hotspot import cities, clock, secrets
from hotspot.settings import SettingError, Settings
from hotspot.store.alerts.channels import ChannelCounts, channel_counts
from hotspot.store.alerts.incident_events import untold_since
from hotspot.store.backlog import Backlog, backlog
from hotspot.store.base import make_engine, reading, trouble
from hotspot.store.city import current_city, freshness
from hotspot.store.lease import holder_of
from hotspot.store.migrate import SchemaError, own_revisions
from hotspot.store.several import no_file
from hotspot.store.targets import targets

OK, WARN, FAIL = "ok", "warn", "fail"
LEAST_FREE_MB = 500
RECEIVE_BUFFER = 4 << 20  # what the polling engine asks for
FILES = 1024
EARLIEST = 1_767_225_600  # 2026-01-01: no machine that runs this version lives before
FUTURE_S = 60
LATE_EVENTS_S = 300  # until messages are made of what happened
LATE_MESSAGES_S = 900  # after a message was to be sent
SHOWN = 5  # names in one line


@dataclass(frozen=True, slots=True)
class Finding:
    """`todo` is empty when all is well; `city` where the installation has several."""

    check: str
    level: str
    text: str
    todo: str = ""
    city: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check; those that need the database only when it can be read."""
    yield from machine(settings)
    if settings.city or not cities.slugs(settings):
        yield from of_city(settings)
    else:
        yield from of_cities(settings)


def machine(settings: Settings) -> Iterator[Finding]:
    yield sqlite_version(sqlite3.sqlite_version_info)
    yield clock_is_sane(clock.now())
    yield receive_buffer()
    yield ping(settings, refusal())
    yield open_files(settings)


def of_city(settings: Settings) -> Iterator[Finding]:
    yield from folder(settings)
    if settings.trap_port:
        yield trap_port(settings.trap_port)
    engine = make_engine(settings.database)
    database_finding = database(engine)
    yield database_finding
    if database_finding.level == OK:
        with reading(engine) as session:
            yield from stored(session, settings)
    engine.dispose()


def of_cities(installation: Settings) -> Iterator[Finding]:
    """Each by itself, and what no two may share."""
    if installation.database_url or installation.secret_key:
        text = "database_url and secret_key of the installation are no city's"
        yield Finding("cities", WARN, text, "take them out, or write them into hotspot.toml of their city")
    names = cities.strangers(installation)
    if names:
        text = f"{', '.join(map(repr, names[:SHOWN]))} is no name for an address"
        yield Finding("cities", WARN, text, f"take it out of {installation.folder / cities.FOLDER}, or rename it")
    taken: dict[str, str] = {}
    for slug in cities.slugs(installation):
        try:
            settings = cities.settings_of(installation, slug)
        except SettingError as error:
            yield Finding("settings", FAIL, str(error), "correct the file", slug)
            continue
        yield from (replace(finding, city=slug) for finding in shared(settings, taken))
        lacking = no_file(settings)
        if lacking:
            yield Finding("database", FAIL, lacking, f"run `hotspot --city {slug} init --city CODE`", slug)
            continue
        yield from (replace(finding, city=slug) for finding in of_city(settings))


def shared(settings: Settings, taken: dict[str, str]) -> Iterator[Finding]:
    """A host name, a port of traps or, worst, a database that another city has; `taken` grows by this city's."""
    claims = [("database", settings.database)] + [("hosts", name) for name in cities.hosts(settings)]
    if settings.trap_port:
        claims.append(("trap port", str(settings.trap_port)))
    for check, claim in claims:
        other = taken.setdefault(f"{check} {claim}", settings.city)
        if other != settings.city:
            yield Finding(check, FAIL, f"the same as of {other}", "give each city its own in its hotspot.toml")


def sqlite_version(version: tuple[int, int, int]) -> Finding:
    """The WAL-reset bug: fixed in 3.51.3, and in 3.50.7 and 3.44.6 of the older lines."""
    name = ".".join(str(part) for part in version)
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if fixed or version < (3, 7):
        return Finding("sqlite", OK, name)
    return Finding(
        "sqlite",
        WARN,
        f"{name} has the WAL-reset bug, by which a database with several writers can be damaged in rare cases",
        "use a Python with SQLite 3.51.3, 3.50.7 or 3.44.6 or newer, or PostgreSQL; keep backups",
    )


def folder(settings: Settings) -> Iterator[Finding]:
    path = settings.folder
    if not path.is_dir():
        yield Finding(
            "data folder", FAIL, f"{path.absolute()} does not exist", "run `hotspot init`, or set HOTSPOT_DATA_DIR"
        )
        return
    free_mb = shutil.disk_usage(path).free >> 20
    low = free_mb < LEAST_FREE_MB
    yield Finding(
        "disk", FAIL if low else OK, f"{free_mb} MB free", "make room before the database can't grow" if low else ""
    )
    yield private("data folder", path, 0o007, f"chmod o= {path}")
    key = path / secrets.FILE
    if settings.secret_key:
        yield Finding("secret key", OK, "from HOTSPOT_SECRET_KEY")
    elif key.exists():
        yield private("secret key", key, 0o077, f"chmod 600 {key}")
    else:
        yield Finding("secret key", OK, "is made at first start")


def private(check: str, path: Path, forbidden: int, todo: str) -> Finding:
    mode = path.stat().st_mode & 0o777
    if not os.access(path, os.R_OK | os.W_OK):
        return Finding(
            check, FAIL, f"{path} can't be read and written by this user", "chown it to the user of the service"
        )
    if mode & forbidden:
        return Finding(check, WARN, f"{path} has mode {mode:o}: others may read it", todo)
    return Finding(check, OK, f"{path}, mode {mode:o}")


def clock_is_sane(now: int) -> Finding:
    if now < EARLIEST:
        return Finding("clock", FAIL, "this machine's clock is years behind", "set it, and keep it by NTP")
    return Finding("clock", OK, "plausible")


def receive_buffer() -> Finding:
    """What the kernel grants of the buffer in which answers wait; a burst beyond it is lost."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        granted = probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2  # Linux counts its own needs, too
    if granted >= RECEIVE_BUFFER:
        return Finding("receive buffer", OK, f"{granted >> 10} KiB")
    return Finding(
        "receive buffer",
        WARN,
        f"{granted >> 10} KiB granted, {RECEIVE_BUFFER >> 10} wanted: bursts of answers may be lost",
        f"sysctl -w net.core.rmem_max={RECEIVE_BUFFER}",
    )


def ping(settings: Settings, why_not: str) -> Finding:
    if settings.ping == "off":
        return Finding("ping", OK, "off: who answers pings but not SNMP is called down")
    if why_not:
        text, _, todo = why_not.partition(": ")
        return Finding("ping", WARN, f"{text}: who answers pings but not SNMP is called down", todo)
    return Finding("ping", OK, "allowed")


def trap_port(port: int) -> Finding:
    """Taken is as it should be while the collector runs."""
    try:
        with bound(socket.AF_INET, port) as opened:
            granted = opened.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return Finding("trap port", OK, f"{port} is taken, by the collector if it runs")
        return Finding("trap port", FAIL, unusable(port, error), "set HOTSPOT_TRAP_PORT, or 0 for none")
    if granted < TRAP_BUFFER:
        text = f"{port} can be opened, with a buffer of {granted >> 10} of {TRAP_BUFFER >> 10} KiB"
        return Finding("trap port", WARN, text, f"sysctl -w net.core.rmem_max={RECEIVE_BUFFER}")
    return Finding("trap port", OK, f"{port} can be opened")


def open_files(settings: Settings) -> Finding:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    wanted = max(256, min(FILES, 64 * settings.web_workers * settings.web_threads))
    if limit < wanted:
        return Finding("open files", WARN, f"limit {limit}", f"raise it to {wanted} (ulimit -n, LimitNOFILE=)")
    return Finding("open files", OK, f"limit {limit}")


def database(engine: Engine) -> Finding:
    where = engine.url.render_as_string(hide_password=True)
    try:
        found, newest = own_revisions(engine)
    except SchemaError as error:
        return Finding("database", FAIL, f"{where}: {error.said}", error.todo)
    except SQLAlchemyError as error:
        return Finding("database", FAIL, *trouble(engine, error))
    if found != newest:
        return Finding("database", FAIL, f"{where} has schema {found or 'none'}, not {newest}", "run `hotspot migrate`")
    return Finding("database", OK, f"{where}, schema {found}")


def stored(session: Session, settings: Settings) -> Iterator[Finding]:
    now = clock.now()
    yield lease(session, now)
    yield heartbeat(session, now)
    city = current_city(session)
    if city is None:
        yield Finding("city", WARN, "none yet", "run `hotspot init --city CODE`")
        return
    work = backlog(session, city, settings.keep_polls_days, now)
    yield roll_ups(work)
    yield packing(work)
    yield incidents(untold_since(session), now)
    yield messages(channel_counts(session, city), now)
    try:
        dues = targets(session, secrets.master_key(settings), city.id)
    except SettingError as error:
        yield Finding("credentials", FAIL, str(error))
        return
    bad = [due for due in dues if due.error]
    if bad:
        names = ", ".join(due.name for due in bad[:SHOWN]) + (" ..." if len(bad) > SHOWN else "")
        text = f"{len(bad)} of {len(dues)} access points can't be polled: {names}: {bad[0].error}"
        yield Finding("credentials", FAIL, text, "restore secret.key from the backup, or enter the communities again")
    else:
        yield Finding("credentials", OK, f"{len(dues)} access points can be asked")


def lease(session: Session, now: int) -> Finding:
    held = holder_of(session, "collector")
    if held is None or held[1] <= now:
        return Finding("lease", WARN, "no collector works", "start `hotspot collector`, or `hotspot run`")
    return Finding("lease", OK, f"{held[0]} for another {held[1] - now} s")


def heartbeat(session: Session, now: int) -> Finding:
    fresh = freshness(session, now)
    if fresh.age_s is None:
        return Finding("heartbeat", WARN, "nothing was ever polled", "start `hotspot collector`")
    if fresh.heartbeat is not None and fresh.heartbeat > now + FUTURE_S:
        text = f"the last polls were made {fresh.heartbeat - now} s in the future: the clock was set back"
        return Finding("heartbeat", FAIL, text, "older polls are ignored until that time; set the clock right")
    text = f"{fresh.age_s} s ago, every {fresh.interval_s} s expected"
    return Finding("heartbeat", FAIL if fresh.stale else OK, text, "read the collector's log" if fresh.stale else "")


def roll_ups(work: Backlog) -> Finding:
    todo = "read the collector's log"
    if work.polled is None:
        return Finding("roll-ups", OK, "nothing to roll up")
    if work.behind_s is None:
        return Finding("roll-ups", WARN, "none was ever made", todo)
    if work.rolls_up_late:
        return Finding("roll-ups", FAIL, f"{work.behind_s // 60} minutes behind the polls", todo)
    return Finding("roll-ups", OK, f"{work.behind_s} s behind the polls")


def packing(work: Backlog) -> Finding:
    if work.unpacked_days is None:
        return Finding("packing", OK, "nothing to pack")
    if work.packs_late:
        text = f"single polls of {work.unpacked_days} days wait to be packed, {work.keep_days} are kept: the disk fills"
        return Finding("packing", WARN, text, "read the collector's log")
    return Finding("packing", OK, f"single polls of {work.unpacked_days} days")


def incidents(since: int | None, now: int) -> Finding:
    """What the collector looks for every few seconds and can't make messages of."""
    if since is None or now - since <= LATE_EVENTS_S:
        return Finding("incidents", OK, "all were told to whom they concern")
    text = f"for {(now - since) // 60} minutes nobody is told of what happens to incidents"
    return Finding("incidents", FAIL, text, "read the collector's log for lines that begin with watch")


def messages(channels: list[ChannelCounts], now: int) -> Finding:
    """Channels that fail, and messages that wait although none does."""
    todo = "look at the channel's page, /alerts/channels/, and send a test message"
    if failing := [one.name for one in channels if one.failing_since is not None]:
        waiting = sum(one.waiting for one in channels)
        named = ", ".join(failing[:SHOWN]) + (" ..." if len(failing) > SHOWN else "")
        return Finding("messages", WARN, f"{len(failing)} channels fail ({named}), {waiting} messages wait", todo)
    due_at = min((one.due_at for one in channels if one.due_at is not None), default=now)
    if now - due_at > LATE_MESSAGES_S:
        text = f"messages are {(now - due_at) // 60} minutes late although no channel fails"
        return Finding("messages", WARN, text, "see whether a collector works, and whether the channel is switched on")
    return Finding("messages", OK, f"{len(channels)} channels, none fails" if channels else "no channel is set up")
