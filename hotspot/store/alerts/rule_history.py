"""What a rule would have said in the last 30 days, from the records and by the same rule as now."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of, midnight
from hotspot.analytics.hysteresis import Level, Look, stretches
from hotspot.analytics.incident_words import OUTAGE
from hotspot.analytics.rule_params import (
    Citizens,
    Collector,
    Degraded,
    Expiry,
    MonitoringBroken,
    Provider,
    Unknown,
    Unused,
)
from hotspot.analytics.rule_preview import Finding, Preview, by_day, episodes
from hotspot.analytics.rule_reading import Subject, device, point
from hotspot.analytics.rule_scope import Place, Scope
from hotspot.analytics.rule_values import (
    TOLD_S,
    citizens_level,
    contradiction,
    degraded_level,
    expiry_level,
    idle_days,
    many_down,
    monitoring_broken_level,
    provider_level,
    share_down,
    silence_level,
    unknown_level,
    unused_level,
)
from hotspot.store.alerts.rule_hours import capacity, traffic
from hotspot.store.alerts.rule_outages import outage_findings
from hotspot.store.alerts.rule_past import BROKEN, DOWN, UNKNOWN, Past, Trouble
from hotspot.store.alerts.rule_present import fires_now
from hotspot.store.alerts.rule_readings import READ_BACK, between
from hotspot.store.alerts.rule_records import endings, oldest_span, use_by_day
from hotspot.store.alerts.rule_sweep import groups_of_access_points, groups_of_points
from hotspot.store.models import City

DAYS = 30
DAY_S = 86_400
OVER = float("-inf")
Course = tuple[Subject, list[Look], Level]
"""The changes of a subject's value, in order of time, and its limits."""


def preview(session: Session, city: City, kind: str, params: Any, scope: Scope, now: int) -> Preview:
    """Of a rule that may not even be saved; days before the first record are no part of it."""
    today = day_of(city.time_zone, now)
    first = midnight(city.time_zone, today - timedelta(days=DAYS - 1))
    a = min(max(first, oldest_span(session, city) or now), now)
    past = Past(session, city, scope, a, now)
    told = findings(past, kind, params)
    said = episodes(told, a, now, apart=kind == OUTAGE) if told is not None else []
    strip = by_day(city.time_zone, said, a, now) if told is not None and a < now else []
    firing, total = fires_now(session, city, kind, params, scope, now)
    over = None if firing is None else len(firing)
    return Preview(a, now, told is not None, tuple(said), tuple(strip), over, total, tuple((firing or ())[:5]))


def findings(past: Past, kind: str, params: Any) -> list[Finding] | None:
    """None of a kind of which no history is kept."""
    if kind == OUTAGE:
        return outage_findings(past, params)
    if kind not in COURSES:
        return None
    return [
        Finding(subject, stretch)
        for subject, looks, level in COURSES[kind](past, params)
        for stretch in stretches(looks, level, past.b)
    ]


def monitoring_broken(past: Past, params: MonitoringBroken) -> Iterator[Course]:
    level = monitoring_broken_level(params)
    values: Mapping[str, float | None] = {BROKEN: 1, DOWN: 0, UNKNOWN: None}
    for ap_id, rows in past.troubles.items():
        if any(one.what == BROKEN for one in rows):
            yield device_subject(past, ap_id), list(as_looks(rows, values)), level


def unknown(past: Past, params: Unknown) -> Iterator[Course]:
    """What the collector did not see because it was silent itself begins when it looks again."""
    level = unknown_level(params)
    values: Mapping[str, float | None] = {UNKNOWN: 1, DOWN: 0, BROKEN: 0}
    for ap_id, rows in past.troubles.items():
        if any(one.what == UNKNOWN for one in rows):
            yield device_subject(past, ap_id), list(as_looks([after_gaps(past, one) for one in rows], values)), level


def after_gaps(past: Past, one: Trouble) -> Trouble:
    ends = [gap.end for gap in past.gaps if one.start <= gap.end <= one.end]
    return one._replace(start=max(ends)) if one.what == UNKNOWN and ends else one


def device_subject(past: Past, ap_id: int) -> Subject:
    spot = past.spots[ap_id]
    return device(ap_id, spot.name, spot.place, spot.point_id)


def as_looks(rows: Iterable[Trouble], values: Mapping[str, float | None]) -> Iterator[Look]:
    """Between them it was up: well."""
    end = None
    for one in rows:
        if end is not None and end < one.start:
            yield Look(end, 0)
        value = values[one.what]
        yield Look(one.start, value, one.start if value else None)
        end = one.end
        is_open = one.is_open
    if end is not None and not is_open:
        yield Look(end, 0)


def degraded(past: Past, params: Degraded) -> Iterator[Course]:
    level = degraded_level(params)
    for subject, changes in groups_of_access_points(past, params.of):
        yield subject, [Look(at, share_down(group, params)) for at, group in changes], level


def provider(past: Past, params: Provider) -> Iterator[Course]:
    level = provider_level(params)
    for subject, changes in groups_of_points(past):
        yield subject, [Look(at, many_down(group, params)) for at, group in changes], level


def unused(past: Past, params: Unused) -> Iterator[Course]:
    """Each day is known with the midnight that ends it."""
    level, zone = unused_level(params), past.city.time_zone
    before = params.days + READ_BACK
    first = midnight(zone, day_of(zone, past.a) - timedelta(days=before))
    for id_, name, place, rows in use_by_day(past.session, past.city, first, past.b):
        if past.scope.holds(place) and any(not day.most for day in rows):
            looks = [
                Look(day.t + DAY_S, idle_days(rows[max(0, place_ - before) : place_ + 1]))
                for place_, day in enumerate(rows)
                if past.a < day.t + DAY_S <= past.b
            ]
            yield point(id_, name, place), looks, level


def expiry(past: Past, params: Expiry) -> Iterator[Course]:
    zone, level = past.city.time_zone, expiry_level(params)
    for one in endings(past.session, past.city, day_of(zone, past.a)):
        subject = Subject(one.key, one.label, Place("", one.provider_id))
        if past.scope.holds(subject.place):
            near = one.last_day - timedelta(days=params.days)
            looks = [Look(midnight(zone, near), (near - one.last_day).days)]
            looks.append(Look(midnight(zone, one.last_day + timedelta(days=1)), OVER))
            yield subject, [look for look in looks if look.at < past.b], level


def collector(past: Past, params: Collector) -> Iterator[Course]:
    """Each silence is said when it is over."""
    level = silence_level(params)
    for gap in past.gaps:
        if gap.end < past.b:
            text = between(past.city.time_zone, gap.start, gap.end)
            looks = [Look(gap.end, (gap.end - gap.start) / 60, gap.start), Look(gap.end + TOLD_S, OVER)]
            yield Subject(f"collector:{gap.start}", text), [look for look in looks if look.at < past.b], level


def citizens(past: Past, params: Citizens) -> Iterator[Course]:
    """Reports count for a day, beside what the point measured as at the time."""
    level = citizens_level(params)
    for point_id, rows in past.reports().items():
        spots = past.points[point_id]
        troubles = [past.troubles.get(one.ap_id, []) for one in spots]
        instants = {at + late for at, _ in rows for late in (0, DAY_S)}
        instants |= {at for one in troubles for each in one for at in (each.start, each.end)}
        looks = [
            Look(at, contradiction(status(troubles, at), sum(n for said, n in rows if at - DAY_S < said <= at)))
            for at in sorted(instants)
            if at < past.b
        ]
        yield point(point_id, spots[0].point, spots[0].place, spots[0].code), looks, level


def status(troubles: list[list[Trouble]], at: int) -> str:
    """Of a point, by what each of its access points was doing."""
    what = [next((each.what for each in one if each.start <= at < each.end), "up") for one in troubles]
    if DOWN in what:
        return "down" if "up" not in what else "degraded"
    return "up" if "up" in what else "unknown"


COURSES: Mapping[str, Callable[[Past, Any], Iterator[Course]]] = {
    "monitoring_broken": monitoring_broken,
    "unknown": unknown,
    "degraded": degraded,
    "provider": provider,
    "capacity": capacity,
    "unused": unused,
    "traffic": traffic,
    "expiry": expiry,
    "collector": collector,
    "citizens": citizens,
}
