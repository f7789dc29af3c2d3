"""The past of clients and traffic, hour by hour."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from hotspot.analytics.hysteresis import Level, Look
from hotspot.analytics.rule_params import Capacity, Traffic
from hotspot.analytics.rule_reading import Subject, device
from hotspot.analytics.rule_scope import Place
from hotspot.analytics.rule_values import HOUR_S, capacity_level, capacity_used, traffic_level, unusual
from hotspot.store.alerts.rule_facts import WEEK_S
from hotspot.store.alerts.rule_past import Past
from hotspot.store.alerts.rule_readings import area_subject
from hotspot.store.alerts.rule_records import octets, seen
from hotspot.store.models import Area, AreaHour, RollupHour

FEW = 100


def capacity(past: Past, params: Capacity) -> Iterator[tuple[Subject, list[Look], Level]]:
    """Hours by their means, of the access points that ever came near; an hour without a reading is not known."""
    courses: dict[int, Course] = defaultdict(Course)
    for ap_id, t, clients in hourly_clients(past, params.clients * params.leave / 100):
        courses[ap_id].add(t, capacity_used(clients, params) or 0, params)
    for ap_id, course in courses.items():
        spot = past.spots[ap_id]
        hours = max(1, -(-params.polls * spot.interval_s // HOUR_S))
        subject = device(ap_id, spot.name, spot.place, spot.point_id)
        yield subject, course.looks, capacity_level(params, HOUR_S, hours)


class Course:
    """The hours of an access point, of which only those are kept that change what is to be thought of it."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.last, self.side = 0, 0

    def add(self, t: int, used: float, params: Capacity) -> None:
        if self.looks and t > self.last + HOUR_S:
            self.looks.append(Look(self.last + HOUR_S, None))
            self.side = 0
        side = 3 if used >= params.share else 2 if used >= params.leave else 1
        if side != self.side:
            self.looks.append(Look(t, used))
        self.last, self.side = t, side


def hourly_clients(past: Past, least: float) -> Iterator[tuple[int, int, float]]:
    """Access point, hour and mean of those that had so many clients at once in any hour, each in order of time.

    A few are found by their key; for many the hours of all are read once.
    """
    hour = RollupHour
    window = hour.city_id == past.city.id, hour.t >= past.a, hour.t < past.b
    near = select(hour.ap_id).where(*window, hour.clients_max >= least).distinct()
    ids = {ap_id for ap_id in past.session.scalars(near) if ap_id in past.spots}
    mean = hour.clients_sum * 1.0 / hour.clients_n
    means = select(hour.ap_id, hour.t, mean).where(*window, hour.clients_n > 0).order_by(hour.t)
    rows = past.session.execute(means.where(hour.ap_id.in_(ids)) if len(ids) <= FEW else means)
    for ap_id, t, clients in rows:
        if ap_id in ids:
            yield ap_id, t, float(clients or 0)


def traffic(past: Past, params: Traffic) -> Iterator[tuple[Subject, list[Look], Level]]:
    """Each hour, known at its end, beside the same hour of the weeks before."""
    level = traffic_level(params)
    query = select(AreaHour.area_id, Area.code, Area.name, AreaHour.t, octets()).join(Area, Area.id == AreaHour.area_id)
    first = past.a - params.weeks * WEEK_S
    found: dict[int, tuple[Place, str, dict[int, int]]] = {}
    window = AreaHour.t >= first, AreaHour.t < past.b
    for id_, code, name, t, total in past.session.execute(query.where(*window, *seen(past.city)).order_by(AreaHour.t)):
        if id_ not in found:
            found[id_] = (Place(code), name, {})
        found[id_][2][t] = int(total or 0)
    for place, name, hours in found.values():
        if past.scope.holds(place):
            looks = [
                Look(t + HOUR_S, unusual(total, earlier(hours, t, params.weeks), params))
                for t, total in hours.items()
                if past.a <= t and t + HOUR_S < past.b
            ]
            yield area_subject(place.area_code, name), looks, level


def earlier(hours: Mapping[int, int], t: int, weeks: int) -> list[int]:
    """What the same hour of the weeks before had, where it was seen."""
    found = (hours.get(t - back * WEEK_S) for back in range(1, weeks + 1))
    return [one for one in found if one is not None]
