"""Which points to keep when only so many rupiah a month are left.

The ranking is by user-hours a month for each rupiah of the fee, the most first, points without a fee before all others.
It is walked from the top, and each point that still fits is kept. This is the greedy rule of the knapsack problem: the
best choice of all can't give more than `best` (Dantzig's bound of 1957, the first point that does not fit taken in
part), so the answer says how far from it this one may be.

A point that was not observed for at least LEAST_S can't be judged. Its fee is set aside first and it is listed on its
own: what nobody measured is not worth 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LEAST_S = 7 * 86_400  # of observation, summed over the access points of a point


@dataclass(frozen=True, slots=True)
class Candidate:
    """A point with the fee of its line in force; `user_hours` a month, None when it can't be judged."""

    code: str
    name: str
    contract: str
    fee_rp: int
    user_hours: float | None

    @property
    def per_million(self) -> float | None:
        """User-hours for a million rupiah; None without a fee or when it can't be judged."""
        return None if self.user_hours is None or not self.fee_rp else self.user_hours * 1e6 / self.fee_rp


@dataclass(frozen=True, slots=True)
class Choice:
    """`missing_rp`: what the budget lacks for the fees of the points that can't be judged alone."""

    budget_rp: int
    kept: tuple[Candidate, ...]
    dropped: tuple[Candidate, ...]
    unjudged: tuple[Candidate, ...]
    best: float  # user-hours a month that no choice can exceed
    missing_rp: int

    @property
    def spent_rp(self) -> int:
        """A month, with what is set aside for the points that can't be judged."""
        return sum(one.fee_rp for one in (*self.kept, *self.unjudged))

    @property
    def saved_rp(self) -> int:
        """A month."""
        return sum(one.fee_rp for one in self.dropped)

    @property
    def kept_hours(self) -> float:
        return sum(one.user_hours or 0 for one in self.kept)

    @property
    def lost_hours(self) -> float:
        return sum(one.user_hours or 0 for one in self.dropped)


def a_month(user_hours: float | None, observed_s: int, coverage: float | None, months: float) -> float | None:
    """User-hours a month had the time nobody observed been as the observed one; None when it can't be judged."""
    if user_hours is None or observed_s < LEAST_S or not coverage or not months:
        return None
    return user_hours / coverage / months


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that can be judged, the most user-hours for a rupiah first; equal ones by code."""
    judged = [one for one in candidates if one.user_hours is not None]
    return sorted(judged, key=lambda one: (one.fee_rp > 0, -(one.per_million or 0), one.code))


def keep(candidates: Iterable[Candidate], budget_rp: int) -> Choice:
    found = list(candidates)
    unjudged = sorted((one for one in found if one.user_hours is None), key=lambda one: one.code)
    left = budget_rp - sum(one.fee_rp for one in unjudged)
    missing, left = max(0, -left), max(0, left)
    kept, dropped, best, bounded = [], [], 0.0, False
    for one in ranked(found):
        if one.fee_rp <= left:
            kept.append(one)
            left -= one.fee_rp
            best += 0.0 if bounded else one.user_hours or 0
            continue
        if not bounded:
            best += (one.user_hours or 0) * left / one.fee_rp
            bounded = True
        dropped.append(one)
    return Choice(budget_rp, tuple(kept), tuple(dropped), tuple(unjudged), best, missing)
