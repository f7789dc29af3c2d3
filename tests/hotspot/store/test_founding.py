"""What is told of the city's own story on its days, by name."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.forecast import forecast
from hotspot.store.base import make_engine, reading
from hotspot.store.city import current_city
from hotspot.store.migrate import migrate
from hotspot.store.models import City
from hotspot.store.points import PointFilter, points_page
from hotspot.store.rollout import CITY, Progress, outlook, progress
from tests.hotspot.founding import ON_THEIR_WAY, build
from tests.hotspot.web.world import NOW


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('founding')}/hotspot.sqlite")
    migrate(engine)
    build(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(founded: Engine) -> Iterator[Session]:
    with reading(founded) as session:
        yield session


@pytest.fixture
def city(session: Session) -> City:
    found = current_city(session)
    assert found is not None
    return found


def on(session: Session, city: City, day: date) -> Progress:
    return progress(session, city, NOW, on=day)


def test_at_the_end_of_2021_750_are_installed_and_the_line_leads_to_1000(session: Session, city: City) -> None:
    stand = on(session, city, date(2021, 12, 31)).standing

    assert stand.counts.installed == 750
    assert stand.counts.active is None  # nobody measured
    assert stand.goal is not None
    assert (stand.goal.start, stand.goal.end, stand.goal.to_on) == (750, 1000, date(2022, 12, 31))
    assert stand.expected is None  # it begins on the next day


def test_before_december_2021_no_target_was_known(session: Session, city: City) -> None:
    told = on(session, city, date(2021, 11, 30))

    assert told.standing.goal is None
    assert [version.counts for version in told.goals] == [False] * 4


def test_in_the_middle_of_2022_it_is_behind_the_line_to_1000(session: Session, city: City) -> None:
    stand = on(session, city, date(2022, 6, 30)).standing

    assert stand.goal is not None
    assert stand.goal.end == 1000
    assert stand.expected is not None
    assert 870 < stand.expected < 880  # half of the 250 on top of 750
    assert stand.ahead_installed == stand.counts.installed - round(stand.expected)
    assert stand.ahead_installed < 0
    assert stand.ahead_active is None


def test_in_september_2022_the_lowered_875_is_in_force(session: Session, city: City) -> None:
    assert end(on(session, city, date(2022, 8, 31))) == 1000
    told = on(session, city, date(2022, 9, 1))

    assert end(told) == 875
    assert [version.counts for version in told.goals] == [True, True, False, False]


def test_at_the_end_of_2022_845_stand_against_875(session: Session, city: City) -> None:
    stand = on(session, city, date(2022, 12, 31)).standing

    assert stand.counts.installed == 845
    assert stand.ahead_installed == -30
    assert stand.needed_per_month is None  # its time is over


def test_in_2024_the_line_leads_to_1075(session: Session, city: City) -> None:
    stand = on(session, city, date(2024, 12, 31)).standing

    assert stand.goal is not None
    assert (stand.goal.end, stand.counts.installed, stand.ahead_installed) == (1075, 1000, -75)


def test_today_3000_are_wanted_and_every_version_is_there(session: Session, city: City) -> None:
    told = progress(session, city, NOW)

    assert told.standing.counts.installed == 1060
    assert end(told) == 3000
    assert [version.line.end for version in told.goals] == [1000, 875, 1075, 3000]
    assert {version.recorded_by for version in told.goals} == {"Bappeda"}
    assert told.goals[0].line.source == "RKPD 2022"


def test_the_burn_up_goes_back_to_the_first_target(session: Session, city: City) -> None:
    months = progress(session, city, NOW, None).burn_up

    assert months[0].day == date(2021, 12, 31)
    assert months[0].installed == 750
    assert (len(on(session, city, date(2021, 12, 31)).burn_up), len(months)) == (24, 60)


def end(told: Progress) -> int:
    assert told.standing.goal is not None
    return told.standing.goal.end


def test_the_forecast_of_then_knew_nothing_of_what_came(session: Session, city: City) -> None:
    told = on(session, city, date(2021, 12, 31)).standing.forecast

    months = [0] * 36
    for point in points_page(session, city, PointFilter(), now=NOW, per_page=1100).rows:
        if point.installed_on and point.installed_on.year < 2022:
            months[(point.installed_on.year - 2019) * 12 + point.installed_on.month - 1] += 1
    assert sum(months) == 750
    assert told == forecast(tuple(months), 750, 1000, date(2021, 12, 31), date(2022, 12, 31), 36)
    assert told.chance is not None
    assert told.chance > 0.3  # at 21 a month a good guess, as it looked then


def test_today_the_3000_are_out_of_reach_in_time(session: Session, city: City) -> None:
    told = progress(session, city, NOW).standing.forecast

    assert told is not None
    assert told.chance is not None
    assert told.chance < 0.01
    assert told.early is not None
    assert told.early.year > 2029
    assert told.middle is None  # not within ten years


def test_an_outlook_tells_of_any_number_what_the_page_tells_of_the_target(session: Session, city: City) -> None:
    stand = progress(session, city, NOW).standing
    same = outlook(session, city, NOW, CITY, None, None, 36)
    near = outlook(session, city, NOW, CITY, 1075, date(2027, 12, 31), 0)

    assert same is not None
    assert (same.forecast, same.wanted) == (stand.forecast, 3000)
    assert near is not None
    assert near.forecast.middle is not None
    assert near.forecast.chance is not None
    assert near.forecast.chance > 0.8
    assert near.grown[:3] == (16, 19, 22)


def test_an_outlook_without_number_or_target_is_none(session: Session, city: City) -> None:
    assert outlook(session, city, NOW, PointFilter(area="36.74.01"), None, None, 0) is None


def test_those_on_their_way_will_come_as_those_before_did(session: Session, city: City) -> None:
    way = progress(session, city, NOW).way

    funded = next(stage for stage in way.stages if stage.key == "funded")
    assert (funded.points, funded.ended) == (ON_THEIR_WAY, 1060)
    assert funded.median is not None
    assert 98 <= funded.median <= 102
    assert funded.long is not None
    assert 110 <= funded.long <= 114
    assert way.waiting == ON_THEIR_WAY
    assert way.told == ON_THEIR_WAY
    assert len(way.stuck) == funded.stuck == 10
    assert {one.days for one in way.stuck} == {150}
    assert [round(month.middle) for month in way.ahead[:5]][3:] == [30, 30]  # the late ones have no example
    assert way.due is not None
    assert way.due.day == date(2029, 12, 31)


def test_on_a_past_day_the_pipeline_is_that_of_then(session: Session, city: City) -> None:
    way = on(session, city, date(2021, 12, 31)).way

    planned, funded = (next(stage for stage in way.stages if stage.key == key) for key in ("planned", "funded"))
    assert planned.points > 0
    assert funded.points > 0
    assert planned.points + funded.points == way.waiting == way.told
    assert funded.ended == 750
