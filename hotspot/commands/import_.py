"""hotspot import: the inventory, the targets and annexes from CSV or XLSX files, the boundaries from GeoJSON."""

import sys
from pathlib import Path

import click

from hotspot.analytics.goal_row import COLUMNS, NEEDED
from hotspot.boundary_file import read_boundaries
from hotspot.clock import now
from hotspot.commands import annexes
from hotspot.commands.import_lifecycle import lifecycle
from hotspot.commands.import_planning import denominators, proposals
from hotspot.commands.import_points import list_, points, undo_
from hotspot.commands.import_upstreams import upstreams
from hotspot.commands.opening import open_database, the_city
from hotspot.inventory_file import FileError, Layout, read_path
from hotspot.settings import Settings
from hotspot.store.areas import Drawn, draw, gazetteer
from hotspot.store.audit import note
from hotspot.store.base import reading, writing
from hotspot.store.goal_file import import_goals

ACTOR = "command line"


class FileFirst(click.Group):
    """`hotspot import FILE` is `hotspot import points FILE`: what names no command is a file or an option of it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["points", *args]
        return super().parse_args(ctx, args)


@click.group(name="import", cls=FileFirst)
def import_() -> None:
    """Read a file into the inventory: `hotspot import FILE`, or one of the commands for other tables."""


import_.add_command(points)
import_.add_command(list_)
import_.add_command(undo_)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def boundaries(settings: Settings, file: Path) -> None:
    """Boundaries of kelurahan or kecamatan from FILE (GeoJSON), by a property with their code or name."""
    with writing(open_database(settings)) as session:
        city = the_city(session)
        try:
            read = read_boundaries(file, gazetteer(session, city.id))
        except FileError as error:
            raise click.ClickException(str(error)) from error
        drawn = {one.area.code: Drawn(one.latitude, one.longitude, one.geometry) for one in read.found}
        if drawn:
            draw(session, city.id, drawn)
            note(session, now(), ACTOR, "import", "boundaries", f"{len(drawn)} areas")
    for number, reason in read.rejected.items():
        click.echo(f"feature {number} rejected: {reason}")
    click.echo(f"{len(drawn)} areas drawn, {len(read.rejected)} features rejected")
    if read.rejected and not drawn:
        sys.exit(1)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.pass_obj
def targets(settings: Settings, file: Path, dry_run: bool) -> None:
    """Versions of targets from FILE (.csv or .xlsx), all or none: quantity, kind (all, more), from_on, to_on, since."""
    try:
        sheet = read_path(file, Layout(COLUMNS, NEEDED))
    except FileError as error:
        raise click.ClickException(str(error)) from error
    with (reading if dry_run else writing)(open_database(settings)) as session:
        plan = import_goals(session, the_city(session), sheet.rows, now=now(), actor=ACTOR, dry=dry_run)
    for number, refusal in plan.rejected.items():
        click.echo(f"row {number} rejected: {refusal.column}: {refusal.reason}")
    if plan.rejected:
        raise click.ClickException(f"nothing was written: {len(plan.rejected)} of {len(sheet.rows)} rows are wrong")
    click.echo(f"{plan.added} added, {plan.unchanged} unchanged{'; dry run: nothing was written' if dry_run else ''}")


import_.add_command(denominators)
import_.add_command(proposals)
import_.add_command(lifecycle)
import_.add_command(upstreams)


import_.add_command(annexes.contracts)
