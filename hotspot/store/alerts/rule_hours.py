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
from hotspot.store.bulk import slices
from hotspot.store.models import Area, AreaHour, RollupHour

TOGETHER = 500


def capacity(past: Past, params: Capacity) -> Iterator[tuple[Subject, list[Look], Level]]:
    """Hours by their means, of the access points that ever came near; an hour without a reading is not known."""
    for ap_id, means in hourly_clients(past, params.clients * params.leave / 100).items():
        spot = past.spots[ap_id]
        hours = max(1, -(-params.polls * spot.interval_s // HOUR_S))
        looks: list[Look] = []
        for t, clients in means:
            if looks and t > looks[-1].at + HOUR_S:
                looks.append(Look(looks[-1].at + HOUR_S, None))
            looks.append(Look(t, capacity_used(clients, params)))
        yield device(ap_id, spot.name, spot.place, spot.point_id), looks, capacity_level(params, HOUR_S, hours)


def hourly_clients(past: Past, least: float) -> Mapping[int, list[tuple[int, float]]]:
    """Of the access points that had so many clients at once in any hour: all their hours, in order."""
    hour = RollupHour
    window = hour.city_id == past.city.id, hour.t >= past.a, hour.t < past.b
    near = select(hour.ap_id).where(*window, hour.clients_max >= least).distinct()
    ids = [ap_id for ap_id in past.session.scalars(near) if ap_id in past.spots]
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for some in slices(ids, TOGETHER):
        means = select(hour.ap_id, hour.t, hour.clients_sum, hour.clients_n)
        read = means.where(*window, hour.ap_id.in_(some), hour.clients_n > 0).order_by(hour.ap_id, hour.t)
        for ap_id, t, total, n in past.session.execute(read):
            found[ap_id].append((t, (total or 0) / n))
    return found


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
