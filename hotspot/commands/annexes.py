"""hotspot import contracts, hotspot export contracts: the annexes of contracts as files."""

import json
import sys
from pathlib import Path

import click

from hotspot.analytics.annex import COLUMNS, NEEDED, AnnexPlan
from hotspot.analytics.calendar import day_of
from hotspot.analytics.import_plan import CHANGED, REJECTED
from hotspot.clock import now
from hotspot.commands.opening import open_database, the_city
from hotspot.inventory_file import FileError, Layout, Sheet, read_path
from hotspot.settings import Settings
from hotspot.spreadsheet import Cell
from hotspot.store.annex import HEAD, annex_rows, apply_annex, plan_annex
from hotspot.store.base import reading, writing

ACTOR = "command line"
ANNEX = Layout(COLUMNS, NEEDED)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_obj
def contracts(settings: Settings, file: Path, dry_run: bool, as_json: bool) -> None:
    """Annexes of contracts from FILE (.csv or .xlsx): a row a point with its fee a month.

    The contracts themselves are added on their page. While one row is wrong, nothing is written.
    """
    engine = open_database(settings)
    try:
        sheet = read_path(file, ANNEX)
    except FileError as error:
        raise click.ClickException(str(error)) from error
    if dry_run:
        with reading(engine) as session:
            plan = plan_annex(session, the_city(session), sheet.rows)
    else:
        with writing(engine) as session:
            plan = apply_annex(session, the_city(session), sheet.rows, ACTOR, now())
    if as_json:
        click.echo(json.dumps(as_dict(sheet, plan), ensure_ascii=False))
    else:
        click.echo(as_text(sheet, plan))
        click.echo("nothing was written" if dry_run or not plan.whole else "done")
    if not plan.whole:
        sys.exit(1)


def as_text(sheet: Sheet, plan: AnnexPlan) -> str:
    lines = [f"{len(plan.outcomes)} rows read"]
    lines += [f"{count:7} {verdict}" for verdict, count in plan.counts.items()]
    for one in plan.outcomes:
        name = " ".join(part for part in (one.contract, one.point_code) if part)
        if one.verdict == REJECTED:
            column = f"{one.column}: " if one.column else ""
            lines.append(f"row {one.number} rejected ({name}): {column}{one.reason}")
        elif one.verdict == CHANGED:
            lines.append(f"row {one.number} changed ({name}): {'; '.join(map(str, one.changes))}")
    if sheet.unknown:
        lines.append(f"note: unknown columns, not read: {', '.join(sheet.unknown)}")
    return "\n".join(lines)


def as_dict(sheet: Sheet, plan: AnnexPlan) -> dict[str, object]:
    return {
        "rows": len(plan.outcomes),
        **plan.counts,
        "written": plan.whole,
        "unknown": list(sheet.unknown),
        "outcomes": [
            {
                "row": one.number,
                "verdict": one.verdict,
                "contract": one.contract,
                "point": one.point_code,
                "changes": [{"column": change.column, "old": change.old, "new": change.new} for change in one.changes],
                "column": one.column,
                "reason": str(one.reason) if one.reason else "",
            }
            for one in plan.outcomes
        ],
    }


def table(settings: Settings) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """The annexes of all contracts as the import reads them; invented data say so in every row."""
    with reading(open_database(settings)) as session:
        city = the_city(session)
        rows = list(annex_rows(session, city, day_of(city.time_zone, now())))
    if not city.demonstration:
        return list(HEAD), rows
    return [*HEAD, "demonstration"], [(*row, "invented data") for row in rows]
