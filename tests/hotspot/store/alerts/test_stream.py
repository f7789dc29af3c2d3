"""Events of incidents are numbered and put into the outbox, on both engines."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from hotspot.store.alerts.incident_events import add
from hotspot.store.alerts.stream import last_number, publish, published
from hotspot.store.base import reading, writing
from hotspot.store.models import (
    Account,
    AlertChannel,
    AlertRoute,
    City,
    Incident,
    IncidentMember,
    OutboxMessage,
)
from tests.hotspot.small_city import build

NOW = 1_795_244_400
Town = tuple[Engine, City]


@pytest.fixture
def town(engine: Engine) -> Iterator[Town]:
    """An incident of the city's two points."""
    build(engine)
    with writing(engine) as session:
        session.add(Account(name="sari", role="operator", created_at=NOW))
        incident = Incident(
            city_id=1, kind="outage", severity="warning", shared="city", name="Testing", began=NOW, opened_at=NOW,
            members=3,
        )  # fmt: skip
        session.add(incident)
        session.flush()
        for number, ended in ((1, None), (2, NOW), (3, NOW)):
            session.add(
                IncidentMember(
                    incident_id=1, subject=f"ap:{number}", ap_id=number, point_id=2 - number % 2, label="AP",
                    since=NOW, ended_at=ended,
                )
            )  # fmt: skip
    with reading(engine) as session:
        yield engine, session.scalars(select(City)).one()


def happen(session: Session, kind: str = "comment", actor: str = "") -> None:
    add(session, 1, at=NOW, kind=kind, actor=actor, text="rahasia", quiet=True)


def look(town: Town) -> None:
    with writing(town[0]) as session:
        publish(session, town[1], NOW)


def sent(town: Town, after: int = 0, most: int = 100) -> list[tuple[int, str]]:
    with reading(town[0]) as session:
        found = [json.loads(text) for text in published(session, town[1], after, most)]
    return [(one["sequence"], one["event"]) for one in found]


def add_route(town: Town, name: str, *, stream: bool = True, enabled: bool = True) -> None:
    with writing(town[0]) as session:
        channel = AlertChannel(city_id=1, kind="webhook", name=name, config=b"", created_at=NOW, created_by="admin")
        session.add(channel)
        session.flush()
        session.add(
            AlertRoute(
                city_id=1, name=name, channel_id=channel.id, stream=stream, enabled=enabled, least_severity="notice",
                changed_at=NOW, changed_by="admin",
            )
        )  # fmt: skip


def test_numbers_follow_each_other_also_where_ids_do_not(town: Town) -> None:
    look(town)
    with Session(town[0]) as session:  # taken back, with an id of its own on PostgreSQL
        happen(session)
    for kind in ("opened", "comment", "recovered"):
        with writing(town[0]) as session:
            happen(session, kind)
        look(town)
        look(town)
    assert sent(town) == [(1, "opened"), (2, "comment"), (3, "recovered")]
    assert sent(town, after=1, most=1) == [(2, "comment")]
    assert sent(town, after=3) == []
    with reading(town[0]) as session:
        assert last_number(session) == 3


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)  # the other has one writer at a time
def test_an_event_that_was_committed_late_comes_later(town: Town) -> None:
    with writing(town[0]) as late:
        happen(late, "opened")
        with writing(town[0]) as session:
            happen(session, "comment")
        look(town)
    look(town)
    assert sent(town) == [(1, "comment"), (2, "opened")]


def test_what_was_sent_stays_as_it_was(town: Town) -> None:
    with writing(town[0]) as session:
        happen(session, actor="sari")
    look(town)
    with writing(town[0]) as session:
        session.execute(update(Incident).values(name="Renamed", severity="critical"))
    with reading(town[0]) as session:
        (text,) = published(session, town[1], 0, 9)
    told = json.loads(text)
    assert (told["by"], told["role"]) == ("person", "operator")
    assert not [word for word in ("sari", "rahasia", "Renamed") if word in text]
    assert (told["incident"]["members"], told["incident"]["affected"]) == (3, 1)
    assert told["incident"]["points"] == [
        {"code": "P-1", "area": "36.74.01.1001", "down": True}, {"code": "P-2", "area": "36.74.01.1002", "down": False}
    ]  # fmt: skip


def test_each_stream_gets_each_event_once_and_in_order(town: Town) -> None:
    add_route(town, "Command centre")
    add_route(town, "Province")
    add_route(town, "People", stream=False)
    add_route(town, "Off", enabled=False)
    with writing(town[0]) as session:
        happen(session, "opened")
        happen(session, "acknowledged", "sari")
    look(town)
    look(town)
    with reading(town[0]) as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [(row.why, row.subject, row.state) for row in rows] == [
            ("Command centre", "1 opened", "waiting"), ("Province", "1 opened", "waiting"),
            ("Command centre", "2 acknowledged", "waiting"), ("Province", "2 acknowledged", "waiting"),
        ]  # fmt: skip
        assert len({row.key for row in rows}) == 4
        assert [row.payload for row in rows[::2]] == published(session, town[1], 0, 9)
