"""hotspot import upstreams: what access points hang on, from a CSV or XLSX file."""

import json
import sys
from pathlib import Path

import click

from hotspot.analytics.import_plan import REJECTED
from hotspot.analytics.verdicts import counts
from hotspot.clock import now
from hotspot.commands.import_planning import sheet_of, tell
from hotspot.commands.opening import open_database, the_city
from hotspot.inventory_file import Layout
from hotspot.settings import Settings
from hotspot.store.alerts.upstream_file import COLUMNS, NEEDED, import_upstreams
from hotspot.store.base import writing

ACTOR = "command line"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_obj
def upstreams(settings: Settings, file: Path, dry_run: bool, as_json: bool) -> None:
    """Upstreams from FILE (.csv or .xlsx): kind, name, parent, note, access_point or point_code of what hangs there."""
    sheet = sheet_of(file, Layout(COLUMNS, NEEDED))
    with writing(open_database(settings)) as session:
        verdicts = import_upstreams(session, the_city(session), sheet.rows, now=now(), actor=ACTOR)
        if dry_run:
            session.rollback()
    if not as_json:
        tell(sheet, verdicts, dry_run=dry_run)
        return
    found = counts(verdicts)
    outcomes = [{"row": one.number, "upstream": one.subject, "verdict": one.kind, "column": one.column,
                 "reason": str(one.reason or "")} for one in verdicts]  # fmt: skip
    click.echo(json.dumps({"rows": len(verdicts), **found, "outcomes": outcomes}, ensure_ascii=False))
    if verdicts and found[REJECTED] == len(verdicts):
        sys.exit(1)
