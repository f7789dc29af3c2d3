"""hotspot availability: how available anything was in any window, as a table, CSV or JSON."""

from decimal import ROUND_DOWN, Decimal

import click
from werkzeug.datastructures import MultiDict

from hotspot import clock
from hotspot.api.availability import csv_lines, figures
from hotspot.api.layer import Ask, checked
from hotspot.api.problem import Problem
from hotspot.api.query import AvailabilityQuery
from hotspot.api.shapes import Availability, Figures
from hotspot.commands.opening import open_database, the_city
from hotspot.settings import Settings
from hotspot.store.base import reading
from hotspot.store.scopes import GROUPS

HEAD = ("", "devices", "available", "coverage", "worst", "best", "outages", "MTTR", "MTBF", "longest")


@click.command()
@click.option("--access-point", default="", metavar="NAME")
@click.option("--point", default="", metavar="CODE")
@click.option("--area", default="", metavar="CODE", help="A kecamatan or kelurahan.")
@click.option("--fund", default="", metavar="NAME", help="- for points that have none.")
@click.option("--provider", default="", metavar="NAME", help="- for points that have none.")
@click.option("--by", type=click.Choice(list(GROUPS)), help="One line each.")
@click.option("--period", default="", help="2026, 2026-11, 2026-11-21, 24h or 30d.  [default: 30d]")
@click.option("--from", "since", default="", metavar="TIME", help="Instead: the beginning, in the city's zone.")
@click.option("--to", "until", default="", metavar="TIME", help="The end; now when left out.")
@click.option("--hours", default="", metavar="HOURS", help='Only these hours: "Mon-Fri 07:00-17:00; Sat 08:00-12:00".')
@click.option("--format", "kind", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def availability(
    settings: Settings, /, period: str, since: str, until: str, by: str | None, kind: str, **names: str
) -> None:
    """Availability, coverage and outages of a window: of the city, or of what is named; to the second."""
    given = {"period": period or ("" if since else "30d"), "from": since, "to": until, "by": by or "", **names}
    with reading(open_database(settings)) as session:
        try:
            query = checked(AvailabilityQuery, MultiDict({name: text for name, text in given.items() if text}))
            found = figures(Ask(session, the_city(session), clock.now(), query))
        except Problem as problem:
            raise click.UsageError("; ".join(f"{one.field}: {one.message}" for one in problem.errors)) from None
    if kind == "json":
        click.echo(found.model_dump_json(by_alias=True, indent=2))
    else:
        click.echo("".join(csv_lines(found)) if kind == "csv" else table(found), nl=kind == "table")


def table(found: Availability) -> str:
    """The members and the whole below them, under the window."""
    lines = [HEAD, *(line(f"{one.key} {one.name}" if one.name != one.key else one.key, one) for one in found.members)]
    lines.append(line("together" if found.members else "", found))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = ("  ".join([cells[0].ljust(widths[0]), *map(str.rjust, cells[1:], widths[1:])]).rstrip() for cells in lines)
    hours = f", {found.hours}" if found.hours else ""
    return "\n".join([f"{found.from_.isoformat()} to {found.to.isoformat()}{hours}", "", *body])


def line(name: str, one: Figures) -> tuple[str, ...]:
    shares = (one.availability, one.coverage, one.worst, one.best)
    lengths = (one.outages.mttr_s, one.outages.mtbf_s, one.outages.longest_s or None)
    return (name, str(one.access_points), *map(percent, shares), str(one.outages.count), *map(clock_time, lengths))


def percent(share: float | None) -> str:
    """Cut, not rounded (docs/decisions/0012-percentages-are-cut.md)."""
    if share is None:
        return "no data"
    return f"{(Decimal(repr(share)) * 100).quantize(Decimal('0.01'), rounding=ROUND_DOWN)} %"


def clock_time(seconds: float | None) -> str:
    """Hours, minutes and seconds."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
