"""Who is polled, and that one bad credential stops nobody else."""

from itertools import pairwise

import pytest
from sqlalchemy import Engine, update

from hotspot.store.base import reading, writing
from hotspot.store.models import AccessPoint, ApState, Point, State
from hotspot.store.targets import Due, last_slots, phase, targets
from tests.hotspot.polled_city import address, settle

KEY = bytes(32)


@pytest.fixture
def city_id(engine: Engine) -> int:
    return settle(engine, KEY, 3, 1161)


def asked(engine: Engine, city_id: int, key: bytes = KEY) -> list[Due]:
    with reading(engine) as session:
        return targets(session, key, city_id)


def change(engine: Engine, ap_id: int, **values: object) -> None:
    with writing(engine) as session:
        session.execute(update(AccessPoint).where(AccessPoint.id == ap_id).values(**values))


def test_target_has_all_that_is_needed_to_ask(engine: Engine, city_id: int) -> None:
    due = asked(engine, city_id)[0]
    assert (due.ap_id, due.point, due.name, due.interval_s, due.error) == (1, "P-1", "AP-0", 60, "")
    assert (due.target.address, due.target.port, due.target.credential.community) == (address(0), 1161, "public")
    assert (due.target.credential.version, due.target.profile, due.target.expected_down) == ("2c", "", False)


def test_interval_of_the_device_goes_before_the_citys(engine: Engine, city_id: int) -> None:
    change(engine, 2, poll_interval_s=300)
    assert [due.interval_s for due in asked(engine, city_id)] == [60, 300, 60]


def test_device_whose_polling_is_off_is_left_out(engine: Engine, city_id: int) -> None:
    change(engine, 2, polling=False)
    assert [due.ap_id for due in asked(engine, city_id)] == [1, 3]


@pytest.mark.parametrize(("stage", "count"), [("planned", 0), ("installed", 3), ("suspended", 0), ("retired", 0)])
def test_only_points_in_service_are_polled(engine: Engine, city_id: int, stage: str, count: int) -> None:
    with writing(engine) as session:
        session.execute(update(Point).values(lifecycle=stage))
    assert len(asked(engine, city_id)) == count


def test_credential_of_another_key_is_that_devices_error_alone(engine: Engine, city_id: int) -> None:
    change(engine, 2, credential=b"\x01" + bytes(40))
    change(engine, 3, credential=None)
    first, second, third = asked(engine, city_id)
    assert first.error == ""
    assert "secret.key" in second.error
    assert third.error == "no SNMP credential is stored for this access point"
    assert second.target.credential.community == ""


def test_device_recorded_as_down_gets_a_small_probe(engine: Engine, city_id: int) -> None:
    remember(engine, city_id, State.DOWN, 1200)
    assert [due.target.expected_down for due in asked(engine, city_id)] == [True, False, False]
    with reading(engine) as session:
        assert last_slots(session, city_id) == {1: 1200}


def test_phases_are_spread_evenly_and_stay() -> None:
    phases = sorted(phase(ap_id) for ap_id in range(1, 1001))
    assert phases == sorted(phase(ap_id) for ap_id in range(1, 1001))
    gaps = [b - a for a, b in pairwise(phases)]
    assert phases[0] >= 0
    assert phases[-1] < 1
    assert max(gaps) < 3 / 1000


def remember(engine: Engine, city_id: int, state: State, slot: int) -> None:
    with writing(engine) as session:
        session.add(
            ApState(
                ap_id=1,
                city_id=city_id,
                state=state,
                since=slot,
                last_poll=slot,
                last_slot=slot,
                interval_s=60,
                missed=3,
                profile="",
                error="",
                detail="{}",
                memory="{}",
            )
        )
