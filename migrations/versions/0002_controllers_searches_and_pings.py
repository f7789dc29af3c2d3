"""Controllers and what they manage, credential sets, searches, pings"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "credential_set",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("snmp_version", sa.Text(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_credential_set_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_set")),
        sa.UniqueConstraint("city_id", "name", name=op.f("uq_credential_set_city_id_name")),
    )
    with op.batch_alter_table("access_point") as table:
        table.alter_column("point_id", existing_type=NUMBER, nullable=True)
        table.alter_column("address", existing_type=sa.Text(), nullable=True)
        table.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="access_point"))
        table.add_column(sa.Column("controller_id", NUMBER, nullable=True))
        table.add_column(sa.Column("controller_key", sa.Text(), nullable=True))
        table.add_column(sa.Column("credential_set_id", NUMBER, nullable=True))
        table.add_column(sa.Column("any_source", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("short_ids", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("engine_id", sa.Text(), nullable=True))
        table.create_unique_constraint(
            op.f("uq_access_point_controller_id_controller_key"), ["controller_id", "controller_key"]
        )
        table.create_foreign_key(
            op.f("fk_access_point_controller_id_access_point"), "access_point", ["controller_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_access_point_credential_set_id_credential_set"), "credential_set", ["credential_set_id"], ["id"]
        )
    op.add_column("ap_state", sa.Column("cause", sa.Text(), nullable=False, server_default=""))
    op.add_column("ap_state", sa.Column("silent", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ap_state", sa.Column("first_silent", NUMBER, nullable=True))
    op.execute("UPDATE ap_state SET silent = missed, first_silent = first_missed")
    for name in ("ap_state", "poll_hot"):
        op.add_column(name, sa.Column("ping_sent", sa.Integer(), nullable=True))
        op.add_column(name, sa.Column("ping_received", sa.Integer(), nullable=True))
        op.add_column(name, sa.Column("ping_us", NUMBER, nullable=True))
    op.create_table(
        "search",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("ranges", sa.Text(), nullable=False),
        sa.Column("port", NUMBER, nullable=False),
        sa.Column("rate", NUMBER, nullable=False),
        sa.Column("credential_sets", sa.Text(), nullable=False),
        sa.Column("requested_at", NUMBER, nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("alive_at", NUMBER, nullable=True),
        sa.Column("started_at", NUMBER, nullable=True),
        sa.Column("finished_at", NUMBER, nullable=True),
        sa.Column("cancelled_at", NUMBER, nullable=True),
        sa.Column("addresses", NUMBER, nullable=False),
        sa.Column("asked", NUMBER, nullable=False),
        sa.Column("pinged", NUMBER, nullable=False),
        sa.Column("answered", NUMBER, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_search_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
    )
    op.create_index(op.f("ix_search_city_id"), "search", ["city_id"])
    op.create_table(
        "found_device",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("search_id", NUMBER, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("port", NUMBER, nullable=False),
        sa.Column("credential_set_id", NUMBER, nullable=True),
        sa.Column("rtt_us", NUMBER, nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "profile",
                "vendor",
                "model",
                "firmware",
                "serial",
                "engine_id",
                "sys_name",
                "sys_object_id",
                "sys_descr",
                "neighbour",
                "error",
            )
        ),
        sa.Column("managed", NUMBER, nullable=True),
        sa.Column("first_seen", NUMBER, nullable=False),
        sa.Column("last_seen", NUMBER, nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", NUMBER, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("ap_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_found_device_city_id_city")),
        sa.ForeignKeyConstraint(["search_id"], ["search.id"], name=op.f("fk_found_device_search_id_search")),
        sa.ForeignKeyConstraint(
            ["credential_set_id"], ["credential_set.id"], name=op.f("fk_found_device_credential_set_id_credential_set")
        ),
        sa.ForeignKeyConstraint(["ap_id"], ["access_point.id"], name=op.f("fk_found_device_ap_id_access_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_device")),
        sa.UniqueConstraint("city_id", "address", "port", name=op.f("uq_found_device_city_id_address_port")),
    )
    op.create_index(op.f("ix_found_device_search_id"), "found_device", ["search_id"])
