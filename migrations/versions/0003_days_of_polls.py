"""Days of polls, packed; the mean clients of an area's day"""

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
        sa.Column("block", NUMBER, autoincrement=False, nullable=False),
        sa.Column("t", NUMBER, autoincrement=False, nullable=False),
        sa.Column("city_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("codec", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block", "t", "city_id", name=op.f("pk_poll_chunk")),
    )
    op.create_index(op.f("ix_poll_chunk_t"), "poll_chunk", ["t"])
    if op.get_bind().dialect.name == "postgresql":  # compressed already
        op.execute("ALTER TABLE poll_chunk ALTER COLUMN data SET STORAGE EXTERNAL")
    op.create_table(
        "collector_count",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_collector_count")),
    )
    op.add_column("area_day", sa.Column("clients_mean", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True))
    op.execute(
        """
        UPDATE area_day SET clients_mean = (
            SELECT SUM(r.clients_sum * 1.0 / NULLIF(r.clients_n, 0))
            FROM site
            JOIN point ON point.site_id = site.id
            JOIN access_point ON access_point.point_id = point.id
            JOIN rollup_day AS r ON r.ap_id = access_point.id AND r.t = area_day.t
            WHERE site.area_id = area_day.area_id)
        """
    )
