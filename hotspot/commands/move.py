"""hotspot move: the whole database into another, such as from SQLite to PostgreSQL."""

import click
from sqlalchemy.exc import DatabaseError

from hotspot import clock
from hotspot.commands.opening import open_database
from hotspot.commands.progress import progress
from hotspot.settings import Settings, is_database
from hotspot.store.archive import ArchiveError
from hotspot.store.base import make_engine, reading
from hotspot.store.lease import holder_of
from hotspot.store.migrate import SchemaError
from hotspot.store.transfer import TransferError
from hotspot.store.transfer import move as carry

IN_MEMORY = ("sqlite://", "sqlite:///", "sqlite:///:memory:")


@click.command()
@click.argument("url", metavar="HOTSPOT_DATABASE_URL")
@click.pass_obj
def move(settings: Settings, url: str) -> None:
    """Copy all rows into the empty database at the given address, and compare each with what was read.

    Both stay as they are when anything fails. Stop the service first, and set the address as HOTSPOT_DATABASE_URL
    afterwards. A password does not belong into the address: PostgreSQL reads it from PGPASSWORD or ~/.pgpass.
    """
    source, there = open_database(settings), Settings(database_url=url).database
    if not is_database(there) or there in IN_MEMORY:
        raise click.ClickException(f"{url} is not the address of a database: sqlite:///FILE or postgresql://...")
    target = make_engine(there)
    with reading(source) as session:
        held = holder_of(session, "collector")
    if held is not None and held[1] > clock.now():
        raise click.ClickException(f"the collector {held[0]} works on this database: stop the service first")
    if target.url == source.url:
        raise click.ClickException("that is the database in use")
    try:
        with progress() as told:
            rows = carry(source, target, told)
    except (TransferError, ArchiveError, SchemaError) as error:
        raise click.ClickException(str(error)) from error
    except DatabaseError as error:
        raise click.ClickException(f"the database there can't be used: {error.orig}") from error
    click.echo(f"{rows} rows copied and compared; now set HOTSPOT_DATABASE_URL and start the service")
