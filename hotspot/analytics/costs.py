"""What the Wi-Fi costs: rupiah for a point-month, for an hour of a user, for a gigabyte, of any set of annex lines.

- A line costs its monthly fee for each whole month of the window that it covers, and its share of the days for a month
  in part (contracts.cost); nothing is deducted for outages: it is what the contract says, not what an SLA month makes.
- User-hours are the mean of connected devices of each day times the hours the access point was up that day, summed.
- A gigabyte is 10^9 bytes, both directions together.

On a day on which an access point was seen down and never up nobody used it. What nobody read is not 0: an hour or a
gigabyte is told over the lines whose use was read, and over their cost alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from hotspot.analytics.availability import Figure
from hotspot.analytics.contracts import Line

GIGABYTE = 10**9


@dataclass(frozen=True, slots=True)
class Charge:
    """A line in a window: what it cost, the months it was paid for, and what its point gave on those days."""

    line: Line
    provider: str
    district: str
    venue_kind: str
    fund: str  # of the contract, else of the point; empty: nobody said
    amount_rp: int
    months: Fraction
    user_hours: float | None
    octets: int | None
    figure: Figure


@dataclass(frozen=True, slots=True)
class Costs:
    """Of several lines; `hours_rp` and `octets_rp` are the cost of those whose clients and whose traffic were read."""

    lines: int = 0
    points: int = 0
    amount_rp: int = 0
    months: Fraction = Fraction(0)
    user_hours: float | None = None
    hours_rp: int = 0
    octets: int | None = None
    octets_rp: int = 0
    figure: Figure = field(default_factory=Figure)

    @property
    def per_point_month(self) -> float | None:
        return None if not self.months else float(Fraction(self.amount_rp) / self.months)

    @property
    def per_user_hour(self) -> float | None:
        return None if not self.user_hours else self.hours_rp / self.user_hours

    @property
    def per_gigabyte(self) -> float | None:
        return None if not self.octets else self.octets_rp * GIGABYTE / self.octets


def total(charges: Iterable[Charge]) -> Costs:
    found = list(charges)
    with_hours = [one for one in found if one.user_hours is not None]
    with_octets = [one for one in found if one.octets is not None]
    return Costs(
        lines=len(found),
        points=len({one.line.point for one in found}),
        amount_rp=sum(one.amount_rp for one in found),
        months=sum((one.months for one in found), Fraction(0)),
        user_hours=sum(one.user_hours or 0 for one in with_hours) if with_hours else None,
        hours_rp=sum(one.amount_rp for one in with_hours),
        octets=sum(one.octets or 0 for one in with_octets) if with_octets else None,
        octets_rp=sum(one.amount_rp for one in with_octets),
        figure=sum((one.figure for one in found), Figure()),
    )


BY: dict[str, Callable[[Charge], str]] = {
    "contract": lambda one: one.line.contract,
    "provider": lambda one: one.provider,
    "district": lambda one: one.district,
    "venue": lambda one: one.venue_kind,
    "fund": lambda one: one.fund,
    "point": lambda one: one.line.point,
}


def grouped(charges: Iterable[Charge], by: str) -> list[tuple[str, Costs]]:
    """By a key of BY: the dearest first, then by name; the groups add up to the whole."""
    groups: dict[str, list[Charge]] = defaultdict(list)
    for one in charges:
        groups[BY[by](one)].append(one)
    found = [(key, total(own)) for key, own in groups.items()]
    return sorted(found, key=lambda one: (-one[1].amount_rp, one[0]))
