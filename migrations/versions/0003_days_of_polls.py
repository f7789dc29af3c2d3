"""Days of polls, packed"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "poll_chunk",
        sa.Column("ap_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("t", NUMBER, autoincrement=False, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("codec", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ap_id", "t", name=op.f("pk_poll_chunk")),
    )
    op.create_index(op.f("ix_poll_chunk_t"), "poll_chunk", ["t"])
    if op.get_bind().dialect.name == "postgresql":  # compressed already
        op.execute("ALTER TABLE poll_chunk ALTER COLUMN data SET STORAGE EXTERNAL")
