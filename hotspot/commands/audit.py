"""hotspot audit: whether the record of who did what is whole, and the record as a file."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from hotspot.analytics.audit_chain import CHANGED, INSERTED, REMOVED, Fault
from hotspot.clock import now
from hotspot.commands.opening import open_database
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.spreadsheet import csv_lines
from hotspot.store.audit import note, seal_head
from hotspot.store.audit_check import ADDED, CUT, OUTSIDE, REWRITTEN, UNSEALED, Checked, check
from hotspot.store.audit_list import AuditFilter, every
from hotspot.store.base import reading, writing

ACTOR = "command line"
HEAD = ("entry", "at", "actor", "action", "subject", "detail", "digest")
SAID = {
    CHANGED: "entry {first} is not the one that was written there: it was changed",
    REMOVED: "entries {first} to {last} were removed",
    INSERTED: "entry {first} was inserted",
    OUTSIDE: "row {first} of the table was inserted past the chain",
    CUT: "entries {first} to {last} were removed from the end",
    ADDED: "entries {first} to {last} were inserted at the end, by something that does not hold the key",
    REWRITTEN: "the chain fits itself, but not its sealed end: all entries up to {last} may have been written anew",
    UNSEALED: "the chain of {last} entries fits itself, but its end is not sealed with this service's key: entries "
    "may have been removed from the end, or the database was restored with another key",
}


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.pass_obj
def verify(settings: Settings, as_json: bool) -> None:
    """Say whether every entry is as it was written; exit code 1, and the first that is not, when one is not."""
    checked = check(open_database(settings), master_key(settings))
    fault = checked.fault
    if as_json:
        click.echo(json.dumps(asdict(checked) | {"ok": fault is None, "said": sentence(fault) if fault else "ok"}))
    else:
        click.echo(in_words(checked))
    if fault:
        sys.exit(1)


def sentence(fault: Fault) -> str:
    one = fault.first == fault.last
    said = SAID[fault.kind].format(first=fault.first, last=fault.last)
    return said.replace(f"entries {fault.first} to {fault.last} were", f"entry {fault.first} was") if one else said


def in_words(checked: Checked) -> str:
    if checked.fault is None:
        return f"ok, {checked.count} entries, head {checked.head or 'none'}"
    there = checked.entry
    if there is None or checked.fault.kind in (UNSEALED, REWRITTEN):
        return f"not ok: {sentence(checked.fault)}"
    now_says = f"{iso(there.at)} {there.actor}: {there.action} {there.subject} {there.detail}".strip()
    return f"not ok: {sentence(checked.fault)}; what stands there now: {now_says!r:.300}"


@audit.command()
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.pass_obj
def export(settings: Settings, kind: str) -> None:
    """Every entry to standard output, the newest first, with its digest; JSON is an object a line."""
    with reading(open_database(settings)) as session:
        rows = (
            (row.position, iso(row.at), row.actor, row.action, row.subject, row.detail, row.digest)
            for row in every(session, AuditFilter())
        )
        if kind == "csv":
            for line in csv_lines(HEAD, rows):
                click.echo(line, nl=False)
        else:
            for row in rows:
                click.echo(json.dumps(dict(zip(HEAD, row, strict=True))))


@audit.command()
@click.option("--reason", required=True, help="Why it had lost its seal; it becomes an entry.")
@click.pass_obj
def seal(settings: Settings, reason: str) -> None:
    """Vouch for the log as it is, after a restore with another key or once a fault is understood."""
    with writing(open_database(settings)) as session:
        end = seal_head(session)
        note(session, now(), ACTOR, "seal", "audit log", reason[:500])
    click.echo(f"sealed at {end.count} entries; `hotspot audit verify` checks them")


def iso(t: int) -> str:
    return datetime.fromtimestamp(t, UTC).isoformat()
