"""An outage under the real looks of the collector: what joins it, what other systems hear, and how little people do."""

import json
from typing import Any

from sqlalchemy import Engine, select

from bench.virtual_city import VirtualCity
from hotspot.store.alerts.stream import published
from hotspot.store.alerts.ticket_sources import add_source
from hotspot.store.alerts.tickets import Opening, close_ticket, open_ticket
from hotspot.store.base import reading, writing
from hotspot.store.citizen_reports import explained
from hotspot.store.citizens import report
from hotspot.store.models import City, Point

KEY = b"k" * 32


def test_what_was_said_before_an_outage_joins_it_when_it_is_told(engine: Engine) -> None:
    town = VirtualCity(engine, aps=4, look_s=20)
    town.run(120)
    with writing(engine) as session:
        city = session.get_one(City, 1)
        first, second = session.scalars(select(Point.code).order_by(Point.id).limit(2))
        add_source(session, city, "Dinas PU", town.now, "rina")
        open_ticket(session, city, 1, Opening("PU-7", "Kabel putus", "", town.now, first), town.now)
        for who in ("192.0.2.1", "192.0.2.2"):
            report(session, KEY, city, 2, "no_internet", "Telepon saya 0812 3456 7890", who, town.now)
    town.run(900, lambda _, __: False)
    with writing(engine) as session:
        close_ticket(session, 1, "PU-7", "Disambung", town.now, town.now)
    assert offered(engine) == []
    town.run(240, lambda _, __: True)
    assert len(offered(engine)) == 2

    told = stream(engine)
    assert {one["incident"]["id"] for one in told} == {1}
    kinds = [one["event"] for one in told]
    assert [one["sequence"] for one in told] == list(range(1, len(told) + 1))
    assert kinds[0] == "opened"
    assert sorted(kinds[1:3]) == ["report", "ticket_opened"]
    assert kinds[-2:] == ["ticket_closed", "recovered"]
    assert {place["code"] for place in told[0]["incident"]["points"]} >= {first, second}
    assert next(one["details"] for one in told if one["event"] == "report") == {
        "people": 2, "people_in_all": 2, "points": 1,
    }  # fmt: skip
    assert not [word for word in ("Telepon", "Kabel", "Disambung") if word in json.dumps(told)]
    assert [message.event for message in town.messages()] == ["opened", "recovered"]


def offered(engine: Engine) -> list[tuple[int, str]]:
    """Reports that the inbox offers to close, because their incident is over."""
    with reading(engine) as session:
        return explained(session, session.get_one(City, 1))


def stream(engine: Engine) -> list[Any]:
    with reading(engine) as session:
        return [json.loads(text) for text in published(session, session.get_one(City, 1), 0, 500)]
