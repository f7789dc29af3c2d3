"""Changes that are kept and taken back, on both engines."""

from datetime import date

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from hotspot.analytics.import_row import RejectedError
from hotspot.store.base import reading, writing
from hotspot.store.changes import Before, change_of, changes, keep, undo
from hotspot.store.models import (
    AccessPoint,
    ApState,
    AuditEntry,
    City,
    LifecycleChange,
    PastPlacement,
    Point,
    PollHot,
    Site,
)
from hotspot.store.stays import move_today
from tests.hotspot.small_city import build

NOW = 1_800_000_000
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # what is refused before anything is written


@pytest.fixture
def city(engine: Engine) -> City:
    build(engine)
    with reading(engine) as session:
        return session.scalars(select(City)).one()


def change(session: Session, city: City, *before: Before) -> int:
    return keep(session, city.id, what="edit", summary="a test", before=before, now=NOW, actor="ani")


def taken_back(engine: Engine, city: City, number: int, now: int = NOW + 60) -> int:
    with writing(engine) as session:
        return undo(session, city, number, now=now, actor="budi")


def test_values_are_as_they_were(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        session.execute(update(Point).where(Point.id == 1).values(name="New", accepted_on=date(2026, 5, 1)))
        session.execute(update(AccessPoint).where(AccessPoint.id == 1).values(credential=b"\0new", polling=False))
        number = change(
            session, city, Before("point", 1, {"name": "Hall", "accepted_on": None}),
            Before("access_point", 1, {"credential": None, "polling": True}),
        )  # fmt: skip

    assert taken_back(engine, city, number) == 2
    with reading(engine) as session:
        point, device = session.get_one(Point, 1), session.get_one(AccessPoint, 1)
        assert (point.name, point.accepted_on, point.version) == ("Hall", None, 3)
        assert (device.credential, device.polling, device.version) == (None, True, 3)
        noted = session.scalars(select(AuditEntry)).one()
        assert (noted.actor, noted.action, noted.subject) == ("budi", "undo", "edit")
        kept = change_of(session, city, number)
        assert kept == changes(session, city, what="edit")[0]
        assert kept is not None
        assert (kept.actor, kept.undone_at, kept.undone_by) == ("ani", NOW + 60, "budi")
        assert changes(session, city, what="import") == []


def test_dates_and_octets_come_back(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        session.execute(update(Point).where(Point.id == 1).values(installed_on=date(2026, 6, 1)))
        session.execute(update(AccessPoint).where(AccessPoint.id == 1).values(credential=None))
        number = change(
            session, city, Before("point", 1, {"installed_on": date(2026, 1, 2)}),
            Before("access_point", 1, {"credential": b"\xff\0"}),
        )  # fmt: skip
    taken_back(engine, city, number)
    with reading(engine) as session:
        assert session.get_one(Point, 1).installed_on == date(2026, 1, 2)
        assert session.get_one(AccessPoint, 1).credential == b"\xff\0"


@ONE_ENGINE
def test_a_change_is_undone_once(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        number = change(session, city, Before("point", 1, {"name": "Hall"}))
    taken_back(engine, city, number)
    with pytest.raises(RejectedError, match="budi has undone this already"):
        taken_back(engine, city, number)


@ONE_ENGINE
def test_another_city_has_no_such_change(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        other = City(code="36.71", name="Other")
        session.add(other)
        number = change(session, city, Before("point", 1, {"name": "Hall"}))
    with reading(engine) as session:
        other = session.scalars(select(City).where(City.code == "36.71")).one()
        assert change_of(session, other, number) is None
    with pytest.raises(RejectedError, match="no such change"):
        taken_back(engine, other, number)


@ONE_ENGINE
def test_what_somebody_changed_since_is_named_and_nothing_is_undone(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        session.execute(update(Point).values(name="New"))
        number = change(session, city, Before("point", 1, {"name": "Hall"}), Before("point", 2, {"name": "Hall"}))
    with writing(engine) as session:
        session.execute(update(Point).where(Point.id == 2).values(name="Newer"))
    with pytest.raises(RejectedError, match="changed since, so nothing was undone: P-2"):
        taken_back(engine, city, number)
    with reading(engine) as session:
        assert session.scalars(select(Point.name).order_by(Point.id)).all() == ["New", "Newer"]


@ONE_ENGINE
def test_another_column_may_have_changed_since(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        session.execute(update(Point).where(Point.id == 1).values(name="New"))
        number = change(session, city, Before("point", 1, {"name": "Hall"}))
    with writing(engine) as session:
        session.execute(update(Point).where(Point.id == 1).values(auth_mode="portal"))
    taken_back(engine, city, number)
    with reading(engine) as session:
        point = session.get_one(Point, 1)
        assert (point.name, point.auth_mode) == ("Hall", "portal")


def made(session: Session, city: City) -> tuple[int, int]:
    """A site with a point, its step and a device: the change, and the device."""
    site = Site(city_id=city.id, area_id=1, name="Park", venue_kind="park")
    session.add(site)
    session.flush()
    point = Point(city_id=city.id, site_id=site.id, code="P-9", name="Park", lifecycle="active")
    session.add(point)
    session.flush()
    step = LifecycleChange(point_id=point.id, stage="active", since=date(2026, 1, 1), recorded_at=NOW, actor="ani")
    device = AccessPoint(city_id=city.id, point_id=point.id, name="AP-9", address="192.0.2.9")
    session.add_all([step, device])
    session.flush()
    rows = {"access_point": device.id, "lifecycle_change": step.id, "site": site.id, "point": point.id}
    return change(session, city, *(Before(name, id_, None) for name, id_ in rows.items())), device.id


def state(ap_id: int, city: City, last_ok: int | None, last_poll: int = NOW + 30) -> ApState:
    return ApState(
        ap_id=ap_id, city_id=city.id, state=2, since=NOW, last_poll=last_poll, last_ok=last_ok, last_slot=NOW,
        interval_s=60, missed=1, profile="", error="", detail="", memory="",
    )  # fmt: skip


def test_what_was_made_goes_with_what_was_noted_of_its_silence(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        number, ap_id = made(session, city)
        session.add(state(ap_id, city, None))
        session.add(PollHot(slot=NOW, ap_id=ap_id, city_id=city.id, offset_s=0, up=0))

    assert taken_back(engine, city, number) == 4
    with reading(engine) as session:
        assert session.scalars(select(AccessPoint.name).order_by(AccessPoint.id)).all() == ["AP-1", "AP-2", "AP-3"]
        assert session.scalars(select(Site.name)).all() == ["Hall", "Hall"]
        assert not [*session.scalars(select(PollHot)), *session.scalars(select(LifecycleChange))]


@ONE_ENGINE
@pytest.mark.parametrize(("last_ok", "last_poll"), [(NOW + 20, NOW + 30), (None, NOW + 86_401)])
def test_a_device_with_a_history_stays(engine: Engine, city: City, last_ok: int | None, last_poll: int) -> None:
    with writing(engine) as session:
        number, ap_id = made(session, city)
        session.add(state(ap_id, city, last_ok, last_poll))
    with pytest.raises(RejectedError, match="polled since, so nothing was undone: AP-9"):
        taken_back(engine, city, number)


def test_what_others_hung_on_it_keeps_it(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        number, _ = made(session, city)
        point = session.scalars(select(Point.id).where(Point.code == "P-9")).one()
        session.add(AccessPoint(city_id=city.id, point_id=point, name="AP-10", address="192.0.2.10"))
    with pytest.raises(RejectedError, match=r"there is more at these by now.*P-9 \(access_point\)"):
        taken_back(engine, city, number)
    with reading(engine) as session:
        assert session.scalar(select(AccessPoint.id).where(AccessPoint.name == "AP-9")) is not None


@ONE_ENGINE
def test_what_was_made_and_changed_since_stays(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        number, _ = made(session, city)
        point = session.scalars(select(Point.id).where(Point.code == "P-9")).one()
        change(session, city, Before("point", point, {"name": "Park"}))
    with pytest.raises(RejectedError, match=r"changed since.*P-9"):
        taken_back(engine, city, number)


def test_what_was_taken_out_comes_back_under_its_number(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        spare = Site(city_id=city.id, area_id=1, name="Spare", venue_kind="park", address="Jl. A")
        session.add(spare)
        session.flush()
        number = spare.id
        old = {column.name: getattr(spare, column.name) for column in Site.__table__.columns if column.name != "id"}
        session.delete(spare)
        kept = change(session, city, Before("site", number, old))
    taken_back(engine, city, kept)
    with reading(engine) as session:
        assert session.get_one(Site, number).address == "Jl. A"


def test_swapped_addresses_swap_back(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        for id_, address in ((1, "moving"), (2, "192.0.2.1"), (1, "192.0.2.2")):
            session.execute(update(AccessPoint).where(AccessPoint.id == id_).values(address=address))
        before = [Before("access_point", id_, {"address": f"192.0.2.{id_}", "port": 161}) for id_ in (1, 2)]
        number = change(session, city, *before)
    taken_back(engine, city, number)
    with reading(engine) as session:
        assert session.get_one(AccessPoint, 1).address == "192.0.2.1"


def test_a_device_returns_to_its_point_with_its_history(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        move_today(session, city, {1: 2}, NOW)
        number = change(session, city, Before("access_point", 1, {"point_id": 1}))
    taken_back(engine, city, number)
    with reading(engine) as session:
        assert session.get_one(AccessPoint, 1).point_id == 1
        assert session.scalars(select(PastPlacement)).all() == []


def test_an_address_that_another_took_is_told(engine: Engine, city: City) -> None:
    with writing(engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == 1).values(address="192.0.2.77"))
        number = change(session, city, Before("access_point", 1, {"address": "192.0.2.1"}))
    with writing(engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == 2).values(address="192.0.2.1"))
    with pytest.raises(RejectedError, match="clashes with what was entered since"):
        taken_back(engine, city, number)
