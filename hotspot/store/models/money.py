"""Who pays and what was promised: agreements of donors, contracts of providers, exclusions, evidence.

Amounts are whole rupiah; what is computed from them is computed in Decimal and rounded once, at the end.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class Agreement(Base):
    """What a fund promised: so many points worth so much, from a day, to a day (both included)."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("city_id", "number"), Index(None, "fund_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    number: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    points: Mapped[int]
    value_rp: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    recorded_at: Mapped[int]
    recorded_by: Mapped[str]


class Contract(Base):
    """A provider's promise to keep points running, from a day, to a day (both included), by an SLA rule.

    `sla_rule` is JSON as analytics.sla.Rule reads and writes it; a change of the rule is an amendment: a new contract.
    """

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("city_id", "number"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        Index(None, "provider_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    number: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    sla_rule: Mapped[str]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    recorded_at: Mapped[int]
    recorded_by: Mapped[str]


class ContractPoint(Base):
    """A line of a contract's annex: the point and its monthly fee, from a day, to a day (both included).

    A point is in one line at a time, over all contracts of the city: nothing is paid twice.
    """

    __tablename__ = "contract_point"
    __table_args__ = (
        UniqueConstraint("contract_id", "point_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("monthly_fee_rp >= 0", name="fee"),
        Index(None, "point_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    monthly_fee_rp: Mapped[int]


class Exclusion(Base):
    """Time of a point that its contract does not judge, decided by a person with a reason after it happened.

    `reason` is a key of analytics.sla.REASONS. Withdrawn ones stay, and say who withdrew them.
    """

    __tablename__ = "exclusion"
    __table_args__ = (Index(None, "point_id", "start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    start: Mapped[int]
    end: Mapped[int]
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    decided_at: Mapped[int]
    decided_by: Mapped[str]
    withdrawn_at: Mapped[int | None]
    withdrawn_by: Mapped[str | None]


class EvidencePack(Base):
    """What was handed over for a contract and a month; `manifest_sha256` is chained to the pack before it."""

    __tablename__ = "evidence_pack"
    __table_args__ = (Index(None, "contract_id", "month", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    month: Mapped[str]  # 2026-10
    made_at: Mapped[int]
    made_by: Mapped[str]
    amount_rp: Mapped[int]
    manifest_sha256: Mapped[str]
    previous_sha256: Mapped[str] = mapped_column(default="", server_default="")  # empty: the first
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # the pack itself, a zip file


class SigningKey(Base):
    """The Ed25519 key with which this city's packs are signed; made at the first pack, replaced by a new row."""

    __tablename__ = "signing_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), index=True)
    made_at: Mapped[int]
    public: Mapped[str]  # in hexadecimal digits
    private: Mapped[bytes] = mapped_column(LargeBinary)  # sealed by hotspot.secrets, never shown
