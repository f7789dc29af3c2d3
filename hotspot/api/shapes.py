"""The answers of the API; OpenAPI is generated from these models and the tests hold every answer against it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hotspot.api.query import ApState, Kind, Status, choice

Share = Field(None, ge=0, le=1)


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Envelope(Shape):
    """`as_of` is the collector's last proof of life; when `stale`, no current state is known."""

    city: str
    demonstration: bool = Field(description="true: the data are invented")
    as_of: datetime | None
    stale: bool


class Paged(Envelope):
    total: int
    page: int
    pages: int


class Point(Shape):
    """A point now and in its last 30 days; what nobody knows is null, never 0."""

    code: str
    name: str
    site: str
    venue_kind: str
    address: str
    latitude: float | None
    longitude: float | None
    area_code: str
    area: str
    district_code: str
    district: str
    fund: str | None
    provider: str | None
    lifecycle: str
    auth_mode: str
    installed_on: date | None
    accepted_on: date | None
    status: Status
    access_points: int
    access_points_up: int
    access_points_down: int
    clients: int | None
    last_poll: datetime | None
    last_answer: datetime | None
    down_since: datetime | None
    availability_30d: float | None = Share
    coverage_30d: float | None = Share


class Points(Paged):
    items: list[Point]


class AccessPoint(Shape):
    """A device; its credential is never told. `controller` is the one through which it is followed."""

    name: str
    kind: Kind
    point: str | None = Field(description="null for a controller and for what nobody placed yet")
    point_name: str | None
    controller: str | None = Field(description="null where the device is asked itself")
    address: str | None
    port: int
    snmp_version: str
    profile: str
    polling: bool
    vendor: str | None
    model: str | None
    firmware: str | None
    state: ApState
    since: datetime | None
    last_poll: datetime | None
    last_answer: datetime | None
    poll_interval_s: int | None
    clients: int | None
    rtt_ms: float | None
    ping_sent: int | None = Field(description="echo requests of the last poll; none where it was not pinged")
    ping_received: int | None
    ping_ms: float | None = Field(description="the shortest round trip of them")
    uptime_s: int | None
    rx_bps: int | None
    tx_bps: int | None
    cpu_percent: int | None
    memory_percent: int | None
    error: str
    unknown_because: str = Field(description="collector, storm, link, monitoring or controller; empty: not unknown")


class AccessPoints(Paged):
    items: list[AccessPoint]


class Controller(Shape):
    """A controller and what is followed through it; it belongs to no point and counts for none."""

    device: AccessPoint
    access_points: int
    access_points_up: int
    access_points_down: int
    access_points_unknown: int
    access_points_unplaced: int = Field(description="that belong to no point yet")
    clients: int | None = Field(description="of its access points that are up")


class Controllers(Envelope):
    items: list[Controller]


class AccessPointAnswer(Envelope):
    access_point: AccessPoint
    serial: str | None
    sys_name: str | None
    sys_object_id: str | None
    sys_descr: str | None
    identified_at: datetime | None
    detail: dict[str, Any] = Field(description="radios, SSIDs, interfaces and extras as last seen")


class Day(Shape):
    date: date
    availability: float | None = Share


class Hour(Shape):
    start: datetime
    clients: int | None


class Step(Shape):
    """A dated step of a point's life."""

    since: date
    stage: str
    note: str


class PointAnswer(Envelope):
    point: Point
    access_points: list[AccessPoint]
    lifecycle: list[Step]
    days: list[Day] = Field(description="90 days, the last one today up to now")
    hours: list[Hour] = Field(description="24 hours, the last one up to now")


class Outage(Shape):
    """`unknown`: it was down when somebody last looked; `duration_s` counts up to there. A controller has no point."""

    access_point: str
    point: str | None
    point_name: str | None
    area_code: str | None
    area: str | None
    district: str | None
    start: datetime
    end: datetime | None
    duration_s: int
    state: Annotated[str, *choice(("open", "ended", "unknown"))]
    cause: str
    start_error_s: int = Field(description="seconds by which it may have begun earlier")
    end_error_s: int


class Outages(Paged):
    open: int = Field(description="of the total, those that have not ended")
    items: list[Outage]


class Seconds(Shape):
    """Of all access points together; they add up to the window times the number of access points."""

    up: int
    down: int
    unknown: int
    maintenance: int


class OutageFigures(Shape):
    count: int = Field(description="outages that cost the window at least a second")
    began: int = Field(description="of them in the window")
    ended: int = Field(description="of them in the window, by an answer")
    mttr_s: float | None = Field(description="mean length of those that ended in the window")
    mtbf_s: float | None = Field(description="seconds up for each one that began in the window")
    longest_s: int = Field(description="its whole length, beyond the window too")


class Figures(Shape):
    """Exact to the second: availability = up / (up + down); null when nobody looked."""

    access_points: int
    seconds: Seconds
    availability: float | None = Share
    coverage: float | None = Share
    worst: float | None = Field(None, ge=0, le=1, description="had all unknown time been down")
    best: float | None = Field(None, ge=0, le=1, description="had all unknown time been up")
    outages: OutageFigures


class Member(Figures):
    key: str = Field(description="a name or code as a parameter takes it; - for those without")
    name: str


class Availability(Figures, Envelope):
    """Of the scope that is named, else of all access points at a point; members add up to it."""

    access_point: str | None
    point: str | None
    area: str | None
    fund: str | None
    provider: str | None
    from_: datetime = Field(serialization_alias="from")
    to: datetime = Field(description="as asked, or now if that is earlier")
    hours: str | None = Field(description="the service hours that count; null: all")
    by: str | None
    members: list[Member]


class Geometry(Shape):
    type: str
    coordinates: list[Any]


class PointFeature(Shape):
    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Geometry | None
    properties: Point


class PointFeatures(Envelope):
    """GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[PointFeature]


class AreaProperties(Shape):
    code: str
    name: str
    level: Annotated[str, *choice(("district", "village"))]
    district_code: str | None


class AreaFeature(Shape):
    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Geometry | None
    properties: AreaProperties


class Areas(Envelope):
    """GeoJSON (RFC 7946); the geometry is null where the city has loaded no boundary."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[AreaFeature]


class Ready(Shape):
    """Whether this process can do its work; `reasons` say why not."""

    status: Literal["ready"]
    heartbeat_age_s: int | None


class Alive(Shape):
    status: Literal["ok"]
