"""hotspot export: the inventory as a file that an import reads back."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hotspot.commands import annexes
from hotspot.commands.backup import summary
from hotspot.commands.opening import open_database, the_city
from hotspot.commands.progress import progress
from hotspot.settings import Settings
from hotspot.spreadsheet import Cell, csv_bytes, xlsx_bytes
from hotspot.store.backup import BackupError, archive_all
from hotspot.store.base import reading
from hotspot.store.denominators import HEAD as DENOMINATOR_HEAD
from hotspot.store.denominators import export_rows as export_rows_of_denominators
from hotspot.store.goal_file import HEAD, goal_rows
from hotspot.store.inventory_export import export_columns, export_rows
from hotspot.store.lifecycle_list import COLUMNS as LIFECYCLE_COLUMNS
from hotspot.store.lifecycle_list import step_rows

KINDS = {".csv": "csv", ".xlsx": "xlsx", "": "csv"}  # by the ending of a file


@click.group(invoke_without_command=True)
@click.option("--all", "file", type=click.Path(path_type=Path, dir_okay=False), help="Everything there is, to FILE.")
@click.pass_context
def export(ctx: click.Context, file: Path | None) -> None:
    """Write the inventory to a file, or everything: an archive of JSON texts that `hotspot restore` reads back."""
    if file is None:
        if ctx.invoked_subcommand is None:
            raise click.UsageError("say --all FILE, or what to export: points, targets, lifecycle, contracts", ctx)
        return
    if ctx.invoked_subcommand is not None:
        raise click.UsageError("--all is everything; leave out what follows it", ctx)
    try:
        with progress() as told:
            contents = archive_all(open_database(ctx.obj), file, told)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {summary(contents)}, read back whole", err=True)


file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-")
format_option = click.option(
    "--format", "kind", type=click.Choice(["csv", "xlsx"]), help="By the file's ending when left out."
)


@export.command()
@file_argument
@format_option
@click.pass_obj
def points(settings: Settings, file: Path, kind: str | None) -> None:
    """Points and access points to FILE, or to standard output. Communities and passwords are left out."""
    kind = kind_of(file, kind)
    with reading(open_database(settings)) as session:
        city = the_city(session)
        columns, rows = export_columns(city), list(export_rows(session, city))
    write(file, kind, "points", columns, rows)


@export.command()
@file_argument
@format_option
@click.pass_obj
def targets(settings: Settings, file: Path, kind: str | None) -> None:
    """Every version of every target to FILE, or to standard output."""
    kind = kind_of(file, kind)
    with reading(open_database(settings)) as session:
        rows = list(goal_rows(session, the_city(session)))
    write(file, kind, "targets", HEAD, rows)


@export.command()
@file_argument
@format_option
@click.pass_obj
def denominators(settings: Settings, file: Path, kind: str | None) -> None:
    """What points are divided by, every number ever stated, to FILE, or to standard output."""
    kind = kind_of(file, kind)
    with reading(open_database(settings)) as session:
        rows = export_rows_of_denominators(session, the_city(session))
    write(file, kind, "denominators", DENOMINATOR_HEAD, rows)


@export.command()
@file_argument
@format_option
@click.pass_obj
def lifecycle(settings: Settings, file: Path, kind: str | None) -> None:
    """The steps of every point that count to FILE, or to standard output, as the import of past steps reads them."""
    kind = kind_of(file, kind)
    with reading(open_database(settings)) as session:
        city = the_city(session)
        columns = (*LIFECYCLE_COLUMNS, "demonstration") if city.demonstration else LIFECYCLE_COLUMNS
        marker = ("demonstration data",) if city.demonstration else ()
        rows = [(*row, *marker) for row in step_rows(session, city)]
    write(file, kind, "lifecycle", columns, rows)


@export.command()
@file_argument
@format_option
@click.pass_obj
def contracts(settings: Settings, file: Path, kind: str | None) -> None:
    """The annexes of all contracts to FILE, or to standard output."""
    kind = kind_of(file, kind)
    columns, rows = annexes.table(settings)
    write(file, kind, "annexes", columns, rows)


def kind_of(file: Path, kind: str | None) -> str:
    if kind is None and file.suffix.lower() not in KINDS:
        raise click.UsageError(f"a file of kind {file.suffix} can't be written: name a .csv or .xlsx, or say --format")
    return kind or KINDS[file.suffix.lower()]


def write(file: Path, kind: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    content = xlsx_bytes(title, columns, rows) if kind == "xlsx" else csv_bytes(columns, rows)
    try:
        if str(file) == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
            return
        file.write_bytes(content)
    except OSError as error:
        sys.stdout = None  # Python would try once more at its end, and complain
        raise click.ClickException(f"{file}: {error.strerror}") from error
    click.echo(f"{len(rows)} rows written to {file}", err=True)
