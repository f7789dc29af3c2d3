"""hotspot doctor: looks for what goes wrong in practice."""

import json
from dataclasses import asdict

import click

from hotspot.doctor import FAIL, examine
from hotspot.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each check.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look for what goes wrong in practice; exit code 1 when something must be done."""
    settings: Settings = ctx.obj
    findings = list(examine(settings))
    for finding in findings:
        if as_json:
            click.echo(json.dumps(asdict(finding)))
        else:
            of = f"{finding.city}: " if finding.city else ""
            click.echo(f"{finding.level:5} {finding.check:15} {of}{finding.text}")
            if finding.todo:
                click.echo(f"{'':21} -> {finding.todo}")
    ctx.exit(int(any(finding.level == FAIL for finding in findings)))
