"""Who says what of points that measure as up; on both engines."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.store.alerts.citizen_facts import DAY_S, Reported, reported
from hotspot.store.base import reading, writing
from hotspot.store.models import ApState, City, CollectorStatus, FaultReport, Incident, State
from tests.hotspot.small_city import build

NOW = 1_795_244_400


def asked(engine: Engine) -> list[Reported]:
    with reading(engine) as session:
        return reported(session, session.query(City).one(), NOW)


def say(session: Session, point_id: int = 1, people: int = 1, at: int = NOW - 60, **more: object) -> None:
    session.add(FaultReport(point_id=point_id, at=at, kind="slow", n=people, **more))


def incident(session: Session, kind: str) -> int:
    row = Incident(
        city_id=1, kind=kind, severity="warning", shared="point", name="Hall", began=NOW - 600, opened_at=NOW - 600
    )
    session.add(row)
    session.flush()
    return row.id


def test_people_are_counted_by_point_beside_what_it_measures_as(engine: Engine) -> None:
    build(engine)
    with writing(engine) as session:
        session.add(CollectorStatus(interval_s=300, holder="here", started_at=NOW - 900, heartbeat=NOW, slot=NOW))
        for ap_id in (1, 3):
            session.add(ApState(ap_id=ap_id, city_id=1, state=State.UP, since=NOW - 900, last_poll=NOW, interval_s=300))
        say(session, people=2)
        say(session, people=3, at=NOW - 7200)
        say(session, point_id=2)
    assert asked(engine) == [Reported(1, "P-1", "Hall", 5, "up"), Reported(2, "P-2", "Hall", 1, "unknown")]


def test_what_is_old_closed_or_explained_counts_no_more(engine: Engine) -> None:
    build(engine)
    with writing(engine) as session:
        say(session, at=NOW - DAY_S)
        say(session, at=NOW + 60)
        say(session, state="closed")
        say(session, incident_id=incident(session, "outage"))
        say(session, point_id=2, people=4, incident_id=incident(session, "citizens"))
    assert [(one.code, one.people) for one in asked(engine)] == [("P-2", 4)]
