"""Contracts, evidence, proposals, denominators, reports, documents; where access points stood"""

import sqlalchemy as sa
from alembic import op

from hotspot.analytics.calendar import months

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_at", NUMBER, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_attachment_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_city_id_sha256"), "attachment", ["city_id", "sha256"])
    op.create_table(
        "report",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_at", NUMBER, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_report_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_city_id_period"), "report", ["city_id", "period"])
    op.create_table(
        "report_schedule",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="id", nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_report_schedule_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
        sa.UniqueConstraint("city_id", "kind", "key", "form", name=op.f("uq_report_schedule_city_id_kind_key_form")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("fund_id", NUMBER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("points", NUMBER, nullable=False),
        sa.Column("value_rp", NUMBER, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("attachment_id", NUMBER, nullable=True),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_agreement_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_agreement_city_id_city")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_agreement_fund_id_fund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("city_id", "number", name=op.f("uq_agreement_city_id_number")),
    )
    op.create_index(op.f("ix_agreement_fund_id"), "agreement", ["fund_id"])
    op.create_table(
        "contract",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("provider_id", NUMBER, nullable=False),
        sa.Column("fund_id", NUMBER, nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("sla_rule", sa.Text(), nullable=False),
        sa.Column("attachment_id", NUMBER, nullable=True),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name="dates"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_contract_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_contract_city_id_city")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_contract_fund_id_fund")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_contract_provider_id_provider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("city_id", "number", name=op.f("uq_contract_city_id_number")),
    )
    op.create_index(op.f("ix_contract_provider_id"), "contract", ["provider_id"])
    op.create_table(
        "denominator",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("area_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("estimate", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_denominator_area_id_area")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_denominator_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denominator")),
        sa.UniqueConstraint("area_id", "kind", "as_of", name=op.f("uq_denominator_area_id_kind_as_of")),
    )
    op.create_index(op.f("ix_denominator_city_id_kind"), "denominator", ["city_id", "kind"])
    op.create_table(
        "evidence_pack",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("contract_id", NUMBER, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("made_at", NUMBER, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("amount_rp", NUMBER, nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column("previous_sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_evidence_pack_city_id_city")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_evidence_pack_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_pack")),
    )
    op.create_index(
        op.f("ix_evidence_pack_contract_id_month_made_at"), "evidence_pack", ["contract_id", "month", "made_at"]
    )
    op.create_table(
        "signing_key",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("made_at", NUMBER, nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_signing_key_city_id_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_index(op.f("ix_signing_key_city_id"), "signing_key", ["city_id"])
    op.create_table(
        "contract_point",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("contract_id", NUMBER, nullable=False),
        sa.Column("point_id", NUMBER, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("monthly_fee_rp", NUMBER, nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name="dates"),
        sa.CheckConstraint("monthly_fee_rp >= 0", name="fee"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_point_contract_id_contract")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_contract_point_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_point")),
        sa.UniqueConstraint(
            "contract_id", "point_id", "starts_on", name=op.f("uq_contract_point_contract_id_point_id_starts_on")
        ),
    )
    op.create_index(op.f("ix_contract_point_point_id"), "contract_point", ["point_id"])
    op.create_table(
        "exclusion",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("point_id", NUMBER, nullable=False),
        sa.Column("start", NUMBER, nullable=False),
        sa.Column("end", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("attachment_id", NUMBER, nullable=True),
        sa.Column("decided_at", NUMBER, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", NUMBER, nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_exclusion_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_exclusion_city_id_city")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_exclusion_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    op.create_index(op.f("ix_exclusion_point_id_start"), "exclusion", ["point_id", "start"])
    op.create_table(
        "point_photo",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("point_id", NUMBER, nullable=False),
        sa.Column("attachment_id", NUMBER, nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_point_photo_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_photo_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_photo")),
    )
    op.create_index(op.f("ix_point_photo_point_id"), "point_photo", ["point_id"])
    op.create_table(
        "proposal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("area_id", NUMBER, nullable=True),
        sa.Column("venue_kind", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", NUMBER, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("merged_into_id", NUMBER, nullable=True),
        sa.Column("point_id", NUMBER, nullable=True),
        sa.Column("decided_at", NUMBER, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_proposal_area_id_area")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_proposal_city_id_city")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["proposal.id"], name=op.f("fk_proposal_merged_into_id_proposal")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_proposal_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("number", name=op.f("uq_proposal_number")),
    )
    op.create_index(op.f("ix_proposal_city_id_state"), "proposal", ["city_id", "state"])
    op.create_table(
        "past_placement",
        sa.Column("ap_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("since", NUMBER, autoincrement=False, nullable=False),
        sa.Column("until", NUMBER, nullable=False),
        sa.Column("point_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["ap_id"], ["access_point.id"], name=op.f("fk_past_placement_ap_id_access_point")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_past_placement_point_id_point")),
        sa.PrimaryKeyConstraint("ap_id", "since", name=op.f("pk_past_placement")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_past_placement_point_id"), "past_placement", ["point_id"])
    seconds = ("up_s", "down_s", "unknown_s", "maintenance_s")
    op.create_table(
        "point_recent",
        sa.Column("point_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("t", NUMBER, nullable=False),
        *(sa.Column(name, NUMBER, nullable=False) for name in seconds),
        *(sa.Column(f"today_{name}", NUMBER, nullable=False) for name in seconds),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_recent_point_id_point")),
        sa.PrimaryKeyConstraint("point_id", name=op.f("pk_point_recent")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.add_column("fund", sa.Column("kind", sa.Text(), server_default="", nullable=False))
    op.add_column("fund", sa.Column("credit_line", sa.Text(), server_default="", nullable=False))

    op.add_column("goal", sa.Column("recorded_at", NUMBER, nullable=True))
    op.add_column("goal", sa.Column("recorded_by", sa.Text(), nullable=True))
    op.add_column("goal", sa.Column("withdrawn_at", NUMBER, nullable=True))
    op.add_column("goal", sa.Column("withdrawn_by", sa.Text(), nullable=True))

    with op.batch_alter_table("lifecycle_change") as table:
        table.add_column(sa.Column("document", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("attachment_id", NUMBER, nullable=True))
        table.add_column(sa.Column("override", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("batch", NUMBER, nullable=True))
        table.add_column(sa.Column("withdrawn_at", NUMBER, nullable=True))
        table.add_column(sa.Column("withdrawn_by", sa.Text(), nullable=True))
        table.create_foreign_key(
            op.f("fk_lifecycle_change_attachment_id_attachment"), "attachment", ["attachment_id"], ["id"]
        )
    op.create_index(op.f("ix_lifecycle_change_batch"), "lifecycle_change", ["batch"])

    with op.batch_alter_table("point") as table:
        table.add_column(sa.Column("relocated_from_id", NUMBER, nullable=True))
        table.create_foreign_key(op.f("fk_point_relocated_from_id_point"), "point", ["relocated_from_id"], ["id"])
    op.add_column("access_point", sa.Column("placed_since", NUMBER, server_default="0", nullable=False))

    op.add_column("poll_hot", sa.Column("extras", sa.Text(), nullable=True))
    sums = [
        sa.Column("city_id", NUMBER, nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("up_s", NUMBER, nullable=False),
        sa.Column("down_s", NUMBER, nullable=False),
        sa.Column("unknown_s", NUMBER, nullable=False),
        sa.Column("maintenance_s", NUMBER, nullable=False),
        sa.Column("rx_bytes", NUMBER, nullable=True),
        sa.Column("tx_bytes", NUMBER, nullable=True),
        sa.Column("clients_sum", NUMBER, nullable=True),
        sa.Column("clients_n", sa.Integer(), nullable=False),
        sa.Column("clients_max", sa.Integer(), nullable=True),
        sa.Column("rtt_us_sum", NUMBER, nullable=True),
    ]
    op.create_table(
        "rollup_month",
        sa.Column("ap_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("t", NUMBER, autoincrement=False, nullable=False),
        *sums,
        sa.PrimaryKeyConstraint("ap_id", "t", name=op.f("pk_rollup_month")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    sum_past_months([column.name for column in sums if column.name != "city_id"])


def sum_past_months(names: list[str]) -> None:
    """Of the days there are; of a month that is not over there is no row."""
    connection = op.get_bind()
    sums = ", ".join(f"MAX({name})" if name == "clients_max" else f"SUM({name})" for name in names)
    statement = sa.text(f"""INSERT INTO rollup_month (ap_id, t, city_id, {", ".join(names)})
                            SELECT ap_id, :a, city_id, {sums} FROM rollup_day
                            WHERE city_id = :city AND t >= :a AND t < :b GROUP BY ap_id, city_id""")  # noqa: S608  our own names
    bounds = sa.text("SELECT MIN(t), MAX(t) FROM area_day WHERE city_id = :city")
    for city, zone in connection.execute(sa.text("SELECT id, time_zone FROM city")).all():
        oldest, newest = connection.execute(bounds, {"city": city}).one()
        if oldest is not None:
            for a, b in list(months(zone, oldest, newest + 1))[:-1]:
                connection.execute(statement, {"city": city, "a": a, "b": b})
