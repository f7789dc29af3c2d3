"""The questions and changes behind the pages of incidents, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.store.alerts.incident_contracts import contracts_of, due_at, point_codes
from hotspot.store.alerts.incident_detail import (
    causes,
    events_of,
    members_page,
    merged_into,
    messages_of,
    reports_of,
    tickets_of,
)
from hotspot.store.alerts.incident_edit import Work, acknowledge, change_work, unacknowledge, workers
from hotspot.store.alerts.incident_merge import merge, take_out, unmerge
from hotspot.store.alerts.incident_pages import (
    IncidentFilter,
    assignees,
    incident_of_outages,
    incident_of_points,
    incident_row,
    incidents_page,
    last_recovered,
    open_by_severity,
    open_incidents,
    same_cause,
)
from hotspot.store.base import reading, writing
from hotspot.store.models import City, Incident, IncidentMember
from hotspot.store.point_edit import ConflictError
from tests.hotspot.web.world import DOWN_SINCE_S, DOWN_TOGETHER, NOW, World, today
from tests.hotspot.web.world_incidents import Incidents, add_incidents

ACTOR = "admin"


@pytest.fixture
def made(own: tuple[Engine, World]) -> tuple[Engine, World, Incidents]:
    return *own, add_incidents(*own)


def city_of(session: Session, world: World) -> City:
    return session.get_one(City, world.city)


def test_every_question_is_answered_alike(made: tuple[Engine, World, Incidents]) -> None:
    engine, world, one = made
    with reading(engine) as session:
        city = city_of(session, world)
        chosen = IncidentFilter(area="36.74.01", provider="Nusa Link", point="TS-0003", access_point="AP-003-1")
        found = incidents_page(session, city, replace(chosen, assignee="-", since=NOW - 60, until=NOW), per_page=1)
        assert (found.total, found.open, found.unacknowledged, found.rows[0].id) == (1, 1, 1, one.together)
        assert found.rows[0].facts.still == ("AP-003-1", "AP-004-1", "AP-005-1", "AP-006-1")
        assert found.rows[0].areas == {"36.74.01.1001"}
        assert [row.id for row in open_incidents(session, city)] == [one.together, one.alone, one.found]
        assert open_by_severity(session, city) == {"notice": 1, "warning": 1, "critical": 1}
        points = [world.points[code] for code in DOWN_TOGETHER]
        assert incident_of_points(session, city, points) == dict.fromkeys(points, one.together)
        outage = (world.access_points["AP-003-1"], NOW - DOWN_SINCE_S)
        assert incident_of_outages(session, [outage, (1, 2)]) == {outage: one.together}
        assert [row.id for row in same_cause(session, city, found.rows[0], NOW - 86_400 * 9)] == [one.before]
        last = last_recovered(session, city)
        assert last is not None
        assert last.id == one.before
        assert assignees(session, city) == ["admin"]
        assert incident_row(session, city, 2**80) is None


def test_an_incident_is_told_whole(made: tuple[Engine, World, Incidents]) -> None:
    engine, world, one = made
    with reading(engine) as session:
        city = city_of(session, world)
        found = members_page(session, one.together, page=2, per_page=3)
        assert [(row.ap_name, row.point_code, row.district, row.ended_at) for row in found.rows] == [
            ("AP-005-1", "TS-0005", "Serpong", None)
        ]
        assert (found.total, found.pages) == (4, 2)
        assert [each.cause for each in causes(session, one.together)] == ["power", "unknown"]
        assert [(event.kind, event.told) for event in events_of(session, one.together)] == [("grew", 2), ("opened", 0)]
        assert {(each.to, each.why, each.state) for each in messages_of(session, [one.together])} == {
            ("admin", "Night shift", "sent"), ("admin", "Night shift", "waiting"),
        }  # fmt: skip
        assert [each.people for each in reports_of(session, [one.together])] == [3]
        assert [each.ref for each in tickets_of(session, [one.together])] == ["T-2", "T-1"]
        assert contracts_of(session, city, one.together, today(NOW)) == []
        assert due_at(session, city, one.together, NOW) is None
        assert point_codes(session, city, one.before) == ["TS-0010", "TS-0011"]


def test_people_change_an_incident_and_the_second_is_told(made: tuple[Engine, World, Incidents]) -> None:
    engine, world, one = made
    account = str(world.accounts["admin"])
    with writing(engine) as session:
        city = city_of(session, world)
        many = [one.together, one.alone, one.before]
        assert acknowledge(session, city, many, now=NOW, actor=ACTOR) == [one.together]
        assert unacknowledge(session, city, one.together, now=NOW, actor=ACTOR)
        assert not unacknowledge(session, city, one.before, now=NOW, actor=ACTOR)
        wanted = Work(account, "power", "Gardu padam")
        assert change_work(session, city, one.together, wanted, "1", now=NOW, actor=ACTOR)
        row = incident_row(session, city, one.together)
        assert row is not None
        assert [person.name for person in workers(session, row)] == ["admin"]
    with writing(engine) as session, pytest.raises(ConflictError):
        change_work(session, city_of(session, world), one.together, Work("", "theft"), "1", now=NOW, actor="budi")
    for assignee in ("viewer", str(world.accounts["viewer"])):
        with writing(engine) as session, pytest.raises(RejectedError, match="assignee"):
            change_work(session, city_of(session, world), one.alone, Work(assignee, ""), "1", now=NOW, actor=ACTOR)


def test_members_go_from_one_incident_to_the_other_and_back(made: tuple[Engine, World, Incidents]) -> None:
    engine, world, one = made

    def rows() -> dict[int, int]:
        return {number: session.get_one(Incident, number).members for number in (one.together, one.alone)}

    with writing(engine) as session:
        city = city_of(session, world)
        merge(session, city, one.together, one.alone, now=NOW, actor=ACTOR)
        merged = session.get_one(Incident, one.alone)
        assert (merged.members, merged.severity, merged.due_at) == (5, "critical", NOW - 3600)
        assert merged_into(session, one.alone) == [(one.together, "Buaran")]
        assert not unmerge(session, city, one.alone, now=NOW, actor=ACTOR)
        mine = select(IncidentMember.id).where(IncidentMember.incident_id == one.alone)
        own = session.scalars(mine.where(IncidentMember.label == "AP-007-1")).one()
        new = take_out(session, city, one.alone, own, now=NOW, actor=ACTOR)
        assert session.get_one(Incident, new).acknowledged_by == ACTOR
        assert not unmerge(session, city, one.together, now=NOW, actor=ACTOR)  # it would leave the other empty
        merge(session, city, new, one.alone, now=NOW, actor=ACTOR)
        assert unmerge(session, city, one.together, now=NOW, actor=ACTOR)
        assert rows() == {one.together: 4, one.alone: 1}
        assert session.get_one(Incident, one.alone).severity == "warning"
        with pytest.raises(RejectedError, match="the only one"):
            take_out(session, city, one.alone, own, now=NOW, actor=ACTOR)


def test_what_was_merged_goes_along_and_comes_back_along(made: tuple[Engine, World, Incidents]) -> None:
    engine, world, one = made
    with writing(engine) as session:
        city = city_of(session, world)
        member = session.scalars(select(IncidentMember.id).where(IncidentMember.label == "AP-006-1")).one()
        taken = take_out(session, city, one.together, member, now=NOW, actor=ACTOR)
        merge(session, city, taken, one.together, now=NOW, actor=ACTOR)
        merge(session, city, one.together, one.alone, now=NOW, actor=ACTOR)
        assert [number for number, _ in merged_into(session, one.alone)] == [one.together, taken]
        assert unmerge(session, city, one.together, now=NOW, actor=ACTOR)
        assert [number for number, _ in merged_into(session, one.together)] == [taken]
        assert merged_into(session, one.alone) == []


def test_a_merge_is_not_taken_back_once_all_of_it_is_over(made: tuple[Engine, World, Incidents]) -> None:
    engine, world, one = made
    with writing(engine) as session:
        city = city_of(session, world)
        merge(session, city, one.alone, one.together, now=NOW, actor=ACTOR)
        session.get_one(Incident, one.together).recovered_at = NOW
        assert not unmerge(session, city, one.alone, now=NOW, actor=ACTOR)
