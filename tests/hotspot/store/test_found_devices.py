"""Found devices: kept by address, judged against the inventory, added or ignored by a person, and back."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from collectors.discovery import Found
from collectors.result import Identity
from hotspot.analytics.address_ranges import ranges
from hotspot.analytics.discovery import Proposal
from hotspot.analytics.import_row import RejectedError
from hotspot.store.base import reading, writing
from hotspot.store.city import current_city
from hotspot.store.credential_sets import add_set, remove_set
from hotspot.store.found_decisions import Wish, add_found, ignore, notice, undo_add
from hotspot.store.found_devices import FoundRow, found_rows, points_like
from hotspot.store.models import AccessPoint, ApState, AuditEntry, City, DeviceEvent
from hotspot.store.search_results import store_found
from hotspot.store.searches import progress, request, search, take
from tests.hotspot import small_city

KEY, NOW = b"k" * 32, 1_795_244_400
SAYS = Identity("1.3.6.1.4.1.9", "an agent", "p-1-new", "Acme", "A1", "6.6", "SN-1001", "80001f8804aa")
FOUND = Found("192.0.2.7", 0.0021, 0, "acme", SAYS, "sw-1 port 7")


@pytest.fixture
def city(engine: Engine) -> City:
    small_city.build(engine)
    with writing(engine) as session:
        found = current_city(session)
        assert found
        cells = {"name": "field", "snmp_version": "3", "snmp_user": "u"}
        add_set(session, KEY, found.id, cells, NOW, "ana")
        session.expunge(found)
        return found


def store(engine: Engine, city: City, *finds: Found, now: int = NOW) -> int:
    with writing(engine) as session:
        search_id = request(session, city.id, ranges("192.0.2.0/24"), [1], port=161, rate=9, now=now, actor="ana")
        take(session, city.id, "me", now)
        of = search(session, city.id, search_id)
        assert of
        store_found(session, city.id, of, [1], finds, now)
        progress(session, search_id, "me", 1, now)
        return search_id


def rows(engine: Engine, city: City) -> dict[str, FoundRow]:
    with reading(engine) as session:
        return {row.address: row for row in found_rows(session, city, NOW)}


def add(
    engine: Engine, city: City, found_id: int, name: str = "new one", point: str = "P-1", kind: str = "access_point"
) -> str:
    with writing(engine) as session:
        return add_found(session, city, Wish(found_id, name, point, kind), NOW, "ana")


def told(engine: Engine) -> tuple[str, str, str]:
    with reading(engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry
        return entry.action, entry.subject, entry.detail


def test_a_find_is_kept_as_it_was_told(engine: Engine, city: City) -> None:
    search_id = store(engine, city, FOUND, Found("192.0.2.30", 0.001), Found("192.0.2.4", None, error="answers SNMP"))
    found = rows(engine, city)
    assert list(found) == ["192.0.2.4", "192.0.2.7", "192.0.2.30"]
    row = found["192.0.2.7"]
    assert (row.port, row.credential_set, row.rtt_us, row.profile, row.model) == (161, "field", 2100, "acme", "A1")
    assert (row.sys_name, row.serial, row.neighbour, row.name) == ("p-1-new", "SN-1001", "sw-1 port 7", "p-1-new")
    assert (row.verdict.state, row.verdict.proposal) == ("new", Proposal("P-1", "name", "p-1-new"))
    assert [one.verdict.state for one in found.values()] == ["refused", "new", "ping"]
    assert [one.can_be_added for one in found.values()] == [False, True, False]
    with reading(engine) as session:
        told = search(session, city.id, search_id)
    assert told
    assert (told.pinged, told.answered) == (2, 1)


def test_found_again_it_is_one_row_with_the_newest_facts(engine: Engine, city: City) -> None:
    store(engine, city, FOUND)
    store(engine, city, replace(FOUND, identity=replace(SAYS, firmware="7.0")), now=NOW + 60)
    row = rows(engine, city)["192.0.2.7"]
    assert (row.firmware, row.last_seen) == ("7.0", NOW + 60)


def test_a_search_with_other_credentials_does_not_unlearn(engine: Engine, city: City) -> None:
    store(engine, city, FOUND, Found("192.0.2.30", 0.001))
    store(engine, city, Found("192.0.2.7", 0.1), Found("192.0.2.30", None, error="answers SNMP"))
    found = rows(engine, city)
    assert (found["192.0.2.7"].model, found["192.0.2.30"].verdict.state) == ("A1", "refused")


def test_the_inventory_is_asked_anew_each_time(engine: Engine, city: City) -> None:
    store(engine, city, FOUND, replace(FOUND, address="192.0.2.1"), replace(FOUND, address="192.0.2.8"))
    found = rows(engine, city)
    assert (found["192.0.2.1"].verdict.state, found["192.0.2.1"].verdict.others) == ("inventory", ("AP-1",))
    assert (found["192.0.2.7"].verdict.state, found["192.0.2.7"].verdict.others) == (
        "duplicate",
        ("192.0.2.1", "192.0.2.8"),
    )
    with writing(engine) as session:
        ap = session.get_one(AccessPoint, 2)
        ap.vendor, ap.serial = "Acme", "SN-1001"
    assert rows(engine, city)["192.0.2.7"].verdict.state == "moved"


def test_an_added_device_is_an_access_point_asked_with_that_set(engine: Engine, city: City) -> None:
    store(engine, city, FOUND)
    found_id = rows(engine, city)["192.0.2.7"].id
    assert add(engine, city, found_id, " new  one ") == "new one"
    with reading(engine) as session:
        ap = session.scalars(select(AccessPoint).where(AccessPoint.name == "new one")).one()
    assert (ap.address, ap.port, ap.point_id, ap.kind, ap.polling) == ("192.0.2.7", 161, 1, "access_point", True)
    assert (ap.snmp_version, ap.credential, ap.credential_set_id) == ("3", None, 1)
    assert (ap.vendor, ap.serial, ap.engine_id, ap.identified_at) == ("Acme", "SN-1001", "80001f8804aa", NOW)
    row = rows(engine, city)["192.0.2.7"]
    assert (row.decision, row.name, row.verdict.state, row.can_be_added) == ("added", "new one", "inventory", False)
    assert told(engine) == ("add", "access point new one", "found at 192.0.2.7:161 at P-1")


def test_without_a_point_it_waits_for_one(engine: Engine, city: City) -> None:
    store(engine, city, FOUND)
    add(engine, city, rows(engine, city)["192.0.2.7"].id, point="")
    with reading(engine) as session:
        assert session.scalars(select(AccessPoint.point_id).where(AccessPoint.name == "new one")).one() is None


def test_a_controller_belongs_to_no_point(engine: Engine, city: City) -> None:
    store(engine, city, replace(FOUND, managed=12))
    found_id = rows(engine, city)["192.0.2.7"].id
    assert rows(engine, city)["192.0.2.7"].kind == "controller"
    with pytest.raises(RejectedError, match="a controller belongs to no point"):
        add(engine, city, found_id, kind="controller")
    with pytest.raises(RejectedError, match="toaster is not one of the known values"):
        add(engine, city, found_id, kind="toaster")
    add(engine, city, found_id, point="", kind="controller")
    with reading(engine) as session:
        assert session.scalars(select(AccessPoint.kind).where(AccessPoint.name == "new one")).one() == "controller"


@pytest.mark.parametrize(
    ("wish", "column", "said"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "AP-1"}, "name", "there is one of this name already"),
        ({"name": "=1+1"}, "name", "a formula"),
        ({"point": "P-9"}, "point", "P-9 is not known here"),
        ({"found_id": 99}, "address", "it can't be added any more"),
        ({"address": "192.0.2.1"}, "address", "it is in the inventory already"),
        ({"address": "192.0.2.30"}, "address", "it can't be added any more"),
    ],
)
def test_what_is_refused_names_the_column(
    engine: Engine, city: City, wish: dict[str, Any], column: str, said: str
) -> None:
    store(engine, city, FOUND, replace(FOUND, address="192.0.2.1"), Found("192.0.2.30", 0.1))
    found_id = rows(engine, city)[wish.get("address", "192.0.2.7")].id
    with pytest.raises(RejectedError) as refused:
        add(engine, city, **{"found_id": found_id} | {key: value for key, value in wish.items() if key != "address"})
    assert refused.value.column == column
    assert said in str(refused.value.reason)


def test_ignored_devices_come_back(engine: Engine, city: City) -> None:
    store(engine, city, FOUND, replace(FOUND, address="192.0.2.8"))
    ids = [row.id for row in rows(engine, city).values()]
    with writing(engine) as session:
        assert ignore(session, city, ids, NOW, "ana") == 2
        assert ignore(session, city, ids, NOW, "ana") == 0
    assert told(engine) == ("ignore", "found devices", "192.0.2.7, 192.0.2.8")
    store(engine, city, FOUND)
    assert {row.decision for row in rows(engine, city).values()} == {"ignored"}
    with writing(engine) as session:
        assert notice(session, city, ids[:1], NOW, "ana") == 1
    assert sorted(row.decision for row in rows(engine, city).values()) == ["", "ignored"]


def test_a_device_just_added_is_taken_out_again(engine: Engine, city: City) -> None:
    store(engine, city, FOUND, replace(FOUND, address="192.0.2.8"))
    ids = [row.id for row in rows(engine, city).values()]
    for number, found_id in enumerate(ids):
        add(engine, city, found_id, f"new {number}")
    with writing(engine) as session:
        polled = session.scalars(select(AccessPoint.id).where(AccessPoint.name == "new 1")).one()
        session.add(DeviceEvent(city_id=city.id, ap_id=polled, at=NOW, kind="reboot"))
    with writing(engine) as session:
        assert undo_add(session, city, ids, NOW, "ana") == 1
    assert [row.decision for row in rows(engine, city).values()] == ["", "added"]
    with reading(engine) as session:
        assert session.scalars(select(AccessPoint.name).where(AccessPoint.name.like("new%"))).all() == ["new 1"]
        assert session.scalars(select(ApState)).all() == []
    assert told(engine) == ("remove", "access point new 0", "just added, found at 192.0.2.7")


def test_a_removed_credential_leaves_the_device_without_one(engine: Engine, city: City) -> None:
    store(engine, city, FOUND)
    with writing(engine) as session:
        remove_set(session, city.id, 1, NOW, "ana")
    row = rows(engine, city)["192.0.2.7"]
    assert (row.verdict.state, row.error) == ("refused", "the credential that it answered was removed")


def test_points_are_found_by_what_is_typed(engine: Engine, city: City) -> None:
    with reading(engine) as session:
        assert points_like(session, city, "p-") == [("P-1", "Hall"), ("P-2", "Hall")]
        assert points_like(session, city, "hall", 1) == [("P-1", "Hall")]
        assert points_like(session, city, "%") == []
