"""hotspot config: every setting, its value and what it means."""

from dataclasses import fields

import click

from hotspot.settings import PREFIX, Settings, shown


@click.command()
@click.pass_obj
def config(settings: Settings) -> None:
    """Show every setting with its value; secrets are masked."""
    values = shown(settings)
    for item in fields(settings):
        changed = "" if getattr(settings, item.name) == item.default else "  (set)"
        click.echo(f"{PREFIX}{item.name.upper()}={values[item.name]}{changed}")
        click.echo(f"    {item.metadata['help']}")
