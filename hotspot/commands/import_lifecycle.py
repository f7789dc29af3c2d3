"""hotspot import lifecycle: past steps of points from a CSV or XLSX file."""

import json
import sys
from pathlib import Path

import click

from hotspot.analytics.import_plan import REJECTED
from hotspot.analytics.lifecycle_rows import COLUMNS, NEEDED, Plan
from hotspot.clock import now
from hotspot.commands.opening import open_database, the_city
from hotspot.inventory_file import FileError, Layout, Sheet, read_path
from hotspot.settings import Settings
from hotspot.store.base import reading, writing
from hotspot.store.lifecycle_file import apply_steps, plan_steps

ACTOR = "command line"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_obj
def lifecycle(settings: Settings, file: Path, dry_run: bool, as_json: bool) -> None:
    """Past steps of points from FILE (.csv or .xlsx): point_code, stage, since, document, actor, note."""
    try:
        sheet = read_path(file, Layout(COLUMNS, NEEDED))
    except FileError as error:
        raise click.ClickException(str(error)) from error
    with (reading if dry_run else writing)(open_database(settings)) as session:
        city = the_city(session)
        plan = plan_steps(session, city, sheet.rows, now())
        if not dry_run:
            apply_steps(session, city, plan, now=now(), actor=ACTOR)
    click.echo(json.dumps(as_dict(plan), ensure_ascii=False) if as_json else as_text(sheet, plan))
    if not as_json:
        click.echo("dry run: nothing was written" if dry_run else "done")
    if plan.verdicts and plan.counts[REJECTED] == len(plan.verdicts):
        sys.exit(1)


def as_text(sheet: Sheet, plan: Plan) -> str:
    lines = [f"{len(plan.verdicts)} rows read", *(f"{count:7} {kind}" for kind, count in plan.counts.items())]
    for one in plan.verdicts:
        if one.reason:
            column = f"{one.column}: " if one.column else ""
            lines.append(f"row {one.number} rejected ({one.subject}): {column}{one.reason}")
        elif one.changes:
            lines.append(f"row {one.number} changed ({one.subject}): {'; '.join(map(str, one.changes))}")
    if sheet.unknown:
        lines.append(f"note: unknown columns, not read: {', '.join(sheet.unknown)}")
    return "\n".join(lines)


def as_dict(plan: Plan) -> dict[str, object]:
    return {
        "rows": len(plan.verdicts),
        **plan.counts,
        "outcomes": [
            {
                "row": one.number,
                "verdict": one.kind,
                "point": one.subject,
                "column": one.column,
                "reason": str(one.reason) if one.reason else "",
            }
            for one in plan.verdicts
        ],
    }
