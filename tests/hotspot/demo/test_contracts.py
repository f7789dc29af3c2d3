"""The invented contracts are such as the rules allow, and leave something to be found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.calendar import day_of
from hotspot.demo import create
from hotspot.demo.centres import CITY
from hotspot.demo.contracts import ENDED, ENDING_DAYS, LEFT_OUT, NOT_BUILT, WRONG_PROVIDER, deals, sign
from hotspot.demo.places import places
from hotspot.store.areas import create_city, draw, official
from hotspot.store.base import make_engine, reading, writing
from hotspot.store.city import current_city
from hotspot.store.contracts import contracts, expiries
from hotspot.store.funds import fund_expiries, funds
from hotspot.store.inventory import apply_import, plan_import
from hotspot.store.migrate import migrate
from hotspot.store.models import City
from hotspot.store.reconcile import findings, month_of

NOW = 1_795_240_000
KEY = b"k" * 32


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The inventory of the demonstration and its contracts, without any history."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('signed')}/hotspot.sqlite")
    migrate(engine)
    with writing(engine) as session:
        origin = official(CITY)
        city = create_city(session, origin, poll_interval_s=30, demonstration=True)
        outlines = create.outlines_of(origin)
        draw(session, city.id, create.drawn(origin, outlines))
        today = day_of(city.time_zone, NOW)
        made = places(origin.areas, outlines, today)
        rows = [row for place in made for row in create.rows_of(place)]
        apply_import(session, KEY, city, plan_import(session, KEY, city, rows, today), "tests", NOW)
        sign(session, city, made, NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def asked(signed: Engine) -> Iterator[tuple[Session, City]]:
    with reading(signed) as session:
        city = current_city(session)
        assert city
        yield session, city


def test_three_providers_three_rules_and_one_end_in_sixty_days(asked: tuple[Session, City]) -> None:
    session, city = asked
    today = day_of(city.time_zone, NOW)
    rows = contracts(session, city, today)
    running = [row for row in rows if row.state == "running"]
    assert len({row.provider for row in running}) == len({row.rule.kind for row in running}) == 3
    assert sum(row.points for row in running) > 600
    first, second = expiries(session, city, today)
    assert (first.days, first.notice, second.notice) == (ENDING_DAYS, 90, 180)
    assert 20 < len(first.points) < 120  # the others go on in the next contract


def test_donors_promised_and_one_agreement_ends(asked: tuple[Session, City]) -> None:
    session, city = asked
    rows = funds(session, city, NOW)
    assert all(row.kind and row.credit_line and row.promised for row in rows)
    (ending,) = fund_expiries(session, city, NOW)
    assert (ending.term.number, ending.days) == ("PKS/22/CSR", 25)


def test_there_is_something_to_reconcile(asked: tuple[Session, City]) -> None:
    session, city = asked
    found = findings(session, city, *month_of(city, day_of(city.time_zone, NOW), NOW))
    assert len(found["not_built"]) == NOT_BUILT
    assert len(found["other_provider"]) == WRONG_PROVIDER
    assert len(found["unpaid"]) == ENDED
    assert len(found["never_in_annex"]) >= LEFT_OUT
    assert found["near"]
    assert not found["twice"]


@pytest.mark.parametrize("days", [0, 37, 70, 200, 330])
def test_the_dates_fit_whatever_the_day(days: int) -> None:
    today = day_of("Asia/Jakarta", NOW) + timedelta(days=days)
    running, following = deals(today)
    for deal in (*running.values(), following):
        assert deal.starts_on < deal.ends_on
    assert following.starts_on == today + timedelta(days=ENDING_DAYS + 1)
