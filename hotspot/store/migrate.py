"""Brings a database to the newest schema, or says why it can't."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

HERE = Path(__file__).resolve().parent.parent
FOLDER = next((path for path in (HERE.parent / "migrations", HERE / "migrations") if path.is_dir()), HERE)


class SchemaError(RuntimeError):
    """The database has a schema this version doesn't know."""


def known() -> list[str]:
    """Every revision, oldest first: their files begin with them."""
    return sorted(path.stem.partition("_")[0] for path in FOLDER.glob("versions/[0-9]*.py"))


def revisions(engine: Engine) -> tuple[str | None, str]:
    """(the database's revision, the newest one); they are equal when nothing is to do."""
    with engine.connect() as connection:
        found = inspect(connection).has_table("alembic_version")
        current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if found else None
    return current, known()[-1]


def check_known(revision: str | None) -> None:
    if revision is not None and revision not in known():
        raise SchemaError(
            f"the database has schema {revision}, which this version of Hotspot does not know: upgrade Hotspot"
        )


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Upgrade in one transaction; returns (revision before, revision after); raises SchemaError."""
    before, head = revisions(engine)
    check_known(before)
    if before is None and inspect(engine).get_table_names():
        raise SchemaError("the database holds tables of something else; name another in HOTSPOT_DATABASE_URL")
    if before != head:
        with engine.execution_options(write=True).begin() as connection:
            upgrade(connection)
    return before, head


def upgrade(connection: Connection) -> None:
    from alembic import command  # 11 MB that web and collector, which only look, need not carry
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
