"""hotspot migrate: bring the database to the schema of this version."""

import click

from hotspot.settings import Settings
from hotspot.store.base import make_engine
from hotspot.store.migrate import SchemaError
from hotspot.store.migrate import migrate as upgrade


@click.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database to the schema of this version."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    try:
        before, after = upgrade(make_engine(settings.database))
    except SchemaError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"schema {after}: " + ("nothing to do" if before == after else f"upgraded from {before or 'empty'}"))
