"""hotspot import denominators, proposals: what points are divided by, and what is asked for, from CSV or XLSX files."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hotspot import secrets
from hotspot.analytics import denominators as figures
from hotspot.analytics import proposals as wishes
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_plan import CHANGED, REJECTED
from hotspot.analytics.verdicts import Verdict, counts
from hotspot.clock import now
from hotspot.commands.opening import open_database, the_city
from hotspot.inventory_file import FileError, Layout, Sheet, read_path
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.denominators import apply_denominators, plan_denominators
from hotspot.store.proposal_edit import apply_proposals, plan_proposals

ACTOR = "command line"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.pass_obj
def denominators(settings: Settings, file: Path, dry_run: bool) -> None:
    """People, poor people, schools and UMKM by kelurahan and day: a row a number, or a column a kind."""
    sheet = sheet_of(file, Layout(figures.COLUMNS, figures.NEEDED))
    with (reading if dry_run else writing)(open_database(settings)) as session:
        city = the_city(session)
        plan = plan_denominators(session, city, sheet.rows, day_of(city.time_zone, now()))
        if not dry_run:
            apply_denominators(session, city, plan, now=now(), actor=ACTOR)
    tell(sheet, plan.verdicts, dry_run=dry_run)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.pass_obj
def proposals(settings: Settings, file: Path, dry_run: bool) -> None:
    """Places that are asked for, a row each; contacts are sealed and never printed."""
    sheet = sheet_of(file, Layout(wishes.COLUMNS, wishes.NEEDED))
    key = secrets.master_key(settings)
    with (reading if dry_run else writing)(open_database(settings)) as session:
        city = the_city(session)
        plan = plan_proposals(session, city, sheet.rows, day_of(city.time_zone, now()))
        if not dry_run:
            apply_proposals(session, key, city, plan, now=now(), actor=ACTOR)
    tell(sheet, plan.verdicts, dry_run=dry_run)


def sheet_of(file: Path, layout: Layout) -> Sheet:
    try:
        return read_path(file, layout)
    except FileError as error:
        raise click.ClickException(str(error)) from error


def tell(sheet: Sheet, verdicts: Sequence[Verdict], *, dry_run: bool) -> None:
    """Every row is in one of the counts; exit code 1 when all were rejected."""
    click.echo(f"{len(verdicts)} rows read")
    found = counts(verdicts)
    for kind, number in found.items():
        click.echo(f"{number:7} {kind}")
    for one in verdicts:
        if one.kind == REJECTED:
            column = f"{one.column}: " if one.column else ""
            click.echo(f"row {one.number} rejected ({one.subject}): {column}{one.reason}")
        elif one.kind == CHANGED:
            click.echo(f"row {one.number} changed ({one.subject}): {'; '.join(map(str, one.changes))}")
    if sheet.unknown:
        click.echo(f"note: unknown columns, not read: {', '.join(sheet.unknown)}")
    click.echo("dry run: nothing was written" if dry_run else "done")
    if verdicts and found[REJECTED] == len(verdicts):
        sys.exit(1)
