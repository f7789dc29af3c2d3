"""hotspot backup: a verified copy of the whole database, while it is used."""

from pathlib import Path

import click

from hotspot.commands.opening import backup_file, open_database
from hotspot.commands.progress import progress
from hotspot.settings import Settings
from hotspot.store.backup import BackupError, Contents, back_up, verify


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--check", is_flag=True, help="Make none: read FILE and say what it holds.")
@click.pass_obj
def backup(settings: Settings, file: Path | None, check: bool) -> None:
    """Copy the database to FILE, or to the folder backups in the data folder, and read the copy back.

    The service goes on meanwhile. The copy does not hold the secret key: keep secret.key beside it, but elsewhere.
    """
    try:
        if check:
            if file is None:
                raise click.UsageError("--check needs the FILE to read")
            click.echo(f"{file} is whole: {summary(verify(file))}")
            return
        engine = open_database(settings)
        target = file or backup_file(settings, engine.dialect.name)
        with progress() as told:
            contents = back_up(engine, target, told)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    click.echo(f"{target}: {summary(contents)}, {target.stat().st_size >> 10} KiB, read back whole")


def summary(contents: Contents) -> str:
    counts = ", ".join(f"{count} rows of {name}" for name, count in contents.rows.items())
    return f"{' and '.join(contents.cities) or 'no city'}, schema {contents.revision}, {counts}"
