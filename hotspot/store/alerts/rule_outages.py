"""The outages of the past as the incidents that they would have been, and which of them a rule would have told."""

from collections.abc import Iterator
from typing import NamedTuple

from hotspot.analytics.hysteresis import Stretch
from hotspot.analytics.incident_course import REOPEN_S
from hotspot.analytics.incident_groups import Explained, Group, Outage, explained
from hotspot.analytics.rule_params import Outage as Params
from hotspot.analytics.rule_preview import Finding
from hotspot.analytics.rule_reading import Subject, device, point
from hotspot.analytics.rule_scope import OutageRule
from hotspot.store.alerts.outage_facts import CITY, sizes
from hotspot.store.alerts.rule_past import DOWN, Past, Spot, Trouble
from hotspot.store.alerts.upstreams import upstreams_of


class Down(NamedTuple):
    spot: Spot
    trouble: Trouble


def outage_findings(past: Past, params: Params) -> list[Finding]:
    """One an incident. What is down at a place again within a short time is the same incident."""
    rule = OutageRule(0, "", "", 60 * params.least_minutes, params.least_points, past.scope)
    found: list[Finding] = []
    last: dict[Group, int] = {}
    for group in incidents(past):
        told = finding(past, rule, group)
        if told is None:
            continue
        at, members = told
        ends = [one.trouble.end for one in members]
        is_open = any(one.trouble.is_open for one in members)
        came_back = group.first < last.get(group.group, 0) + REOPEN_S
        last[group.group] = past.b if is_open else max(ends)
        if not came_back:
            subject = subject_of(group, members)
            found.append(Finding(subject, Stretch(group.first, at, None if is_open else max(ends))))
    return found


def finding(past: Past, rule: OutageRule, group: Explained) -> tuple[int, list[Down]] | None:
    """When it would have been told, and what was down then: once it lasted, as far as it did."""
    at = group.first + rule.least_s
    rows = [(past.spots[one.ap_id], one.start) for one in group.outages]
    members = [Down(spot, trouble(past, spot.ap_id, start)) for spot, start in rows]
    members = [one for one in members if one.trouble.end > at or one.trouble.is_open]
    places = {one.spot.point_id or -one.spot.ap_id: one.spot.place for one in members}
    return (at, members) if at < past.b and rule.wants(list(places.values()), rule.least_s) else None


def trouble(past: Past, ap_id: int, start: int) -> Trouble:
    return next(one for one in past.troubles[ap_id] if one.start == start)


def incidents(past: Past) -> list[Explained]:
    """In order of time."""
    size_of = sizes(past.session, past.city)
    return sorted(explained(silent(past), size_of), key=lambda one: one.first)


def silent(past: Past) -> Iterator[Outage]:
    above = upstreams_of(past.session, past.city)
    for ap_id, rows in past.troubles.items():
        spot = past.spots[ap_id]
        home, groups = shared(spot, above.get(ap_id, ()))
        for one in rows:
            if one.what == DOWN:
                yield Outage(ap_id, one.start, one.err_s, home, groups)


def shared(spot: Spot, above: tuple[int, ...]) -> tuple[Group, tuple[Group, ...]]:
    """What a device shares with others, its home first."""
    home = Group("point", str(spot.point_id)) if spot.point_id else Group("controller", str(spot.ap_id))
    named = {
        "controller": spot.controller_id,
        "area": spot.place.area_code or None,
        "district": spot.district_code or None,
        "provider": spot.place.provider_id,
    }
    found = [Group(name, str(key)) for name, key in named.items() if key is not None]
    return home, (home, *(Group("upstream", str(one)) for one in above), *found, CITY)


def subject_of(group: Explained, members: list[Down]) -> Subject:
    """What people would have read in its headline: the point or the device, or how much of what."""
    spot = members[0].spot
    if group.group.shared == "ap" or spot.point_id is None:
        return device(spot.ap_id, spot.name, spot.place, spot.point_id)
    others = len({one.spot.point_id for one in members}) - 1
    named = point(spot.point_id, spot.point, spot.place, spot.code)
    if not others:
        return named
    return Subject(f"{group.group.shared}:{group.group.key}", f"{spot.point} +{others}", spot.place)
