"""Upstreams proposed from the database, taken and ignored."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.analytics.upstream_proposals import Proposed
from hotspot.store.alerts.upstream_proposals import (
    ignore,
    ignored_rows,
    notice,
    proposal_of,
    proposed,
    rebooted,
    switch,
    take,
)
from hotspot.store.alerts.upstreams import upstreams_of
from hotspot.store.base import writing
from hotspot.store.changes import undo
from hotspot.store.models import City, Dependency, DeviceEvent, FoundDevice, Search, State, StatusSpan, Upstream
from tests.hotspot.store.alerts.small_city import NOW, SmallCity, build

DAY = 86_400
BY: dict[str, Any] = {"now": NOW, "actor": "Budi"}


@pytest.fixture
def made(engine: Engine) -> SmallCity:
    return build(engine)


@pytest.fixture
def session(engine: Engine, made: SmallCity) -> Iterator[Session]:
    """Nothing hangs on anything."""
    with writing(engine) as session:
        session.query(Dependency).delete()
        session.query(Upstream).update({"parent_id": None})
        session.query(Upstream).delete()
        yield session


@pytest.fixture
def city(session: Session) -> City:
    return session.query(City).one()


def fell(session: Session, city: City, ap_ids: list[int], *, times: int = 4, restart: bool = False) -> None:
    for day in range(1, times + 1):
        for number, ap in enumerate(ap_ids):
            start = NOW - day * DAY + number
            session.add(StatusSpan(ap_id=ap, start=start, end=start + 600, city_id=city.id, state=int(State.DOWN)))
            if restart:
                session.add(DeviceEvent(city_id=city.id, ap_id=ap, at=start - 30, kind="reboot"))
    session.flush()


def heard(session: Session, city: City, address: str, neighbour: str, ap_id: int | None = None) -> None:
    search = session.query(Search).first()
    if search is None:
        search = Search(
            city_id=city.id, ranges="", rate=1, credential_sets="", requested_at=NOW, requested_by="x", addresses=1
        )
        session.add(search)
        session.flush()
    session.add(
        FoundDevice(
            city_id=city.id, search_id=search.id, address=address, port=161, neighbour=neighbour, first_seen=NOW,
            last_seen=NOW, ap_id=ap_id,
        )
    )  # fmt: skip
    session.flush()


def told(found: list[Proposed]) -> list[tuple[str, str, int]]:
    return [(one.kind, one.name, len(one.members)) for one in found]


def test_nothing_is_proposed_of_nothing(session: Session, city: City) -> None:
    assert proposed(session, city, NOW) == []


def test_a_year_of_outages_tells_what_falls_together(session: Session, city: City, made: SmallCity) -> None:
    fell(session, city, made.aps[1:4])

    assert told(proposed(session, city, NOW)) == [("fibre", "Desa 0", 3)]
    assert proposed(session, city, NOW + 400 * DAY) == []


def test_restarts_tell_of_power(session: Session, city: City, made: SmallCity) -> None:
    fell(session, city, made.aps[1:4], restart=True)

    found = proposed(session, city, NOW)

    assert told(found) == [("power_area", "Desa 0", 3)]
    assert [dict(one.values) for one in found[0].evidence[1:]] == [{"count": 12, "of": 12}]


def test_the_switch_that_a_search_heard_of(session: Session, city: City, made: SmallCity) -> None:
    heard(session, city, "10.0.0.1", "sw-1 port Gi1")
    heard(session, city, "192.0.2.1", "sw-1 port Gi2", ap_id=made.aps[2])
    heard(session, city, "192.0.2.9", "sw-9 port Gi2")

    found = proposed(session, city, NOW)

    assert told(found) == [("switch", "sw-1", 2)]
    assert found[0].members == (made.aps[0], made.aps[2])


def test_a_port_is_no_part_of_the_switch() -> None:
    assert switch("sw park 1 port Gi1/0/7") == "sw park 1"
    assert switch("sw-2") == "sw-2"


def test_restarts_around_an_outage() -> None:
    assert rebooted([90], 100, 200, known=False) is True
    assert rebooted([1000], 100, 200, known=True) is False
    assert rebooted([], 100, 200, known=False) is None
    assert rebooted([150], 100, None, known=True) is None


def test_a_proposal_is_taken_as_corrected_and_given_back(session: Session, city: City, made: SmallCity) -> None:
    fell(session, city, made.aps[1:4])
    one = proposed(session, city, NOW)[0]

    taken = take(session, city, proposal_of([one], one.digest), {"kind": "switch", "name": "SW 7"}, **BY)

    assert (taken.name, taken.count) == ("SW 7", 3)
    assert upstreams_of(session, city) == dict.fromkeys(made.aps[1:4], (taken.upstream_id,))
    assert {one.why for one in session.query(Dependency)} == {"outages"}
    assert proposed(session, city, NOW) == []
    undo(session, city, taken.change_id, **BY)
    assert upstreams_of(session, city) == {}
    assert len(proposed(session, city, NOW)) == 1


def test_new_members_join_the_one_that_there_is(session: Session, city: City, made: SmallCity) -> None:
    fell(session, city, made.aps[:3])
    one = proposed(session, city, NOW)[0]
    taken = take(session, city, one, {"kind": "fibre", "name": "F7"}, **BY)
    session.query(Dependency).filter_by(ap_id=made.aps[0]).delete()

    again = proposed(session, city, NOW)

    assert [(one.name, one.members, one.joins) for one in again] == [("F7", (made.aps[0],), taken.upstream_id)]
    assert take(session, city, again[0], {}, **BY).count == 1
    assert len(upstreams_of(session, city)) == 3


def test_what_is_ignored_stays_away_until_it_is_noticed(session: Session, city: City, made: SmallCity) -> None:
    fell(session, city, made.aps[1:4])
    one = proposed(session, city, NOW)[0]

    ignore(session, city, one, **BY)
    ignore(session, city, one, **BY)

    assert proposed(session, city, NOW) == []
    assert [(row.name, row.source, row.count, row.by) for row in ignored_rows(session, city)] == [
        ("Desa 0", "outages", 3, "Budi")
    ]
    assert notice(session, city, [one.digest, "x"], **BY) == 1
    assert notice(session, city, [one.digest], **BY) == 0
    assert len(proposed(session, city, NOW)) == 1


def test_what_is_not_proposed_any_more_is_refused() -> None:
    with pytest.raises(RejectedError, match="any more"):
        proposal_of([], "x")
