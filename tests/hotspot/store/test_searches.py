"""Searches: who does which, how far it is, and what two at once or a death in the middle come to."""

import pytest
from sqlalchemy import Engine, select

from hotspot.analytics.address_ranges import ranges
from hotspot.analytics.import_row import RejectedError
from hotspot.store.base import reading, writing
from hotspot.store.models import AuditEntry, FoundDevice, Search
from hotspot.store.searches import (
    DEAD_S,
    KEPT,
    PING_KEPT_S,
    SearchRow,
    cancel,
    finish,
    forget,
    progress,
    request,
    search,
    searches,
    take,
)
from tests.hotspot import small_city

NOW = 1_795_244_400


@pytest.fixture
def city(engine: Engine) -> int:
    return small_city.build(engine)


def ask(engine: Engine, city: int, text: str = "10.0.0.0/24", *, holder: str = "") -> int:
    with writing(engine) as session:
        return request(session, city, ranges(text), [3, 1], port=161, rate=50, now=NOW, actor="ana", holder=holder)


def taken(engine: Engine, city: int, holder: str, now: int) -> int | None:
    with writing(engine) as session:
        found = take(session, city, holder, now)
        return found.id if found else None


def on(engine: Engine, search_id: int, holder: str, asked: int, now: int) -> bool:
    with writing(engine) as session:
        return progress(session, search_id, holder, asked, now)


def row(engine: Engine, city: int, search_id: int) -> SearchRow:
    with reading(engine) as session:
        found = search(session, city, search_id)
    assert found
    return found


def test_a_search_is_asked_for_and_noted(engine: Engine, city: int) -> None:
    found = row(engine, city, ask(engine, city))
    assert (found.ranges, found.addresses, found.sets, found.rate) == ("10.0.0.1-10.0.0.254", 254, (3, 1), 50)
    assert (found.state(NOW), found.asked, found.requested_by) == ("waiting", 0, "ana")
    with reading(engine) as session:
        noted = session.scalars(select(AuditEntry)).one()
        assert search(session, city + 1, found.id) is None
    assert (noted.action, noted.subject, noted.detail) == (
        "search",
        "10.0.0.1-10.0.0.254",
        "254 addresses, 50 a second",
    )


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"sets": ()}, "sets"),
        ({"rate": 0}, "rate"),
        ({"rate": 1001}, "rate"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
    ],
)
def test_a_refused_search_names_the_column(engine: Engine, city: int, changed: dict[str, object], column: str) -> None:
    asked = {"sets": (1,), "port": 161, "rate": 50} | changed
    with pytest.raises(RejectedError) as refused, writing(engine) as session:
        request(session, city, ranges("10.0.0.1"), now=NOW, actor="ana", **asked)  # type: ignore[arg-type]
    assert refused.value.column == column


def test_of_two_takers_each_gets_another_and_the_oldest_first(engine: Engine, city: int) -> None:
    first, second = ask(engine, city), ask(engine, city)
    assert taken(engine, city, "one", NOW) == first
    assert taken(engine, city, "two", NOW) == second
    assert taken(engine, city, "three", NOW) is None
    assert row(engine, city, first).state(NOW) == "running"


def test_one_that_a_command_does_is_not_taken_by_the_collector(engine: Engine, city: int) -> None:
    ask(engine, city, holder="the command")
    assert taken(engine, city, "collector", NOW + DEAD_S) is None


def test_who_died_is_followed_from_where_it_was_and_stays_out(engine: Engine, city: int) -> None:
    search_id = ask(engine, city)
    taken(engine, city, "one", NOW)
    assert on(engine, search_id, "one", 77, NOW + 5)
    dead = NOW + 5 + DEAD_S + 1
    assert row(engine, city, search_id).state(dead) == "interrupted"

    assert taken(engine, city, "two", dead) == search_id

    assert row(engine, city, search_id).asked == 77
    assert row(engine, city, search_id).started_at == NOW
    assert not on(engine, search_id, "one", 99, dead)
    with writing(engine) as session:
        finish(session, search_id, "one", dead)
    assert row(engine, city, search_id).state(dead) == "running"
    with writing(engine) as session:
        finish(session, search_id, "two", dead, "pinging is not allowed")
    found = row(engine, city, search_id)
    assert (found.state(dead), found.error, found.is_open(dead)) == ("done", "pinging is not allowed", False)


def test_a_cancelled_search_goes_nowhere(engine: Engine, city: int) -> None:
    waiting, running, over = (ask(engine, city) for _ in range(3))
    with writing(engine) as session:
        assert cancel(session, city, waiting, NOW, "ana")
    assert taken(engine, city, "one", NOW) == running
    assert taken(engine, city, "one", NOW) == over
    with writing(engine) as session:
        assert cancel(session, city, running, NOW, "ana")
        finish(session, over, "one", NOW)
        assert not cancel(session, city, over, NOW, "ana")
        assert not cancel(session, city, running, NOW, "ana")
    assert not on(engine, running, "one", 5, NOW)
    assert [one.state(NOW) for one in (row(engine, city, waiting), row(engine, city, running))] == ["cancelled"] * 2
    with reading(engine) as session:
        assert [one.id for one in searches(session, city, 2)] == [over, running]


def test_what_only_answered_a_ping_is_forgotten_after_a_day(engine: Engine, city: int) -> None:
    search_id = ask(engine, city)
    kept = {"10.0.0.1": {}, "10.0.0.2": {"error": "answers SNMP"}, "10.0.0.3": {"sys_object_id": "1.3.6.1"}}
    with writing(engine) as session:
        for address, facts in kept.items():
            session.add(FoundDevice(city_id=city, search_id=search_id, address=address, port=161, rtt_us=1,
                                    first_seen=NOW, last_seen=NOW, **facts))  # fmt: skip
    for later, left in ((0, 3), (PING_KEPT_S + 1, 2)):
        with writing(engine) as session:
            forget(session, city, NOW + later)
            assert len(session.scalars(select(FoundDevice.id)).all()) == left


def test_old_searches_go_unless_their_finds_are_there(engine: Engine, city: int) -> None:
    first = ask(engine, city, "10.0.0.1")
    with writing(engine) as session:
        session.add(FoundDevice(city_id=city, search_id=first, address="10.0.0.1", port=161, error="x",
                                first_seen=NOW, last_seen=NOW))  # fmt: skip
        for _ in range(KEPT + 3):
            session.add(Search(city_id=city, ranges="10.0.0.1", rate=1, credential_sets="1", requested_at=NOW,
                               requested_by="ana", addresses=1))  # fmt: skip
    with writing(engine) as session:
        assert forget(session, city, NOW) == 3
        assert session.get(Search, first)
