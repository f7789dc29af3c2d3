"""hotspot discover: searches addresses for devices and shows them; adds or ignores what it is told to, nothing else."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from collectors.discovery import RATE
from hotspot.analytics.address_ranges import ranges as read_ranges
from hotspot.analytics.discovery import INVENTORY, PING
from hotspot.analytics.import_row import RejectedError
from hotspot.clock import now
from hotspot.commands.opening import check_profiles, open_database, the_city
from hotspot.search import Searching
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.spreadsheet import csv_bytes
from hotspot.store.base import reading, writing
from hotspot.store.credential_sets import set_rows
from hotspot.store.found_decisions import Wish, add_found, ignore
from hotspot.store.found_devices import FoundRow, found_rows
from hotspot.store.searches import SearchRow, cancel, request, search

ACTOR = "command line"
SHOWN = ("address", "name", "vendor", "model", "state", "same_as", "point", "reason", "error")
EXAMPLE = "such as 10.0.0.0/22 or 10.1.2.3-10.1.2.40"


@click.command()
@click.argument("ranges", nargs=-1)
@click.option(
    "--credentials", "names", default="", help="Names by commas, in the order they are tried; without it all."
)
@click.option("--rate", default=RATE, show_default=True, help="Addresses a second.")
@click.option("--port", default=161, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each device.")
@click.option("--csv", "as_csv", is_flag=True, help="All columns as CSV.")
@click.option("--add", "add_address", metavar="ADDRESS", help="Put a found device into the inventory.")
@click.option("--point", default="", metavar="CODE", help="With --add: the point it belongs to.")
@click.option("--name", default="", help="With --add: how it is called; without it as it calls itself.")
@click.option("--ignore", "ignore_address", metavar="ADDRESS", help="Show a found device no more.")
@click.pass_obj
def discover(
    settings: Settings,
    ranges: Sequence[str],
    names: str,
    rate: int,
    port: int,
    as_json: bool,
    as_csv: bool,
    add_address: str | None,
    point: str,
    name: str,
    ignore_address: str | None,
) -> None:
    """Search RANGES (10.0.0.0/22, 10.1.2.3-10.1.2.40, single addresses) for devices by ping and SNMP.

    Nothing is added by itself: --add does. Without ranges it shows what was found and waits for a decision.
    """
    check_options(as_json=as_json, as_csv=as_csv, wishes=bool(point or name), adds=bool(add_address))
    engine = open_database(settings)
    try:
        if add_address:
            click.echo(add(engine, add_address, port, point, name))
        elif ignore_address:
            click.echo(leave(engine, ignore_address, port))
        elif ranges:
            key = master_key(settings)
            check_profiles()
            of = begin(engine, key, " ".join(ranges), names, port, rate)
            carry_out(engine, key, of)
            rows = [row for row in found(engine) if row.search_id == of.id]
            told = [row for row in rows if as_json or as_csv or row.verdict.state != PING]
            show(told, as_json, as_csv)
            if len(told) < len(rows):
                click.echo(f"{len(rows) - len(told)} more answer ping only; --json and --csv have them", err=True)
        else:
            open_ones = [row for row in found(engine) if not row.decision]
            show([row for row in open_ones if row.verdict.state not in (INVENTORY, PING)], as_json, as_csv)
    except RejectedError as error:
        raise click.ClickException(f"{error.column}: {error.reason}") from error


def check_options(*, as_json: bool, as_csv: bool, wishes: bool, adds: bool) -> None:
    if as_json and as_csv:
        raise click.UsageError("say --json or --csv, not both")
    if wishes and not adds:
        raise click.UsageError("--point and --name go with --add ADDRESS")


def begin(engine: Engine, key: bytes, text: str, names: str, port: int, rate: int) -> SearchRow:
    """The search, ours from the start, so that no collector begins it too."""
    with writing(engine) as session:
        city_id = the_city(session).id
        sets = chosen(session, key, city_id, names)
        asked = {"port": port, "rate": rate, "now": now(), "actor": ACTOR, "holder": holder()}
        search_id = request(session, city_id, read_ranges(text), sets, **asked)  # type: ignore[arg-type]
        made = search(session, city_id, search_id)
        assert made  # noqa: S101  # just made
        return made


def chosen(session: Session, key: bytes, city_id: int, names: str) -> list[int]:
    known = {row.name: row.id for row in set_rows(session, key, city_id)}
    if not known:
        raise click.ClickException("there is no credential yet; `hotspot credentials add NAME` keeps one")
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise click.ClickException(f"there is no credential named {unknown[0]}; there are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(wanted)]


def holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:discover"


def carry_out(engine: Engine, key: bytes, of: SearchRow) -> None:
    """With progress on standard error; Ctrl-C ends it and keeps what was found."""
    with reading(engine) as session:
        city_id = the_city(session).id
    columns = (TextColumn("searching"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("searching", total=of.addresses)
        try:
            work = Searching(engine, key, city_id, of, holder())
            finished = asyncio.run(work.run(lambda asked: progress.update(task, completed=asked)))
        except KeyboardInterrupt:
            finished = False
            with writing(engine) as session:
                cancel(session, city_id, of.id, now(), ACTOR)
    with reading(engine) as session:
        after = search(session, city_id, of.id)
    if after and not finished:
        click.echo(f"cancelled after {after.asked} of {after.addresses} addresses", err=True)
    elif after and after.error:
        click.echo(after.error, err=True)


def found(engine: Engine) -> list[FoundRow]:
    with reading(engine) as session:
        return found_rows(session, the_city(session), now())


def one_at(rows: Sequence[FoundRow], address: str, port: int) -> FoundRow:
    at = [row for row in rows if row.address == address]
    here = [row for row in at if row.port == port] or at
    if len(here) != 1:
        raise click.ClickException(
            f"{address} was found at ports {', '.join(str(row.port) for row in here)}; name one with --port"
            if here
            else f"nothing was found at {address}; search for it first"
        )
    return here[0]


def add(engine: Engine, address: str, port: int, point: str, name: str) -> str:
    row = one_at(found(engine), address, port)
    with writing(engine) as session:
        named = add_found(session, the_city(session), Wish(row.id, name or row.name, point, row.kind), now(), ACTOR)
    return f"{named} is in the inventory" + (f" at {point}" if point else "; no point is named yet")


def leave(engine: Engine, address: str, port: int) -> str:
    row = one_at(found(engine), address, port)
    with writing(engine) as session:
        if not ignore(session, the_city(session), [row.id], now(), ACTOR):
            raise click.ClickException(f"{address} is {row.decision} already")
    return f"{address} is ignored"


def show(rows: Sequence[FoundRow], as_json: bool, as_csv: bool) -> None:
    records = [row.record for row in rows]
    if as_json:
        for record in records:
            click.echo(json.dumps(record, ensure_ascii=False))
    elif as_csv:
        sys.stdout.buffer.write(
            csv_bytes(list(records[0]) if records else SHOWN, [list(one.values()) for one in records])
        )
    elif not records:
        click.echo(f"nothing to show; search with `hotspot discover RANGE`, {EXAMPLE}", err=True)
    else:
        table = [SHOWN, *(tuple(str(one[name] or "-") for name in SHOWN) for one in records)]
        widths = [max(len(line[place]) for line in table) for place in range(len(SHOWN))]
        for line in table:
            click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
