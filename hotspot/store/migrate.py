"""Brings a database to the newest schema, or says why it can't."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

HERE = Path(__file__).resolve().parent.parent
FOLDER = next((path for path in (HERE.parent / "migrations", HERE / "migrations") if path.is_dir()), HERE)


class SchemaError(RuntimeError):
    """The database has a schema this version doesn't know: what is wrong, and what to do about it."""

    def __init__(self, said: str, todo: str) -> None:
        super().__init__(f"{said}; {todo}")
        self.said, self.todo = said, todo


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
            f"the database has schema {revision}, which this version of Hotspot does not know", "upgrade Hotspot"
        )


def own_revisions(engine: Engine) -> tuple[str | None, str]:
    """`revisions` of a database that is ours to use, or empty; raises SchemaError for one that is not."""
    before, head = revisions(engine)
    check_known(before)
    if before is None and inspect(engine).get_table_names():
        raise SchemaError("the database holds tables of something else", "name another in HOTSPOT_DATABASE_URL")
    return before, head


def migrate(engine: Engine, to: str = "") -> tuple[str | None, str]:
    """Upgrade in one transaction, to the newest revision or the one named; returns (before, after).

    Raises SchemaError.
    """
    before, head = own_revisions(engine)
    head = to or head
    if before != head:
        with engine.execution_options(write=True).connect() as connection, unbound(connection), connection.begin():
            upgrade(connection, head)
            check_references(connection)
    return before, head


@contextmanager
def unbound(connection: Connection) -> Iterator[None]:
    """Without foreign keys, which SQLite can only switch outside of a transaction.

    It changes a column by making the table anew, and dropping the old one would delete what refers to it.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            said = f"a row of {broken[0]} refers to a row of {broken[2]} that does not exist"
            raise SchemaError(said, "nothing was changed; restore a backup, or mend that row")


def upgrade(connection: Connection, to: str) -> None:
    from alembic import command  # 11 MB that web and collector, which only look, need not carry
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
