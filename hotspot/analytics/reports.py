"""Reports: which there are, the month they are of, and which scheduled ones are due."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import Period, day_of, midnight
from hotspot.analytics.import_row import N_, reject
from hotspot.analytics.written import LANGUAGES, Pair

KINDS: Mapping[str, Pair] = {
    "mayor": ("Laporan bulanan wali kota", "Mayor's monthly page"),
    "district": ("Laporan kecamatan", "District report"),
    "provider": ("Laporan penyedia", "Provider report"),
    "donor": ("Laporan pemberi dana", "Donor report"),
}
FORMS = ("pdf", "xlsx", "csv")
MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")
CATCH_UP_MONTHS = 12  # of a collector that was off for longer only the last ones are made up for
TRIES, AGAIN_S = 3, 3600
LEAST_COVERAGE = 0.5  # below it a bad availability says more about the looking than about the point


@dataclass(frozen=True, slots=True)
class Order:
    """A report somebody wants; `key` is the code of a district, the name of a provider or fund, empty for the mayor."""

    kind: str
    key: str
    period: str
    form: str
    language: str


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day; `text` is 2026-10."""

    first: date

    @property
    def text(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    def window(self, zone: str) -> Period:
        return midnight(zone, self.first), midnight(zone, self.after)


def checked(order: Order, today: date) -> Month:
    """The month of the order. Raises RejectedError of the field that can't be used."""
    if order.kind not in KINDS:
        reject("kind", N_("there is no report of kind %(kind)s"), kind=order.kind[:50])
    if order.form not in FORMS:
        reject("form", N_("a report is pdf, xlsx or csv"))
    if order.language not in LANGUAGES:
        reject("language", N_("a report is in id or en"))
    if order.kind == "mayor" and order.key:
        reject("key", N_("the mayor's page is of the whole city"))
    if order.kind != "mayor" and not order.key:
        reject("key", N_("say whose report it is"))
    return month_of(order.period, today)


def month_of(text: str, today: date) -> Month:
    """Raises RejectedError of the field period."""
    found = MONTH.fullmatch(text.strip())
    if found is None:
        reject("period", N_("a month is written as 2026-10"))
    month = Month(date(int(found[1]), int(found[2]), 1))
    if month.first > today:
        reject("period", N_("%(month)s is still to come"), month=month.text)
    return month


def month_before(day: date) -> Month:
    return Month((day.replace(day=1) - timedelta(days=1)).replace(day=1))


def due(since: date, today: date) -> list[Month]:
    """The months that a schedule of `since` has had to make by `today`, oldest first: that of `since` is the first."""
    found: list[Month] = []
    month = month_before(today)
    while month.last >= since and len(found) < CATCH_UP_MONTHS:
        found.append(month)
        month = month_before(month.first)
    return found[::-1]


def as_of(month: Month, zone: str, now: int) -> tuple[int, date]:
    """Up to when the figures of the month go, and the day whose counts it shows; of the running month, now."""
    return min(month.window(zone)[1], now), min(month.last, day_of(zone, now))


def least_available(points: Sequence[tuple[str, Figure]], most: int) -> list[tuple[str, Figure]]:
    """Those that were watched well enough and were not always up, the worst first, then by code."""
    seen = [
        (code, figure)
        for code, figure in points
        if figure.availability is not None and figure.availability < 1 and (figure.coverage or 0) >= LEAST_COVERAGE
    ]
    return sorted(seen, key=lambda one: (one[1].availability or 0, one[0]))[:most]
