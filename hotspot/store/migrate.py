"""Brings a database to the newest schema, or says why it can't."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

HERE = Path(__file__).resolve().parent.parent
FOLDER = next((path for path in (HERE.parent / "migrations", HERE / "migrations") if path.is_dir()), HERE)


class SchemaError(RuntimeError):
    """The database has a schema this version doesn't know."""


def configuration(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def revisions(engine: Engine) -> tuple[str | None, str]:
    """(the database's revision, the newest one); they are equal when nothing is to do."""
    script = ScriptDirectory.from_config(configuration())
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), str(script.get_current_head())


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Upgrade in one transaction; returns (revision before, revision after); raises SchemaError."""
    before, head = revisions(engine)
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if before is not None and before not in known:
        raise SchemaError(
            f"the database has schema {before}, which this version of Hotspot does not know: upgrade Hotspot"
        )
    if before != head:
        with engine.execution_options(write=True).begin() as connection:
            command.upgrade(configuration(connection), "head")
    return before, head
