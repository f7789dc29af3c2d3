"""Work at the points: who is sent where, forms that arrive twice, notes, and a device in another's place."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.secrets import unseal
from hotspot.store import changes
from hotspot.store.accounts import create_account
from hotspot.store.assignments import assign, end, open_work, work, workers
from hotspot.store.base import reading, writing
from hotspot.store.field_list import rounds
from hotspot.store.models import AccessPoint, Account, AccountArea, AuditEntry, City, PastPlacement
from hotspot.store.point_day import devices_on
from hotspot.store.point_notes import add_note, notes
from hotspot.store.replacement import Swap, replace_device
from hotspot.store.sent_once import first_time
from tests.hotspot.web.world import COMMUNITY, DEGRADED, DOWN_TOGETHER, NOW, World, midnight, today

KEY, HOUR = b"k" * 32, 3600
ONE = "0b9c1c9e-6a0f-4f6e-9d5c-2f9f0a3f1b11"
Own = tuple[Engine, World]


def add_technician(session: Session, area_id: int | None = None) -> int:
    person = create_account(session, "tini", "technician", NOW)
    if area_id:
        session.add(AccountArea(account_id=person.id, area_id=area_id))
        session.flush()
    return person.id


def test_work_is_given_once_told_and_ended(own: Own) -> None:
    engine, world = own
    with writing(engine) as session:
        city, tini = session.get_one(City, world.city), add_technician(session)
        assert workers(session)[0].name == "tini"
        assert assign(session, city, ["TS-0003", "TS-0013"], tini, "look", now=NOW, actor="admin") == 2
        assert assign(session, city, ["TS-0003"], tini, "look  again", now=NOW, actor="admin") == 0
        mine = {one.code: one for one in open_work(session, city, account_id=tini)}
        assert {code: one.task for code, one in mine.items()} == {"TS-0003": "look again", "TS-0013": "look"}
        assert end(session, mine["TS-0003"], done=True, now=NOW, actor="tini")
        assert not end(session, mine["TS-0003"], done=True, now=NOW, actor="tini")
        assert work(session, city, mine["TS-0003"].id) is None
        seen = rounds(session, city, tini, frozenset(), NOW)
        assert [one.code for one in seen.assigned] == ["TS-0013"]
        assert {*DOWN_TOGETHER, *DEGRADED} <= {one.code for one in seen.trouble}
        limited = rounds(session, city, tini, frozenset({"36.74.01.1001"}), NOW)
        assert set(DOWN_TOGETHER) <= {one.code for one in limited.trouble}
        assert {one.area for one in limited.trouble} == {"Buaran"}
        told = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("%work"))).all()
        assert told == ["finish work"]


@pytest.mark.parametrize(
    ("codes", "name", "column"),
    [
        ([], "tini", "codes"),
        (["nowhere"], "tini", "codes"),
        (["TS-0003"], "viewer", "person"),
        (["TS-0014"], "tini", "codes"),
        (["TS-0003"] * 501, "tini", "codes"),
    ],
)
def test_work_is_given_to_who_may_do_it_there(own: Own, codes: list[str], name: str, column: str) -> None:
    engine, world = own
    with writing(engine) as session:
        add_technician(session, world.areas["36.74.01.1001"])
        person = session.scalars(select(Account.id).where(Account.name == name)).one()
        with pytest.raises(RejectedError) as refused:
            assign(session, session.get_one(City, world.city), codes, person, "", now=NOW, actor="admin")
        assert refused.value.column == column


def test_form_counts_once_for_each_account(own: Own) -> None:
    engine, world = own
    admin, viewer = world.accounts["admin"], world.accounts["viewer"]
    with writing(engine) as session:
        assert [first_time(session, admin, ONE, NOW), first_time(session, admin, ONE, NOW)] == [True, False]
        assert first_time(session, viewer, ONE, NOW)
        with pytest.raises(RejectedError):
            first_time(session, admin, "'; DROP TABLE", NOW)
        assert first_time(session, admin, ONE, NOW + 401 * 24 * HOUR)


def test_note_keeps_its_lines_and_the_time_it_was_written(own: Own) -> None:
    engine, world = own
    point = world.points["TS-0003"]
    with writing(engine) as session:
        add_note(session, point, " Kabel\r\nputus \u202e\x07\n", at=NOW - HOUR, now=NOW, actor="tini")
        add_note(session, point, "a clock ahead", at=NOW + HOUR, now=NOW, actor="tini")
        for text in (" \n\u200b ", "x" * 2001):
            with pytest.raises(RejectedError):
                add_note(session, point, text, at=NOW, now=NOW, actor="tini")
        first, second = notes(session, point)
    assert (first.at, second.at, second.received_at) == (NOW, NOW - HOUR, NOW)
    assert second.text == "Kabel\nputus"


def swap(session: Session, world: World, name: str = "AP-013-1", code: str = "TS-0013", **cells: str) -> Swap:
    city, told = session.get_one(City, world.city), {"serial": "NEW-1"} | cells
    return replace_device(session, KEY, city, world.points[code], name, told, at=NOW, now=NOW, actor="tini")


def test_new_device_takes_the_place_and_both_keep_their_histories(own: Own) -> None:
    engine, world = own
    old_id, day = world.access_points["AP-013-1"], today(NOW)
    with writing(engine) as session:
        done = swap(session, world)
    with reading(engine) as session:
        city, point = session.get_one(City, world.city), world.points["TS-0013"]
        old, new = session.get_one(AccessPoint, old_id), session.get_one(AccessPoint, done.ap_id)
        assert (old.name, old.point_id, old.polling, old.address) == (f"AP-013-1 ({day})", None, False, None)
        assert (new.name, new.point_id, new.serial, new.address) == ("AP-013-1", point, "NEW-1", "10.74.13.1")
        for device in (old, new):
            assert device.credential
            assert COMMUNITY in unseal(KEY, device.credential, f"{world.city}/access_point/{device.name}")
        past = session.scalars(select(PastPlacement).where(PastPlacement.ap_id == old_id)).one()
        assert (past.point_id, past.until) == (point, midnight(day))
        assert devices_on(session, city, point, day.replace(day=day.day - 1)) == (old.name,)
        assert "NEW-1" in notes(session, point)[0].text


def test_swap_with_a_name_and_an_address_of_its_own_can_be_undone(own: Own) -> None:
    engine, world = own
    with writing(engine) as session:
        done = swap(session, world, ap_name="AP-013-1b", ap_address="10.99.0.1")
    with writing(engine) as session:
        changes.undo(session, session.get_one(City, world.city), done.change_id, now=NOW, actor="admin")
    with reading(engine) as session:
        old = session.get_one(AccessPoint, world.access_points["AP-013-1"])
        assert (old.name, old.point_id, old.polling) == ("AP-013-1", world.points["TS-0013"], True)
        assert session.get(AccessPoint, done.ap_id) is None


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"serial": ""}, "serial"),
        ({"ap_name": "AP-014-1"}, "ap_name"),
        ({"ap_address": "10.74.14.1"}, "ap_address"),
        ({"ap_address": "garbage"}, "ap_address"),
        ({"code": "TS-0014"}, "device"),
        ({"name": "no such"}, "device"),
    ],
)
def test_swap_that_cannot_be_is_refused_at_its_field(own: Own, cells: dict[str, str], column: str) -> None:
    engine, world = own
    with writing(engine) as session, pytest.raises(RejectedError) as refused:
        swap(session, world, **cells)
    assert refused.value.column == column


def test_second_swap_of_a_day_finds_a_free_name(own: Own) -> None:
    engine, world = own
    with writing(engine) as session:
        swap(session, world)
        assert swap(session, world, serial="NEW-2").old == f"AP-013-1 ({today(NOW)}, 2)"
