"""Figures and instants as the reader writes them; every filter turns a missing value into "no data", never into 0."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from flask import Flask
from flask_babel import lazy_gettext
from markupsafe import Markup

from hotspot.analytics import written
from hotspot.analytics.inventory import AUTH_MODES, FUND_KINDS, LIFECYCLE, VENUE_KINDS
from hotspot.analytics.written import NBSP
from hotspot.clock import now
from hotspot.web.place import zone
from hotspot.web.words import gettext, locale

STATUS = {
    "up": lazy_gettext("Active"),
    "degraded": lazy_gettext("Degraded"),
    "down": lazy_gettext("Down"),
    "unknown": lazy_gettext("Unknown"),
    "monitoring_broken": lazy_gettext("Monitoring broken"),
    "maintenance": lazy_gettext("Maintenance"),
    "planned": lazy_gettext("Planned"),
    "out_of_service": lazy_gettext("Out of service"),
}


def missing() -> Markup:
    return Markup('<span class="missing">{}</span>').format(gettext("no data"))


def grouped(value: float | Decimal, digits: int) -> str:
    return written.grouped(value, digits, locale())


def number(value: float | None, digits: int = 0) -> str:
    """1463607 as 1.463.607 (Indonesian) or 1,463,607 (English)."""
    return missing() if value is None else grouped(value, digits)


def percent(share: float | None, digits: int = 2) -> str:
    """A share of 0 to 1, cut and not rounded: 0.99996 is 99.99 %, because only 1 is 100 %."""
    if share is None:
        return missing()
    return grouped(written.cut(share, digits), digits) + NBSP + "%"


def rupiah(value: float | Decimal | None, digits: int = 0) -> str:
    """Rp9.000.000 (Indonesian) or Rp9,000,000 (English); less than nothing has its sign in front."""
    if value is None:
        return missing()
    return f"−Rp{grouped(-value, digits)}" if value < 0 else f"Rp{grouped(value, digits)}"


def duration(seconds: float | None) -> str:
    """The two largest units: 2 d 5 h, 3 h 12 min, 45 s."""
    if seconds is None:
        return missing()
    whole = int(seconds)
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    if days:
        parts = [gettext("%(n)s d", n=number(days)), gettext("%(n)s h", n=hours) if hours else ""]
    elif hours:
        parts = [gettext("%(n)s h", n=hours), gettext("%(n)s min", n=minutes) if minutes else ""]
    elif minutes:
        parts = [gettext("%(n)s min", n=minutes)]
    else:
        parts = [gettext("%(n)s s", n=whole)]
    return " ".join(part for part in parts if part).replace(" ", NBSP)


def instant(t: int | None, *, seconds: bool = False) -> str:
    """21 Nov 2026 12.00 WIB: the city's time, with its name."""
    if t is None:
        return missing()
    local = datetime.fromtimestamp(t, zone())
    dot = "." if locale() == "id" else ":"
    pattern = f"d MMM y HH{dot}mm" + (f"{dot}ss" if seconds else "")
    return f"{format_datetime(local, pattern, locale=locale())} {local.tzname()}".replace(" ", NBSP)


def clock_time(t: int | None) -> str:
    """12.00: an instant of today without its date."""
    if t is None:
        return missing()
    dot = "." if locale() == "id" else ":"
    return datetime.fromtimestamp(t, zone()).strftime(f"%H{dot}%M")


def day(value: date | int | None) -> str:
    """21 Nov 2026, of a date or of an instant in the city's zone."""
    if value is None:
        return missing()
    shown = value if isinstance(value, date) else datetime.fromtimestamp(value, zone()).date()
    return format_date(shown, "d MMM y", locale=locale()).replace(" ", NBSP)


def short_day(t: float) -> str:
    """Sat 21: a mark on a time axis."""
    return format_date(datetime.fromtimestamp(t, zone()).date(), "EEE d", locale=locale())


def month(value: date) -> str:
    """Nov 26: a mark on an axis of months."""
    return format_date(value, "MMM yy", locale=locale())


def long_month(value: date | str) -> str:
    """November 2026, of a date or of a month written 2026-11."""
    shown = date.fromisoformat(f"{value}-01") if isinstance(value, str) else value
    return format_date(shown, "MMMM y", locale=locale())


def ago(t: int | None) -> str:
    """18 s ago; "never" when it has not happened."""
    if t is None:
        return gettext("never")
    return gettext("%(duration)s ago", duration=duration(max(0, now() - t)))


def scaled(value: float, units: tuple[str, ...]) -> str:
    size, digits, unit = written.step_of(value, units)
    return number(size, digits) + NBSP + unit


def octets(value: float | None) -> str:
    """Bytes in decimal units: 1.2 GB."""
    return missing() if value is None else scaled(value, written.OCTETS)


def bit_rate(value: float | None) -> str:
    """Bits a second: 12 Mbps."""
    return missing() if value is None else scaled(value, ("bps", "kbps", "Mbps", "Gbps", "Tbps"))


def milliseconds(microseconds: float | None) -> str:
    """A round-trip time: 0.4 ms, 18 ms."""
    if microseconds is None:
        return missing()
    size = microseconds / 1000
    return number(size, 1 if size < 10 else 0) + NBSP + "ms"


def label(key: str, words: dict[str, tuple[str, str]]) -> str:
    """The word for a key of the inventory; a key nobody knows is shown as it is."""
    indonesian, english = words.get(key, (key, key))
    return indonesian if locale() == "id" else english


def venue(key: str) -> str:
    return label(key, VENUE_KINDS)


def fund_kind(key: str) -> str:
    return label(key, FUND_KINDS)


def lifecycle(key: str) -> str:
    return label(key, LIFECYCLE)


def auth_mode(key: str) -> str:
    return label(key, AUTH_MODES)


FILTERS = (
    number,
    percent,
    rupiah,
    duration,
    instant,
    clock_time,
    day,
    short_day,
    month,
    long_month,
    ago,
    octets,
    bit_rate,
    milliseconds,
    venue,
    fund_kind,
    lifecycle,
    auth_mode,
)


def init_app(app: Flask) -> None:
    for each in FILTERS:
        app.add_template_filter(each)
    app.jinja_env.globals["STATUS"] = STATUS
    app.jinja_env.globals["missing"] = missing
    app.jinja_env.globals["STATUS_WORDS"] = lambda: {key: str(word) for key, word in STATUS.items()}
