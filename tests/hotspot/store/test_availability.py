from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure, Outages
from hotspot.analytics.stays import Presence
from hotspot.store.availability import answer
from hotspot.store.base import reading, writing
from hotspot.store.models import City, MaintenanceWindow, StatusSpan
from hotspot.store.placements import presences_at
from hotspot.store.planned_work import maintenance_of
from hotspot.store.points import PointFilter, every_point
from tests.hotspot.web.world import DAY, DEGRADED, DOWN_SINCE_S, DOWN_TOGETHER, HOUR, NOW, World, build, midnight, today

MONTH_AGO = midnight(today(NOW) - timedelta(days=29))


def of_point(session: Session, point: int, a: int, b: int) -> Figure:
    return answer(session, presences_at(session, [point]), a, b, NOW).figure


def of_device(session: Session, ap: int, a: int, b: int) -> Figure:
    return answer(session, [Presence(ap)], a, b, NOW).figure


def test_point_is_the_sum_of_its_access_points(session: Session, filled_world: World) -> None:
    point = filled_world.points[DEGRADED[0]]

    whole = of_point(session, point, MONTH_AGO, NOW)

    ids = presences_at(session, [point])
    assert len(ids) == 3
    assert whole == sum((answer(session, [one], MONTH_AGO, NOW, NOW).figure for one in ids), Figure())
    assert whole.total_s == 3 * (NOW - MONTH_AGO)


def test_exact_figures_agree_with_the_roll_ups(session: Session, city: City, filled_world: World) -> None:
    for row in every_point(session, city, PointFilter(status=("up", "down", "degraded")), now=NOW):
        exact = of_point(session, row.id, MONTH_AGO, NOW)
        if row.code != "TS-0020":  # the world's roll-ups know nothing of maintenance
            assert (exact.up_s, exact.down_s) == (row.figure_30d.up_s, row.figure_30d.down_s)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(a=st.integers(NOW - 110 * DAY, NOW), length=st.integers(1, 120 * DAY), cut=st.integers(0, 120 * DAY))
def test_windows_add_up_to_the_second(session: Session, filled_world: World, a: int, length: int, cut: int) -> None:
    ids = presences_at(session, [filled_world.points["TS-0020"]])
    b, between = a + length, a + cut % length

    whole = answer(session, ids, a, b, NOW).figure

    assert whole == answer(session, ids, a, between, NOW).figure + answer(session, ids, between, b, NOW).figure
    assert whole.total_s == max(0, min(b, NOW) - a)


def test_the_future_is_no_part_of_a_window(session: Session, filled_world: World) -> None:
    ids = presences_at(session, [filled_world.points["TS-0017"]])

    told = answer(session, ids, NOW - HOUR, NOW + DAY, NOW)

    assert told.figure.total_s == HOUR
    assert answer(session, ids, NOW, NOW + DAY, NOW).figure == Figure()


def test_time_before_the_first_poll_is_unknown(session: Session, filled_world: World) -> None:
    ids = presences_at(session, [filled_world.points["TS-0012"]])

    told = answer(session, ids, NOW - 400 * DAY, NOW - 300 * DAY, NOW)

    assert told.figure == Figure(unknown_s=100 * DAY)
    assert told.figure.availability is None
    assert told.figure.coverage == 0


def test_open_outage_counts_until_now_while_somebody_looks(session: Session, filled_world: World) -> None:
    ids = presences_at(session, [filled_world.points[DOWN_TOGETHER[0]]])

    now_ = answer(session, ids, NOW - 2 * HOUR, NOW, NOW)
    later = answer(session, ids, NOW - 2 * HOUR, NOW + DAY, NOW + DAY)

    assert now_.figure.down_s == DOWN_SINCE_S
    assert (now_.outages.count, now_.outages.ended) == (1, 0)
    assert later.figure.down_s < DOWN_SINCE_S
    assert later.figure.unknown_s > DAY - HOUR


def test_statements_do_not_grow_with_the_access_points(
    session: Session, filled_world: World, statements: list[str]
) -> None:
    answer(session, [Presence(one) for one in filled_world.access_points.values()], MONTH_AGO, NOW, NOW)

    assert len(statements) == 5


@pytest.fixture
def own(sqlite_engine: Engine) -> tuple[Engine, World]:
    """The world in a database that this test may change."""
    return sqlite_engine, build(sqlite_engine)


def window(world: World, **changed: object) -> MaintenanceWindow:
    values: dict[str, object] = {
        "city_id": world.city, "start": NOW - 2 * DAY, "end": NOW - DAY, "reason": "", "announced_at": NOW - 3 * DAY,
        "announced_by": "admin",
    }  # fmt: skip
    return MaintenanceWindow(**(values | changed))


@pytest.mark.parametrize(
    ("changed", "seconds"),
    [
        ({}, DAY),
        ({"announced_at": NOW - 2 * DAY - 1}, DAY),
        ({"announced_at": NOW - 2 * DAY}, 0),
        ({"announced_at": NOW - 2 * DAY + HOUR}, 0),
        ({"announced_at": NOW - 2 * DAY + HOUR, "cancelled_at": NOW - DAY - HOUR}, 0),
        ({"cancelled_at": NOW - 2 * DAY + HOUR}, HOUR),
        ({"cancelled_at": NOW - 3 * DAY}, 0),
    ],
)
def test_maintenance_counts_to_its_end_if_it_was_announced_before_it_began(
    own: tuple[Engine, World], changed: dict[str, object], seconds: int
) -> None:
    engine, world = own
    with writing(engine) as session:
        session.add(window(world, **changed))

    with reading(engine) as session:
        figure = of_point(session, world.points["TS-0017"], NOW - 3 * DAY, NOW)

    assert figure.maintenance_s == seconds
    assert figure.total_s == 3 * DAY


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ("ap_id", ["AP-006-1"], ["AP-006-2", "AP-007-1"]),
        ("point_id", ["AP-006-1", "AP-006-2", "AP-006-3"], ["AP-007-1"]),
        ("area_id", ["AP-006-1", "AP-012-1", "AP-007-1"], ["AP-002-1"]),
        ("city_id", ["AP-006-1", "AP-007-1", "AP-002-1"], []),
    ],
)
def test_maintenance_covers_its_scope(
    own: tuple[Engine, World], scope: str, inside: list[str], outside: list[str]
) -> None:
    engine, world = own
    targets = {
        "ap_id": world.access_points["AP-006-1"], "point_id": world.points["TS-0006"],
        "area_id": world.areas["36.74.01"], "city_id": world.city,
    }  # fmt: skip
    with writing(engine) as session:
        session.add(window(world, **{scope: targets[scope]}))

    with reading(engine) as session:
        found = maintenance_of(session, list(world.access_points.values()), NOW - 2 * DAY, NOW - DAY)

    covered = {name for name, ap in world.access_points.items() if found.get(ap)}
    assert covered >= set(inside)
    assert not covered & set(outside)


def test_outages_of_several_devices_are_told_together() -> None:
    told = [Outages(2, 2, 1, 100, 10_000, 300), Outages(3, 0, 3, 600, 0, 250), Outages(up_s=8_000)]

    both = sum(told, Outages())

    assert (both.count, both.ended, both.longest_s) == (5, 4, 300)
    assert both.mttr_s == (100 + 3 * 200) / 4
    assert both.mtbf_s == 18_000 / 2
    assert (Outages().mttr_s, Outages().mtbf_s) == (None, None)


def test_span_without_a_state_row_counts_to_its_start(own: tuple[Engine, World]) -> None:
    engine, world = own
    ap = world.access_points["AP-008-1"]
    with writing(engine) as session:
        session.add(StatusSpan(ap_id=ap, start=NOW - HOUR, end=None, city_id=world.city, state=1))

    with reading(engine) as session:
        assert of_device(session, ap, NOW - DAY, NOW) == Figure(unknown_s=DAY)


def test_month_is_the_sum_of_its_days(session: Session, filled_world: World) -> None:
    ids = presences_at(session, [filled_world.points["TS-0003"]])
    edges = [midnight(date(2026, 10, 1) + timedelta(days=back)) for back in range(32)]

    days = (answer(session, ids, a, b, NOW).figure for a, b in pairwise(edges))

    assert sum(days, Figure()) == answer(session, ids, edges[0], edges[-1], NOW).figure
