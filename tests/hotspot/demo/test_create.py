"""The demonstration city has the promised size, is the same at every run, and its figures agree with each other."""

import random
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from hotspot.analytics.availability import figure
from hotspot.analytics.calendar import day_of, hour_start
from hotspot.analytics.spans import DOWN, UP, Span, partition
from hotspot.demo import controller, create, history, mishaps
from hotspot.demo.places import PORT, places
from hotspot.demo.usage import crowd
from hotspot.evidence.verify import chained, verify
from hotspot.settings import Settings
from hotspot.store.areas import official
from hotspot.store.availability import histories
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.city import current_city, freshness
from hotspot.store.evidence import pack_bytes, packs
from hotspot.store.fleet import counts
from hotspot.store.four_counts import roster
from hotspot.store.inventory_export import export_rows
from hotspot.store.migrate import migrate
from hotspot.store.models import (
    AccessPoint,
    ApState,
    Area,
    AreaDay,
    AreaHour,
    City,
    Incident,
    IncidentEvent,
    IncidentMember,
    Point,
    PollHot,
    RollupDay,
    RollupHour,
    Site,
    StatusSpan,
)
from hotspot.store.reports import archive, schedules
from hotspot.store.rollout import CITY, progress
from hotspot.store.targets import targets

KEY = b"k" * 32
NOW = 1_795_240_000
DAY_S = 86_400


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A shorter history than the real one, made once."""
    made = make_engine(Settings(data_dir=str(tmp_path_factory.mktemp("demo"))).database)
    migrate(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(create, "HISTORY_DAYS", 45)
        patch.setattr(history, "HOURS_KEPT_DAYS", 3)
        with writing(made) as session:
            tracks = create.create(session, KEY, NOW - 40, lambda _: None)
        with writing(made) as session:
            create.go_on(session, tracks, NOW)
    yield made
    made.dispose()


def the_city(engine: Engine) -> City:
    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        session.expunge(city)
        return city


def test_city_has_the_promised_size(engine: Engine) -> None:
    with reading(engine) as session:
        levels = session.execute(select(Area.level, func.count()).group_by(Area.level).order_by(Area.level)).all()
        assert [tuple(row) for row in levels] == [("district", 7), ("village", 54)]
        assert session.scalar(select(func.count()).where(Area.boundary.is_not(None))) == 61
        assert session.scalar(select(func.count()).where(Point.installed_on.is_not(None))) == 750
        assert session.scalar(select(func.count()).select_from(Point)) == 1000
        assert (
            session.scalar(select(func.count()).select_from(AccessPoint)) == 820 + 3
        )  # a controller, two without a point
        assert session.scalar(select(func.count(AccessPoint.vendor.distinct()))) == 7
        assert session.scalar(select(func.count(Site.venue_kind.distinct()))) == 13


def test_four_counts_and_the_target(engine: Engine) -> None:
    city = the_city(engine)
    with reading(engine) as session:
        found = roster(session, city, day_of(city.time_zone, NOW), NOW).tally()
    assert (found.installed, found.planned, found.total) == (750, 250, 1000)
    assert found.active is not None
    assert found.payable is not None
    assert found.payable <= found.accepted < found.installed
    assert 690 < found.active < 750


def test_export_is_marked_as_demonstration(engine: Engine) -> None:
    with reading(engine) as session:
        rows = list(export_rows(session, the_city(engine)))
    assert len(rows) == 820 + 250 + 3
    assert {row[-1] for row in rows} == {"demonstration data"}


def test_places_are_the_same_at_every_run_and_have_unique_sites() -> None:
    origin = official("36.74")
    outlines = create.outlines_of(origin)
    one, other = (places(origin.areas, outlines, date(2026, 11, 21)) for _ in range(2))
    assert one == other
    assert len({(place.village.code, place.name) for place in one}) == len(one) == 1000
    assert len({address for place in one for address in place.aps.values()}) == 820


def test_mishaps_are_the_same_at_every_run() -> None:
    watched = [
        mishaps.Watched(f"ap-{n}", f"v{n % 5}", f"d{n % 2}", "p", "school", n % 30, NOW - 90 * DAY_S + n % 30, NOW)
        for n in range(40)
    ]
    assert mishaps.silences(watched, NOW - 90 * DAY_S, NOW) == mishaps.silences(watched, NOW - 90 * DAY_S, NOW)


def test_spans_follow_each_other_and_only_the_last_is_open(engine: Engine) -> None:
    with reading(engine) as session:
        rows = session.execute(
            select(StatusSpan.ap_id, StatusSpan.start, StatusSpan.end, StatusSpan.state).order_by(
                StatusSpan.ap_id, StatusSpan.start
            )
        ).all()
        states = {row.ap_id: row for row in session.execute(select(ApState.ap_id, ApState.state, ApState.since))}
    assert len({row.ap_id for row in rows}) == 820
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        if following is not None and following.ap_id == row.ap_id:
            assert row.start < row.end == following.start
            assert row.state != following.state
        else:
            assert row.end is None
            assert (states[row.ap_id].state, states[row.ap_id].since) == (row.state, row.start)


@pytest.mark.parametrize(("model", "length"), [(RollupDay, DAY_S), (RollupHour, 3600)])
def test_roll_ups_equal_the_spans(engine: Engine, model: type[RollupDay] | type[RollupHour], length: int) -> None:
    columns = [column.label("began") if column.key == "t" else column for column in model.__table__.columns]
    with reading(engine) as session:
        rows = session.execute(select(*columns).order_by(model.ap_id, model.t)).all()
        sample = random.Random(1).sample(rows, 1500)
        known = histories(session, sorted({row.ap_id for row in sample}), NOW - 60 * DAY_S, NOW, NOW)
    for row in sample:
        history = known[row.ap_id]
        end = min(row.began + length, NOW)
        sums = figure(partition(history.spans, history.maintenance, row.began, end))
        assert (row.up_s, row.down_s, row.unknown_s, row.maintenance_s) == (
            sums.up_s,
            sums.down_s,
            sums.unknown_s,
            sums.maintenance_s,
        )
        assert row.answered <= row.polls
        assert (row.clients_sum is None) == (row.clients_n == 0)


@pytest.mark.parametrize(("area", "part"), [(AreaDay, RollupDay), (AreaHour, RollupHour)])
def test_areas_are_the_sums_of_their_access_points(
    engine: Engine, area: type[AreaDay] | type[AreaHour], part: type[RollupDay] | type[RollupHour]
) -> None:
    names = ("up_s", "down_s", "unknown_s", "maintenance_s", "polls", "answered", "rx_bytes", "clients_sum")
    with reading(engine) as session:
        sums = session.execute(
            select(part.t, func.count(), *(func.sum(getattr(part, name)) for name in names))
            .group_by(part.t)
            .order_by(part.t)
        ).all()
        areas = session.execute(
            select(area.t, func.sum(area.access_points), *(func.sum(getattr(area, name)) for name in names))
            .group_by(area.t)
            .order_by(area.t)
        ).all()
    assert areas == sums


def test_collector_can_go_on_where_the_history_ends(engine: Engine) -> None:
    city = the_city(engine)
    with reading(engine) as session:
        assert not freshness(session, NOW + 5).stale
        now = counts(session, city, NOW)
        asked = targets(session, KEY, city.id)
        newest = session.scalar(select(func.max(PollHot.slot)))
        last = session.scalar(select(func.max(ApState.last_poll)))
        earliest = session.scalar(select(func.min(ApState.last_poll)).join(AccessPoint).where(AccessPoint.polling))
    assert len(asked) == 820 - 14 - controller.FOLLOWED + 1
    assert not any(due.error for due in asked)
    assert {due.target.port for due in asked} == {PORT}
    assert now.down > 5
    assert now.up > 650
    assert newest is not None
    assert last is not None
    assert earliest is not None
    assert NOW - 30 < newest <= earliest <= last <= NOW


def test_taking_over_within_the_same_cycle_asks_nobody_twice(engine: Engine) -> None:
    city = the_city(engine)
    watched = mishaps.Watched("ts-0001-1", "v", "d", "p", "park", 5, NOW - 1000, NOW - NOW % 30)
    spans = [Span(NOW - 1000, NOW, UP)]
    track = history.Track(1, 1, watched, crowd("x", "park", 0), spans, spans, (), True, "unifi", 500)
    with reading(engine) as session:
        assert history.caught_up(session, city, track, NOW - NOW % 30, NOW) is track


def test_newest_hour_has_single_polls_and_older_hours_a_chart(engine: Engine) -> None:
    hour = hour_start("Asia/Jakarta", NOW) - 3600
    with reading(engine) as session:
        polls = session.scalar(select(func.count()).where(PollHot.slot >= hour, PollHot.slot < hour + 3600))
        older = session.scalar(select(func.count()).where(PollHot.slot < hour))
    assert polls == 120 * 806
    assert older is not None
    assert older > 806 * 200


def test_packs_of_the_last_two_months_are_whole_and_follow_each_other(engine: Engine) -> None:
    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        rows = packs(session, city)
        checked = [verify(pack_bytes(session, city, row.id) or b"") for row in rows]

    assert [row.month for row in rows] == ["2026-10", "2026-09"]
    assert [one.faults for one in checked] == [(), ()]
    assert rows[0].previous_sha256 == rows[1].manifest_sha256
    assert chained(checked) == [[], []]
    assert any(one.withdrawn_at for one in checked[0].month.records.exclusions) if checked[0].month else False


def test_last_months_page_is_in_the_archive_and_two_reports_are_made_each_month(engine: Engine) -> None:
    with reading(engine) as session:
        city = current_city(session)
        assert city is not None
        (page,) = archive(session, city).rows
        assert (page.order.kind, page.order.period, page.order.form) == ("mayor", "2026-10", "pdf")
        assert [row.order.kind for row in schedules(session, city)] == ["mayor", "donor"]


def test_targets_tell_the_story_in_versions(engine: Engine) -> None:
    city = the_city(engine)
    with reading(engine) as session:
        told = progress(session, city, NOW, None)

    own = [goal for goal in told.goals if goal.scope == CITY]
    assert [goal.quantity for goal in own] == [750, 250, 875, 1075, 10_750, 3000]
    assert [goal.counts for goal in own] == [True] * 4 + [False, True]
    assert told.standing.goal is not None
    assert (told.standing.goal.end, told.standing.coming and told.standing.coming.end) == (1075, 3000)
    assert {len({scope.area, scope.venue, scope.fund}) for scope in told.scopes if scope != CITY} == {2}
    for stand in told.scopes.values():
        assert stand.forecast is not None
        assert stand.forecast.middle is not None


def test_points_on_their_way_have_stays_to_learn_from(engine: Engine) -> None:
    with reading(engine) as session:
        way = progress(session, the_city(engine), NOW).way

    assert (way.waiting, way.told) == (250, 250)
    assert 10 < len(way.stuck) < 80
    assert {stage.key for stage in way.stages if stage.median} == {"proposed", "planned", "surveyed", "funded"}


def test_what_is_down_belongs_to_an_incident_of_which_nobody_hears_late(engine: Engine) -> None:
    with reading(engine) as session:
        down = set(session.scalars(select(ApState.ap_id).where(ApState.state == int(DOWN))))
        standing = select(IncidentMember.ap_id).join(Incident, Incident.id == IncidentMember.incident_id)
        open_ = standing.where(Incident.recovered_at.is_(None), IncidentMember.ended_at.is_(None))
        members, past = session.scalars(open_).all(), Incident.recovered_at.is_not(None)
        ended = session.scalar(select(func.count()).select_from(Incident).where(past, Incident.members > 2))
        told = session.scalar(select(func.count()).select_from(IncidentEvent).where(IncidentEvent.told_at != 0))
    assert set(members) == down
    assert len(members) == len(down)
    assert (ended or 0) > 10
    assert told == 0
