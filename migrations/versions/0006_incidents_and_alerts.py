"""Incidents and their causes, alert rules, maintenance that comes again, the outbox, tickets of other systems"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_contact",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("changed_at", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_contact_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_contact")),
        sa.UniqueConstraint("account_id", "kind", name=op.f("uq_account_contact_account_id_kind")),
    )
    op.create_table(
        "alert_channel",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("config", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.Text(), server_default="", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ok_at", NUMBER, nullable=True),
        sa.Column("failing_since", NUMBER, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("removed_at", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_alert_channel_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_channel")),
        sa.UniqueConstraint("city_id", "name", name=op.f("uq_alert_channel_city_id_name")),
    )
    op.create_table(
        "ignored_upstream",
        sa.Column("city_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_ignored_upstream_city_id_city")),
        sa.PrimaryKeyConstraint("city_id", "digest", name=op.f("pk_ignored_upstream")),
    )
    op.create_table(
        "message_template",
        sa.Column("city_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", NUMBER, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_message_template_city_id_city")),
        sa.PrimaryKeyConstraint("city_id", "event", "language", name=op.f("pk_message_template")),
    )
    op.create_table(
        "ticket_source",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("last_used_at", NUMBER, nullable=True),
        sa.Column("revoked_at", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_ticket_source_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_source")),
        sa.UniqueConstraint("city_id", "name", name=op.f("uq_ticket_source_city_id_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_ticket_source_digest")),
    )
    op.create_table(
        "upstream",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", NUMBER, nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_upstream_city_id_city")),
        sa.ForeignKeyConstraint(["parent_id"], ["upstream.id"], name=op.f("fk_upstream_parent_id_upstream")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upstream")),
        sa.UniqueConstraint("city_id", "kind", "name", name=op.f("uq_upstream_city_id_kind_name")),
    )
    op.create_table(
        "alert_route",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", NUMBER, nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("channel_id", NUMBER, nullable=True),
        sa.Column("area_id", NUMBER, nullable=True),
        sa.Column("provider_id", NUMBER, nullable=True),
        sa.Column("kinds", sa.Text(), server_default="[]", nullable=False),
        sa.Column("least_severity", sa.Text(), nullable=False),
        sa.Column("stream", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("quiet_from", NUMBER, nullable=True),
        sa.Column("quiet_to", NUMBER, nullable=True),
        sa.Column("digest_min", NUMBER, server_default="0", nullable=False),
        sa.Column("escalate_after_min", NUMBER, nullable=True),
        sa.Column("most_an_hour", NUMBER, server_default="12", nullable=False),
        sa.Column("language", sa.Text(), server_default="id", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("removed_at", NUMBER, nullable=True),
        sa.Column("changed_at", NUMBER, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_alert_route_account_id_account")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_alert_route_area_id_area")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["alert_channel.id"], name=op.f("fk_alert_route_channel_id_alert_channel")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_alert_route_city_id_city")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_alert_route_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_route")),
        sa.UniqueConstraint("city_id", "name", name=op.f("uq_alert_route_city_id_name")),
    )
    op.create_table(
        "alert_rule",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("area_id", NUMBER, nullable=True),
        sa.Column("provider_id", NUMBER, nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("removed_at", NUMBER, nullable=True),
        sa.Column("changed_at", NUMBER, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_alert_rule_area_id_area")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_alert_rule_city_id_city")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_alert_rule_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rule")),
        sa.UniqueConstraint("city_id", "name", name=op.f("uq_alert_rule_city_id_name")),
    )
    op.create_table(
        "incident",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule_id", NUMBER, nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        sa.Column("shared_key", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("began", NUMBER, nullable=False),
        sa.Column("opened_at", NUMBER, nullable=False),
        sa.Column("announced_at", NUMBER, nullable=True),
        sa.Column("recovered_at", NUMBER, nullable=True),
        sa.Column("members", NUMBER, server_default="0", nullable=False),
        sa.Column("flapping", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("acknowledged_at", NUMBER, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("assignee_id", NUMBER, nullable=True),
        sa.Column("due_at", NUMBER, nullable=True),
        sa.Column("merged_into_id", NUMBER, nullable=True),
        sa.Column("version", NUMBER, server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name=op.f("fk_incident_assignee_id_account")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_incident_city_id_city")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["incident.id"], name=op.f("fk_incident_merged_into_id_incident")),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"], name=op.f("fk_incident_rule_id_alert_rule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_city_id_began"), "incident", ["city_id", "began"], unique=False)
    op.create_index(op.f("ix_incident_city_id_recovered_at"), "incident", ["city_id", "recovered_at"], unique=False)
    op.create_index(op.f("ix_incident_rule_id"), "incident", ["rule_id"], unique=False)

    op.create_table(
        "rule_state",
        sa.Column("rule_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("over_since", NUMBER, nullable=False),
        sa.Column("under_since", NUMBER, nullable=True),
        sa.Column("firing_since", NUMBER, nullable=True),
        sa.Column("looked_at", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rule.id"], name=op.f("fk_rule_state_rule_id_alert_rule")),
        sa.PrimaryKeyConstraint("rule_id", "subject", name=op.f("pk_rule_state")),
    )
    op.create_table(
        "incident_event",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("incident_id", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="", nullable=False),
        sa.Column("told_at", NUMBER, nullable=True),
        sa.Column("sequence", NUMBER, nullable=True),
        sa.Column("sent_as", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_event_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_event")),
        sa.UniqueConstraint("sequence", name=op.f("uq_incident_event_sequence")),
    )
    op.create_index(op.f("ix_incident_event_incident_id_id"), "incident_event", ["incident_id", "id"], unique=False)
    op.create_index(op.f("ix_incident_event_told_at"), "incident_event", ["told_at"], unique=False)

    op.create_table(
        "maintenance_list",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_maintenance_list_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_list")),
    )
    op.create_table(
        "maintenance_list_point",
        sa.Column("list_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("point_id", NUMBER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["maintenance_list.id"], name=op.f("fk_maintenance_list_point_list_id_maintenance_list")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_maintenance_list_point_point_id_point")),
        sa.PrimaryKeyConstraint("list_id", "point_id", name=op.f("pk_maintenance_list_point")),
    )
    op.create_index(op.f("ix_maintenance_list_point_point_id"), "maintenance_list_point", ["point_id"], unique=False)
    op.create_table(
        "maintenance_series",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("area_id", NUMBER, nullable=True),
        sa.Column("point_id", NUMBER, nullable=True),
        sa.Column("ap_id", NUMBER, nullable=True),
        sa.Column("provider_id", NUMBER, nullable=True),
        sa.Column("list_id", NUMBER, nullable=True),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_until", NUMBER, nullable=False),
        sa.Column("announced_at", NUMBER, nullable=False),
        sa.Column("announced_by", sa.Text(), nullable=False),
        sa.Column("ended_at", NUMBER, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["ap_id"], ["access_point.id"], name=op.f("fk_maintenance_series_ap_id_access_point")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_maintenance_series_area_id_area")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_maintenance_series_city_id_city")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["maintenance_list.id"], name=op.f("fk_maintenance_series_list_id_maintenance_list")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_maintenance_series_point_id_point")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_maintenance_series_provider_id_provider")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_series")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("source_id", NUMBER, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("point_id", NUMBER, nullable=True),
        sa.Column("incident_id", NUMBER, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", NUMBER, nullable=False),
        sa.Column("closed_at", NUMBER, nullable=True),
        sa.Column("closed_note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_at"),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_ticket_city_id_city")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_ticket_incident_id_incident")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_ticket_point_id_point")),
        sa.ForeignKeyConstraint(["source_id"], ["ticket_source.id"], name=op.f("fk_ticket_source_id_ticket_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("source_id", "ref", name=op.f("uq_ticket_source_id_ref")),
    )
    op.create_index(op.f("ix_ticket_incident_id"), "ticket", ["incident_id"], unique=False)
    op.create_index(op.f("ix_ticket_point_id"), "ticket", ["point_id"], unique=False)

    op.create_table(
        "dependency",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("ap_id", NUMBER, nullable=False),
        sa.Column("upstream_id", NUMBER, nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("since", NUMBER, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ap_id"], ["access_point.id"], name=op.f("fk_dependency_ap_id_access_point")),
        sa.ForeignKeyConstraint(["upstream_id"], ["upstream.id"], name=op.f("fk_dependency_upstream_id_upstream")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dependency")),
        sa.UniqueConstraint("ap_id", "upstream_id", name=op.f("uq_dependency_ap_id_upstream_id")),
    )
    op.create_index(op.f("ix_dependency_upstream_id"), "dependency", ["upstream_id"], unique=False)

    op.create_table(
        "incident_member",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("incident_id", NUMBER, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ap_id", NUMBER, nullable=True),
        sa.Column("point_id", NUMBER, nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("since", NUMBER, nullable=False),
        sa.Column("ended_at", NUMBER, nullable=True),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["ap_id"], ["access_point.id"], name=op.f("fk_incident_member_ap_id_access_point")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_member_incident_id_incident")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_incident_member_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_member")),
        sa.UniqueConstraint(
            "incident_id", "subject", "since", name=op.f("uq_incident_member_incident_id_subject_since")
        ),
    )
    op.create_index(op.f("ix_incident_member_ap_id"), "incident_member", ["ap_id"], unique=False)
    op.create_index(op.f("ix_incident_member_point_id"), "incident_member", ["point_id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("route_id", NUMBER, nullable=True),
        sa.Column("channel_id", NUMBER, nullable=True),
        sa.Column("account_id", NUMBER, nullable=True),
        sa.Column("incident_id", NUMBER, nullable=True),
        sa.Column("event_id", NUMBER, nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("digest_id", NUMBER, nullable=True),
        sa.Column("created_at", NUMBER, nullable=False),
        sa.Column("next_at", NUMBER, nullable=False),
        sa.Column("attempts", NUMBER, server_default="0", nullable=False),
        sa.Column("sent_at", NUMBER, nullable=True),
        sa.Column("seen_at", NUMBER, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_outbox_message_account_id_account")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["alert_channel.id"], name=op.f("fk_outbox_message_channel_id_alert_channel")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_outbox_message_city_id_city")),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["outbox_message.id"], name=op.f("fk_outbox_message_digest_id_outbox_message")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["incident_event.id"], name=op.f("fk_outbox_message_event_id_incident_event")
        ),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_outbox_message_incident_id_incident")),
        sa.ForeignKeyConstraint(["route_id"], ["alert_route.id"], name=op.f("fk_outbox_message_route_id_alert_route")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
    )
    op.create_index(
        op.f("ix_outbox_message_account_id_state_created_at"),
        "outbox_message",
        ["account_id", "state", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_outbox_message_created_at"), "outbox_message", ["created_at"], unique=False)
    op.create_index(
        op.f("ix_outbox_message_channel_id_state_id"), "outbox_message", ["channel_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_outbox_message_incident_id"), "outbox_message", ["incident_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_state_next_at"), "outbox_message", ["state", "next_at"], unique=False)

    op.create_table(
        "delivery_attempt",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("at", NUMBER, nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("duration_ms", NUMBER, nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_delivery_attempt_message_id_outbox_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
    )
    op.create_index(op.f("ix_delivery_attempt_at"), "delivery_attempt", ["at"], unique=False)
    op.create_index(op.f("ix_delivery_attempt_message_id"), "delivery_attempt", ["message_id"], unique=False)

    with op.batch_alter_table("fault_report") as table:
        table.add_column(sa.Column("incident_id", NUMBER, nullable=True))
        table.create_foreign_key(op.f("fk_fault_report_incident_id_incident"), "incident", ["incident_id"], ["id"])
        table.create_index(op.f("ix_fault_report_incident_id"), ["incident_id"])
    with op.batch_alter_table("maintenance_window") as table:
        table.add_column(sa.Column("provider_id", NUMBER, nullable=True))
        table.add_column(sa.Column("list_id", NUMBER, nullable=True))
        table.add_column(sa.Column("series_id", NUMBER, nullable=True))
        table.create_foreign_key(
            op.f("fk_maintenance_window_provider_id_provider"), "provider", ["provider_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_maintenance_window_list_id_maintenance_list"), "maintenance_list", ["list_id"], ["id"]
        )
        table.create_foreign_key(
            op.f("fk_maintenance_window_series_id_maintenance_series"), "maintenance_series", ["series_id"], ["id"]
        )
        table.create_index(op.f("ix_maintenance_window_series_id"), ["series_id"])
