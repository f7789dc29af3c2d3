"""hotspot migrate: bring the database to the schema of this version."""

import click

from hotspot.commands.opening import open_database
from hotspot.settings import Settings
from hotspot.store.migrate import revisions


@click.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database to the schema of this version."""
    engine = open_database(settings, upgrade=True)
    click.echo(f"the database has schema {revisions(engine)[1]}, the newest")
