"""What each kind of rule reads now, of each subject that is not plainly well."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hotspot.analytics.availability import MONITORING_BROKEN
from hotspot.analytics.firmware_list import approved_list, is_approved
from hotspot.analytics.hysteresis import Level, Look
from hotspot.analytics.rule_params import (
    Capacity,
    Citizens,
    Collector,
    Degraded,
    Disk,
    Expiry,
    Firmware,
    MonitoringBroken,
    Provider,
    Traffic,
    Unknown,
    Unused,
)
from hotspot.analytics.rule_reading import Reading, Subject, device, megabytes, part, point, share
from hotspot.analytics.rule_scope import Place, Scope
from hotspot.analytics.rule_values import (
    TOLD_S,
    Group,
    capacity_level,
    capacity_used,
    citizens_level,
    contradiction,
    degraded_level,
    disk_level,
    expiry_level,
    idle_days,
    lag_level,
    many_down,
    monitoring_broken_level,
    provider_level,
    share_down,
    silence_level,
    traffic_level,
    unknown_level,
    unused_level,
    unusual,
)
from hotspot.store.alerts.rule_facts import Device, Now, PointNow
from hotspot.store.models import State

READ_BACK = 7  # more days than a rule asks for, for those on which nobody read
BLIND = frozenset(("expiry", "disk", "collector", "firmware", "unused", "traffic"))
"""Kinds that know what they know also while nobody looks at devices."""


def readings(now: Now, kind: str, params: Any, scope: Scope) -> list[Reading] | None:
    """None while nothing is known. Who is not named is well, or none of the rule's any more."""
    if now.is_blind and kind not in BLIND:
        return None
    return list(READ[kind](now, params, scope))


def monitoring_broken(now: Now, params: MonitoringBroken, scope: Scope) -> Iterator[Reading]:
    """A device that is down or unknown for another reason answers no such question."""
    level = monitoring_broken_level(params)
    values: Mapping[int, float | None] = {MONITORING_BROKEN: 1, int(State.DOWN): 0}
    for one in now.devices:
        if scope.holds(one.place):
            yield lasting(now, one, values.get(one.state), level)


def unknown(now: Now, params: Unknown, scope: Scope) -> Iterator[Reading]:
    level = unknown_level(params)
    for one in now.devices:
        if scope.holds(one.place) and one.state == int(State.UNKNOWN):
            yield lasting(now, one, 1, level)


def lasting(now: Now, one: Device, value: float | None, level: Level) -> Reading:
    """Of a device, as long as its state lasts already."""
    subject = device(one.ap_id, one.name, one.place, one.point_id)
    return Reading(subject, Look(now.now, value, one.since if value else None), level)


def degraded(now: Now, params: Degraded, scope: Scope) -> Iterator[Reading]:
    level = degraded_level(params)
    for subject, group in (points_of if params.of == "point" else areas_of)(now, scope):
        known = group.total - group.unknown
        yield Reading(subject, Look(now.now, share_down(group, params)), level, part(group.down, known))


def points_of(now: Now, scope: Scope) -> Iterator[tuple[Subject, Group]]:
    for one in now.points:
        if scope.holds(one.place):
            yield point(one.id, one.name, one.place), Group(one.total, one.down, one.unknown)


def areas_of(now: Now, scope: Scope) -> Iterator[tuple[Subject, Group]]:
    """The access points of each kelurahan with one that is not up."""
    troubled = grouped(now, scope, lambda one: one.place.area_code)
    for code, points in troubled.items():
        mine = [one for one in now.corners if one.place.area_code == code and scope.holds(one.place)]
        group = Group(
            sum(one.access_points for one in mine), sum(one.down for one in points), sum(one.unknown for one in points)
        )
        yield area_subject(code, mine[0].area if mine else code), group


def area_subject(code: str, name: str) -> Subject:
    return Subject(f"area:{code}", name, Place(code))


def grouped(now: Now, scope: Scope, key: Callable[[PointNow], Any]) -> Mapping[Any, list[PointNow]]:
    found: dict[Any, list[PointNow]] = {}
    for one in now.points:
        if scope.holds(one.place):
            found.setdefault(key(one), []).append(one)
    return found


def provider(now: Now, params: Provider, scope: Scope) -> Iterator[Reading]:
    """The points of each provider with one that is not up; those of an outage that was told as one are no news."""
    level = provider_level(params)
    troubled = grouped(now, scope, lambda one: one.place.provider_id)
    for provider_id, points in troubled.items():
        if provider_id is None:
            continue
        mine = [one for one in now.corners if one.place.provider_id == provider_id and scope.holds(one.place)]
        down = sum(one.is_down and one.id not in now.told for one in points)
        unknown = sum(one.is_unknown for one in points)
        group = Group(sum(one.points for one in mine), down, unknown)
        subject = Subject(f"provider:{provider_id}", mine[0].provider if mine else "", Place("", provider_id))
        yield Reading(subject, Look(now.now, many_down(group, params)), level, part(down, group.total))


def capacity(now: Now, params: Capacity, scope: Scope) -> Iterator[Reading]:
    for one in now.busy:
        if scope.holds(one.place):
            subject = device(one.ap_id, one.name, one.place, one.point_id)
            look = Look(one.last_poll, capacity_used(one.clients, params))
            text = "" if one.clients is None else part(one.clients, params.clients)
            yield Reading(subject, look, capacity_level(params, one.interval_s), text)


def unused(now: Now, params: Unused, scope: Scope) -> Iterator[Reading]:
    """Of a point that is not up now nothing is known."""
    level, troubled = unused_level(params), {one.id for one in now.points}
    for id_, name, place, days in now.used(params.days + READ_BACK):
        if scope.holds(place):
            idle = None if id_ in troubled else idle_days(days)
            yield Reading(point(id_, name, place), Look(now.now, idle), level, "" if idle is None else str(idle))


def traffic(now: Now, params: Traffic, scope: Scope) -> Iterator[Reading]:
    level = traffic_level(params)
    for place, name, at, octets, before in now.traffic(params.weeks):
        if scope.holds(place):
            value = unusual(octets, before, params)
            yield Reading(area_subject(place.area_code, name), Look(at, value), level, megabytes(octets or 0))


def firmware(now: Now, params: Firmware, scope: Scope) -> Iterator[Reading]:
    rows, level = approved_list(params.approved), Level()
    for one in now.versions:
        if scope.holds(one.place):
            approved = is_approved(rows, one.vendor, one.model, one.firmware)
            value = None if approved is None else int(not approved)
            subject = device(one.ap_id, one.name, one.place, one.point_id)
            yield Reading(subject, Look(now.now, value), level, one.firmware[:80])


def expiry(now: Now, params: Expiry, scope: Scope) -> Iterator[Reading]:
    level = expiry_level(params)
    for one in now.endings:
        subject = Subject(one.key, one.label, Place("", one.provider_id))
        if scope.holds(subject.place):
            yield Reading(subject, Look(now.now, (now.today - one.last_day).days), level, one.last_day.isoformat())


def disk(now: Now, params: Disk, _: Scope) -> Iterator[Reading]:
    used = now.disk_used
    free = None if used is None else 100 - used
    yield Reading(Subject("disk", "hotspot"), Look(now.now, used), disk_level(params), share(free))


def collector(now: Now, params: Collector, _: Scope) -> Iterator[Reading]:
    if now.gap and now.now - now.gap.end < TOLD_S:
        minutes = (now.gap.end - now.gap.start) / 60
        text = between(now.city.time_zone, now.gap.start, now.gap.end)
        look = Look(now.now, minutes, now.gap.start)
        yield Reading(Subject("collector", text), look, silence_level(params), text)
    for one in now.cycles:
        subject = Subject(f"cycle:{one.interval_s}", f"{one.interval_s} s")
        yield Reading(subject, Look(now.now, one.late), lag_level(params), share(one.late))


def between(zone: str, start: int, end: int) -> str:
    """Such as 2026-11-22 03:10 – 04:25, by the clock of the city."""
    first, last = (datetime.fromtimestamp(at, ZoneInfo(zone)) for at in (start, end))
    same = first.date() == last.date()
    return f"{first:%Y-%m-%d %H:%M} – {last:%H:%M}" if same else f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}"


def citizens(now: Now, params: Citizens, scope: Scope) -> Iterator[Reading]:
    level = citizens_level(params)
    for one, place in now.citizens:
        if scope.holds(place):
            look = Look(now.now, contradiction(one.status, one.people))
            yield Reading(point(one.point_id, one.name, place), look, level, str(one.people))


READ: Mapping[str, Callable[[Now, Any, Scope], Iterator[Reading]]] = {
    "monitoring_broken": monitoring_broken,
    "unknown": unknown,
    "degraded": degraded,
    "provider": provider,
    "capacity": capacity,
    "unused": unused,
    "traffic": traffic,
    "firmware": firmware,
    "expiry": expiry,
    "disk": disk,
    "collector": collector,
    "citizens": citizens,
}
