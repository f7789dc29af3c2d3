"""What was measured. All instants are seconds since 1970 UTC, all lengths seconds, all octets bytes."""

from enum import IntEnum

from sqlalchemy import REAL, Double, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hotspot.store.base import COMPACT, Base


class State(IntEnum):
    """As stored in spans and in ap_state; maintenance is laid over them when a figure is computed."""

    DOWN = 0
    UP = 1
    UNKNOWN = 2


class ApState(Base):
    """One row an access point: what it is doing now. Wallboard, map and lists read only this."""

    __tablename__ = "ap_state"
    __table_args__ = ({"sqlite_strict": True},)

    ap_id: Mapped[int] = mapped_column(ForeignKey("access_point.id"), primary_key=True, autoincrement=False)
    city_id: Mapped[int]
    state: Mapped[int] = mapped_column(Integer)  # State
    since: Mapped[int]  # start of the open span
    cause: Mapped[str] = mapped_column(default="", server_default="")  # of the open span, as in status_span
    last_poll: Mapped[int]  # when it was last asked
    last_ok: Mapped[int | None]  # when it last answered
    last_slot: Mapped[int]  # slot of the newest poll recorded; an older or equal one is a duplicate
    interval_s: Mapped[int] = mapped_column(Integer)  # the interval in force at last_poll
    missed: Mapped[int] = mapped_column(Integer)  # unanswered polls in a row
    first_missed: Mapped[int | None]  # instant of the first of them
    silent: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # the last of them, without an excuse
    first_silent: Mapped[int | None]
    rtt_us: Mapped[int | None]
    uptime_s: Mapped[int | None]
    clients: Mapped[int | None] = mapped_column(Integer)
    rx_bps: Mapped[int | None]  # bits a second towards the access point's uplink, from the last two polls
    tx_bps: Mapped[int | None]
    cpu_percent: Mapped[int | None] = mapped_column(Integer)
    memory_percent: Mapped[int | None] = mapped_column(Integer)
    ping_sent: Mapped[int | None] = mapped_column(Integer)  # echo requests of the last poll; empty: not pinged
    ping_received: Mapped[int | None] = mapped_column(Integer)
    ping_us: Mapped[int | None]  # the shortest round trip of them
    profile: Mapped[str]  # the profile that the last answer was read with; empty: none
    error: Mapped[str]  # a sentence for the admin; empty: none
    detail: Mapped[str]  # JSON: radios, ssids, interfaces as seen at last_ok
    memory: Mapped[str]  # JSON: counters and clocks of the last answer, from which the next rates are made


class StatusSpan(Base):
    """The truth for availability: half-open [start, end); written only on change; the last one is open (end empty).

    `start_err` and `end_err`: seconds by which the true change may lie before the instant (one poll gap).
    """

    __tablename__ = "status_span"
    __table_args__ = (Index(None, "city_id", "state", "end", "start"), Index(None, "city_id", "end"), COMPACT)

    ap_id: Mapped[int] = mapped_column(ForeignKey("access_point.id"), primary_key=True, autoincrement=False)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    end: Mapped[int | None]
    city_id: Mapped[int]
    state: Mapped[int] = mapped_column(Integer)
    start_err: Mapped[int] = mapped_column(Integer, default=0)
    end_err: Mapped[int] = mapped_column(Integer, default=0)
    cause: Mapped[str] = mapped_column(default="")  # collector, storm, link, monitoring, controller or empty


class PollHot(Base):
    """Single polls, kept for days. `slot` is the cycle's time, `offset_s` how much later the poll was made."""

    __tablename__ = "poll_hot"
    __table_args__ = (COMPACT,)

    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ap_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    city_id: Mapped[int]
    offset_s: Mapped[int] = mapped_column(Integer)
    up: Mapped[int | None] = mapped_column(Integer)  # 1 answered, 0 silent, empty: nobody could ask
    rtt_us: Mapped[int | None]
    uptime_s: Mapped[int | None]
    clients: Mapped[int | None] = mapped_column(Integer)
    rx_bytes: Mapped[int | None]  # since the poll before; empty where no honest difference exists
    tx_bytes: Mapped[int | None]
    errors: Mapped[int | None]
    cpu_percent: Mapped[int | None] = mapped_column(Integer)
    memory_percent: Mapped[int | None] = mapped_column(Integer)
    ping_sent: Mapped[int | None] = mapped_column(Integer)
    ping_received: Mapped[int | None] = mapped_column(Integer)
    ping_us: Mapped[int | None]
    extras: Mapped[str | None]  # by radio and SSID, see hotspot.analytics.extras; short, for it stands in the row


class PollChunk(Base):
    """A day of polls of a few neighbouring access points, packed by hotspot.analytics.chunk; see hotspot.store.chunks.

    `t` is the day's midnight in the city's zone. A rowid table on purpose: octets would bloat a WITHOUT ROWID one.
    """

    __tablename__ = "poll_chunk"
    __table_args__ = (Index(None, "t"),)

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    t: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    city_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    polls: Mapped[int] = mapped_column(Integer)
    codec: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Sums:
    """The columns of every roll-up: seconds of each state, sums and counts of what was read."""

    city_id: Mapped[int]
    polls: Mapped[int] = mapped_column(Integer)
    answered: Mapped[int] = mapped_column(Integer)
    up_s: Mapped[int]
    down_s: Mapped[int]
    unknown_s: Mapped[int]
    maintenance_s: Mapped[int]
    rx_bytes: Mapped[int | None]
    tx_bytes: Mapped[int | None]
    clients_sum: Mapped[int | None]  # over clients_n readings, so that the mean is clients_sum / clients_n
    clients_n: Mapped[int] = mapped_column(Integer)
    clients_max: Mapped[int | None] = mapped_column(Integer)
    rtt_us_sum: Mapped[int | None]  # the mean times `answered`: an answer to a repeated request can't be timed


class RollupHour(Sums, Base):
    """An hour of an access point; `t` is its start, hours are cut in the city's zone."""

    __tablename__ = "rollup_hour"
    __table_args__ = (Index(None, "ap_id", "t"), COMPACT)

    t: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ap_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class RollupDay(Sums, Base):
    """A day of an access point in the city's zone, kept for ever; `t` is the instant of its midnight."""

    __tablename__ = "rollup_day"
    __table_args__ = (COMPACT,)

    ap_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    t: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class RollupMonth(Sums, Base):
    """A month of an access point in the city's zone, kept for ever; `t` is the instant of its first midnight."""

    __tablename__ = "rollup_month"
    __table_args__ = (COMPACT,)

    ap_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    t: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class PointRecent(Base):
    """The last 30 days of a point, to sort all points by: the 29 days before the midnight `t`, and the day since then.

    Made with the roll-ups in one transaction; where `t` is not today's midnight or the table is empty, nobody reads it.
    """

    __tablename__ = "point_recent"
    __table_args__ = (COMPACT,)

    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, autoincrement=False)
    city_id: Mapped[int]
    t: Mapped[int]
    up_s: Mapped[int]
    down_s: Mapped[int]
    unknown_s: Mapped[int]
    maintenance_s: Mapped[int]
    today_up_s: Mapped[int]
    today_down_s: Mapped[int]
    today_unknown_s: Mapped[int]
    today_maintenance_s: Mapped[int]


class AreaHour(Sums, Base):
    """The sum over the access points of a village-level area; `clients_max` is the highest mean of the moment."""

    __tablename__ = "area_hour"
    __table_args__ = (Index(None, "t"), COMPACT)

    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    t: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    access_points: Mapped[int] = mapped_column(Integer)


class AreaDay(Sums, Base):
    """`clients_mean` is the sum over the access points of their means of the day."""

    __tablename__ = "area_day"
    __table_args__ = (Index(None, "t"), COMPACT)

    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    t: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    access_points: Mapped[int] = mapped_column(Integer)
    clients_mean: Mapped[float | None] = mapped_column(Double().with_variant(REAL, "sqlite"))


class MaintenanceWindow(Base):
    """Planned work of one access point, point, area, provider or list of points, or (all empty) of the city.

    Only one that was announced before it began is left out of the figures; one announced later is marked, and keeps
    alerts quiet from then on. `series_id` is the series that it was made from.
    """

    __tablename__ = "maintenance_window"
    __table_args__ = (Index(None, "city_id", "start"), Index(None, "series_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))
    ap_id: Mapped[int | None] = mapped_column(ForeignKey("access_point.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_list.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_series.id"))
    start: Mapped[int]
    end: Mapped[int]
    reason: Mapped[str]
    announced_at: Mapped[int]
    announced_by: Mapped[str]
    cancelled_at: Mapped[int | None]


class MaintenanceList(Base):
    """Points that are worked on together, or that a provider had when its work began; they are never changed."""

    __tablename__ = "maintenance_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))


class MaintenanceListPoint(Base):
    __tablename__ = "maintenance_list_point"
    __table_args__ = (Index(None, "point_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("maintenance_list.id"), primary_key=True, autoincrement=False)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, autoincrement=False)


class MaintenanceSeries(Base):
    """Work that comes again, by the city's clock; its windows are made ahead of time, each announced when it is made.

    `pattern` is JSON as analytics.recurrence reads it. Ended, it makes no more windows.
    """

    __tablename__ = "maintenance_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"))
    ap_id: Mapped[int | None] = mapped_column(ForeignKey("access_point.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("maintenance_list.id"))
    pattern: Mapped[str]
    reason: Mapped[str]
    made_until: Mapped[int]
    announced_at: Mapped[int]
    announced_by: Mapped[str]
    ended_at: Mapped[int | None]
    ended_by: Mapped[str | None]


class DeviceEvent(Base):
    """Something that happened at an instant: reboot, agent_restart, identity, trap, or of the collector itself
    collector_gap, link_storm, clock_step, certificate.
    """

    __tablename__ = "device_event"
    __table_args__ = (Index(None, "city_id", "at"), Index(None, "ap_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    ap_id: Mapped[int | None] = mapped_column(ForeignKey("access_point.id"))  # empty: the collector's own
    at: Mapped[int]
    kind: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
