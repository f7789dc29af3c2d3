"""Figures of many access points: as summed by the database, span by span, by members and from the roll-ups."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import days
from hotspot.analytics.outages import Seen, Watch, advance
from hotspot.analytics.service_hours import parsed
from hotspot.analytics.stays import Presence
from hotspot.store import span_sums
from hotspot.store.availability import Hours, Tally, tallies
from hotspot.store.base import reading, writing
from hotspot.store.figures import told
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    AreaDay,
    City,
    Fund,
    MaintenanceWindow,
    Point,
    Provider,
    RollupDay,
    StatusSpan,
)
from hotspot.store.rollups import roll_up
from hotspot.store.scopes import GROUPS, Scope, devices, members, unknown_name
from tests.hotspot import small_city
from tests.hotspot.analytics.test_any_window import planned_work, polled

HOUR, DAY = 3600, 86400
BASE = 1_793_466_000  # 2026-11-01 00:00 in Jakarta
APS, EXAMPLES, WINDOWS = 8, 20, 20
FIRST, SECOND = Presence(1), Presence(2)
OFFICE = Hours(parsed("Mon-Sun 07:00-17:00"), small_city.ZONE)


@pytest.fixture
def city_id(engine: Engine) -> int:
    """Two points in a district, one with a fund and a provider; a controller and a device that nobody placed."""
    city_id = small_city.build(engine, APS)
    with writing(engine) as session:
        parts = Area(code="36.74.01", name="District", level="district"), Fund(name="APBD"), Provider(name="Net")
        for part in parts:
            part.city_id = city_id
            session.add(part)
        session.flush()
        for area in session.query(Area).where(Area.level == "village"):
            area.parent_id = parts[0].id
        point = session.query(Point).where(Point.code == "P-1").one()
        point.fund_id, point.provider_id = parts[1].id, parts[2].id
        for name, kind in (("WLC", "controller"), ("loose", "access_point")):
            session.add(AccessPoint(city_id=city_id, name=name, kind=kind))
    return city_id


@pytest.fixture(autouse=True)
def _summed_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(span_sums, "FEW", 0)


def store(session: Session, city_id: int, ap_id: int, polls: Sequence[Seen]) -> None:
    """The spans and the state as the collector leaves them after these polls."""
    watch: Watch | None = None
    opened: dict[int, tuple[int, str]] = {}
    for poll in polls:
        watch, changes = advance(watch, poll, 3)
        opened |= {change.at: (change.state, change.cause) for change in changes}
    assert watch is not None
    for start, end in pairwise([*opened, None]):
        assert start is not None
        state, cause = opened[start]
        session.add(StatusSpan(ap_id=ap_id, start=start, end=end, city_id=city_id, state=state, cause=cause))
    session.add(
        ApState(
            ap_id=ap_id, city_id=city_id, state=watch.state, since=watch.since, last_poll=watch.last_poll,
            last_slot=watch.last_slot, interval_s=watch.interval_s, missed=0, profile="", error="",
            detail="", memory="",
        )
    )  # fmt: skip


def fill(engine: Engine, city_id: int, dice: random.Random) -> int:
    """Random histories of all but the last access point; the instant after them."""
    small_city.forget_measurements(engine)
    ends = [BASE]
    with writing(engine) as session:
        for ap_id in range(1, APS):
            polls = polled(dice, BASE + dice.randrange(0, 5 * HOUR))
            store(session, city_id, ap_id, polls)
            ends.append(polls[-1].at)
        for _ in range(dice.choice([0, 1, 3])):
            start, end, announced, cancelled = planned_work(dice, BASE, max(ends))
            one = MaintenanceWindow(
                city_id=city_id, start=start, end=end, reason="", announced_at=announced, announced_by="sari",
                cancelled_at=cancelled,
            )  # fmt: skip
            one.point_id, one.ap_id = dice.choice([(None, None), (1, None), (None, 3), (2, None)])
            session.add(one)
    return max(ends) + dice.choice([0, 200, 5000])


def test_summed_by_the_database_as_span_by_span(engine: Engine, city_id: int) -> None:
    dice = random.Random(7)
    for _ in range(EXAMPLES):
        now = fill(engine, city_id, dice)
        with reading(engine) as session:
            city, ids = session.get_one(City, city_id), [Presence(ap_id) for ap_id in range(1, APS + 1)]
            edges = [BASE, now, *session.scalars(select(StatusSpan.start).limit(20))]
            for _ in range(WINDOWS):
                a, b = sorted([dice.choice([*edges, dice.randrange(BASE, now)]) for _ in range(2)])
                b += a == b
                exact = tallies(session, ids, a, b, now)
                assert span_sums.sums(session, city, ids, a, b, now) == exact, (a, b)
                assert all(one.figure.total_s == min(b, now) - a for one in exact.values())


def test_members_of_every_kind_add_up_to_the_city(engine: Engine, city_id: int) -> None:
    dice = random.Random(8)
    for hours in (None, OFFICE):
        now = fill(engine, city_id, dice)
        a, b = BASE + 1000, now - 1000
        with reading(engine) as session:
            city = session.get_one(City, city_id)
            whole = told(session, city, Scope(), a, b, now, hours=hours).whole
            assert whole.access_points == APS
            for by in GROUPS:
                answer = told(session, city, Scope(), a, b, now, by=by, hours=hours)
                tally = sum((Tally(its.figure, its.outages) for _, its in answer.members), Tally())
                assert answer.whole == whole
                assert (tally.figure, tally.outages) == (whole.figure, whole.outages)
                scope_of = {"village": "area", "district": "area"}.get(by, by)
                for member, its in answer.members:
                    alone = told(session, city, Scope(**{scope_of: member.key}), a, b, now, hours=hours)
                    assert alone.whole == its


def test_days_of_the_roll_ups_are_the_spans(engine: Engine, city_id: int) -> None:
    dice = random.Random(9)
    for _ in range(4):
        now = fill(engine, city_id, dice)
        with writing(engine) as session:
            roll_up(session, session.get_one(City, city_id), BASE, now)
        with reading(engine) as session:
            city = session.get_one(City, city_id)
            for a, b in days(city.time_zone, BASE, now):
                exact = told(session, city, Scope(), a, b, now, by="access_point")
                rolled = {row.ap_id: row for row in session.scalars(select(RollupDay).where(RollupDay.t == a))}
                for member, its in exact.members:
                    row = rolled.get(member.presences[0].ap_id)
                    assert its.figure == (
                        Figure(row.up_s, row.down_s, row.unknown_s, row.maintenance_s) if row else its.figure
                    )
                    assert row or its.figure.up_s + its.figure.down_s == 0
                areas = select(func.sum(AreaDay.up_s), func.sum(AreaDay.down_s)).where(AreaDay.t == a)
                sums = session.execute(areas).one()
                assert (sums[0] or 0, sums[1] or 0) == (exact.whole.figure.up_s, exact.whole.figure.down_s)


def test_open_outage_counts_to_now_and_one_lost_from_sight_did_not_end(engine: Engine, city_id: int) -> None:
    down = [Seen(BASE + 60 * n, n, 60, answered=n < 5) for n in range(20)]
    lost = [*down, Seen(BASE + 60 * 20, 20, 60, answered=False, trusted=False)]
    with writing(engine) as session:
        store(session, city_id, 1, down)
        store(session, city_id, 2, lost)
    now = BASE + 60 * 20
    with reading(engine) as session:
        found = span_sums.sums(session, session.get_one(City, city_id), [FIRST, SECOND], BASE, now + DAY, now)
    assert (found[FIRST].figure.down_s, found[FIRST].outages.count, found[FIRST].outages.ended) == (15 * 60, 1, 0)
    assert (found[SECOND].figure.down_s, found[SECOND].outages.count, found[SECOND].outages.ended) == (14 * 60, 1, 0)


def test_answer_with_which_the_collector_fell_silent_ended_nothing(engine: Engine, city_id: int) -> None:
    polls = [Seen(BASE + 60 * n, n, 60, answered=n in (0, 9)) for n in range(10)]
    with writing(engine) as session:
        store(session, city_id, 1, polls)
    for now, ended in ((polls[-1].at + 60, 1), (polls[-1].at + 600, 0)):  # its second is unknown then
        with reading(engine) as session:
            city = session.get_one(City, city_id)
            found = span_sums.sums(session, city, [FIRST], BASE, now, now)
            assert found == tallies(session, [FIRST], BASE, now, now)
            assert (found[FIRST].outages.count, found[FIRST].outages.ended) == (1, ended)


def test_few_access_points_and_service_hours_are_read_span_by_span(
    engine: Engine, city_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("summed")

    now = fill(engine, city_id, random.Random(1))
    monkeypatch.setattr(span_sums, "inside", fail)
    with reading(engine) as session:
        city = session.get_one(City, city_id)
        assert span_sums.sums(session, city, [FIRST], BASE, now, now, OFFICE)[FIRST].figure.total_s < now - BASE
        monkeypatch.setattr(span_sums, "FEW", 1)
        assert span_sums.sums(session, city, [FIRST], BASE, now, now)[FIRST].figure.total_s == now - BASE


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(), [f"AP-{n}" for n in range(1, APS + 1)]),
        (Scope(area="36.74.01"), [f"AP-{n}" for n in range(1, APS + 1)]),
        (Scope(area="36.74.01.1001"), ["AP-1", "AP-3", "AP-5", "AP-7"]),
        (Scope(fund="APBD"), ["AP-1", "AP-3", "AP-5", "AP-7"]),
        (Scope(fund="-"), ["AP-2", "AP-4", "AP-6", "AP-8"]),
        (Scope(provider="Net", area="36.74.01.1002"), []),
        (Scope(point="P-2"), ["AP-2", "AP-4", "AP-6", "AP-8"]),
        (Scope(access_point="AP-3"), ["AP-3"]),
        (Scope(access_point="AP-3", point="P-2"), []),
        (Scope(access_point="WLC"), ["WLC"]),
        (Scope(access_point="loose"), ["loose"]),
    ],
)
def test_devices_of_a_scope(engine: Engine, city_id: int, scope: Scope, names: list[str]) -> None:
    with reading(engine) as session:
        city = session.get_one(City, city_id)
        found = [one.ap_id for one in devices(session, city, scope, 0, BASE)]
        assert session.scalars(select(AccessPoint.name).where(AccessPoint.id.in_(found)).order_by("id")).all() == names
        assert unknown_name(session, city, scope) is None


@pytest.mark.parametrize("field", ["access_point", "point", "area", "fund", "provider"])
def test_name_that_the_city_does_not_have(engine: Engine, city_id: int, field: str) -> None:
    with reading(engine) as session:
        assert unknown_name(session, session.get_one(City, city_id), Scope(**{field: "nix"})) == field


def test_point_without_access_points_is_a_member_all_the_same(engine: Engine, city_id: int) -> None:
    with writing(engine) as session:
        session.add(Point(city_id=city_id, site_id=1, code="P-3", name="Planned", lifecycle="funded"))
    with reading(engine) as session:
        city = session.get_one(City, city_id)
        assert [(one.key, len(one.presences)) for one in members(session, city, Scope(), "point", 0, BASE)] == [
            ("P-1", 4),
            ("P-2", 4),
            ("P-3", 0),
        ]
        assert members(session, city, Scope(access_point="loose"), "fund", 0, BASE)[0].key == "-"
