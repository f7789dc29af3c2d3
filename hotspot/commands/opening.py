"""What most commands begin with: a database of this version's schema, and its city."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotspot import clock
from hotspot.secrets import master_key
from hotspot.settings import SettingError, Settings
from hotspot.store.audit import seal_head, seal_key
from hotspot.store.backup import BackupError, back_up
from hotspot.store.base import make_engine, trouble, writing
from hotspot.store.city import current_city
from hotspot.store.migrate import SchemaError, migrate, own_revisions
from hotspot.store.models import City
from hotspot.store.several import no_file

EMPTY = "the database is empty; run `hotspot init --city CODE`, such as 36.74"


def open_database(settings: Settings, *, upgrade: bool = False) -> Engine:
    """The engine; with `upgrade` the schema is brought to this version first. One sentence when that can't be."""
    try:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"HOTSPOT_DATA_DIR {settings.data_dir} can't be made a folder: {error.strerror}") from error
    if not upgrade and no_file(settings):
        raise click.ClickException(EMPTY)
    engine = make_engine(settings.database)
    engine.update_execution_options(**seal_key(master_key(settings)))
    try:
        before, head = own_revisions(engine)
        if upgrade and before != head:
            bring_up(engine, settings, before)
    except (SchemaError, BackupError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException("; ".join(part for part in trouble(engine, error) if part)) from error
    if not upgrade and before is None:
        raise click.ClickException(EMPTY)
    if not upgrade and before != head:
        raise click.ClickException("the database has an older schema; run `hotspot migrate`")
    return engine


def bring_up(engine: Engine, settings: Settings, before: str | None) -> None:
    """To the schema of this version, after a copy of what is there."""
    if before is not None:
        copy = backup_file(settings, engine.dialect.name, f"before-migration-of-{before}-")
        back_up(engine, copy, lambda _name, _rows: None)
        click.echo(f"the database of schema {before} was copied to {copy}", err=True)
    unsealed = not inspect(engine).has_table("audit_head")
    migrate(engine)
    if unsealed:  # and never again by itself: see decision 0026
        with writing(engine) as session:
            seal_head(session)


def backup_file(settings: Settings, dialect: str, prefix: str = "hotspot-") -> Path:
    """A new file in the folder backups of the data folder; raises OSError."""
    at = datetime.fromtimestamp(clock.now(), UTC)
    folder = settings.folder / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{prefix}{at:%Y%m%dT%H%M%SZ}.{'sqlite' if dialect == 'sqlite' else 'zip'}"


def check_profiles() -> None:
    """Now, and not when the first access point is asked: trying again mends no profile."""
    from collectors.profile_file import ProfileError, load  # the pages need not carry it

    try:
        load()
    except ProfileError as error:
        raise SettingError(str(error)) from error


def the_city(session: Session) -> City:
    city = current_city(session)
    if city is None:
        raise click.ClickException("there is no city yet; run `hotspot init --city CODE`, such as 36.74")
    return city
