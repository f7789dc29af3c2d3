"""hotspot credentials: the SNMP credentials that many devices share; secrets come from a file or are asked for."""

import asyncio
import sys
from typing import TextIO

import click

from collectors.decoders import text
from collectors.snmp.base import SnmpError
from collectors.snmp.probe import probe
from hotspot.analytics.import_row import AUTH_PROTOCOLS, PRIV_PROTOCOLS, RejectedError
from hotspot.clock import now
from hotspot.commands.opening import open_database, the_city
from hotspot.secrets import master_key
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.credential_sets import CLEAR, OPEN, SEALED, WEAK, InUseError, add_set, remove_set, set_rows
from hotspot.store.opened_sets import opened_sets

ACTOR = "command line"
WARNINGS = {
    CLEAR: "the community travels readable through the network",
    WEAK: "MD5 and DES are weak; SHA256 and AES protect",
    OPEN: "without authentication and privacy anybody on the way can read, or pretend",
    SEALED: "it was sealed with another secret.key; add it again",
}


@click.group()
def credentials() -> None:
    """SNMP credentials that many devices share, tried in their order."""


@credentials.command()
@click.argument("name")
@click.option("--version", "snmp_version", type=click.Choice(("1", "2c", "3")), default="2c", show_default=True)
@click.option("--user", default="", help="Of version 3.")
@click.option("--auth", type=click.Choice(AUTH_PROTOCOLS, case_sensitive=False), help="Of version 3; SHA256 is good.")
@click.option("--priv", type=click.Choice(PRIV_PROTOCOLS, case_sensitive=False), help="Of version 3; AES is good.")
@click.option("--context", default="", help="Of version 3; empty on nearly all devices.")
@click.option(
    "--secrets",
    type=click.File(encoding="utf-8"),
    help="The community, or the authentication and then the privacy password, a line each; - is standard input. "
    "Without it they are asked for.",
)
@click.pass_obj
def add(
    settings: Settings,
    name: str,
    snmp_version: str,
    user: str,
    auth: str | None,
    priv: str | None,
    context: str,
    secrets: TextIO | None,
) -> None:
    """Keep a credential; it is tried after those that are there."""
    engine, key = open_database(settings), master_key(settings)
    wanted = {
        "snmp_community": "" if snmp_version == "3" else "Community",
        "snmp_auth_password": "Authentication password" if auth else "",
        "snmp_priv_password": "Privacy password" if priv else "",
    }
    given = {column: prompt for column, prompt in wanted.items() if prompt}
    lines = [line.rstrip("\r\n") for line in secrets] if secrets else [ask(prompt) for prompt in given.values()]
    if len(lines) < len(given):
        raise click.ClickException(f"{len(given)} lines are needed, {len(lines)} came")
    cells = dict(zip(given, lines, strict=False)) | {
        "name": name,
        "snmp_version": snmp_version,
        "snmp_user": user,
        "snmp_auth_protocol": auth or "",
        "snmp_priv_protocol": priv or "",
        "snmp_context": context,
    }
    with writing(engine) as session:
        try:
            set_id = add_set(session, key, the_city(session).id, cells, now(), ACTOR)
        except RejectedError as error:
            raise click.ClickException(f"{error.column.removeprefix('snmp_')}: {error.reason}") from error
        warning = next(row.warning for row in set_rows(session, key, the_city(session).id) if row.id == set_id)
    click.echo(f"{name} is kept" + (f"; but {WARNINGS[warning]}" if warning else ""))


def ask(prompt: str) -> str:
    """Never echoed; from a pipe a line is read as it is."""
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


@credentials.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List them in the order in which they are tried; no secret is shown."""
    engine, key = open_database(settings), master_key(settings)
    with reading(engine) as session:
        for row in set_rows(session, key, the_city(session).id):
            warning = f"  {WARNINGS[row.warning]}" if row.warning else ""
            click.echo(f"{row.name:24} {row.snmp_version:3} {row.protection:16} {row.used_by:6} devices{warning}")


@credentials.command()
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Forget a credential that no device is asked with any more."""
    engine, key = open_database(settings), master_key(settings)
    with writing(engine) as session:
        city_id = the_city(session).id
        found = next((row for row in set_rows(session, key, city_id) if row.name == name), None)
        if found is None:
            raise click.ClickException(f"there is no credential named {name}")
        try:
            remove_set(session, city_id, found.id, now(), ACTOR)
        except InUseError as error:
            raise click.ClickException(
                f"{error.count} access points are asked with {name}; give them another"
            ) from error
    click.echo(f"{name} is removed")


@credentials.command()
@click.argument("address")
@click.option("--port", type=click.IntRange(1, 65535), default=161, show_default=True)
@click.pass_obj
def test(settings: Settings, address: str, port: int) -> None:
    """Ask one device with each of them, and say what comes of it; exit code 1 when none fits."""
    engine, key, fits = open_database(settings), master_key(settings), False
    with reading(engine) as session:
        sets = opened_sets(session, key, the_city(session).id)
    if not sets:
        raise click.ClickException("there is no credential yet; `hotspot credentials add NAME` keeps one")
    for one in sets:
        said = one.error
        if one.credential:
            try:
                found = asyncio.run(probe(address, port, one.credential))
                said, fits = f"fits: {text(found.sys_name)}, {text(found.sys_descr)}", True
            except SnmpError as error:
                said = str(error)
        click.echo(f"{one.name}: {said}")
    if not fits:
        sys.exit(1)
