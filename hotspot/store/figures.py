"""One question for every scope and window: how available was it, how well was it watched, what failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotspot.analytics.stays import Presence, joined
from hotspot.store.availability import Answer, Hours, Tally
from hotspot.store.models import City
from hotspot.store.scopes import Member, Scope, devices, members
from hotspot.store.span_sums import sums


@dataclass(frozen=True, slots=True)
class Told:
    """The whole scope, and its members, whose sums it is."""

    whole: Answer
    members: list[tuple[Member, Answer]]


def told(
    session: Session, city: City, scope: Scope, a: int, b: int, now: int, *, by: str = "", hours: Hours | None = None
) -> Told:
    """Of the window [a, b) up to now; `by` is a key of scopes.GROUPS or empty: no members.

    An outage during which a device moved counts for both places, and once for a whole that has both of them; its
    seconds, its beginning and its end count once either way.
    """
    groups = members(session, city, scope, by, a, b) if by else []
    parts = [one for group in groups for one in group.presences] if by else devices(session, city, scope, a, b)
    whole = joined(parts)
    found = sums(session, city, list({*parts, *whole}), a, b, now, hours)

    def answer(some: Sequence[Presence]) -> Answer:
        return summed(found, some, a, b, now)

    return Told(answer(whole), [(group, answer(group.presences)) for group in groups])


def summed(found: Mapping[Presence, Tally], some: Sequence[Presence], a: int, b: int, now: int) -> Answer:
    whole = sum((found[one] for one in some), Tally())
    return Answer(a, b, now, len({one.ap_id for one in some}), whole.figure, whole.outages)
