"""One question for every scope and window: how available was it, how well was it watched, what failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

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
    """Of the window [a, b) up to now; `by` is a key of scopes.GROUPS or empty: no members."""
    groups = members(session, city, scope, by) if by else []
    ap_ids = [ap_id for group in groups for ap_id in group.ap_ids] if by else devices(session, city, scope)
    found = sums(session, city, ap_ids, a, b, now, hours)

    def answer(some: Iterable[int]) -> Answer:
        return summed(found, list(some), a, b, now)

    return Told(answer(ap_ids), [(group, answer(group.ap_ids)) for group in groups])


def summed(found: Mapping[int, Tally], ap_ids: list[int], a: int, b: int, now: int) -> Answer:
    whole = sum((found[ap_id] for ap_id in ap_ids), Tally())
    return Answer(a, b, now, len(ap_ids), whole.figure, whole.outages)
