"""Hours and days of areas: the sums over the access points that stood in them at the time."""

from collections.abc import Collection

from sqlalchemy import TextClause, bindparam, delete, text
from sqlalchemy.orm import Session

from hotspot.analytics.rollup import Day, touched
from hotspot.store.models import AreaDay, AreaHour, City

# clients_max of an area: an hour's is the sum of its access points' means, a day's the highest of its hours.
SUM_AREAS = """
    INSERT INTO {area} (area_id, t, city_id, access_points, polls, answered, up_s, down_s, unknown_s, maintenance_s,
                        rx_bytes, tx_bytes, clients_sum, clients_n, clients_max, rtt_us_sum{column})
    SELECT site.area_id, r.t, r.city_id, COUNT(*), SUM(r.polls), SUM(r.answered), SUM(r.up_s), SUM(r.down_s),
           SUM(r.unknown_s), SUM(r.maintenance_s), SUM(r.rx_bytes), SUM(r.tx_bytes), SUM(r.clients_sum),
           SUM(r.clients_n), {clients_max}, SUM(r.rtt_us_sum){value}
    FROM {rollup} AS r
    JOIN access_point ON access_point.id = r.ap_id
    LEFT JOIN past_placement AS past ON past.ap_id = r.ap_id AND r.t < access_point.placed_since
                                    AND past.since <= r.t AND past.until > r.t
    JOIN point ON point.id = CASE WHEN past.ap_id IS NULL THEN access_point.point_id ELSE past.point_id END
    JOIN site ON site.id = point.site_id
    WHERE r.city_id = :city_id AND r.t >= :a AND r.t < :b {only}
    GROUP BY site.area_id, r.t, r.city_id
"""
MEANS = "SUM(r.clients_sum * 1.0 / NULLIF(r.clients_n, 0))"
OF_HOURS = {
    "area": "area_hour",
    "rollup": "rollup_hour",
    "clients_max": f"CAST(ROUND({MEANS}) AS INTEGER)",
    "column": "",
    "value": "",
}
OF_DAYS = {
    "area": "area_day",
    "rollup": "rollup_day",
    "clients_max": """(SELECT MAX(h.clients_max) FROM area_hour AS h
                       WHERE h.area_id = site.area_id AND h.t >= :a AND h.t < :b)""",
    "column": ", clients_mean",
    "value": f", {MEANS}",
}
ONLY = """AND site.area_id IN :areas AND r.ap_id IN (
        SELECT d.id FROM access_point AS d JOIN point AS p ON p.id = d.point_id JOIN site AS s ON s.id = p.site_id
        WHERE s.area_id IN :areas
        UNION
        SELECT d.ap_id FROM past_placement AS d JOIN point AS p ON p.id = d.point_id JOIN site AS s ON s.id = p.site_id
        WHERE s.area_id IN :areas)"""
EVERY = "AND r.ap_id IN (SELECT id FROM access_point WHERE city_id = :city_id)"  # by their key, not by reading all days
SUM_HOURS, SUM_DAYS = text(SUM_AREAS.format(**OF_HOURS, only="")), text(SUM_AREAS.format(**OF_DAYS, only=EVERY))
SUM_SOME_HOURS, SUM_SOME_DAYS = (
    text(SUM_AREAS.format(**which, only=ONLY)).bindparams(bindparam("areas", expanding=True))
    for which in (OF_HOURS, OF_DAYS)
)


def sum_areas(session: Session, city_id: int, day: Day) -> None:
    """The touched hours and the day of every area, from those of its access points."""
    spans = ((AreaHour, SUM_HOURS, day.hours[0][0], day.hours[-1][1]), (AreaDay, SUM_DAYS, day.start, day.end))
    for model, statement, a, b in spans:
        session.execute(delete(model).where(model.city_id == city_id, model.t >= a, model.t < b))
        session.execute(statement, {"city_id": city_id, "a": a, "b": b})


def sum_again(session: Session, city: City, area_ids: Collection[int], since: int, now: int) -> None:
    """All hours and days of some areas since an instant, because access points turn out to have stood elsewhere."""

    def write(model: type[AreaHour] | type[AreaDay], statement: TextClause, a: int, b: int) -> None:
        session.execute(delete(model).where(model.area_id.in_(area_ids), model.t >= a, model.t < b))
        session.execute(statement, {"city_id": city.id, "a": a, "b": b, "areas": list(area_ids)})

    days = list(touched(city.time_zone, since, now))
    if days and area_ids:
        write(AreaHour, SUM_SOME_HOURS, days[0].start, days[-1].end)
        for day in days:
            write(AreaDay, SUM_SOME_DAYS, day.start, day.end)
