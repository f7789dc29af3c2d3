"""The rules over a small city, look by look: what they find, what is over, what a restart changes.

What is remembered is written on both engines; what each kind asks of PostgreSQL is asked by test_rule_history.py.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hotspot.alerts.judge import judge
from hotspot.analytics.alert_rules import KINDS
from hotspot.analytics.calendar import day_of
from hotspot.analytics.rule_fields import stored
from hotspot.store.base import reading, writing
from hotspot.store.models import (
    AccessPoint,
    AlertRule,
    ApState,
    AreaHour,
    City,
    CollectorStatus,
    Contract,
    DeviceEvent,
    FaultReport,
    Incident,
    IncidentMember,
    MaintenanceWindow,
    Point,
    Provider,
    RollupDay,
    RuleState,
    State,
)
from tests.hotspot import small_city

NOW = 1_800_000_000
MINUTE, HOUR, DAY = 60, 3600, 86_400


class Town:
    """Twelve access points at two points of one provider, all up and asked each minute."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        small_city.build(engine, 12)
        with writing(engine) as session:
            session.add(Provider(id=7, city_id=1, name="Lines"))
            session.flush()
            session.execute(update(Point).values(provider_id=7))
            for ap_id in range(1, 13):
                session.add(ap_state(ap_id))
            session.add(status(NOW))

    def rule(self, kind: str, area_id: int | None = None, **params: Any) -> None:
        """The only one there is."""
        with writing(self.engine) as session:
            session.execute(delete(AlertRule))
            chosen = replace(KINDS[kind].params(), **params)
            session.add(
                AlertRule(
                    city_id=1, kind=kind, name="One", params=stored(chosen), severity="warning", enabled=True,
                    area_id=area_id, changed_at=NOW, changed_by="me",
                )
            )  # fmt: skip

    def set(self, *ap_ids: int, asked: int = NOW, **values: Any) -> None:
        with writing(self.engine) as session:
            session.execute(update(ApState).where(ApState.ap_id.in_(ap_ids)).values(last_poll=asked, **values))

    def look(self, at: int, *, asked: bool = True) -> list[str]:
        """The subjects that are said to fire after it; `asked`: the collector asked everything just before."""
        with writing(self.engine) as session:
            if asked:
                session.execute(update(ApState).values(last_poll=at))
                session.execute(update(CollectorStatus).values(heartbeat=at))
            judge(session, session.get_one(City, 1), at)
        return self.open()

    def open(self) -> list[str]:
        with reading(self.engine) as session:
            query = select(IncidentMember.subject).where(IncidentMember.ended_at.is_(None))
            fires = select(RuleState.subject).where(RuleState.firing_since.is_not(None))
            members = sorted(session.scalars(query))
            assert members == sorted(session.scalars(fires))
            return members

    def add(self, *rows: object) -> None:
        with writing(self.engine) as session:
            session.add_all(rows)

    def incident(self) -> Incident:
        with reading(self.engine) as session:
            return session.scalars(select(Incident)).one()


def ap_state(ap_id: int) -> ApState:
    return ApState(
        ap_id=ap_id, city_id=1, state=int(State.UP), since=NOW - DAY, last_poll=NOW, last_ok=NOW, last_slot=NOW,
        interval_s=60, missed=0, silent=0, profile="", error="", detail="", memory="", clients=3,
    )  # fmt: skip


def status(heartbeat: int) -> CollectorStatus:
    return CollectorStatus(
        interval_s=60, holder="me", started_at=NOW - DAY, heartbeat=heartbeat, slot=NOW, cycles=9, skipped=0,
        polled=12, answered=12, duration_ms=9_000, cpu_us_per_poll=90,
    )  # fmt: skip


@pytest.fixture
def town(sqlite_engine: Engine) -> Town:
    return Town(sqlite_engine)


@pytest.fixture
def both(engine: Engine) -> Town:
    """On each engine."""
    return Town(engine)


def test_a_device_that_answers_pings_alone_is_told_after_its_time_and_over_when_calm(both: Town) -> None:
    both.rule("monitoring_broken", minutes=30)
    both.set(1, state=int(State.UNKNOWN), cause="monitoring", since=NOW)
    assert both.look(NOW + 30 * MINUTE - 1) == []
    assert both.look(NOW + 30 * MINUTE) == ["ap:1"]
    assert both.incident().began == NOW
    both.set(1, state=int(State.UNKNOWN), cause="collector", since=NOW + HOUR)
    assert both.look(NOW + 2 * HOUR) == ["ap:1"]  # nobody can tell: it goes on
    both.set(1, state=int(State.UP), cause="", since=NOW + 3 * HOUR)
    assert both.look(NOW + 3 * HOUR) == ["ap:1"]
    assert both.look(NOW + 3 * HOUR + 100) == ["ap:1"]
    assert both.look(NOW + 3 * HOUR + 200) == ["ap:1"]
    assert both.look(NOW + 3 * HOUR + 300) == []
    assert both.incident().recovered_at == NOW + 3 * HOUR + 300


def test_unknown_counts_from_when_the_collector_looks_again(town: Town) -> None:
    town.rule("unknown", hours=6)
    town.set(1, 2, state=int(State.UNKNOWN), cause="link", since=NOW - 10 * HOUR)
    town.add(DeviceEvent(city_id=1, at=NOW - 9 * HOUR, kind="collector_gap", detail=f"{8 * HOUR} s"))
    assert town.look(NOW) == []
    assert town.look(NOW + 5 * HOUR) == ["ap:1", "ap:2"]


def test_a_device_that_is_not_asked_is_unknown_and_with_a_silent_collector_all_stands_still(town: Town) -> None:
    town.rule("unknown", hours=1)
    assert town.look(NOW + 2 * HOUR, asked=False) == []
    with writing(town.engine) as session:
        session.execute(update(CollectorStatus).values(heartbeat=NOW + 2 * HOUR))
        session.execute(update(ApState).where(ApState.ap_id > 1).values(last_poll=NOW + 2 * HOUR))
    assert town.look(NOW + 2 * HOUR, asked=False) == ["ap:1"]
    assert town.look(NOW + 9 * HOUR, asked=False) == ["ap:1"]


def test_a_share_of_an_area_or_a_point_fires_between_its_limits(both: Town) -> None:
    both.rule("degraded", share=50, leave=30, minutes=2)
    both.set(1, 3, 5, state=int(State.DOWN), since=NOW)
    assert both.look(NOW) == []
    assert both.look(NOW + 119) == []
    assert both.look(NOW + 120) == ["area:36.74.01.1001"]
    both.set(1, state=int(State.UP))
    for at in range(130, 1000, 100):
        assert both.look(NOW + at) == ["area:36.74.01.1001"]  # 33 % lie between
    both.set(3, 5, state=int(State.UNKNOWN), cause="collector")
    both.set(1, 7, state=int(State.UNKNOWN), cause="collector")
    for at in range(1000, 1500, 100):
        assert both.look(NOW + at) == ["area:36.74.01.1001"]  # of most of them nothing is known
    both.set(1, 3, 5, 7, state=int(State.UP), cause="")
    assert [both.look(NOW + at) for at in (1500, 1600, 1700, 1800)][-1] == []


@pytest.mark.parametrize(("least", "found"), [(6, ["point:1"]), (7, [])])
def test_points_have_shares_too_and_small_ones_do_not_count(town: Town, least: int, found: list[str]) -> None:
    town.rule("degraded", of="point", minutes=0, least=least)
    town.set(1, 3, 5, state=int(State.DOWN))
    assert town.look(NOW) == found


def test_a_rule_of_an_area_does_not_look_elsewhere(town: Town) -> None:
    town.rule("degraded", area_id=2, minutes=0)
    town.set(1, 3, 5, state=int(State.DOWN))
    assert town.look(NOW) == []
    town.set(2, 4, 6, state=int(State.DOWN))
    assert town.look(NOW + 5) == ["area:36.74.01.1002"]
    incident = town.incident()
    assert (incident.shared, incident.shared_key, incident.name) == ("area", "36.74.01.1002", "Area 2")


def test_points_of_a_provider_that_are_down_together_fire_once(town: Town) -> None:
    town.rule("provider", points=2, share=100, minutes=0)
    town.set(*range(1, 12, 2), state=int(State.DOWN))
    assert town.look(NOW) == []  # one of two points
    town.set(*range(1, 13), state=int(State.DOWN))
    assert town.look(NOW + 5) == ["provider:7"]
    with reading(town.engine) as session:
        assert session.scalars(select(IncidentMember.value)).one() == "2 / 2"


def test_maintenance_keeps_rules_quiet(town: Town) -> None:
    town.rule("degraded", minutes=0)
    town.add(
        MaintenanceWindow(
            city_id=1, area_id=1, start=NOW - 60, end=NOW + DAY, reason="Work", announced_at=NOW - 90, announced_by="me"
        )
    )  # fmt: skip
    town.set(*range(1, 13), state=int(State.DOWN))
    assert town.look(NOW) == ["area:36.74.01.1002"]


def test_clients_count_poll_by_poll(town: Town) -> None:
    town.rule("capacity", clients=50, share=90, leave=50, polls=3)
    town.set(1, clients=45)
    assert [town.look(NOW + 60 * n) for n in range(3)] == [[], [], ["ap:1"]]
    with writing(town.engine) as session:
        assert session.scalars(select(IncidentMember.value)).one() == "45 / 50"
    town.set(1, state=int(State.DOWN))
    assert town.look(NOW + 500) == ["ap:1"]  # a device that is down tells of no clients
    town.set(1, state=int(State.UP), clients=24)
    assert [town.look(NOW + 600 + 60 * n) for n in range(3)][-1] == []


def test_the_same_poll_is_not_counted_twice(town: Town) -> None:
    town.rule("capacity", clients=50, polls=3)
    town.set(1, clients=50)
    for at in range(0, 110, 5):
        assert town.look(NOW + at, asked=False) == []


def test_a_point_that_is_up_without_clients_for_days_is_told_only_where_somebody_counts(both: Town) -> None:
    today = NOW - (NOW + 7 * HOUR) % DAY
    for ap_id, read, most in ((1, 1440, 0), (2, 0, None)):
        for back in range(1, 11):
            both.add(day_of_use(ap_id, today - back * DAY, read, most))
    both.rule("unused", days=7)
    assert both.look(NOW) == ["point:1"]
    both.add(day_of_use(1, today, 5, 2))
    assert both.look(NOW + 5) == ["point:1"]  # looked at once an hour
    assert both.look(NOW + HOUR) == []


def day_of_use(ap_id: int, t: int, read: int, most: int | None) -> RollupDay:
    return RollupDay(ap_id=ap_id, t=t, clients_sum=0, clients_n=read, clients_max=most, **sums(DAY))


def sums(up_s: int) -> dict[str, int]:
    return {
        "city_id": 1, "polls": 1, "answered": 1, "up_s": up_s, "down_s": 0, "unknown_s": 0, "maintenance_s": 0
    }  # fmt: skip


def test_traffic_far_from_the_same_hour_of_earlier_weeks_is_told_after_two_hours(town: Town) -> None:
    hour = NOW - NOW % HOUR
    for week in range(1, 6):
        for step in range(-2, 3):
            town.add(area_hour(hour + step * HOUR - week * 7 * DAY, 10**9 + week * 10**7))
    for step in (-2, -1):
        town.add(area_hour(hour + step * HOUR, 9 * 10**9))
    town.add(area_hour(hour, 10**9))
    town.rule("traffic", least_weeks=5)
    assert town.look(hour - HOUR + 600) == []
    assert town.look(hour + 600) == ["area:36.74.01.1001"]
    assert town.look(hour + HOUR + 600) == ["area:36.74.01.1001"]


def area_hour(t: int, octets: int) -> AreaHour:
    return AreaHour(
        area_id=1, t=t, rx_bytes=octets, tx_bytes=0, clients_n=0, access_points=6, **sums(HOUR)
    )  # fmt: skip


def test_firmware_that_is_not_on_the_list_is_told(town: Town) -> None:
    with writing(town.engine) as session:
        session.execute(update(AccessPoint).values(vendor="MikroTik", model="cAP ax", firmware="7.15.3"))
        session.execute(update(AccessPoint).where(AccessPoint.id == 2).values(firmware="6.49"))
        session.execute(update(AccessPoint).where(AccessPoint.id == 3).values(firmware=None))
        session.execute(update(AccessPoint).where(AccessPoint.id == 4).values(vendor="Other", firmware="1"))
    town.rule("firmware", approved="mikrotik / cap*: 7.15*, 7.16*")
    assert town.look(NOW) == ["ap:2"]


def test_contracts_are_told_before_their_last_day_and_over_after_it(town: Town) -> None:
    today = day_of("Asia/Jakarta", NOW)
    town.rule("expiry", days=30)
    for days, number in ((30, "near"), (31, "far")):
        town.add(
            Contract(
                id=days, city_id=1, provider_id=7, number=number, starts_on=today, ends_on=today + timedelta(days=days),
                sla_rule="{}", recorded_at=NOW, recorded_by="me",
            )
        )  # fmt: skip
    assert town.look(NOW) == ["contract:30"]
    assert town.look(NOW + DAY) == ["contract:30", "contract:31"]
    assert town.look(NOW + 31 * DAY) == ["contract:31"]
    assert town.look(NOW + 32 * DAY) == []


def test_a_certificate_is_told_until_there_is_another(town: Town) -> None:
    town.rule("expiry", days=30)
    for at, days in ((NOW - DAY, 30), (NOW + 40 * DAY, 365)):
        ends = datetime.fromtimestamp(NOW + days * DAY, UTC)
        town.add(DeviceEvent(city_id=1, at=at, kind="certificate", detail=f"wifi.example.go.id {ends.isoformat()}"))
        left = town.look(max(NOW, at))
        if days == 30:
            assert left == town.look(NOW + 35 * DAY) == ["certificate:wifi.example.go.id"]
    assert left == []


def test_the_collector_tells_of_its_own_silence_when_it_is_back(town: Town) -> None:
    town.rule("collector", minutes=10)
    town.add(DeviceEvent(city_id=1, at=NOW - HOUR, kind="collector_gap", detail=f"{50 * MINUTE} s"))
    assert town.look(NOW - 600) == ["collector"]
    assert town.incident().began == NOW - HOUR
    with reading(town.engine) as session:
        assert session.scalars(select(IncidentMember.value)).one() == "2027-01-15 14:00 – 14:50"
    for at in range(0, 301, 100):
        left = town.look(NOW + at)
    assert left == []


def test_cycles_that_take_too_long_are_told(town: Town) -> None:
    town.rule("collector", minutes=2, lag=100)
    with writing(town.engine) as session:
        session.execute(update(CollectorStatus).values(duration_ms=60_000))
    assert [town.look(NOW + at) for at in (0, 100, 120)] == [[], [], ["cycle:60"]]


def test_people_against_the_measuring_are_told(town: Town) -> None:
    town.rule("citizens", people=3)
    town.add(FaultReport(point_id=1, at=NOW - 60, kind="slow", n=2), FaultReport(point_id=2, at=NOW - 60, kind="slow"))
    assert town.look(NOW) == []
    town.add(FaultReport(point_id=1, at=NOW - 30, kind="no_internet"))
    assert town.look(NOW) == ["point:1"]


def test_the_disk_is_looked_at_where_the_database_is_a_file(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 9, "total": 100}))
    town.rule("disk", free=10)
    assert town.look(NOW) == ["disk"]


def test_a_look_that_finds_nothing_new_writes_nothing(both: Town) -> None:
    both.rule("provider", points=2, share=0, minutes=0)
    both.set(*range(1, 13), state=int(State.DOWN))
    assert both.look(NOW) == ["provider:7"]
    with writing(both.engine) as session:
        before = rows(session)
        judge(session, session.get_one(City, 1), NOW + 5)
        assert rows(session) == before


def rows(session: Session) -> list[tuple[str, int]]:
    return [(one.subject, one.looked_at) for one in session.scalars(select(RuleState))]
