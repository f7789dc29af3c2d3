"""What a report tells, as values: asked of the same functions as the pages, the API and the commands."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure, Outages
from hotspot.analytics.contracts import Ending
from hotspot.analytics.costs import Charge
from hotspot.analytics.reports import Month, Order, as_of, least_available
from hotspot.store.availability import Answer, Tally
from hotspot.store.contracts import expiries
from hotspot.store.costs import charges
from hotspot.store.figures import told
from hotspot.store.four_counts import roster
from hotspot.store.models import City
from hotspot.store.points import PointFilter, PointRow, every_point
from hotspot.store.rollout import Progress, progress
from hotspot.store.scopes import Scope
from hotspot.store.usage import PointUse, by_day, by_point

BURN_UP_MONTHS = 24
LISTED = 5
SCOPES: dict[str, Callable[[str], tuple[Scope, PointFilter]]] = {
    "district": lambda key: (Scope(area=key), PointFilter(area=key)),
    "provider": lambda key: (Scope(provider=key), PointFilter(provider=key)),
    "donor": lambda key: (Scope(fund=key), PointFilter(fund=key)),
}
PAYS: dict[str, Callable[[Charge, str], bool]] = {
    "district": lambda charge, key: True,  # noqa: ARG005  # its points are chosen already
    "provider": lambda charge, key: charge.provider == key,
    "donor": lambda charge, key: charge.fund == key,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The month, up to the instant `until`, with the counts of `day`; the whole month unless it is still running."""

    month: Month
    a: int
    b: int
    until: int
    day: date

    @property
    def is_over(self) -> bool:
        return self.until == self.b


def asked(city: City, month: Month, now: int) -> Asked:
    a, b = month.window(city.time_zone)
    return Asked(month, a, b, *as_of(month, city.time_zone, now))


@dataclass(frozen=True, slots=True)
class DistrictMonth:
    """A kecamatan: its counts on the day, and what was measured of it in the month."""

    code: str
    name: str
    installed: int
    active: int | None
    goal: int | None
    figure: Figure


@dataclass(frozen=True, slots=True)
class CityMonth:
    """The whole city. `least` are points with their figures, `endings` contracts with the points that go dark."""

    asked: Asked
    progress: Progress
    whole: Answer
    clients: float | None
    octets: int | None
    districts: list[DistrictMonth]
    busiest: list[PointUse]
    least: list[tuple[str, str, Figure]]
    endings: list[Ending]


@dataclass(frozen=True, slots=True)
class PointMonth:
    """A point: the counts it belonged to on the day, what was measured in the month, what it cost (None: no line)."""

    row: PointRow
    counts: frozenset[str]
    tally: Tally
    clients: float | None
    peak: int | None
    octets: int | None
    cost_rp: int | None


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """A district, provider or donor: the whole is the sum of its points."""

    asked: Asked
    whole: Answer
    points: list[PointMonth]
    measured: bool

    def count(self, name: str) -> int | None:
        """How many points belong to it; what is measured is None on a day on which nobody looked."""
        if name in ("active", "payable") and not self.measured:
            return None
        return sum(name in one.counts for one in self.points)

    @property
    def octets(self) -> int | None:
        return total([one.octets for one in self.points])

    @property
    def cost_rp(self) -> int | None:
        return total([one.cost_rp for one in self.points])


def total(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def city_month(session: Session, city: City, month: Month, now: int) -> CityMonth:
    when = asked(city, month, now)
    stands = progress(session, city, now, BURN_UP_MONTHS, when.day if when.is_over else None)
    by_area = told(session, city, Scope(), when.a, when.b, now, by="district")
    points = told(session, city, Scope(), when.a, when.b, now, by="point").members
    used = by_point(session, city, when.a, when.b)
    days = by_day(session, city, when.a, when.b)
    names = {member.key: member.name for member, _ in points}
    least = least_available([(member.key, answer.figure) for member, answer in points], LISTED)
    figures = {member.key: answer.figure for member, answer in by_area.members}
    clients = [day.clients for day in days if day.clients is not None]
    return CityMonth(
        when,
        stands,
        by_area.whole,
        sum(clients) / len(clients) if clients else None,
        total([None if day.rx_bytes is None or day.tx_bytes is None else day.rx_bytes + day.tx_bytes for day in days]),
        [
            DistrictMonth(
                row.key,
                row.label,
                row.counts.installed,
                row.counts.active,
                row.goal,
                figures.get(row.key, Figure()),
            )
            for row in stands.by_area
        ],
        used[:LISTED],
        [(code, names[code], figure) for code, figure in least],
        expiries(session, city, when.day),
    )


def group_month(session: Session, city: City, order: Order, month: Month, now: int) -> GroupMonth:
    """Every point that stood on the day, and those that were measured or paid for in the month before they went.

    The cost is that of the same days on the page of costs: of a provider its own contracts, of a donor what it pays.
    """
    when = asked(city, month, now)
    scope, chosen = SCOPES[order.kind](order.key)
    found = told(session, city, scope, when.a, when.b, now, by="point")
    measured = {member.key: Tally(answer.figure, answer.outages) for member, answer in found.members}
    inside = roster(session, city, when.day, now)
    counts = {member.id: its for member, its in inside.points}
    used = {row.code: row for row in by_point(session, city, when.a, when.b)}
    paid: dict[str, int] = defaultdict(int)
    for charge in charges(session, city, month.first, when.day):
        if PAYS[order.kind](charge, order.key):
            paid[charge.line.point] += charge.amount_rp
    nothing = Tally(Figure(), Outages())
    rows = []
    for row in every_point(session, city, chosen, now=now):
        tally, its = measured.get(row.code, nothing), counts.get(row.id, frozenset())
        if "total" in its or tally.figure.total_s or row.code in paid:
            use = used.get(row.code)
            clients, peak, octets = (use.clients, use.peak, use.octets) if use else (None, None, None)
            rows.append(PointMonth(row, its, tally, clients, peak, octets, paid.get(row.code)))
    return GroupMonth(when, found.whole, rows, inside.measured)
