"""Who says what of points that measure as up; on both engines."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.store.alerts.citizen_facts import reported
from hotspot.store.base import reading, writing
from hotspot.store.citizen_reports import DAY_S
from hotspot.store.city import current_city
from hotspot.store.models import FaultReport, Incident
from tests.hotspot.web.world import DOWN_TOGETHER, FORMULA, NOW, World


def asked(engine: Engine) -> list[tuple[str, int, str]]:
    with reading(engine) as session:
        city = current_city(session)
        assert city
        return [(one.code, one.people, one.status) for one in reported(session, city, NOW)]


def say(session: Session, point_id: int, people: int = 1, at: int = NOW - 60, **more: object) -> None:
    session.add(FaultReport(point_id=point_id, at=at, kind="slow", n=people, **more))


def incident(session: Session, kind: str) -> int:
    row = Incident(
        city_id=1, kind=kind, severity="warning", shared="point", name="Hall", began=NOW - 600, opened_at=NOW - 600
    )
    session.add(row)
    session.flush()
    return row.id


def test_people_are_counted_by_point_beside_what_it_measures_as(own: tuple[Engine, World]) -> None:
    engine, world = own
    with writing(engine) as session:
        say(session, world.points[FORMULA], people=2)
        say(session, world.points[FORMULA], people=3, at=NOW - 7200)
        say(session, world.points[DOWN_TOGETHER[0]])
    assert asked(engine) == [(FORMULA, 5, "up"), (DOWN_TOGETHER[0], 1, "down")]


def test_what_is_old_closed_or_explained_counts_no_more(own: tuple[Engine, World]) -> None:
    engine, world = own
    first, second = world.points["TS-0020"], world.points["TS-0021"]
    with writing(engine) as session:
        say(session, first, at=NOW - DAY_S)
        say(session, first, at=NOW + 60)
        say(session, first, state="closed")
        say(session, first, incident_id=incident(session, "outage"))
        say(session, second, people=4, incident_id=incident(session, "citizens"))
    assert asked(engine) == [("TS-0021", 4, "up")]
