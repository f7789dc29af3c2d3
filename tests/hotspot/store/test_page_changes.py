"""What the pages change and ask of the store beyond the common questions, on both engines."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select

from hotspot.analytics.import_row import RejectedError
from hotspot.store.access_point_edit import asking, change_asking, profiles_in_use
from hotspot.store.base import reading, writing
from hotspot.store.choices import choices, providers_of
from hotspot.store.maintenance import windows
from hotspot.store.maintenance_edit import Place, announce, cancel, chosen
from hotspot.store.models import AuditEntry, City, MaintenanceWindow
from hotspot.store.rollout import progress
from tests.hotspot.web.world import FUNDS, NOW, PROVIDERS, VILLAGES, World, build

KEY = b"k" * 32
TODAY = date(2026, 11, 21)


@pytest.fixture
def world(engine: Engine) -> World:
    return build(engine, key=KEY)


def city_of(engine: Engine) -> City:
    with reading(engine) as session:
        return session.scalars(select(City)).one()


def test_filters_offer_what_the_city_has(engine: Engine, world: World) -> None:
    with reading(engine) as session:
        found = choices(session, city_of(engine))
        provider = providers_of(session, city_of(engine), ["TS-0003", "TS-0010"])

    assert (found.funds, found.providers) == (tuple(sorted(FUNDS)), tuple(sorted(PROVIDERS)))
    assert {code for district in found.districts for code, _ in district.villages} == set(VILLAGES)
    assert provider == {"TS-0003": "Nusa Link", "TS-0010": "Nusa Link"}
    assert world.points


def test_the_pipeline_holds_every_point_once(engine: Engine, world: World) -> None:
    with reading(engine) as session:
        stages = progress(session, city_of(engine), NOW).way.stages

    assert sum(stage.points for stage in stages) == len(world.points)
    assert next(stage for stage in stages if stage.key == "suspended").points == 1


def test_a_window_is_announced_listed_and_cancelled(engine: Engine, world: World) -> None:
    city = city_of(engine)
    with writing(engine) as session:
        announce(
            session, city, chosen(session, city, Place(("TS-0010",))), start=NOW + 60, end=NOW + 120, reason="x",
            now=NOW, actor="a",
        )  # fmt: skip
    with writing(engine) as session:
        new = session.scalars(select(MaintenanceWindow.id).where(MaintenanceWindow.start == NOW + 60)).one()
        assert cancel(session, city, new, NOW + 90, "a")
        assert not cancel(session, city, new, NOW + 91, "a")
    with reading(engine) as session:
        row = next(row for row in windows(session, city, NOW + 100) if row.id == new)
        noted = select(AuditEntry.action).where(AuditEntry.subject == "maintenance").order_by(AuditEntry.id)
        assert session.scalars(noted).all() == ["announce", "cancel"]
    assert (row.place.point_code, row.state, row.cancelled_at) == ("TS-0010", "cancelled", NOW + 90)
    assert world.city == city.id


def test_a_refused_change_writes_nothing(engine: Engine, world: World) -> None:
    ap_id = world.access_points["AP-010-1"]
    with pytest.raises(RejectedError), writing(engine) as session:
        change_asking(
            session, KEY, ap_id, {"ap_address": "10.74.12.1", "ap_port": "161", "snmp_version": "2c"},
            poll_interval_s=60, polling=False, any_source=False, short_ids=False, now=NOW, actor="a",
        )  # fmt: skip
    with reading(engine) as session:
        assert asking(session, ap_id).poll_interval_s is None
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "change")).all() == []


def test_a_secret_of_another_key_must_be_given_again(engine: Engine, world: World) -> None:
    ap_id, other = world.access_points["AP-010-1"], b"o" * 32
    cells = {"ap_address": "10.74.10.1", "ap_port": "161", "snmp_version": "2c"}
    switches = {"poll_interval_s": None, "polling": True, "any_source": False, "short_ids": False}
    as_before: dict[str, Any] = switches | {"now": NOW, "actor": "a"}
    with pytest.raises(RejectedError) as error, writing(engine) as session:
        change_asking(session, other, ap_id, cells, **as_before)
    assert error.value.column == "snmp_community"
    with writing(engine) as session:
        given = cells | {"snmp_community": "new words"}
        assert change_asking(session, other, ap_id, given, **as_before)
        assert "mikrotik" in profiles_in_use(session, world.city)
