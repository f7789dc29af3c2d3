"""How many of a group were down and unknown, change by change through the past."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from hotspot.analytics.rule_reading import Subject, point
from hotspot.analytics.rule_scope import Place
from hotspot.analytics.rule_values import Group
from hotspot.store.alerts.rule_past import DOWN, Past, Spot
from hotspot.store.alerts.rule_readings import area_subject

Changes = list[tuple[int, Group]]
Step = tuple[int, int, int]  # an instant, and by how much down and unknown change


def groups_of_access_points(past: Past, of: str) -> Iterator[tuple[Subject, Changes]]:
    """Of each kelurahan, or each point, in which an access point was not up."""
    members: dict[Subject, list[Spot]] = defaultdict(list)
    for spot in past.spots.values():
        if spot.point_id is not None:
            members[subject_of(spot, of)].append(spot)
    for subject, spots in members.items():
        steps = [step for spot in spots for step in steps_of(past, spot)]
        if steps:
            yield subject, changes(len(spots), steps)


def subject_of(spot: Spot, of: str) -> Subject:
    if of == "point" and spot.point_id is not None:
        return point(spot.point_id, spot.point, spot.place, spot.code)
    return area_subject(spot.place.area_code, spot.area)


def steps_of(past: Past, spot: Spot) -> Iterator[Step]:
    for one in past.troubles.get(spot.ap_id, ()):
        down, unknown = (1, 0) if one.what == DOWN else (0, 1)
        yield one.start, down, unknown
        if not one.is_open:
            yield one.end, -down, -unknown


def changes(total: int, steps: Sequence[Step]) -> Changes:
    """The counts after each instant at which any of them changed."""
    found: Changes = []
    down = unknown = 0
    for at, together in groupby(sorted(steps), key=itemgetter(0)):
        for _, more_down, more_unknown in together:
            down, unknown = down + more_down, unknown + more_unknown
        found.append((at, Group(total, down, unknown)))
    return found


def groups_of_points(past: Past) -> Iterator[tuple[Subject, Changes]]:
    """Of each provider with a point that was down or unknown."""
    members: dict[int, list[int]] = defaultdict(list)
    names: dict[int, str] = {}
    for point_id, spots in past.points.items():
        provider_id = spots[0].place.provider_id
        if provider_id is not None:
            members[provider_id].append(point_id)
            names[provider_id] = spots[0].provider
    for provider_id, point_ids in members.items():
        steps = [step for point_id in point_ids for step in point_steps(past, past.points[point_id])]
        if steps:
            yield (
                Subject(f"provider:{provider_id}", names[provider_id], Place("", provider_id)),
                changes(len(point_ids), steps),
            )


def point_steps(past: Past, spots: Sequence[Spot]) -> Iterator[Step]:
    """When the point became down or unknown, and when it no longer was: no access point up, one down; or none known."""
    before: Mapping[str, int] = {"down": 0, "unknown": 0}
    own = [step for spot in spots for step in steps_of(past, spot)]
    for at, group in changes(len(spots), own) if own else ():
        is_unknown = group.unknown == group.total
        after = {"down": int(group.down > 0 and group.down + group.unknown == group.total), "unknown": int(is_unknown)}
        if after != before:
            yield at, after["down"] - before["down"], after["unknown"] - before["unknown"]
        before = after
