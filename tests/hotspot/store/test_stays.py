"""Moving access points: what is stored, what is refused, and figures of places through which devices went."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.availability import Figure
from hotspot.analytics.calendar import days, midnight
from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.outages import Seen
from hotspot.analytics.spans import DOWN, UNKNOWN, UP
from hotspot.analytics.stays import FOREVER, Presence, Stay
from hotspot.store import span_sums, usage
from hotspot.store.availability import Tally, histories
from hotspot.store.base import reading, writing
from hotspot.store.figures import told
from hotspot.store.four_counts import ran
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    AreaDay,
    AreaHour,
    City,
    MaintenanceWindow,
    PastPlacement,
    Point,
    StatusSpan,
)
from hotspot.store.outages import OutageFilter, outages_page
from hotspot.store.placements import presences_at
from hotspot.store.placing import assign
from hotspot.store.rollups import roll_up
from hotspot.store.scopes import GROUPS, NONE, Scope
from hotspot.store.stays import move, stays_of
from hotspot.store.strips import series, strips
from tests.hotspot import small_city
from tests.hotspot.analytics.test_any_window import planned_work, polled
from tests.hotspot.store.test_span_sums import APS, BASE, OFFICE, store

FIRST, DAY, HOUR = date(2026, 11, 10), 86400, 3600
T = midnight(small_city.ZONE, FIRST)
NOW = T + 20 * DAY + HOUR


@pytest.fixture
def measured(engine: Engine) -> int:
    city_id = small_city.build(engine)
    with writing(engine) as session:
        session.add(StatusSpan(ap_id=1, start=T - DAY, city_id=city_id, state=1))
        session.add(StatusSpan(ap_id=2, start=NOW - 60, city_id=city_id, state=1))
    return city_id


def test_stay_is_closed_and_the_next_one_opened(engine: Engine, measured: int) -> None:
    with writing(engine) as session:
        assert move(session, 1, 2, FIRST, NOW)
        assert not move(session, 1, 2, date(2026, 11, 12), NOW)
        assert move(session, 1, None, date(2026, 11, 20), NOW)
    with writing(engine) as session:
        at = T + 10 * DAY
        assert stays_of(session, 1) == [Stay(0, T, 1), Stay(T, at, 2), Stay(at, FOREVER, None)]
        assert move(session, 1, 2, date(2026, 11, 20), NOW)  # the same day again: it never left
        assert stays_of(session, 1) == [Stay(0, T, 1), Stay(T, FOREVER, 2)]
        assert move(session, 1, 1, None, NOW)  # a correction of where it is
        assert session.scalars(select(PastPlacement)).all() == []
        assert session.get_one(AccessPoint, 1).placed_since == 0


def test_what_was_not_measured_before_was_never_there(engine: Engine, measured: int) -> None:
    with writing(engine) as session:
        for ap_id, before in ((2, 2), (3, 1)):
            assert stays_of(session, ap_id) == [Stay(0, FOREVER, before)]
            assert move(session, ap_id, 3 - before, date(2026, 11, 30), NOW)
            assert stays_of(session, ap_id) == [Stay(0, FOREVER, 3 - before)]


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2026, 11, 9)])
def test_day_to_come_or_before_the_last_move_is_refused(engine: Engine, measured: int, day: date) -> None:
    with writing(engine) as session:
        move(session, 1, 2, FIRST, NOW)
    with writing(engine) as session, pytest.raises(RejectedError) as refused:
        move(session, 1, 1, day, NOW)
    assert refused.value.column == "day"


def test_what_was_taken_down_gets_no_device(engine: Engine, measured: int) -> None:
    with writing(engine) as session:
        session.execute(update(Point).where(Point.code == "P-2").values(lifecycle="relocated"))
    with writing(engine) as session, pytest.raises(RejectedError) as refused:
        assign(session, session.get_one(City, measured), 1, "P-2", now=NOW, actor="sari")
    assert refused.value.column == "point"


def test_given_another_point_on_its_page_it_stands_there_from_today_on(engine: Engine, measured: int) -> None:
    today = T + 20 * DAY
    with writing(engine) as session:
        city = session.get_one(City, measured)
        assert assign(session, city, 1, "P-2", now=NOW, actor="sari")
        assert stays_of(session, 1) == [Stay(0, today, 1), Stay(today, FOREVER, 2)]
        assert assign(session, city, 1, "", now=NOW, actor="sari")
        assert assign(session, city, 1, "P-1", now=NOW, actor="sari")
        assert stays_of(session, 1) == [Stay(0, FOREVER, 1)]


@pytest.fixture
def city_id(engine: Engine) -> int:
    """Three points in three villages, two of them of one district."""
    city_id = small_city.build(engine, APS)
    with writing(engine) as session:
        areas = [Area(city_id=city_id, code=f"36.74.0{n}", name=f"District {n}", level="district") for n in (1, 2)]
        session.add_all(areas)
        session.flush()
        for place, village in enumerate(session.scalars(select(Area).where(Area.level == "village")).all()):
            village.parent_id = areas[place].id
        session.add(Point(city_id=city_id, site_id=1, code="P-3", name="Yard", lifecycle="active"))
    return city_id


@pytest.fixture(autouse=True)
def _summed_by_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(span_sums, "FEW", 2)


def move_some(session: Session, dice: random.Random, now: int) -> None:
    """Each device up to three times, at the midnights of its record, to a point or to none."""
    midnights = [a for a, _ in days(small_city.ZONE, BASE, now)][1:]
    for ap_id in range(1, APS + 1):
        for at in sorted(dice.sample(midnights, min(len(midnights), dice.choice([0, 0, 1, 2, 3])))):
            day = date(2026, 11, 1) + timedelta(days=(at - BASE) // DAY)
            move(session, ap_id, dice.choice([1, 2, 3, None]), day, now)


def widened(engine: Engine, city_id: int, dice: random.Random) -> int:
    """Histories of some days, with maintenance, moves and roll-ups; the instant after them."""
    small_city.forget_measurements(engine)
    with writing(engine) as session:
        session.execute(delete(PastPlacement))
        ends = []
        for ap in session.scalars(select(AccessPoint)):
            ap.point_id, ap.placed_since = 1 + (ap.id - 1) % 2, 0
            polls = polled_for_days(dice)
            store(session, city_id, ap.id, polls)
            ends.append(polls[-1].at)
        now = max(ends) + dice.choice([0, 5000])
        for point_id, ap_id in ((1, None), (3, None), (None, 3), (None, None)):
            start, end, announced, cancelled = planned_work(dice, BASE, now)
            window = MaintenanceWindow(
                city_id=city_id, start=start, end=end + dice.choice([0, DAY]), reason="", announced_at=announced,
                announced_by="sari", cancelled_at=cancelled, point_id=point_id, ap_id=ap_id,
            )  # fmt: skip
            session.add(window)
    with writing(engine) as session:
        roll_up(session, session.get_one(City, city_id), BASE, now)
        move_some(session, dice, now)
        assert session.scalar(select(func.count()).select_from(PastPlacement))
    return now


def polled_for_days(dice: random.Random) -> list[Seen]:
    polls: list[Seen] = []
    for _ in range(6):
        first = polls[-1].at + 60 if polls else BASE + dice.randrange(0, 5 * HOUR)
        polls += [replace(one, slot=len(polls) + place) for place, one in enumerate(polled(dice, first))]
    return polls


PLACES = {1: ("36.74.01.1001", "36.74.01"), 2: ("36.74.01.1002", "36.74.02"), 3: ("36.74.01.1001", "36.74.01")}


def key_of(session: Session, by: str, ap_id: int, at: int) -> str | None:
    """The oracle: the member of which a second of a device is a part; None: it counts for nothing."""
    point = next(stay.point_id for stay in stays_of(session, ap_id) if stay.since <= at < stay.until)
    if point is None:
        return None
    named = {"access_point": f"AP-{ap_id}", "point": f"P-{point}", "village": PLACES[point][0]}
    return (named | {"district": PLACES[point][1]}).get(by, NONE)


@pytest.mark.parametrize("hours", [None, OFFICE])
def test_any_window_counts_each_day_where_the_device_stood(engine: Engine, city_id: int, hours: object) -> None:
    dice = random.Random(11)
    office = OFFICE if hours else None
    for _ in range(3):
        now = widened(engine, city_id, dice)
        with reading(engine) as session:
            city = session.get_one(City, city_id)
            for _ in range(4):
                a, b = sorted(dice.sample(range(BASE, now + HOUR), 2))
                whole = told(session, city, Scope(), a, b, now, hours=office).whole
                for by in GROUPS:
                    answer = told(session, city, Scope(), a, b, now, by=by, hours=office)
                    assert answer.whole == whole
                    expected: dict[str, Tally] = {}
                    for since, until in days(city.time_zone, a, min(b, now)):
                        for ap_id in range(1, APS + 1):
                            key = key_of(session, by, ap_id, since)
                            if key is not None:
                                of_day = Presence(ap_id), max(a, since), min(b, until)
                                part = span_sums.sums(session, city, [of_day[0]], *of_day[1:], now, office)[of_day[0]]
                                expected[key] = expected.get(key, Tally()) + part
                    for member, its in answer.members:
                        days_of = expected.pop(member.key, Tally())
                        assert its.figure == days_of.figure, (by, member.key, a, b)
                        for name in ("began", "ended", "repairs_s", "up_s", "longest_s"):
                            assert getattr(its.outages, name) == getattr(days_of.outages, name)
                        scope = Scope(**{{"village": "area", "district": "area"}.get(by, by): member.key})
                        if by != "access_point":
                            assert told(session, city, scope, a, b, now, hours=office).whole == its
                    assert not any(tally.figure.total_s for tally in expected.values())
                    assert sum((its.figure for _, its in answer.members), Figure()) == whole.figure


def test_roll_ups_of_places_are_their_spans(engine: Engine, city_id: int) -> None:
    dice = random.Random(12)
    for _ in range(4):
        now = widened(engine, city_id, dice)
        with reading(engine) as session:
            city = session.get_one(City, city_id)
            expected: Counter[tuple[str, int]] = Counter()
            for a, b in days(city.time_zone, BASE, now):
                exact = told(session, city, Scope(), a, b, now, by="village")
                for member, its in exact.members:
                    expected[member.key, a] = its.figure.up_s
                    expected[member.key, -a] = its.figure.down_s
                areas = select(Area.code, AreaDay.t, AreaDay.up_s, AreaDay.down_s).join(
                    Area, Area.id == AreaDay.area_id
                )
                for code, t, up_s, down_s in session.execute(areas.where(AreaDay.t == a)):
                    assert (up_s, down_s) == (expected.pop((code, t)), expected.pop((code, -t)))
                hours = select(Area.code, func.sum(AreaHour.up_s), func.sum(AreaHour.down_s))
                hours = hours.join(Area, Area.id == AreaHour.area_id).where(AreaHour.t >= a, AreaHour.t < b)
                by_code = {member.key: its.figure for member, its in exact.members}
                for code, up_s, down_s in session.execute(hours.group_by(Area.code)):
                    assert (up_s, down_s) == (by_code[code].up_s, by_code[code].down_s)
                used = {row.code: row.figure for row in usage.by_point(session, city, a, b)}
                for member, its in told(session, city, Scope(), a, b, now, by="point").members:
                    if its.figure.up_s + its.figure.down_s:
                        assert used[member.key].up_s == its.figure.up_s
            assert not any(expected.values())
            for point_id in (1, 2, 3):
                shown = strips(session, city, [point_id], now).get(point_id)
                curve = series(session, presences_at(session, [point_id]), BASE, now, "day")
                own = told(session, city, Scope(point=f"P-{point_id}"), BASE, now, now).whole.figure
                for figure in (shown.month if shown else Figure(), sum((one.figure for one in curve), Figure())):
                    assert (figure.up_s, figure.down_s) == (own.up_s, own.down_s)


def test_outages_are_listed_where_they_happened(engine: Engine, city_id: int) -> None:
    dice = random.Random(13)
    for _ in range(4):
        now = widened(engine, city_id, dice)
        with reading(engine) as session:
            city = session.get_one(City, city_id)
            a, b = sorted(dice.sample(range(BASE, now), 2))
            known = histories(session, range(1, APS + 1), a, b, now)
            for code, point_id in (("P-1", 1), ("P-2", 2), ("P-3", 3)):
                listed = outages_page(session, city, OutageFilter(point=code, since=a, until=b), now=now, per_page=500)
                expected = {
                    (one.ap_id, span.start)
                    for one in presences_at(session, [point_id])
                    if one.touches(a, b)
                    for span in known[one.ap_id].spans
                    if span.state == DOWN and max(span.start, one.since, a) < min(span.end, one.until, b)
                }
                assert {(row.ap_id, row.start) for row in listed.rows} >= expected
                assert listed.total == len(listed.rows)
                for row in listed.rows:
                    stood = next(s.point_id for s in stays_of(session, row.ap_id) if s.since <= row.start < s.until)
                    assert row.point_code == (f"P-{stood}" if stood else "")


def test_point_ran_while_a_device_stood_there(engine: Engine, city_id: int) -> None:
    with writing(engine) as session:
        for ap_id in (1, 2):
            session.add(StatusSpan(ap_id=ap_id, start=BASE, end=NOW - 2 * HOUR, city_id=city_id, state=int(UP)))
            session.add(StatusSpan(ap_id=ap_id, start=NOW - 2 * HOUR, city_id=city_id, state=int(UNKNOWN)))
            session.add(
                ApState(
                    ap_id=ap_id, city_id=city_id, state=2, since=NOW - 2 * HOUR, last_poll=NOW, last_slot=NOW,
                    last_ok=NOW - 2 * HOUR, interval_s=60, missed=0, profile="", error="", detail="", memory="",
                )
            )  # fmt: skip
        roll_up(session, session.get_one(City, city_id), BASE, NOW)
        today = date(2026, 11, 30)
        move(session, 1, 3, today, NOW)  # it answered yesterday for the last time
    with reading(engine) as session:
        city = session.get_one(City, city_id)
        found = ran(session, city, today, NOW)
        assert found.day == found.lately == {1, 2}
        assert ran(session, city, today - timedelta(days=3), NOW).day == {1, 2}
    with writing(engine) as session:
        move(session, 2, 3, today - timedelta(days=5), NOW)
    with reading(engine) as session:
        city = session.get_one(City, city_id)
        assert ran(session, city, today, NOW).day == {1, 3}
        past = ran(session, city, today - timedelta(days=3), NOW)
        assert past.day == {1, 3}
        assert past.lately == {1, 2, 3}
        assert ran(session, city, today - timedelta(days=6), NOW).day == {1, 2}
