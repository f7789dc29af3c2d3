from collections import defaultdict
from dataclasses import astuple
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.store.fleet import attention, city_days, city_hours, counts, map_points, map_points_then
from hotspot.store.models import AccessPoint, ApState, City, Point, RollupDay, RollupHour, State
from hotspot.store.points import PointFilter, every_point, points_page
from hotspot.store.standing import STATUSES
from tests.hotspot.web.world import DAY, DOWN_TOGETHER, HOUR, NOW, midnight, today


@pytest.mark.parametrize("status", STATUSES)
def test_each_count_has_its_list(session: Session, city: City, status: str) -> None:
    listed = points_page(session, city, PointFilter(status=(status,)), now=NOW).total

    assert getattr(counts(session, city, NOW), status) == listed > 0


def test_counts_add_up(session: Session, city: City) -> None:
    found = counts(session, city, NOW)

    assert found.total == 48 == found.in_service + found.planned + found.out_of_service
    assert (found.access_points, found.access_points_up, found.access_points_down) == (46, 37, 5)
    assert found.access_points_monitoring_broken == 1


def test_clients_are_those_of_the_access_points_that_answer(session: Session, city: City) -> None:
    told = select(func.sum(ApState.clients), func.count(ApState.clients)).where(ApState.state == int(State.UP))

    found = counts(session, city, NOW)

    assert (found.clients, found.clients_known) == tuple(session.execute(told).one())


def test_nothing_is_known_long_after_the_last_heartbeat(session: Session, city: City) -> None:
    found = counts(session, city, NOW + DAY)

    assert (found.up, found.degraded, found.down) == (0, 0, 0)
    assert (found.clients, found.clients_known) == (None, 0)
    assert found.unknown == counts(session, city, NOW).in_service


def test_map_leaves_out_what_was_taken_down(session: Session, city: City) -> None:
    found = {point.code: point for point in map_points(session, city, NOW)}
    rows = {row.code: row for row in every_point(session, city, PointFilter(), now=NOW)}

    assert found.keys() == rows.keys() - {"TS-0047", "TS-0048"}
    for code, point in found.items():
        row = rows[code]
        assert (point.state, point.clients, point.latitude) == (row.status, row.clients, row.latitude)


def test_attention_names_the_longest_down_first_then_the_least_available(session: Session, city: City) -> None:
    found = attention(session, city, NOW)

    assert [trouble.code for trouble in found[:3]] == list(DOWN_TOGETHER)
    assert [trouble.why for trouble in found] == ["down"] * 3 + ["worst"] * 5
    since = [trouble.since for trouble in found[:3]]
    assert since == sorted(since, key=lambda at: at or 0)
    shares = [trouble.figure.availability for trouble in found[3:] if trouble.figure]
    rows = every_point(session, city, PointFilter(status=("up", "degraded", "unknown")), now=NOW, sort="availability")
    assert shares == [row.availability_30d for row in rows][:5]


def test_attention_is_no_longer_than_asked(session: Session, city: City) -> None:
    assert [trouble.code for trouble in attention(session, city, NOW, limit=2)] == list(DOWN_TOGETHER[:2])


def test_days_of_the_city_are_the_sums_of_its_devices(session: Session, city: City) -> None:
    since = today(NOW) - timedelta(days=30)
    sums = [func.sum(getattr(RollupDay, name)) for name in ("up_s", "down_s", "unknown_s", "maintenance_s", "rx_bytes")]

    found = city_days(session, city, since, today(NOW) + timedelta(days=1))

    assert [day.date for day in found] == [since + timedelta(days=back) for back in range(31)]
    for day in found:
        expected = session.execute(select(*sums).where(RollupDay.t == midnight(day.date))).one()
        assert (*astuple(day.figure), day.rx_bytes) == tuple(map(int, expected))


def test_until_is_no_part_of_the_days(session: Session, city: City) -> None:
    assert [day.date for day in city_days(session, city, date(2026, 11, 1), date(2026, 11, 2))] == [date(2026, 11, 1)]
    assert city_days(session, city, date(2020, 1, 1), date(2020, 2, 1)) == []


def test_hours_of_the_city_in_order(session: Session, city: City) -> None:
    found = city_hours(session, city, NOW - 7 * DAY, NOW)

    assert [hour.t for hour in found] == list(range(NOW - 7 * DAY, NOW, HOUR))
    assert all(hour.figure != Figure() and hour.clients_mean for hour in found)


def test_clients_of_an_hour_count_a_silent_device_as_nobody(session: Session, city: City) -> None:
    quiet, usual = city_hours(session, city, NOW - HOUR, NOW), city_hours(session, city, NOW - DAY - HOUR, NOW - DAY)

    assert quiet[0].clients_mean is not None
    assert usual[0].clients_mean is not None
    assert quiet[0].clients_mean < usual[0].clients_mean


def test_a_past_hour_tells_what_was_measured_then(session: Session, city: City) -> None:
    hour = NOW - HOUR
    sums = select(RollupHour.ap_id, RollupHour.up_s, RollupHour.down_s).where(RollupHour.t == hour)
    measured = {row.ap_id: (row.up_s, row.down_s) for row in session.execute(sums)}
    devices = defaultdict(list)
    for ap_id, code in session.execute(select(AccessPoint.id, Point.code).join(Point)):
        devices[code].append(measured.get(ap_id, (0, 0)))

    found = {point.code: point.state for point in map_points_then(session, city, hour)}

    assert {"up", "down", "degraded"} <= set(found.values())
    for code, state in found.items():
        up, down = (sum(parts) for parts in zip(*devices[code], strict=True))
        assert state == ("unknown" if not up + down else "degraded" if up and down else "up" if up else "down"), code
    assert {found[code] for code in DOWN_TOGETHER} == {"down"}


def test_an_hour_nobody_measured_has_no_points(session: Session, city: City) -> None:
    assert map_points_then(session, city, NOW + 30 * DAY) == []
