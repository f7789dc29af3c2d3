"""Outages to rows of incidents, on both engines; polls are made up and really recorded."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bench.virtual_city import START, Answers, VirtualCity
from hotspot.alerts.find import find
from hotspot.analytics.incident_groups import Group
from hotspot.analytics.incident_text import Names, Said, lines
from hotspot.analytics.root_cause import from_json
from hotspot.store.alerts.case_edit import name_of
from hotspot.store.alerts.incident_facts import incident_facts
from hotspot.store.alerts.outage_facts import sizes
from hotspot.store.alerts.rules import ensure_defaults
from hotspot.store.base import reading, writing
from hotspot.store.models import (
    AccessPoint,
    AlertRule,
    City,
    Incident,
    IncidentEvent,
    IncidentMember,
    MaintenanceWindow,
    Point,
    Upstream,
)

MINUTE = 60


class Found(VirtualCity):
    """Looks for incidents alone, every 20 seconds, with the one rule that wants to hear of every outage at once."""

    def watch(self) -> None:
        with writing(self.engine) as session:
            city = session.get_one(City, 1)
            if ensure_defaults(session, city, self.now):
                session.execute(update(AlertRule).values(params='{"least_minutes": 0, "least_points": 1}'))
            find(session, city, self.now)

    def incidents(self) -> list[Incident]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Incident).order_by(Incident.id)))

    def members(self, incident_id: int = 1) -> list[tuple[str, int, int | None]]:
        query = select(IncidentMember).where(IncidentMember.incident_id == incident_id).order_by(IncidentMember.id)
        with reading(self.engine) as session:
            return [
                (one.subject, one.since - START, one.ended_at and one.ended_at - START)
                for one in session.scalars(query)
            ]

    def events(self, incident_id: int = 1) -> list[tuple[str, bool]]:
        """(kind, whether nobody is told)"""
        query = select(IncidentEvent).where(IncidentEvent.incident_id == incident_id).order_by(IncidentEvent.id)
        with reading(self.engine) as session:
            return [(one.kind, one.told_at == 0) for one in session.scalars(query)]

    def change(self, act: Callable[[Session], object]) -> None:
        with writing(self.engine) as session:
            act(session)


@pytest.fixture
def city(engine: Engine) -> Found:
    made = Found(engine, aps=12, a_point=2, a_fibre=6, look_s=20)
    made.run(2 * MINUTE)
    return made


def without(*gone: int) -> Answers:
    return lambda ap_id, _: ap_id not in gone


def test_an_incident_is_written_with_its_name_its_members_and_its_likely_cause(city: Found) -> None:
    fibre = city.of_fibre(2)
    city.run(4 * MINUTE, without(*fibre))
    (incident,) = city.incidents()

    assert (incident.shared, incident.shared_key, incident.name) == ("upstream", "2", "F2")
    assert (incident.members, incident.severity, incident.recovered_at) == (len(fibre), "critical", None)
    assert incident.began == min(since for _, since, _ in city.members()) + START
    assert from_json(incident.cause)[0].cause == "fibre_cut"
    assert city.events() == [("opened", False)]

    city.run(4 * MINUTE, without())
    (incident,) = city.incidents()
    assert incident.recovered_at == max(ended or 0 for _, _, ended in city.members()) + START
    assert city.events() == [("opened", False), ("recovered", False)]


def test_untold_incidents_that_are_one_are_merged_without_a_word(city: Found) -> None:
    slow = '{"least_minutes": 60, "least_points": 1}'
    city.run(20, without())
    city.change(lambda session: session.execute(update(AlertRule).values(params=slow)))
    first, second = sorted(city.of_fibre(2))[:2], sorted(city.of_fibre(2))[2:]
    city.run(110, without(first[0]))
    city.run(20, without(first[0], second[1]))
    city.run(5 * MINUTE, without(*city.of_fibre(2)))
    rows = city.incidents()
    (kept,) = [one for one in rows if one.merged_into_id is None]

    assert (kept.shared, kept.members, kept.announced_at) == ("upstream", len(city.of_fibre(2)), None)
    assert all(one.merged_into_id == kept.id and one.recovered_at for one in rows if one is not kept)
    assert city.events(kept.id) == []


def test_an_outage_in_maintenance_opens_none_and_opens_with_its_true_beginning_after_it(city: Found) -> None:
    def announce(session: Session) -> None:
        window = {"start": city.now, "end": city.now + 6 * MINUTE, "announced_at": city.now, "announced_by": "Sari"}
        session.add(MaintenanceWindow(city_id=1, point_id=2, reason="work", **window))

    city.change(announce)
    city.run(8 * MINUTE, without(3, 4))
    assert city.incidents() == []
    city.run(6 * MINUTE, without(3, 4))
    (incident,) = city.incidents()

    assert incident.began < START + 4 * MINUTE
    assert city.events() == [("opened", False)]


def test_a_device_that_nobody_asks_any_more_ends_its_incident_and_nobody_is_told_that_it_is_back(city: Found) -> None:
    city.run(4 * MINUTE, without(5, 6))
    city.change(
        lambda session: session.execute(update(AccessPoint).where(AccessPoint.id.in_((5, 6))).values(polling=False))
    )
    city.run(MINUTE, without(5, 6))

    assert city.events() == [("opened", False), ("recovered", True)]


def test_a_point_that_is_not_in_service_has_no_incident(city: Found) -> None:
    city.change(lambda session: session.execute(update(Point).where(Point.id == 3).values(lifecycle="suspended")))
    city.run(4 * MINUTE, without(5, 6))
    assert city.incidents() == []


def test_what_was_down_before_anybody_looked_is_on_record_alone(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = Found(engine, aps=4, look_s=20)
    monkeypatch.setattr(Found, "watch", lambda _: None)
    city.run(2 * MINUTE)
    city.run(70 * MINUTE, without(1))
    monkeypatch.undo()
    city.run(MINUTE, without(1))

    assert city.events() == [("opened", True)]


def test_who_stays_down_when_nearly_all_are_back_is_named_and_goes_on_by_itself(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotspot.analytics.incident_course.LEFT_BEHIND_S", 4 * MINUTE)
    city = Found(engine, aps=12, look_s=20)
    city.run(2 * MINUTE)
    city.run(5 * MINUTE, without(*city.ids))
    city.run(8 * MINUTE, without(7))
    over, left = city.incidents()

    assert (over.recovered_at is None, left.recovered_at, left.shared, left.name) == (False, None, "ap", "ap7")
    assert city.events(left.id) == [("opened", True)]
    with reading(engine) as session:
        facts = incident_facts(session, [over.id])[over.id]
    assert facts.left == Names(("ap7",), 1)
    assert Said("Still down: %(names)s", {"names": facts.left}) in lines(facts)


def test_every_group_has_a_size_and_a_name(city: Found) -> None:
    def grow(session: Session) -> None:
        session.get_one(Upstream, 1).parent_id = 2
        session.get_one(AccessPoint, 1).kind = "controller"
        session.get_one(AccessPoint, 2).controller_id = 1

    city.change(grow)
    wanted: Sequence[tuple[str, str, int, str]] = (
        ("point", "2", 2, "Titik 2"), ("upstream", "2", 9, "F2"), ("controller", "1", 1, "ap1"),
        ("area", "36.74.00.0000", 2, "K0"), ("district", "36.74.00", 4, "D0"), ("provider", "2", 4, "P2"),
        ("city", "", 12, "Kota"), ("upstream", "99", 0, ""),
    )  # fmt: skip
    with reading(city.engine) as session:
        here = session.get_one(City, 1)
        groups = [Group(shared, key) for shared, key, *_ in wanted]
        size_of = sizes(session, here)
        assert [size_of(group, 2) for group in groups] == [min(2, size) for _, _, size, _ in wanted]
        found = [(*group, size_of(group, 100), name_of(session, here, group)) for group in groups]
    assert found == list(wanted)


def test_a_controller_that_is_silent_is_an_incident_of_its_own(city: Found) -> None:
    values = {"kind": "controller", "point_id": None}
    city.change(lambda session: session.execute(update(AccessPoint).where(AccessPoint.id == 12).values(**values)))
    city.run(4 * MINUTE, without(12))
    (incident,) = city.incidents()

    assert (incident.shared, incident.shared_key, incident.name) == ("controller", "12", "ap12")


def test_a_flapping_incident_is_marked_until_it_is_quiet(city: Found) -> None:
    begin = city.now
    city.run(14 * MINUTE, lambda ap_id, at: ap_id != 5 or (at - begin) % 240 >= 120)
    (incident,) = city.incidents()

    assert incident.flapping
    assert city.events()[-1] == ("flapping", False)
