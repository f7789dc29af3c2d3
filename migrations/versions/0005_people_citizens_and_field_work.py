"""Roles and areas of accounts, second factors, the chained audit log, saved views, undo; citizens, walls, field work"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("n", NUMBER, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "public_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("n", NUMBER, nullable=False),
        sa.Column("last_at", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "what", name=op.f("pk_public_count")),
    )
    op.create_table(
        "wall_link",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("last_seen", NUMBER, nullable=True),
        sa.Column("revoked_at", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_wall_link_digest")),
    )
    op.create_table(
        "change_set",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("undone_at", NUMBER, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_change_set_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_set")),
    )
    op.create_index(op.f("ix_change_set_city_id_at"), "change_set", ["city_id", "at"])
    op.create_table(
        "imported_file",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("change_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change_set.id"], name=op.f("fk_imported_file_change_id_change_set")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_imported_file_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_file")),
    )
    op.create_index(op.f("ix_imported_file_city_id_digest"), "imported_file", ["city_id", "digest"])
    op.create_index(op.f("ix_imported_file_city_id_header"), "imported_file", ["city_id", "header"])
    op.create_table(
        "recovery_code",
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("used_at", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("preferred", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id_account")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_saved_view_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "city_id", "account_id", "page", "name", name=op.f("uq_saved_view_city_id_account_id_page_name")
        ),
    )
    op.create_table(
        "sent_once",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sent_once_account_id_account")),
        sa.PrimaryKeyConstraint("key", "account_id", name=op.f("pk_sent_once")),
    )
    op.create_table(
        "account_area",
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("area_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_area_account_id_account")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_account_area_area_id_area")),
        sa.PrimaryKeyConstraint("account_id", "area_id", name=op.f("pk_account_area")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("point_id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("task", sa.Text(), server_default="", nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended_at", NUMBER, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_assignment_account_id_account")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_assignment_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_account_id_ended_at"), "assignment", ["account_id", "ended_at"])
    op.create_index(op.f("ix_assignment_point_id"), "assignment", ["point_id"])
    op.create_table(
        "fault_report",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("point_id", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("n", NUMBER, server_default="1", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("closed_at", NUMBER, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_fault_report_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_report")),
    )
    op.create_index(op.f("ix_fault_report_point_id_at"), "fault_report", ["point_id", "at"])
    op.create_index(op.f("ix_fault_report_state_at"), "fault_report", ["state", "at"])
    op.create_table(
        "point_note",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("point_id", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("received_at", NUMBER, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_note_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_note")),
    )
    op.create_index(op.f("ix_point_note_point_id_at"), "point_note", ["point_id", "at"])
    op.create_table(
        "rating",
        sa.Column("point_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stars", NUMBER, autoincrement=False, nullable=False),
        sa.Column("n", NUMBER, nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_rating_point_id_point")),
        sa.PrimaryKeyConstraint("point_id", "day", "stars", name=op.f("pk_rating")),
    )
    op.create_table(
        "poll_request",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ap_id", NUMBER, nullable=False),
        sa.Column("asked_at", NUMBER, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("answered_at", NUMBER, nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["ap_id"], ["access_point.id"], name=op.f("fk_poll_request_ap_id_access_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_request")),
    )
    op.create_index(op.f("ix_poll_request_answered_at"), "poll_request", ["answered_at"])
    op.add_column("access_point", sa.Column("version", NUMBER, server_default="1", nullable=False))
    op.add_column("account", sa.Column("password_at", NUMBER, nullable=True))
    op.add_column("account", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("account", sa.Column("totp_since", NUMBER, nullable=True))
    op.add_column("account", sa.Column("totp_step", NUMBER, nullable=True))
    op.add_column("account", sa.Column("oidc_subject", sa.Text(), nullable=True))
    op.create_index(op.f("ix_account_oidc_subject"), "account", ["oidc_subject"], unique=True)
    op.add_column("api_token", sa.Column("expires_at", NUMBER, nullable=True))
    op.add_column("api_token", sa.Column("created_by", sa.Text(), server_default="", nullable=False))
    op.add_column("audit_entry", sa.Column("digest", sa.Text(), server_default="", nullable=False))
    op.add_column("audit_entry", sa.Column("position", NUMBER, nullable=True))
    op.create_index(op.f("ix_audit_entry_position"), "audit_entry", ["position"], unique=True)
    chain()
    op.add_column("city", sa.Column("public", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("city", sa.Column("licence", sa.Text(), server_default="CC-BY-4.0", nullable=False))
    op.add_column("city", sa.Column("contact", sa.Text(), server_default="", nullable=False))
    op.add_column("point", sa.Column("public", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("point", sa.Column("version", NUMBER, server_default="1", nullable=False))
    op.add_column("sign_in", sa.Column("browser", sa.Text(), server_default="", nullable=False))
    op.add_column("site", sa.Column("version", NUMBER, server_default="1", nullable=False))
    op.execute("UPDATE account SET role = 'owner' WHERE role = 'admin'")


def chain() -> None:
    """The entries so far, in the order of their numbers, by the rule of this version's analytics.audit_chain."""
    connection = op.get_bind()
    entry = sa.table("audit_entry", *map(sa.column, ("id", "at", "actor", "action", "subject", "detail")))
    change = sa.text("UPDATE audit_entry SET position = :position, digest = :digest WHERE id = :id")
    digest, changes = "", []
    for position, row in enumerate(connection.execute(sa.select(entry).order_by(entry.c.id)), start=1):
        said = [digest, position, row.at, row.actor, row.action, row.subject, row.detail]
        digest = hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
        changes.append({"id": row.id, "position": position, "digest": digest})
    if changes:
        connection.execute(change, changes)
