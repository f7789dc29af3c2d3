"""The scheduled reports: once each, made up for, and not for ever when they fail."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import Engine, select, update

from hotspot import pdf
from hotspot.analytics.calendar import midnight
from hotspot.analytics.reports import Order
from hotspot.reports.due import SETTLED_S, make_due
from hotspot.store import jobruns
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.lease import Fence, LostLeaseError, take
from hotspot.store.models import JobRun, Report, ReportSchedule
from hotspot.store.reports import add_schedule, archive, schedules
from tests.hotspot.web.world import NOW, World

ZONE = "Asia/Jakarta"
FIRST = midnight(ZONE, date(2026, 12, 1))


@pytest.fixture
def engine(own: tuple[Engine, World]) -> Engine:
    """Of a city whose mayor's page is made each month since today, as a table: it takes no compiler."""
    engine = own[0]
    with writing(engine) as session:
        city = current_city(session)
        assert city is not None
        add_schedule(session, city, Order("mayor", "", "", "csv", "id"), date(2026, 11, 21), NOW, "admin")
    return engine


@pytest.fixture
def fence(engine: Engine) -> Fence:
    with time_machine.travel(FIRST + SETTLED_S, tick=False), writing(engine) as session:
        taken = take(session, "collector", "host:2", FIRST + SETTLED_S, 10_000_000)
        assert taken is not None
    return taken


def made(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(row.period, row.made_by) for row in session.scalars(select(Report).order_by(Report.id))]


def at(t: int, engine: Engine, fence: Fence) -> list[tuple[str, str]]:
    with time_machine.travel(t, tick=False):
        make_due(engine, fence)
    return made(engine)


def test_month_is_reported_once_after_its_last_polls(engine: Engine, fence: Fence) -> None:
    assert at(FIRST - 1, engine, fence) == []
    assert at(FIRST + 60, engine, fence) == []
    assert at(FIRST + SETTLED_S, engine, fence) == [("2026-11", "schedule")]
    assert at(FIRST + SETTLED_S + 600, engine, fence) == [("2026-11", "schedule")]


def test_collector_that_was_off_makes_up_for_it(engine: Engine, fence: Fence) -> None:
    later = midnight(ZONE, date(2027, 2, 10))

    assert at(later, engine, fence) == [(month, "schedule") for month in ("2026-11", "2026-12", "2027-01")]


def test_month_is_not_made_again_when_old_runs_are_forgotten(engine: Engine, fence: Fence) -> None:
    at(FIRST + SETTLED_S, engine, fence)
    with writing(engine) as session:
        jobruns.forget(session, FIRST + 20 * 86400)

    assert len(at(FIRST + 20 * 86400, engine, fence)) == 1


def test_other_collector_that_claimed_it_makes_it(engine: Engine, fence: Fence) -> None:
    with writing(engine) as session:
        assert jobruns.claim(session, "report 1", FIRST, "host:1", FIRST + SETTLED_S)

    assert at(FIRST + SETTLED_S, engine, fence) == []


def test_collector_without_the_lease_writes_nothing(engine: Engine, fence: Fence) -> None:
    with writing(engine) as session:
        take(session, "collector", "host:3", FIRST + 20_000_000, 60)

    with pytest.raises(LostLeaseError):
        at(FIRST + SETTLED_S, engine, fence)
    assert made(engine) == []


def test_report_that_fails_is_tried_three_times_and_told(
    engine: Engine, fence: Fence, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(engine) as session:
        session.execute(update(ReportSchedule).values(form="pdf"))
    monkeypatch.setattr(pdf, "LONGEST_S", 0.001)

    for hour in range(6):
        assert at(FIRST + SETTLED_S + hour * 3600, engine, fence) == []

    assert len([line for line in caplog.messages if "report mayor of 2026-11 was not made" in line]) == 3
    with reading(engine) as session:
        assert len(session.scalars(select(JobRun).where(JobRun.job == "report 1")).all()) == 3
        city = current_city(session)
        assert city is not None
        (row,) = schedules(session, city)
        assert row.last is not None
        assert row.last.finished_at is None
        assert archive(session, city).rows == []


def test_one_that_fails_does_not_stop_the_others(engine: Engine, fence: Fence) -> None:
    with writing(engine) as session:
        city = current_city(session)
        assert city is not None
        session.add(
            ReportSchedule(
                city_id=city.id,
                kind="provider",
                key="Gone",
                form="csv",
                language="id",
                since=date(2026, 11, 1),
                added_by="x",
            )
        )
        add_schedule(session, city, Order("donor", "APBD", "", "csv", "id"), date(2026, 11, 21), NOW, "admin")

    assert len(at(FIRST + SETTLED_S, engine, fence)) == 2
