"""What the city plans: documents, denominators of areas, proposals from citizens and offices, reports made."""

from datetime import date

from sqlalchemy import Double, ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import Base


class Attachment(Base):
    """A file that proves something: the photograph of a point, an acceptance record, a contract. Never public.

    `kind` is photo or document; `sha256` in hexadecimal digits is that of `data`, checked when it is handed out.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "city_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_at: Mapped[int]
    added_by: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Denominator(Base):
    """What points are divided by, as somebody published it: people, poor people, schools ... of an area on a day.

    `kind` is a key of analytics.equity.DENOMINATORS; the newest `as_of` up to the day asked for counts.
    """

    __tablename__ = "denominator"
    __table_args__ = (UniqueConstraint("area_id", "kind", "as_of"), Index(None, "city_id", "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str]
    as_of: Mapped[date]
    value: Mapped[float] = mapped_column(Double)
    estimate: Mapped[bool] = mapped_column(default=False, server_default=false())
    source: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[int]
    recorded_by: Mapped[str]


class Proposal(Base):
    """A place somebody asks a point for. `number` is public and tells nothing else; `contact` is sealed and private.

    `state` is open, merged (into `merged_into_id`), declined, or converted (to `point_id`).
    """

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("number"), Index(None, "city_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    number: Mapped[str]
    place: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    venue_kind: Mapped[str]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str]
    source: Mapped[str]  # a key of analytics.proposals.SOURCES: citizen, neighbourhood, village, musrenbang, office
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed by hotspot.secrets, never public
    received_on: Mapped[date]
    recorded_at: Mapped[int]
    recorded_by: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))
    decided_at: Mapped[int | None]
    decided_by: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")  # public, beside the tracking number


class ReportSchedule(Base):
    """A report made on the first of each month for the month before; `key` names the area, provider or fund."""

    __tablename__ = "report_schedule"
    __table_args__ = (UniqueConstraint("city_id", "kind", "key", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str]  # a key of analytics.reports.KINDS: mayor, district, provider, donor
    key: Mapped[str] = mapped_column(default="", server_default="")
    form: Mapped[str]  # pdf, xlsx or csv
    language: Mapped[str] = mapped_column(default="id", server_default="id")
    since: Mapped[date]
    added_by: Mapped[str]


class Report(Base):
    """A report as it was handed out. A month made again is a new row; the old one stays."""

    __tablename__ = "report"
    __table_args__ = (Index(None, "city_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(default="", server_default="")
    period: Mapped[str]  # 2026-10
    form: Mapped[str]
    language: Mapped[str]
    made_at: Mapped[int]
    made_by: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
