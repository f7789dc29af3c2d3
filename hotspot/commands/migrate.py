"""hotspot migrate: bring the database to the schema of this version."""

import click

from hotspot import cities
from hotspot.commands.opening import open_database
from hotspot.settings import SettingError, Settings
from hotspot.store.migrate import revisions
from hotspot.store.several import no_file


@click.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database to the schema of this version; of several cities each, whatever becomes of the others."""
    settings: Settings = ctx.obj
    found = [] if settings.city else cities.slugs(settings)
    if not found:
        click.echo(bring_up(settings))
    failed = False
    for slug in found:
        try:
            click.echo(f"{slug}: {bring_up(cities.settings_of(settings, slug), make=False)}")
        except (click.ClickException, SettingError) as error:
            failed = True
            click.echo(f"{slug}: {error}", err=True)
    ctx.exit(int(failed))


def bring_up(settings: Settings, *, make: bool = True) -> str:
    lacking = "" if make else no_file(settings)
    if lacking:
        raise click.ClickException(lacking)
    engine = open_database(settings, upgrade=True)
    newest = revisions(engine)[1]
    engine.dispose()
    return f"the database has schema {newest}, the newest"
