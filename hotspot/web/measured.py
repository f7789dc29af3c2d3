"""What was measured of a point or of an access point in a window: figures, days, curves and outages for their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import day_of, day_start, days, hours, midnight
from hotspot.analytics.stays import Presence
from hotspot.store.availability import Answer, answer
from hotspot.store.models import City
from hotspot.store.outages import OutageFilter, OutageRow, outages_page
from hotspot.store.planned_work import Work, work_around
from hotspot.store.strips import STRIP_DAYS, Bucket, series
from hotspot.web.charts import Chart, chart
from hotspot.web.heat import HeatMap, by_dark, by_most, clients_of_week, down_of_week
from hotspot.web.place import zone
from hotspot.web.windows import DAY_S, PERIODS, Window, local_text, named

HOUR_S = 3600
CLOCK_UP_TO_S = 2 * DAY_S  # the axis of a longer window names days
HOURLY_UP_TO_S = 10 * DAY_S  # the curves of a longer window are made of days
MARKS = 8  # words that an axis has room for
OUTAGES = 25
RHYTHM_DAYS = 28


@dataclass(frozen=True, slots=True)
class Period:
    """A named period (`key`) or the window that somebody chose (key empty)."""

    key: str
    label: str
    told: Answer


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day of the strip; [a, b) is its window."""

    date: date
    availability: float | None
    coverage: float | None
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Row:
    """An hour or day of the curves, as the table below them shows it."""

    t: int
    clients: float | None
    received_bps: float | None
    sent_bps: float | None
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Measured:
    work: list[Work]
    window: Window
    since: str
    until: str
    chosen: Answer
    periods: list[Period]
    days: list[DayBar]
    step: str
    clock: bool  # the axis names times of the day
    rows: list[Row]
    clients: Chart | None
    received: Chart | None
    sent: Chart | None
    outages: list[OutageRow]
    outages_total: int
    week: HeatMap  # clients by hour of the week
    dark: HeatMap  # share of the time down by hour of the week


def measured(
    session: Session, city: City, presences: Sequence[Presence], window: Window, only: OutageFilter, now: int
) -> Measured:
    """`only` chooses the point or the access point whose outages are listed, `presences` whose time is counted."""
    here = [one.ap_id for one in presences if one.touches(now, now)]
    periods = [(key, str(label), named(key, zone(), now)) for key, label in PERIODS.items()]
    told = [Period(key, label, answer(session, presences, each.a, each.b, now)) for key, label, each in periods]
    chosen = next((each.told for each in told if each.key == window.period), None)
    step: Literal["hour", "day"] = "hour" if window.b - window.a <= HOURLY_UP_TO_S else "day"
    rows = curve(session, city, presences, window, step, now)
    clock = window.b - window.a <= CLOCK_UP_TO_S
    times, marks = [row.t for row in rows], axis_marks(city, window, "hour" if clock else "day")
    listed = outages_page(session, city, only, now=now, per_page=OUTAGES)
    return Measured(
        work_around(session, here, now),
        window,
        local_text(window.a, zone()),
        local_text(window.b, zone()),
        chosen or answer(session, presences, window.a, window.b, now),
        told,
        strip_days(session, city, presences, now),
        step,
        clock,
        rows,
        chart(times, [row.clients for row in rows], marks),
        chart(times, [row.received_bps for row in rows], marks),
        chart(times, [row.sent_bps for row in rows], marks),
        listed.rows,
        listed.total,
        *weeks(session, city, presences, now),
    )


def weeks(session: Session, city: City, presences: Sequence[Presence], now: int) -> tuple[HeatMap, HeatMap]:
    """The last whole four weeks, whatever the window: fewer days make no rhythm."""
    today = day_start(city.time_zone, now)
    lately = series(session, presences, today - RHYTHM_DAYS * DAY_S, today, "hour")
    clients = clients_of_week(city.time_zone, ((one.t, one.clients_mean) for one in lately))
    return by_most(clients), by_dark(down_of_week(city.time_zone, ((one.t, one.figure) for one in lately)))


def curve(
    session: Session, city: City, presences: Sequence[Presence], window: Window, step: Literal["hour", "day"], now: int
) -> list[Row]:
    """Every hour or day of the window; one that nobody measured has no values, which is a gap."""
    starts = buckets(city, window, step)
    known = {one.t: one for one in series(session, presences, starts[0], window.b, step)}
    length = HOUR_S if step == "hour" else DAY_S
    return [row(t, known.get(t), min(length, now - t)) for t in starts]


def row(t: int, bucket: Bucket | None, length_s: int) -> Row:
    if bucket is None:
        return Row(t, None, None, None, None)
    return Row(t, bucket.clients_mean, rate(bucket.rx_bytes, length_s), rate(bucket.tx_bytes, length_s), bucket.figure)


def rate(octets: int | None, seconds: int) -> float | None:
    return None if octets is None or seconds <= 0 else octets * 8 / seconds


def buckets(city: City, window: Window, step: str) -> list[int]:
    cut = hours if step == "hour" else days
    return [start for start, _ in cut(city.time_zone, window.a, window.b)]


def axis_marks(city: City, window: Window, step: str) -> list[int]:
    """The hours or midnights that get a word on the axis: all of them, or so few that the words have room."""
    starts = buckets(city, window, step)
    return starts[:: -(-len(starts) // MARKS)]


def strip_days(session: Session, city: City, presences: Sequence[Presence], now: int) -> list[DayBar]:
    """The last 90 days, today the last of them."""
    today = day_of(city.time_zone, now)
    dates = [today - timedelta(days=back) for back in range(STRIP_DAYS - 1, -1, -1)]
    first = midnight(city.time_zone, dates[0])
    known = {one.t: one.figure for one in series(session, presences, first, now, "day")}
    return [day_bar(city, day, known.get(midnight(city.time_zone, day))) for day in dates]


def day_bar(city: City, day: date, figure: Figure | None) -> DayBar:
    a, b = (local_text(midnight(city.time_zone, each), zone()) for each in (day, day + timedelta(days=1)))
    return DayBar(day, figure.availability if figure else None, figure.coverage if figure else None, a, b)
