"""What most commands begin with: a database of this version's schema, and its city."""

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotspot.settings import Settings
from hotspot.store.base import make_engine
from hotspot.store.city import current_city
from hotspot.store.migrate import SchemaError, migrate, revisions
from hotspot.store.models import City


def open_database(settings: Settings, *, upgrade: bool = False) -> Engine:
    """The engine; with `upgrade` the schema is brought to this version first. One sentence when that can't be."""
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    try:
        before, head = migrate(engine) if upgrade else revisions(engine)
    except SchemaError as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        where = engine.url.render_as_string(hide_password=True)
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise click.ClickException(f"the database {where} can't be used: {reason}") from error
    if not upgrade and before != head:
        raise click.ClickException("the database has an older schema; run `hotspot migrate`")
    return engine


def the_city(session: Session) -> City:
    city = current_city(session)
    if city is None:
        raise click.ClickException("there is no city yet; run `hotspot init --city CODE`, such as 36.74")
    return city
