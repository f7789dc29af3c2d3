"""The schema that migrations make is the schema the models describe, on both engines."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from hotspot.store.base import Base, writing
from hotspot.store.migrate import FOLDER, SchemaError, known, migrate, revisions


def test_migrations_and_models_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_files_of_migrations_begin_with_their_revision() -> None:
    scripts = ScriptDirectory(str(FOLDER))
    assert [script.revision for script in scripts.walk_revisions()] == known()[::-1]


def test_second_run_changes_nothing(engine: Engine) -> None:
    before, after = migrate(engine)
    assert before == after == revisions(engine)[1]


def test_unknown_newer_schema_is_refused(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'f00d'"))
    with pytest.raises(SchemaError, match="f00d"):
        migrate(engine)
