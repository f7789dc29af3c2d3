"""The last 30 days by the records, on both engines: each kind of rule says what it would have said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from hotspot.analytics.alert_rules import KINDS
from hotspot.analytics.calendar import day_of
from hotspot.analytics.rule_preview import Preview
from hotspot.analytics.rule_scope import EVERYWHERE, Scope
from hotspot.store.alerts.rule_history import preview
from hotspot.store.base import reading, writing
from hotspot.store.models import (
    AreaHour,
    City,
    Contract,
    DeviceEvent,
    FaultReport,
    Incident,
    MaintenanceWindow,
    Point,
    Provider,
    RollupDay,
    RollupHour,
    State,
    StatusSpan,
)
from tests.hotspot.alerts.test_judge import DAY, HOUR, MINUTE, NOW, Town, sums

FIRST = NOW - 20 * DAY
T = NOW - 5 * DAY - (NOW - 5 * DAY) % HOUR
DOWN, UNKNOWN = int(State.DOWN), int(State.UNKNOWN)


@pytest.fixture
def town(engine: Engine) -> Town:
    town = Town(engine)
    town.add(*(StatusSpan(ap_id=n, city_id=1, start=FIRST, end=T, state=int(State.UP)) for n in range(1, 13)))
    return town


def span(ap_id: int, start: int, end: int | None, state: int = DOWN, cause: str = "") -> StatusSpan:
    return StatusSpan(ap_id=ap_id, city_id=1, start=start, end=end, state=state, cause=cause)


def told(town: Town, kind: str, scope: Scope = EVERYWHERE, **params: Any) -> Preview:
    with reading(town.engine) as session:
        chosen = replace(KINDS[kind].params(), **params)
        return preview(session, session.get_one(City, 1), kind, chosen, scope, NOW)


def said(town: Town, kind: str, scope: Scope = EVERYWHERE, **params: Any) -> list[tuple[int, int | None, list[str]]]:
    """When, oldest first, until when, and of what."""
    found = told(town, kind, scope, **params).episodes
    return [(one.said - T, one.ended and one.ended - T, [each.key for each in one.subjects]) for one in reversed(found)]


def test_days_before_the_first_record_are_no_part_of_it(town: Town) -> None:
    found = told(town, "provider")
    assert (found.a, found.b, len(found.days), found.can_tell) == (FIRST, NOW, 21, True)


def test_outages_are_told_as_the_incidents_that_they_were(town: Town) -> None:
    town.add(*(span(n, T, T + HOUR) for n in range(1, 12, 2)))  # a whole point
    town.add(*(span(n, T + 5, T + 2 * HOUR) for n in range(2, 13, 2)))  # ... and the other one: all of the provider
    town.add(span(1, T + DAY, T + DAY + 120), span(2, T + 2 * DAY, None))
    ten = 10 * MINUTE
    assert said(town, "outage") == [
        (ten, 2 * HOUR, ["provider:7"]), (2 * DAY + ten, None, ["ap:2"])
    ]  # fmt: skip
    assert said(town, "outage", least_minutes=0)[1] == (DAY, DAY + 120, ["ap:1"])
    assert said(town, "outage", least_points=2) == [(ten, 2 * HOUR, ["provider:7"])]
    assert said(town, "outage", Scope("36.74.01.1002")) == [
        (5 + ten, 2 * HOUR, ["point:2"]), (2 * DAY + ten, None, ["ap:2"])
    ]  # fmt: skip


def test_an_outage_that_is_back_at_once_is_told_once(town: Town) -> None:
    town.add(*(span(1, T + step * 900, T + step * 900 + 600) for step in range(6)))
    assert len(said(town, "outage", least_minutes=3)) == 1


def test_broken_monitoring_and_unknown_time(town: Town) -> None:
    town.add(
        span(1, T, T + HOUR, UNKNOWN, "monitoring"), span(1, T + HOUR, T + 3 * HOUR, UNKNOWN, "collector"),
        span(2, T, T + 7 * HOUR, UNKNOWN, "link"), span(3, T, T + 13 * HOUR, UNKNOWN, "collector"),
        DeviceEvent(city_id=1, at=T, kind="collector_gap", detail=f"{8 * HOUR} s"),
    )  # fmt: skip
    calm = 5 * MINUTE
    assert said(town, "monitoring_broken") == [(30 * MINUTE, 3 * HOUR + calm, ["ap:1"])]
    assert said(town, "unknown") == [(6 * HOUR, 7 * HOUR + calm, ["ap:2"])]  # of the other one it is 5 hours
    assert said(town, "unknown", hours=4)[1] == (12 * HOUR, 13 * HOUR + calm, ["ap:3"])


def test_shares_of_areas_and_providers(town: Town) -> None:
    with writing(town.engine) as session:
        session.add(Provider(id=8, city_id=1, name="Others"))
        session.flush()
        session.execute(update(Point).where(Point.id == 2).values(provider_id=8))
    town.add(*(span(n, T, T + HOUR) for n in (1, 3, 5)), span(7, T + MINUTE, T + 2 * HOUR))
    calm = 5 * MINUTE
    assert said(town, "degraded") == [(10 * MINUTE, HOUR + calm, ["area:36.74.01.1001"])]
    assert said(town, "degraded", of="point", share=60, leave=10) == [(11 * MINUTE, 2 * HOUR + calm, ["point:1"])]
    assert said(town, "degraded", share=70) == []
    assert said(town, "provider", points=2) == []
    with writing(town.engine) as session:
        session.execute(update(Point).values(provider_id=8))
    town.add(*(span(n, T + 5 * HOUR, T + 6 * HOUR) for n in range(1, 13)))
    assert said(town, "provider", points=2) == [(5 * HOUR + calm, 6 * HOUR + calm, ["provider:8"])]


def test_maintenance_is_left_out(town: Town) -> None:
    town.add(*(span(n, T, T + HOUR) for n in (1, 3, 5)))
    town.add(
        MaintenanceWindow(
            city_id=1, area_id=1, start=T - HOUR, end=T + DAY, reason="Work", announced_at=T - DAY, announced_by="me"
        )
    )  # fmt: skip
    assert said(town, "degraded") == []
    assert said(town, "outage") == []


def test_clients_by_the_hour(town: Town) -> None:
    for ap_id, hours in ((1, (30, 58, 30)), (2, (54, 46, 44)), (3, (54, None, 54))):
        for step, clients in enumerate(hours):
            if clients is not None:
                town.add(hour_of(ap_id, T + step * HOUR, clients))
    # Until another hour is known the last value holds.
    assert said(town, "capacity", leave=75, polls=5) == [(0, None, ["ap:2", "ap:3", "ap:1"])]


def hour_of(ap_id: int, t: int, clients: int) -> RollupHour:
    return RollupHour(ap_id=ap_id, t=t, clients_sum=60 * clients, clients_n=60, clients_max=clients + 2, **sums(HOUR))


def test_days_without_a_client(town: Town) -> None:
    midnight = T - (T + 7 * HOUR) % DAY
    for back in range(12):
        town.add(use(1, midnight - back * DAY, 0))
        town.add(use(2, midnight - back * DAY, int(back in (3, 9))))
    town.add(use(1, midnight + DAY, 4))
    found = said(town, "unused", days=5)
    assert [(at, keys) for at, _, keys in found] == [(midnight - 6 * DAY - T, ["point:1", "point:2"])]


def use(ap_id: int, t: int, most: int) -> RollupDay:
    return RollupDay(ap_id=ap_id, t=t, clients_sum=most, clients_n=9, clients_max=most, **sums(DAY))


def test_traffic_beside_the_weeks_before(town: Town) -> None:
    for week in range(6):
        for step in range(4):
            octets = 9 * 10**9 if week == 0 and step in (1, 2) else 10**9
            town.add(
                AreaHour(
                    area_id=1, t=T + step * HOUR - week * 7 * DAY, rx_bytes=octets, tx_bytes=0, clients_n=0,
                    access_points=6, **sums(HOUR),
                )
            )  # fmt: skip
    assert [(at, keys) for at, _, keys in said(town, "traffic")] == [(3 * HOUR, ["area:36.74.01.1001"])]
    assert said(town, "traffic", weeks=8, least_weeks=6) == []


def test_the_collector_contracts_and_citizens(town: Town) -> None:
    today = day_of("Asia/Jakarta", NOW)
    town.add(
        DeviceEvent(city_id=1, at=T, kind="collector_gap", detail="600 s"),
        DeviceEvent(city_id=1, at=T + DAY, kind="collector_gap", detail="599 s"),
        Contract(
            city_id=1, provider_id=7, number="1", starts_on=today, ends_on=today + timedelta(days=50), sla_rule="{}",
            recorded_at=NOW, recorded_by="me",
        ),
        *(FaultReport(point_id=1, at=T + late, kind="slow") for late in (0, HOUR, 2 * HOUR)),
        *(FaultReport(point_id=2, at=T + late, kind="slow") for late in (0, HOUR, 2 * HOUR)),
        *(span(n, T, T + 2 * DAY) for n in range(2, 13, 2)),
    )  # fmt: skip
    assert [(at, ended) for at, ended, _ in said(town, "collector")] == [(600, 1200)]
    assert [keys for _, _, keys in said(town, "expiry")] == [["contract:1"]]
    assert said(town, "expiry", days=40) == []
    assert said(town, "citizens") == [(2 * HOUR, 2 * HOUR + DAY + 5 * MINUTE, ["point:1"])]


@pytest.mark.parametrize("kind", ["disk", "firmware"])
def test_where_no_history_is_kept_it_says_so(town: Town, kind: str) -> None:
    found = told(town, kind)
    assert (found.can_tell, found.days, found.episodes) == (False, (), ())
    assert not KINDS[kind].told_from


def test_what_fires_now_is_counted_of_all_that_is_watched(town: Town) -> None:
    town.set(1, 3, 5, 7, state=UNKNOWN, cause="monitoring", since=NOW - HOUR)
    town.set(9, state=UNKNOWN, cause="monitoring", since=NOW - MINUTE)
    found = told(town, "monitoring_broken")
    assert (found.now, found.total, [one.key for one in found.first]) == (4, 12, ["ap:1", "ap:3", "ap:5", "ap:7"])
    assert told(town, "degraded").total == 2
    assert told(town, "provider").total == 1
    assert told(town, "unused").total == 2


def test_the_past_is_told_as_it_was_told_when_it_was_the_present(sqlite_engine: Engine) -> None:
    town = Town(sqlite_engine)
    town.add(*(StatusSpan(ap_id=n, city_id=1, start=FIRST, end=T, state=int(State.UP)) for n in range(1, 13)))
    downs = {1: (0, 40), 3: (5, 30), 5: (7, 33), 2: (20, 24), 7: (60, 100), 9: (60, 90), 11: (80, 95)}
    town.add(*(span(n, T + a * MINUTE, T + b * MINUTE) for n, (a, b) in downs.items()))
    town.rule("degraded", share=50, leave=20, minutes=5)
    for minute in range(121):
        for n, (a, b) in downs.items():
            if minute in (a, b):
                state = DOWN if minute == a else int(State.UP)
                town.set(n, state=state, since=T + minute * MINUTE, asked=T + minute * MINUTE)
        town.look(T + minute * MINUTE)
    with reading(town.engine) as session:
        lived = [
            (one.opened_at - T, one.recovered_at and one.recovered_at - T) for one in session.scalars(select(Incident))
        ]
    assert [(at, ended) for at, ended, _ in said(town, "degraded", share=50, leave=20, minutes=5)] == lived
    assert lived == [(12 * MINUTE, 38 * MINUTE), (85 * MINUTE, 100 * MINUTE)]
