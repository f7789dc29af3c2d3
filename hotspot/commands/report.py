"""hotspot report: make a report, list those in the archive, take one out."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from hotspot import clock
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.reports import FORMS, KINDS, Order, month_before
from hotspot.analytics.written import LANGUAGES
from hotspot.commands.opening import open_database, the_city
from hotspot.reports.make import make as make_report
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.reports import add_report, archive
from hotspot.store.reports import report as archived

ACTOR = "command line"


@click.group()
def report() -> None:
    """Reports of a month, as PDF, XLSX or CSV."""


@report.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("key", default="")
@click.option("--month", "period", default="", metavar="YYYY-MM", help="The last whole month when left out.")
@click.option("--form", type=click.Choice(FORMS), default="pdf", show_default=True)
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="id", show_default=True)
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="Also write it to FILE.")
@click.pass_obj
def make(settings: Settings, kind: str, key: str, period: str, form: str, language: str, file: Path | None) -> None:
    """Make a report and keep it. KEY is the code of a district, or the name of a provider or fund."""
    engine, now = open_database(settings), clock.now()
    with reading(engine) as session:
        city = the_city(session)
        month = period.strip() or month_before(day_of(city.time_zone, now)).text
        order = Order(kind, key, month, form, language)
        try:
            data = make_report(session, city, order, now)
        except RejectedError as error:
            raise click.UsageError(f"{error.column}: {error.reason}") from error
    with writing(engine) as session:
        number = add_report(session, city.id, order, data, now, ACTOR)
    if file:
        write(file, data)
    click.echo(f"report {number}: {kind} {key}".rstrip() + f", {month}, {form}, {len(data)} bytes", err=True)


@report.command(name="list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """The newest reports first: number, when made, kind, whose, month, form, size, SHA-256."""
    with reading(open_database(settings)) as session:
        for row in archive(session, the_city(session), per_page=1000).rows:
            made = datetime.fromtimestamp(row.made_at, UTC)
            whose = row.subject or "-"
            click.echo(
                f"{row.id}  {made:%Y-%m-%dT%H:%M:%SZ}  {row.order.kind}  {whose}  {row.order.period}  "
                f"{row.order.form}  {row.order.language}  {row.size}  {row.sha256}"
            )


@report.command()
@click.argument("number", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-")
@click.pass_obj
def get(settings: Settings, number: int, file: Path) -> None:
    """Write report NUMBER to FILE, or to standard output."""
    with reading(open_database(settings)) as session:
        found = archived(session, the_city(session), number)
    if found is None:
        raise click.ClickException(f"there is no report {number}")
    if str(file) == "-":
        sys.stdout.buffer.write(found[1])
        sys.stdout.flush()
    else:
        write(file, found[1])


def write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
