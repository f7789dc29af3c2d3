"""What the city has: areas, sites, points, access points, who pays, who provides, and the goals."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotspot.store.base import COMPACT, Base


class City(Base):
    """A tenant. `code` is the Kemendagri code (36.74); days and months are cut in `time_zone`."""

    __tablename__ = "city"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="Asia/Jakarta")
    poll_interval_s: Mapped[int] = mapped_column(default=60)
    demonstration: Mapped[bool] = mapped_column(default=False)
    public: Mapped[bool] = mapped_column(default=True, server_default=true())  # whether the public site is shown
    licence: Mapped[str] = mapped_column(default="CC-BY-4.0", server_default="CC-BY-4.0")  # SPDX, of the open data
    contact: Mapped[str] = mapped_column(default="", server_default="")  # of the office, as citizens may read it


class Area(Base):
    """A kecamatan (`level` district) or, under it, a kelurahan or desa (`level` village), keyed by Kemendagri code."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("city_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    code: Mapped[str]
    name: Mapped[str]
    level: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    boundary: Mapped[str | None]  # a GeoJSON geometry

    parent: Mapped["Area | None"] = relationship(remote_side="Area.id", lazy="raise")


class AreaAlias(Base):
    """Another spelling of an area's name, normalised as the importer does."""

    __tablename__ = "area_alias"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str]


class Provider(Base):
    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]


class Fund(Base):
    """Who pays. `kind` is a key of analytics.inventory.FUND_KINDS, or empty where nobody said."""

    __tablename__ = "fund"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="", server_default="")
    credit_line: Mapped[str] = mapped_column(default="", server_default="")  # what a sponsor's points say


class Site(Base):
    """A public place: a hall, a park, a mosque. `venue_kind` is a key of analytics.inventory.VENUE_KINDS."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("city_id", "area_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[str]
    venue_kind: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # counts changes by people

    area: Mapped[Area] = relationship(lazy="raise")


class Point(Base):
    """A titik: what the city counts, contracts and promises; one service at one site."""

    __tablename__ = "point"
    __table_args__ = (UniqueConstraint("city_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    lifecycle: Mapped[str]
    auth_mode: Mapped[str] = mapped_column(default="open")
    installed_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    relocated_from_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))  # whose service goes on here
    public: Mapped[bool] = mapped_column(default=True, server_default=true())  # False: not on the public site
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # counts changes by people

    site: Mapped[Site] = relationship(lazy="raise")
    fund: Mapped[Fund | None] = relationship(lazy="raise")
    provider: Mapped[Provider | None] = relationship(lazy="raise")
    access_points: Mapped[list["AccessPoint"]] = relationship(back_populates="point", lazy="raise")


class LifecycleChange(Base):
    """A dated step in a point's life, so that the state on any past day can be told.

    `document` names the record (an acceptance's BAST number), `attachment_id` is its file. `override` tells, gate by
    gate in JSON, why a step was taken although a gate was shut; such steps are listed. A withdrawn step counts no more.
    Steps taken together share a `batch`, the id of the first of them.
    """

    __tablename__ = "lifecycle_change"
    __table_args__ = (Index(None, "point_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    stage: Mapped[str]
    since: Mapped[date]
    recorded_at: Mapped[int]
    actor: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="", server_default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    override: Mapped[str] = mapped_column(default="", server_default="")
    batch: Mapped[int | None] = mapped_column(index=True)
    withdrawn_at: Mapped[int | None]
    withdrawn_by: Mapped[str | None]


class PointPhoto(Base):
    """A photograph of a point, taken on a day."""

    __tablename__ = "point_photo"
    __table_args__ = (Index(None, "point_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    taken_on: Mapped[date]


class CredentialSet(Base):
    """A named SNMP credential, tried in the order of `position` where a device has none of its own."""

    __tablename__ = "credential_set"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]
    position: Mapped[int]
    snmp_version: Mapped[str]
    credential: Mapped[bytes] = mapped_column(LargeBinary)  # sealed by hotspot.secrets, never shown


class AccessPoint(Base):
    """A device. What it says of itself (vendor to engine_id) is filled by the collector.

    `kind` is access_point or controller. A device with a `controller_id` is followed through that controller, which
    knows it by `controller_key`, and is never asked itself; it has no point until somebody gives it one. A controller
    belongs to no point and counts for none.
    """

    __tablename__ = "access_point"
    __table_args__ = (
        UniqueConstraint("city_id", "name"),
        UniqueConstraint("city_id", "address", "port"),
        UniqueConstraint("controller_id", "controller_key"),
        CheckConstraint("port BETWEEN 1 AND 65535", name="port"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    placed_since: Mapped[int] = mapped_column(default=0, server_default="0")  # a midnight; 0: from its first poll on
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="access_point", server_default="access_point")
    controller_id: Mapped[int | None] = mapped_column(ForeignKey("access_point.id"))
    controller_key: Mapped[str | None]
    address: Mapped[str | None]  # empty where only its controller reaches it
    port: Mapped[int] = mapped_column(default=161)
    snmp_version: Mapped[str] = mapped_column(default="2c")
    credential: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed by hotspot.secrets, never shown
    credential_set_id: Mapped[int | None] = mapped_column(ForeignKey("credential_set.id"))  # the one that is answered
    any_source: Mapped[bool] = mapped_column(default=False, server_default=false())  # answers from another address
    short_ids: Mapped[bool] = mapped_column(default=False, server_default=false())  # gives back 16 bits of an id
    profile: Mapped[str | None]  # named by hand; empty: the collector finds it
    poll_interval_s: Mapped[int | None]  # empty: the city's
    polling: Mapped[bool] = mapped_column(default=True)
    vendor: Mapped[str | None]
    model: Mapped[str | None]
    firmware: Mapped[str | None]
    serial: Mapped[str | None]
    sys_name: Mapped[str | None]
    sys_object_id: Mapped[str | None]
    sys_descr: Mapped[str | None]
    engine_id: Mapped[str | None]  # snmpEngineID in hexadecimal digits
    identified_at: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # counts changes by people

    point: Mapped[Point | None] = relationship(back_populates="access_points", lazy="raise")


class PastPlacement(Base):
    """Where an access point stood before: at a point, or at none, from the midnight `since` to the midnight `until`.

    Where it stands now is `AccessPoint.point_id`, since `AccessPoint.placed_since`; together they cover all time, from
    0 on. Devices move at midnights of the city's zone, so that days add up for points as they do for devices.
    """

    __tablename__ = "past_placement"
    __table_args__ = (Index(None, "point_id"), COMPACT)

    ap_id: Mapped[int] = mapped_column(ForeignKey("access_point.id"), primary_key=True, autoincrement=False)
    since: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[int]
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))


class Goal(Base):
    """A number of points by a date (pages say target); a new version is a new row, the old line stays."""

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"), index=True)
    quantity: Mapped[int]
    cumulative: Mapped[bool]  # else an increment over what stood on from_on
    from_on: Mapped[date]
    to_on: Mapped[date]
    valid_since: Mapped[date]
    source: Mapped[str] = mapped_column(default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    venue_kind: Mapped[str | None]
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("fund.id"))
    recorded_at: Mapped[int | None]
    recorded_by: Mapped[str | None]
    withdrawn_at: Mapped[int | None]  # a version that was a mistake: it stays, and counts no more
    withdrawn_by: Mapped[str | None]
