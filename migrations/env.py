"""Alembic's entry: the connection comes from hotspot.store.migrate, never from an ini file."""

from alembic import context

from hotspot.store import models  # noqa: F401  # fills the metadata
from hotspot.store.base import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
