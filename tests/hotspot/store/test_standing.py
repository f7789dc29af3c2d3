from collections.abc import Iterator
from itertools import combinations_with_replacement

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import MONITORING_BROKEN, point_state
from hotspot.analytics.inventory import BUILT, IN_SERVICE, LIFECYCLE, PRE_BUILT
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city, cycles, freshness
from hotspot.store.models import AccessPoint, ApState, Area, City, CollectorStatus, Point, Site, State
from hotspot.store.standing import STATUSES, ap_now, point_now, status

NOW = 1_795_244_400
INTERVAL_S = 60
NEVER = 9
STATES = (State.DOWN, State.UP, State.UNKNOWN, MONITORING_BROKEN, NEVER)
GROUPS = [group for size in range(4) for group in combinations_with_replacement(STATES, size)]


@pytest.fixture
def asked(engine: Engine) -> Iterator[Session]:
    """A point for every mixture of states of up to three access points, and one for every stage."""
    with writing(engine) as session:
        session.add(City(id=1, code="36.74", name="Kota"))
        session.flush()
        session.add(Area(id=1, city_id=1, code="36.74.01", name="Serpong", level="district"))
        session.flush()
        session.add(Site(id=1, city_id=1, area_id=1, name="Taman", venue_kind="park"))
        session.flush()
        for number, group in enumerate(GROUPS, 1):
            add_point(session, number, "active", group)
        for number, stage in enumerate(LIFECYCLE, 1000):
            add_point(session, number, stage, (State.UP,))
        session.add(heartbeat(NOW))
    with reading(engine) as session:
        yield session


def heartbeat(at: int, interval_s: int = INTERVAL_S) -> CollectorStatus:
    numbers = dict.fromkeys(("cycles", "skipped", "polled", "answered", "duration_ms", "cpu_us_per_poll"), 3)
    return CollectorStatus(interval_s=interval_s, holder="x", started_at=0, heartbeat=at, slot=at, **numbers)


def add_point(session: Session, number: int, stage: str, group: tuple[int, ...]) -> None:
    session.add(Point(id=number, city_id=1, site_id=1, code=str(number), name="", lifecycle=stage))
    session.flush()
    for place, state in enumerate(group):
        ap = number * 10 + place
        session.add(AccessPoint(id=ap, city_id=1, point_id=number, name=str(ap), address=str(ap)))
        session.flush()
        if state != NEVER:
            session.add(ap_state(ap, state))


def ap_state(ap: int, state: int) -> ApState:
    cause = "monitoring" if state == MONITORING_BROKEN else "collector"
    state = State.UNKNOWN if state == MONITORING_BROKEN else state
    return ApState(
        ap_id=ap, city_id=1, state=state, cause=cause, since=NOW - 100 - ap, last_poll=NOW - 30, last_slot=NOW - 60,
        missed=0, interval_s=INTERVAL_S, clients=5, profile="", error="", detail="", memory="",
    )  # fmt: skip


def statuses(session: Session, now: int) -> dict[int, str]:
    current = point_now(session, 1, now)
    query = select(Point.id, status(current).label("status")).outerjoin(current, current.c.point_id == Point.id)
    return {row.id: row.status for row in session.execute(query)}


def test_status_agrees_with_the_rule_of_analytics(asked: Session) -> None:
    found = statuses(asked, NOW)

    assert {number: found[number] for number in range(1, len(GROUPS) + 1)} == {
        number: point_state([state for state in group if state != NEVER]) for number, group in enumerate(GROUPS, 1)
    }


def test_status_follows_the_stage_where_nothing_should_run(asked: Session) -> None:
    found = statuses(asked, NOW)

    for number, stage in enumerate(LIFECYCLE, 1000):
        expected = "up" if stage in IN_SERVICE else "planned" if stage in PRE_BUILT else "out_of_service"
        assert found[number] == expected
    assert set(found.values()) == set(STATUSES)


def test_every_stage_is_before_built_or_gone() -> None:
    assert not PRE_BUILT & BUILT
    assert set(LIFECYCLE) - PRE_BUILT - BUILT == {"relocated", "retired"}


@pytest.mark.parametrize(("age", "known"), [(120, True), (121, False)])
def test_state_is_unknown_two_intervals_after_the_last_poll(asked: Session, age: int, known: bool) -> None:
    ap = ap_now(asked, 1, NOW - 30 + age)

    words = set(asked.execute(select(ap.c.state, ap.c.clients).where(ap.c.ap_id == 10_020)))

    assert words == ({(State.UP, 5)} if known else {(State.UNKNOWN, None)})


def test_without_a_living_collector_no_state_is_known(asked: Session) -> None:
    asked.delete(asked.get_one(CollectorStatus, INTERVAL_S))
    asked.flush()

    assert freshness(asked, NOW).stale
    assert not {"up", "down", "degraded"} & set(statuses(asked, NOW).values())


def test_clients_count_only_where_somebody_answers(asked: Session) -> None:
    current = point_now(asked, 1, NOW)

    rows = {row.point_id: row for row in asked.execute(select(current))}

    for number, group in enumerate(GROUPS, 1):
        if group:
            up = group.count(State.UP)
            assert (rows[number].clients, rows[number].clients_known) == (5 * up if up else None, up)
            assert (rows[number].total, rows[number].down) == (len(group), group.count(State.DOWN))


def test_freshness_is_that_of_the_cycle_that_proved_itself_last(asked: Session) -> None:
    asked.add(heartbeat(NOW - 500, interval_s=300))
    asked.flush()

    fresh = freshness(asked, NOW + 120)

    assert (fresh.heartbeat, fresh.interval_s, fresh.age_s, fresh.stale) == (NOW, INTERVAL_S, 120, False)
    assert freshness(asked, NOW + 121).stale
    assert freshness(asked, NOW - 5).age_s == 0
    assert not freshness(asked, NOW - 5).stale
    assert freshness(asked, NOW - 3600).stale
    assert [cycle.interval_s for cycle in cycles(asked)] == [INTERVAL_S, 300]


def test_an_empty_database_has_no_city_and_nothing_fresh(engine: Engine) -> None:
    with reading(engine) as session:
        assert current_city(session) is None
        fresh = freshness(session, NOW)

    assert (fresh.heartbeat, fresh.age_s, fresh.stale) == (None, None, True)
