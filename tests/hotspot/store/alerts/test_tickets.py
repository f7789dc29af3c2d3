"""Tickets of other systems and what joins incidents, on both engines."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select, update

from hotspot.analytics.import_row import RejectedError
from hotspot.store.alerts.joined import join_waiting
from hotspot.store.alerts.ticket_sources import PREFIX, add_source, revoke_source, source_of, ticket_sources
from hotspot.store.alerts.tickets import Opening, close_ticket, open_ticket, ticket_of, tickets_page
from hotspot.store.base import reading, writing
from hotspot.store.citizens import report
from hotspot.store.models import City, FaultReport, Incident, IncidentEvent, IncidentMember, Ticket, TicketSource
from tests.hotspot.small_city import build

NOW, HOUR = 1_795_244_400, 3600


@pytest.fixture
def town(engine: Engine) -> Iterator[tuple[Engine, City]]:
    """A city of two points, and a source of tickets with the number 1."""
    build(engine)
    with writing(engine) as session:
        add_source(session, session.scalars(select(City)).one(), "Dinas PU", NOW, "admin")
    with reading(engine) as session:
        yield engine, session.scalars(select(City)).one()


Town = tuple[Engine, City]


def begin(
    town: Town, point_id: int = 1, *, began: int = NOW - 600, kind: str = "outage", announced: bool = True
) -> int:
    """An open incident of a point."""
    with writing(town[0]) as session:
        row = Incident(
            city_id=1, kind=kind, severity="warning", shared="point", name="Hall", began=began, opened_at=began,
            announced_at=began if announced else None,
        )  # fmt: skip
        session.add(row)
        session.flush()
        subject = f"point:{point_id}"
        session.add(IncidentMember(incident_id=row.id, subject=subject, point_id=point_id, label="AP-1", since=began))
        return row.id


def recover(town: Town, incident: int, at: int = NOW) -> None:
    with writing(town[0]) as session:
        session.execute(update(Incident).where(Incident.id == incident).values(recovered_at=at))
        session.execute(update(IncidentMember).where(IncidentMember.incident_id == incident).values(ended_at=at))


def opened(town: Town, ref: str = "1", point: str = "P-1", at: int = NOW, incident: int | None = None) -> bool:
    with writing(town[0]) as session:
        return open_ticket(session, town[1], 1, Opening(ref, "Kabel putus", "", at, point, incident), NOW)


def closed(town: Town, ref: str = "1", at: int = NOW + 60) -> bool | None:
    with writing(town[0]) as session:
        return close_ticket(session, 1, ref, "Disambung", at, NOW + 60)


def look(town: Town, now: int = NOW) -> None:
    with writing(town[0]) as session:
        join_waiting(session, town[1], now)


def events(town: Town, incident: int) -> list[tuple[str, dict[str, object]]]:
    with reading(town[0]) as session:
        rows = session.scalars(select(IncidentEvent).where(IncidentEvent.incident_id == incident))
        return [(row.kind, json.loads(row.data)) for row in rows.all()]


def incident_of(town: Town, ref: str = "1") -> int | None:
    with reading(town[0]) as session:
        found = ticket_of(session, town[1], 1, ref)
        assert found
        return found.incident_id


def say(town: Town, at: int, people: int = 1, point_id: int = 1) -> None:
    with writing(town[0]) as session:
        session.add(FaultReport(point_id=point_id, at=at, kind="slow", n=people))


def reports(town: Town) -> list[int | None]:
    with reading(town[0]) as session:
        return list(session.scalars(select(FaultReport.incident_id).order_by(FaultReport.id)))


def test_a_secret_is_known_by_its_digest_alone_and_can_be_revoked(town: Town) -> None:
    engine, city = town
    with writing(engine) as session:
        secret = add_source(session, city, "Command centre", NOW, "admin")
    with writing(engine) as session:
        assert secret.startswith(PREFIX)
        assert secret not in (row.digest for row in session.scalars(select(TicketSource)))
        found = source_of(session, secret)
        assert found is not None
        assert source_of(session, secret + "x") is None
        assert revoke_source(session, city, found.id, NOW, "admin") == "Command centre"
        assert source_of(session, secret) is None
        assert revoke_source(session, city, found.id, NOW, "admin") is None
        assert [one.name for one in ticket_sources(session, city)] == ["Dinas PU", "Command centre"]


@pytest.mark.parametrize("name", ["", " ", "Dinas PU", "x" * 65, "a\0b", "=1+1"])
def test_a_source_needs_a_name_of_its_own(town: Town, name: str) -> None:
    with writing(town[0]) as session, pytest.raises(RejectedError) as refused:
        add_source(session, town[1], name, NOW, "admin")
    assert refused.value.column == "name"


def test_a_ticket_joins_the_open_incident_of_its_point_at_once(town: Town) -> None:
    begin(town, kind="capacity")
    outage, _ = begin(town), begin(town, point_id=2)
    assert opened(town)
    assert incident_of(town) == outage
    assert events(town, outage) == [("ticket_opened", {"ticket": 1, "source": "Dinas PU", "ref": "1"})]
    assert closed(town)
    assert [kind for kind, _ in events(town, outage)] == ["ticket_opened", "ticket_closed"]


def test_saying_it_again_changes_nothing(town: Town) -> None:
    incident = begin(town)
    assert [opened(town), opened(town), opened(town, point="P-2")] == [True, False, False]
    assert [closed(town), closed(town), opened(town)] == [True, False, False]
    assert len(events(town, incident)) == 2
    with reading(town[0]) as session:
        found = tickets_page(session, town[1])
        assert [(one.point_code, one.closed_at, one.closed_note) for one in found.rows] == [
            ("P-1", NOW + 60, "Disambung")
        ]
        assert (found.total, found.open) == (1, 0)


def test_what_was_never_opened_is_not_closed_nor_before_it_was(town: Town) -> None:
    assert closed(town) is None
    opened(town)
    with pytest.raises(RejectedError) as refused:
        closed(town, at=NOW - 301)
    assert refused.value.column == "at"
    assert closed(town)


def test_a_ticket_names_a_point_or_an_incident_that_there_is(town: Town) -> None:
    for point, incident, field in (("P-9", None, "point_code"), ("", 9, "incident")):
        with pytest.raises(RejectedError) as refused:
            opened(town, point=point, incident=incident)
        assert refused.value.column == field
    first, second = begin(town), begin(town, point_id=2)
    with writing(town[0]) as session:
        session.execute(update(Incident).where(Incident.id == first).values(merged_into_id=second))
    assert opened(town, point="", incident=first)
    assert incident_of(town) == second


def test_a_ticket_waits_half_a_day_for_an_incident_to_be_announced(town: Town) -> None:
    opened(town, at=NOW - 2 * HOUR)
    opened(town, "old", at=NOW - 13 * HOUR)
    opened(town, "done", at=NOW - HOUR)
    closed(town, "done")
    opened(town, "elsewhere", "P-2")
    incident = begin(town, announced=False)
    look(town)
    assert incident_of(town) is None
    with writing(town[0]) as session:
        session.execute(update(Incident).values(announced_at=NOW))
    look(town)
    look(town)
    assert [incident_of(town, ref) for ref in ("1", "old", "done", "elsewhere")] == [incident, None, None, None]
    assert len(events(town, incident)) == 1


def test_two_that_open_the_same_ticket_at_once_open_one(town: Town) -> None:
    begin(town)
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: opened(town), range(8))) == [False] * 7 + [True]
    with reading(town[0]) as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
        assert session.scalar(select(func.count()).select_from(IncidentEvent)) == 1


def test_reports_join_from_two_hours_before_until_the_point_is_back(town: Town) -> None:
    began = NOW - HOUR
    for at in (began - 3 * HOUR, began - 2 * HOUR, began - 60, NOW - 60):
        say(town, at)
    say(town, NOW - 60, point_id=2)
    look(town)
    incident = begin(town, began=began)
    look(town)
    assert reports(town) == [None, incident, incident, incident, None]
    recover(town, incident)
    say(town, NOW + 60)
    look(town, NOW + 120)
    assert reports(town)[-1] is None


def test_who_reports_after_it_recovered_says_something_new(town: Town) -> None:
    def send(who: str, at: int) -> None:
        with writing(town[0]) as session:
            report(session, b"k" * 32, town[1], 1, "slow", "", who, at)

    incident = begin(town)
    send("192.0.2.1", NOW)
    look(town)
    send("192.0.2.2", NOW + 60)
    recover(town, incident, NOW + 120)
    send("192.0.2.3", NOW + 180)
    look(town, NOW + 180)
    assert reports(town) == [incident, None]


def test_an_incident_that_nobody_at_a_point_can_notice_explains_no_report(town: Town) -> None:
    begin(town, kind="firmware")
    say(town, NOW)
    look(town)
    assert reports(town) == [None]
    capacity, outage = begin(town, kind="capacity"), begin(town)
    begin(town, kind="traffic")
    look(town)
    assert reports(town) == [outage] != [capacity]


def test_the_history_counts_people_once_an_hour(town: Town) -> None:
    incident = begin(town)
    for minute, people in ((0, 2), (10, 3), (59, 1), (61, 0), (90, 4)):
        if people:
            say(town, NOW + minute * 60, people)
        look(town, NOW + minute * 60)
    look(town, NOW + 125 * 60)
    counts = [{"people": 2, "people_in_all": 2}, {"people": 4, "people_in_all": 6}, {"people": 4, "people_in_all": 10}]
    assert events(town, incident) == [("report", count | {"points": 1}) for count in counts]


def test_a_ticket_closes_in_the_history_of_the_incident_that_its_own_was_merged_into(town: Town) -> None:
    first = begin(town)
    opened(town)
    second = begin(town, point_id=2)
    with writing(town[0]) as session:
        session.execute(update(Incident).where(Incident.id == first).values(merged_into_id=second))
    closed(town)
    assert [kind for kind, _ in events(town, second)] == ["ticket_closed"]
