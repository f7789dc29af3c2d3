"""hotspot import: the inventory, the targets and annexes from CSV or XLSX files, the boundaries from GeoJSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hotspot import secrets
from hotspot.analytics.calendar import day_of
from hotspot.analytics.goal_row import COLUMNS, NEEDED
from hotspot.analytics.import_plan import ADDED, CHANGED, REJECTED, UNCHANGED, Plan
from hotspot.boundary_file import read_boundaries
from hotspot.clock import now
from hotspot.commands import annexes
from hotspot.commands.import_lifecycle import lifecycle
from hotspot.commands.import_planning import denominators, proposals
from hotspot.commands.opening import open_database, the_city
from hotspot.inventory_file import FileError, Layout, Sheet, read_path
from hotspot.settings import Settings
from hotspot.store.areas import Drawn, draw, gazetteer
from hotspot.store.audit import note
from hotspot.store.base import reading, writing
from hotspot.store.goal_file import import_goals
from hotspot.store.inventory import apply_import, plan_import

ACTOR = "command line"


@click.group(name="import")
def import_() -> None:
    """Read a file into the inventory."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_obj
def points(settings: Settings, file: Path, dry_run: bool, as_json: bool) -> None:
    """Points and access points from FILE (.csv or .xlsx): a row an access point, or a planned point without one."""
    engine = open_database(settings)
    key = secrets.master_key(settings)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"reading {file.name}", total=None)
        try:
            sheet = read_path(file)
        except FileError as error:
            raise click.ClickException(str(error)) from error
        progress.update(task, description=f"checking {len(sheet.rows)} rows")
        with (reading if dry_run else writing)(engine) as session:
            city = the_city(session)
            plan = plan_import(session, key, city, sheet.rows, day_of(city.time_zone, now()))
            if not dry_run:
                progress.update(task, description=f"writing {plan.accepted} rows")
                apply_import(session, key, city, plan, ACTOR, now())
    click.echo(as_text(sheet, plan) if not as_json else json.dumps(as_dict(sheet, plan), ensure_ascii=False))
    if not as_json:
        click.echo("dry run: nothing was written" if dry_run else "done")
    if plan.outcomes and len(plan.rejected) == len(plan.outcomes):
        sys.exit(1)


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


import_.add_command(annexes.contracts)


def as_text(sheet: Sheet, plan: Plan) -> str:
    lines = [f"{len(plan.outcomes)} rows read"]
    for verdict, count in plan.counts.items():
        numbers = [outcome.number for outcome in plan.outcomes if outcome.verdict == verdict]
        listed = f"  rows {ranges(numbers)}" if count and verdict in (ADDED, UNCHANGED) else ""
        lines.append(f"{count:7} {verdict}{listed}")
    for outcome in plan.outcomes:
        name = " ".join(part for part in (outcome.point_code, outcome.ap_name) if part)
        if outcome.verdict == REJECTED:
            column = f"{outcome.column}: " if outcome.column else ""
            lines.append(f"row {outcome.number} rejected ({name}): {column}{outcome.reason}")
        elif outcome.verdict == CHANGED:
            lines.append(f"row {outcome.number} changed ({name}): {'; '.join(map(str, outcome.changes))}")
    lines += [f"note: {text}" for text in notes(sheet, plan)]
    return "\n".join(lines)


def notes(sheet: Sheet, plan: Plan) -> list[str]:
    unknown = [f"unknown columns, not read: {', '.join(sheet.unknown)}"] if sheet.unknown else []
    return [*unknown, *map(str, plan.notes)]


def ranges(numbers: Sequence[int]) -> str:
    """2, 3, 4, 7 as "2-4, 7"; at most twenty of them."""
    runs: list[list[int]] = [
        [number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    ]
    texts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return ", ".join(texts[:20]) + (" ..." if len(texts) > 20 else "")


def as_dict(sheet: Sheet, plan: Plan) -> dict[str, object]:
    outcomes: Iterable[dict[str, object]] = (
        {
            "row": outcome.number,
            "verdict": outcome.verdict,
            "point": outcome.point_code,
            "access_point": outcome.ap_name,
            "changes": [{"column": change.column, "old": change.old, "new": change.new} for change in outcome.changes],
            "column": outcome.column,
            "reason": str(outcome.reason) if outcome.reason else "",
        }
        for outcome in plan.outcomes
    )
    return {
        "rows": len(plan.outcomes),
        **plan.counts,
        "notes": notes(sheet, plan),
        "outcomes": list(outcomes),
    }
