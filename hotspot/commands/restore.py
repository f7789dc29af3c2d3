"""hotspot restore: a backup in the place of the database."""

from pathlib import Path

import click

from hotspot import clock
from hotspot.commands.backup import summary
from hotspot.commands.progress import progress
from hotspot.settings import Settings
from hotspot.store.backup import BackupError
from hotspot.store.base import make_engine
from hotspot.store.restore import restore as put_back


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Put the backup or archive FILE in the place of the database, after reading all of it.

    The service must be stopped. The database that was there stays beside the new one.
    """
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with progress() as told:
            contents, kept = put_back(file, make_engine(settings.database), clock.now(), told)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"restored: {summary(contents)}")
    if kept:
        click.echo(f"what was there before lies in {kept}; delete it when all is well")
