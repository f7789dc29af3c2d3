"""Which of the incidents that nobody was told of yet goes on as which group, once the outages are grouped anew."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """`row` is the incident that becomes the group, None for a new one; `merged` are others that end in it."""

    row: int | None
    merged: tuple[int, ...] = ()


def chosen_rows(groups: Sequence[Sequence[int]], owners: Mapping[int | None, int]) -> list[Chosen]:
    """One of each group of access points, each incident in at most one place; `owners` is where each is a member now.

    A group takes the incident that has most of its members; one that no group took ends where most of its own went.
    """
    shares = [Counter(owners[ap_id] for ap_id in group if ap_id in owners) for group in groups]
    taken: dict[int, int] = {}
    for place, share in enumerate(shares):
        free = [(count, -row) for row, count in share.items() if row not in taken]
        if free:
            taken[-max(free)[1]] = place
    rows = {place: row for row, place in taken.items()}
    merged: dict[int, list[int]] = {}
    for row in sorted({row for share in shares for row in share} - taken.keys()):
        place = max(range(len(groups)), key=lambda one: (shares[one][row], -one))
        merged.setdefault(place, []).append(row)
    return [Chosen(rows.get(place), tuple(merged.get(place, ()))) for place in range(len(groups))]
