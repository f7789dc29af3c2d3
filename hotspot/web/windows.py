"""The window of time that a page shows: a named period, or any two instants of the city's clock, from the URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.calendar import period as length
from hotspot.web.words import gettext

DAY_S = 86400
MONTHS = {"month": lazy_gettext("This month"), "last_month": lazy_gettext("Last month")}
WEEK_AND_MONTH = {"7d": lazy_gettext("7 days"), "30d": lazy_gettext("30 days")}
PERIODS = {"24h": lazy_gettext("24 hours"), **WEEK_AND_MONTH, **MONTHS}
USAGE_PERIODS = {**WEEK_AND_MONTH, "90d": lazy_gettext("90 days"), "365d": lazy_gettext("365 days"), **MONTHS}
EARLIEST, LATEST = 2000, 2100  # years; before nobody measured, and far from them instants end


@dataclass(frozen=True, slots=True)
class Window:
    """[a, b); `period` is its name or empty, `problem` says why what was asked for is not what is shown."""

    a: int
    b: int
    period: str
    problem: str = ""


def named(period: str, zone: ZoneInfo, now: int) -> Window:
    """The lengths are those of analytics.calendar; a month is the calendar's."""
    if period not in MONTHS:
        return Window(*length(zone.key, period, now), period)
    first = day_of(zone.key, now).replace(day=1)
    if period == "month":
        return Window(midnight(zone.key, first), now, period)
    before = (first - timedelta(days=1)).replace(day=1)
    return Window(midnight(zone.key, before), midnight(zone.key, first), period)


def window(asked: Mapping[str, str], zone: ZoneInfo, now: int, default: str = "30d") -> Window:
    """What `period`, or `from` and `to`, ask for; the default period when they can't be understood."""
    period = asked.get("period", "")
    usual = named(period if period in {**PERIODS, **USAGE_PERIODS} else default, zone, now)
    since, until = asked.get("from", "").strip(), asked.get("to", "").strip()
    if not since and not until:
        return usual
    a = instant_of(since, zone) if since else usual.a
    b = instant_of(until, zone) if until else now
    if a is None or b is None:
        return Window(usual.a, usual.b, usual.period, gettext("A time is written as 2026-11-21T14:00."))
    if a >= min(b, now):
        return Window(usual.a, usual.b, usual.period, gettext("The beginning must be before the end, and in the past."))
    return Window(a, min(b, now), "")


def instant_of(text: str, zone: ZoneInfo) -> int | None:
    """The instant of a local time as browsers write it, or of a day's midnight; None when it is neither."""
    try:
        local = datetime.fromisoformat(text)
        if not EARLIEST <= local.year <= LATEST:
            return None
        return int((local if local.tzinfo else local.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        return None


def local_text(t: int, zone: ZoneInfo) -> str:
    """What an input of type datetime-local holds."""
    return datetime.fromtimestamp(t, zone).strftime("%Y-%m-%dT%H:%M")
